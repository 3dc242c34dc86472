"""Single entries: a label in one cell and its value in the next, or both in one line."""

import re
from collections.abc import Iterator
from functools import cache

from reports.checkup.parts import Part, Printed, printed_at
from reports.checkup.rows import Piece, Row
from reports.checkup.values import day
from reports.checkup.words import FIELDS, MONEY, label, plain

LONGEST_LINE = 160
YEAR = re.compile(r"(20[0-9]{2})(?:年度|年)")
YEAR_LINE = re.compile(r"\(?(20[0-9]{2})年度?\)?")
YEAR_IN_TITLE = re.compile(r"(20[0-9]{2})年?度?")
TYPE_OPTIONS = re.compile("经常性|一次性|常年性|延续性")
DATE_LINE = re.compile(
    r"\s*[0-9〇○零一二三四五六七八九Ｏ０-９\s]{4,8}年[^年]{1,8}月[^月]{1,8}日\s*"
)


def read_entries(part: Part, row: Row) -> bool:
    """Whether the row held an entry."""
    boxes = list(_tick_boxes(row))
    cells = [one for one in _in_cells(row) if not boxes or one[0] != "project_type"]
    found = [*cells, *_inline(row), *boxes, *_date_line(row), *_year_line(row)]
    for name, printed in found:
        part.add(name, printed)
    return bool(found)


def _in_cells(row: Row) -> Iterator[tuple[str, Printed]]:
    """Each label with the first text after it, unless that is a label too."""
    pieces = row.filled
    for piece, after in zip(pieces, [*pieces[1:], None], strict=False):
        name = _field(piece.text)
        if not name:
            yield from _below(piece, row)
            continue
        if after is None or _field(after.text) or MONEY.get(label(after.text)):
            yield name, Printed("", row.file, piece.where)
        else:
            yield name, printed_at(after, row)


def _below(piece: Piece, row: Row) -> Iterator[tuple[str, Printed]]:
    """A label and what is written below it in the same cell."""
    first, _, rest = piece.text.partition("\n")
    if rest and (name := _field(first)):
        value = "" if day(rest) else rest.strip()
        yield name, Printed(value, row.file, piece.where)


def _field(text: str) -> str:
    return FIELDS.get(label(text), "")


def _inline(row: Row) -> Iterator[tuple[str, Printed]]:
    """项目名称：信息系统运行维护  主管部门：…"""
    for piece in row.filled:
        if len(piece.text) > LONGEST_LINE:
            continue
        matches = list(_labelled().finditer(piece.text))
        ends = [match.start() for match in matches[1:]] + [len(piece.text)]
        for match, end in zip(matches, ends, strict=False):
            value = piece.text[match.end() : end].strip(" \u3000\t;；,，")
            yield _role(match[1]), Printed(value, row.file, piece.where)


def _role(text: str) -> str:
    words = plain(text)
    return FIELDS.get(words) or f"money:{MONEY[words]}"


@cache
def _labelled() -> re.Pattern[str]:
    """A label, its letters perhaps set wide, perhaps a unit in brackets, then a colon."""
    words = sorted([*FIELDS, *MONEY], key=len, reverse=True)
    spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
    return re.compile(
        rf"(?:(?<=^)|(?<=[\s；;，,。（(]))({spaced})\s*(?:[（(][^（()）]{{0,12}}[)）])?\s*[:：]"
    )


def _tick_boxes(row: Row) -> Iterator[tuple[str, Printed]]:
    """经常性项目 ( )  一次性项目 (√), in whatever cells."""
    options = [piece for piece in row.filled if TYPE_OPTIONS.search(plain(piece.text))]
    if options and len(row.text) < LONGEST_LINE and _is_choice(row, options):
        text = " ".join(piece.text for piece in options)
        yield "project_type", Printed(text, row.file, options[0].where)


def _is_choice(row: Row, options: list[Piece]) -> bool:
    labels = {_field(piece.text) for piece in row.pieces}
    return "project_type" in labels or (len(options) > 1 and not row.is_paragraph)


def _date_line(row: Row) -> Iterator[tuple[str, Printed]]:
    """The date below the signatures stands alone on its line."""
    for piece in row.filled:
        for line in piece.text.split("\n"):
            if DATE_LINE.fullmatch(line) and day(line):
                yield "evaluated_on", Printed(line, row.file, piece.where)


def _year_line(row: Row) -> Iterator[tuple[str, Printed]]:
    """（2022年度） below a title."""
    found = YEAR_LINE.fullmatch(plain(row.text))
    if found and row.single:
        yield "fiscal_year", Printed(found[1], row.file, row.where)


def year_in_title(text: str) -> str:
    """2022 of 项目支出绩效自评表（2022年度）."""
    found = YEAR.search(plain(text)) or YEAR_IN_TITLE.search(plain(text))
    return found[1] if found else ""
