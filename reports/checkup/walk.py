"""From rows to parts: one part for each form of a file, in printed order."""

from collections.abc import Callable
from typing import Protocol

from reports.checkup.forms.entries import read_entries, year_in_title
from reports.checkup.forms.goals import goals
from reports.checkup.forms.money import matrix, pairs
from reports.checkup.forms.overall import overall_goal
from reports.checkup.forms.people import people
from reports.checkup.forms.report import PAGE_NUMBER, Report, opens_report
from reports.checkup.forms.scores import scores
from reports.checkup.parts import Part, Printed, printed_at
from reports.checkup.raw import Content
from reports.checkup.rows import Row, rows_of
from reports.checkup.values import unit_in
from reports.checkup.words import (
    FIELDS,
    FURNITURE,
    FURNITURE_STARTS,
    bracketed_weight,
    form_title,
    label,
    plain,
)

EXECUTION = "预算执行"
NOT_PLACED = "不知道属于表里的哪一项"
LONGEST_CAPTION = 40


class Reader(Protocol):
    """Reads the rows of one table; ``goes_on`` while its head may come again on another page."""

    @property
    def goes_on(self) -> bool: ...
    def takes(self, row: Row) -> bool: ...


# Each gives a reader when the row is the head of its table.
TABLES: tuple[Callable[[Part, Row], Reader | None], ...] = (
    scores,
    goals,
    people,
    overall_goal,
    matrix,
    pairs,
)


class Walk:
    """``parts`` grow while rows are taken one after another."""

    def __init__(self, file: str, *, pictures: bool) -> None:
        self.file, self.pictures = file, pictures
        self.parts: list[Part] = []
        self.reader: Reader | None = None
        self.report: Report | None = None
        self.sheet = ""
        self._begin("", Printed("", file, ""))

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def take(self, row: Row) -> None:
        if row.sheet != self.sheet:
            self.sheet = row.sheet
            self._begin("", Printed("", self.file, row.where))
        if not row.filled or self._begins_form(row) or self._opens_table(row):
            return
        self._open_report(row)
        if self.reader and self.reader.takes(row):
            return
        self.reader = None
        if self.report is None or not self._takes_for_report(row):
            self._take_single(row)

    def _takes_for_report(self, row: Row) -> bool:
        """Tables in a report may hold entries; all else is its text."""
        entry = not row.is_paragraph and read_entries(self.part, row)
        return entry or (self.report is not None and self.report.takes(row))

    def _begin(self, kind: str, title: Printed) -> None:
        self.parts.append(Part(self.file, kind, title, pictures=self.pictures))
        self.reader = None
        self.report = Report(self.part) if kind == "report" else None

    def _begins_form(self, row: Row) -> bool:
        single = row.single
        kind = form_title(single.text) if single else ""
        if not kind or single is None:
            return False
        if self.part.kind != kind or not self.part.is_empty:
            self._begin(kind, printed_at(single, row))
            if year := year_in_title(single.text):
                self.part.add("fiscal_year", Printed(year, row.file, single.where))
        return True

    def _opens_table(self, row: Row) -> bool:
        reader = next(filter(None, (opened(self.part, row) for opened in TABLES)), None)
        if reader is None:
            return False
        same = type(reader) is type(self.reader)
        if not (same and self.reader and self.reader.goes_on):
            self.reader = reader
        return True

    def _open_report(self, row: Row) -> None:
        """A report may begin with its first heading, without a title."""
        if self.report or not opens_report(row) or self._is_block_title(row):
            return
        if self.part.kind or not self.part.is_empty:
            self._begin("report", printed_at(row.single, row))
        self.part.kind = "report"
        self.report = Report(self.part)

    def _is_block_title(self, row: Row) -> bool:
        """一、项目基本情况 of 基本信息表 is no heading of a report."""
        return self.part.kind == "basic" and label(row.text) in FURNITURE

    def _take_single(self, row: Row) -> None:
        self._begin_next_project(row)
        self._note_captions(row)
        if not read_entries(self.part, row) and not _is_furniture(row):
            self.part.miss(Printed(row.text, row.file, row.where), "", NOT_PLACED)

    def _begin_next_project(self, row: Row) -> None:
        """项目名称 after a table of scores or money begins the form of another project."""
        first = label(row.filled[0].text)
        if FIELDS.get(first) == "project_name" and (self.part.roots or self.part.money):
            self._begin(self.part.kind, printed_at(row.filled[0], row))

    def _note_captions(self, row: Row) -> None:
        """The unit of the money, and the weight of its execution, stand in captions."""
        for piece in row.filled:
            words = plain(piece.text)
            if len(words) > LONGEST_CAPTION:
                continue
            if unit := unit_in(words):
                self.part.unit = unit
            if EXECUTION in words and (weight := bracketed_weight(words)):
                self.part.execution.setdefault("weight", Printed(weight, row.file, piece.where))


def _is_furniture(row: Row) -> bool:
    """Page numbers, titles of blocks, notes: what a form prints and nobody fills in."""
    words = label(row.text)
    return (
        not words
        or words in FURNITURE
        or words.startswith(FURNITURE_STARTS)
        or PAGE_NUMBER.fullmatch(plain(row.text)) is not None
    )


def parts_of(content: Content) -> list[Part]:
    """The parts of one file in which anything was read."""
    walk = Walk(content.name, pictures=content.pictures)
    for row in rows_of(content):
        walk.take(row)
    return [part for part in walk.parts if not part.is_empty or part.unread]
