"""From rows to parts: one part for each form of a file, in printed order."""

from typing import Protocol

from reports.checkup.forms.entries import read_entries, year_in_title
from reports.checkup.forms.goals import Goals, goal_columns
from reports.checkup.forms.money import matrix, pairs
from reports.checkup.forms.people import People, people_columns
from reports.checkup.forms.report import PAGE_NUMBER, Report, opens_report
from reports.checkup.forms.scores import Scores, score_columns
from reports.checkup.parts import Part, Printed, printed_at
from reports.checkup.raw import Content
from reports.checkup.rows import Row, rows_of
from reports.checkup.values import unit_in
from reports.checkup.words import (
    ACHIEVED,
    EXPECTED,
    FIELDS,
    OVERALL_GOAL,
    bracketed_weight,
    form_title,
    label,
    plain,
)

EXECUTION = "预算执行"
NOT_PLACED = "不知道属于表里的哪一项"
LONGEST_CAPTION = 40


class Reader(Protocol):
    def takes(self, row: Row) -> bool: ...


class Walk:
    """``parts`` grow while rows are taken one after another."""

    def __init__(self, file: str, *, pictures: bool) -> None:
        self.file, self.pictures = file, pictures
        self.parts: list[Part] = []
        self.reader: Reader | None = None
        self.report: Report | None = None
        self.sheet = ""
        self.goal_columns: dict[str, tuple[int, int]] = {}
        self._begin("", Printed("", file, ""))

    @property
    def part(self) -> Part:
        return self.parts[-1]

    def take(self, row: Row) -> None:
        if row.sheet != self.sheet:
            self.sheet = row.sheet
            self._begin("", Printed("", self.file, row.where))
        if not row.filled or self._begins_form(row) or self._opens(row):
            return
        if self.reader and self.reader.takes(row):
            return
        self.reader = None
        if self.report and (row.is_paragraph or not read_entries(self.part, row)):
            if self.report.takes(row):
                return
        elif self.report:
            return
        self._take_single(row)

    def _begins_form(self, row: Row) -> bool:
        single = row.single
        kind = form_title(single.text) if single else ""
        if not kind or single is None:
            return False
        if self.part.kind == kind and self.part.is_empty:
            return True
        self._begin(kind, printed_at(single, row))
        if year := year_in_title(single.text):
            self.part.add("fiscal_year", Printed(year, row.file, single.where))
        return True

    def _begin(self, kind: str, title: Printed) -> None:
        self.parts.append(Part(self.file, kind, title, pictures=self.pictures))
        self.reader, self.goal_columns = None, {}
        self.report = Report(self.part) if kind == "report" else None

    def _opens(self, row: Row) -> bool:
        """Whether the row is the head of a table, or the first heading of a report."""
        reader = self._table(row)
        if reader:
            self.reader = reader
            return True
        if self.report is None and opens_report(row) and not self._is_block_title(row):
            if self.part.kind or not self.part.is_empty:
                self._begin("report", printed_at(row.single, row))
            self.part.kind = "report"
            self.report = Report(self.part)
        return False

    def _is_block_title(self, row: Row) -> bool:
        """一、项目基本情况 of 基本信息表 is no heading of a report."""
        return self.part.kind == "basic" and label(row.text) in FURNITURE_WORDS

    def _table(self, row: Row) -> Reader | None:
        if columns := score_columns(row):
            self.part.spots.setdefault("consensus", Printed(row.text, row.file, row.where))
            return None if self._goes_on(Scores) else Scores(self.part, columns)
        if columns := goal_columns(row):
            self.part.has_goals = True
            return None if self._goes_on(Goals) else Goals(self.part, columns)
        if columns := people_columns(row):
            self.part.has_people = True
            self.part.asks_signatures |= "signature" in columns.roles
            self.part.spots.setdefault("panel", Printed(row.text, row.file, row.where))
            return None if self._goes_on(People) else People(self.part, columns)
        return matrix(self.part, row) or pairs(self.part, row)

    def _goes_on(self, kind: type) -> bool:
        """The head of the open table again, as on its next page."""
        return isinstance(self.reader, kind) and not getattr(self.reader, "done", False)

    def _take_single(self, row: Row) -> None:
        self._begin_next_project(row)
        self._note_captions(row)
        if self._overall_goal(row) or read_entries(self.part, row) or self._is_furniture(row):
            return
        self.part.miss(Printed(row.text, row.file, row.where), "", NOT_PLACED)

    def _begin_next_project(self, row: Row) -> None:
        """项目名称 after a table of scores begins the form of another project."""
        first = label(row.filled[0].text)
        if FIELDS.get(first) == "project_name" and (self.part.roots or self.part.money):
            self._begin(self.part.kind, printed_at(row.filled[0], row))

    def _note_captions(self, row: Row) -> None:
        for piece in row.filled:
            words = plain(piece.text)
            if len(words) > LONGEST_CAPTION:
                continue
            if unit := unit_in(words):
                self.part.unit = unit
            if EXECUTION in words and (weight := bracketed_weight(words)):
                self.part.execution.setdefault("weight", Printed(weight, row.file, piece.where))

    def _overall_goal(self, row: Row) -> bool:
        """年度总体目标: two columns under their heads, or each beside its label."""
        words = {label(piece.text): piece for piece in row.filled}
        heads = {
            name: piece
            for word, piece in words.items()
            for name, listed in (("expected", EXPECTED), ("achieved", ACHIEVED))
            if word in listed
        }
        if len(heads) > 1 or (heads and words.keys() <= EXPECTED | ACHIEVED | OVERALL_GOAL):
            self.goal_columns = {name: (piece.start, piece.end) for name, piece in heads.items()}
            return True
        if not self.goal_columns:
            return False
        columns, self.goal_columns = self.goal_columns, {}
        return self._read_overall_goal(columns, row)

    def _read_overall_goal(self, columns: dict[str, tuple[int, int]], row: Row) -> bool:
        texts = [piece for piece in row.filled if label(piece.text) not in OVERALL_GOAL]
        if row.loose and len(texts) == len(columns):
            pairs_found = dict(zip(columns, texts, strict=True))
        else:
            pairs_found = {
                name: piece
                for name, (start, end) in columns.items()
                for piece in texts
                if min(end, piece.end) > max(start, piece.start)
            }
        for name, piece in pairs_found.items():
            self.part.add(name, printed_at(piece, row))
        return bool(pairs_found)

    def _is_furniture(self, row: Row) -> bool:
        """Page numbers, headings of blocks, notes: what a form prints and nobody fills in."""
        text = plain(row.text)
        return bool(PAGE_NUMBER.fullmatch(text)) or _is_printed_by_the_form(text)


def _is_printed_by_the_form(text: str) -> bool:
    words = label(text)
    return words.startswith(FURNITURE) or words in FURNITURE_WORDS or not words


FURNITURE = (
    "注",
    "备注",
    "说明",
    "附件",
    "填表说明",
    "填报单位",
    "单位:",
    "金额单位",
    "公开",
    "报表编号",
)
FURNITURE_WORDS = frozenset(
    "一、项目基本情况 二、绩效评价指标评分 三、评价人员 项目基本情况 绩效评价指标评分 评价人员 绩效指标 "
    "年度绩效指标 项目资金 预算执行情况 评价工作组组长 年度绩效指标完成情况 附表".split()
)


def parts_of(content: Content) -> list[Part]:
    """The parts of one file in which anything was read."""
    walk = Walk(content.name, pictures=content.pictures)
    for row in rows_of(content):
        walk.take(row)
    return [part for part in walk.parts if not part.is_empty or part.unread]
