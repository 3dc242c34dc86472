"""Workbooks, through openpyxl's reading mode, and only as far as a form reaches.

Cells come as they are shown: 0.958 under a percentage format is 95.8%.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from evalsys.figures import half_up
from reports.checkup import raw
from reports.checkup.files import limits
from reports.checkup.files.errors import BROKEN, TOO_LARGE, UnreadableError
from reports.checkup.files.packages import opened, part, xml_part
from reports.checkup.raw import Block, Cell, Found, Table

START = rb"<(?:\w+:)?"
MERGED = re.compile(START + rb'mergeCell\s[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
FILLED = re.compile(
    START + rb'c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?>\s*' + START + rb"(?:v|is)\b"
)
FORMULA_ONLY = re.compile(
    START
    + rb'c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*?>\s*'
    + START
    + rb"f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:"
    + START
    + rb"v\s*/>|"
    + START
    + rb"v></(?:\w+:)?v>)?\s*</"
)
FORMAT_EXTRAS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
DIGITS = re.compile(r"[0#]\.?([0#]*)")
FLOAT_DIGITS = 12
MOST_MERGED = 400_000


@dataclass
class Layout:
    """What the reading mode leaves out: merged cells by row and column, formulas without result."""

    sizes: dict[int, dict[int, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    hidden: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    uncomputed: frozenset[str] = frozenset()


def read_xlsx(source: bytes) -> Found:
    """The sheets as tables, and remarks about what was not read."""
    remarks: list[str] = []
    with opened(source) as package:
        for name in package.namelist():
            if name.lower().endswith((".xml", ".rels")):
                xml_part(package, name)
        pictures = any(name.startswith("xl/media/") for name in package.namelist())
        return Found(list(_sheets(source, package, remarks)), remarks, pictures)


def _sheets(source: bytes, package: ZipFile, remarks: list[str]) -> Iterator[Block]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions openpyxl leaves out
            book = load_workbook(BytesIO(source), read_only=True, data_only=True)
        cells = 0
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                remarks.append(f"「{sheet.title}」是隐藏的工作表，没有读。")
                continue
            table = _sheet(sheet, package, remarks)
            cells += sum(map(len, table.rows))
            _refuse_too_many(cells)
            if table.rows:
                yield table
    except UnreadableError:
        raise
    except Exception as error:  # hostile files raise seven kinds in openpyxl
        raise UnreadableError(BROKEN) from error


def _refuse_too_many(cells: int) -> None:
    if cells > limits.CELLS:
        raise UnreadableError(TOO_LARGE)


def _sheet(sheet: Any, package: ZipFile, remarks: list[str]) -> Table:
    xml = part(package, sheet._worksheet_path)  # noqa: SLF001  nothing public names the part
    remarks.extend(_far(sheet.title, xml))
    layout = _layout(xml)
    lines = sheet.iter_rows(max_row=limits.ROWS, max_col=limits.COLUMNS)
    rows = [
        tuple(_cells(sheet.title, number, line, layout)) for number, line in enumerate(lines, 1)
    ]
    while rows and not any(cell.text for cell in rows[-1]):
        rows.pop()
    return Table(tuple(rows), name=sheet.title)


def _cells(title: str, number: int, line: Any, layout: Layout) -> Iterator[Cell]:
    sizes, hidden = layout.sizes.get(number, {}), layout.hidden.get(number, ())
    filled = (index for index, cell in enumerate(line) if cell.value is not None)
    for index in range(max([*filled, *sizes], default=-1) + 1):
        if index in hidden:
            continue
        address = f"{get_column_letter(index + 1)}{number}"
        text = _text(line[index]) if index < len(line) else ""
        if address in layout.uncomputed:
            text = raw.UNCOMPUTED
        width, height = sizes.get(index, (1, 1))
        yield Cell(text, index, f"「{title}」{address}", width, height)


def _text(cell: Any) -> str:
    return shown(cell.value, getattr(cell, "number_format", "General"))


def _layout(xml: bytes) -> Layout:
    layout = Layout(uncomputed=frozenset(found.decode() for found in FORMULA_ONLY.findall(xml)))
    area = 0
    for reference in MERGED.findall(xml):
        left, top, right, bottom = range_boundaries(reference.decode())
        right, bottom = min(right, limits.COLUMNS), min(bottom, limits.ROWS)
        width, height = right - left + 1, bottom - top + 1
        area += max(0, width * height)
        if width < 1 or height < 1 or area > MOST_MERGED:
            continue
        layout.sizes[top][left - 1] = (width, height)
        for row in range(top, bottom + 1):
            layout.hidden[row].update(range(left - 1, right))
        layout.hidden[top].discard(left - 1)
    return layout


def _far(title: str, xml: bytes) -> Iterator[str]:
    """A remark when something is written beyond what is read."""
    for letters, row in FILLED.findall(xml):
        column = range_boundaries(letters.decode() + "1")[0]
        if int(row) > limits.ROWS or column > limits.COLUMNS:
            yield (
                f"「{title}」的 {letters.decode()}{row.decode()} 也有内容，离表格太远，没有读："
                f"只读前 {limits.ROWS} 行、{limits.COLUMNS} 列。"
            )
            return


def shown(value: Any, number_format: str) -> str:
    """A cell's value as the spreadsheet program shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number_text(value, number_format)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        by_day = "d" in number_format.lower()
        return value.isoformat() if by_day else f"{value.year}年{value.month}月"
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _number_text(value: float, number_format: str) -> str:
    exact = Decimal(str(round(value, FLOAT_DIGITS)))
    layout = FORMAT_EXTRAS.sub("", number_format.partition(";")[0])
    if not exact.is_finite():
        return str(value)
    sign = "%" if "%" in layout else ""
    exact *= 100 if sign else 1
    digits = DIGITS.search(layout)
    if digits is None or "E" in layout.upper():  # General, text, scientific
        return format(exact.normalize(), "f") + sign
    return _rounded(exact, digits[1]) + sign


def _rounded(exact: Decimal, decimals: str) -> str:
    """``decimals`` are those of the format: 0 always shown, # only where it is not nought."""
    text = format(half_up(Fraction(exact), len(decimals)), "f")
    for _ in range(decimals.count("#")):
        text = text.removesuffix("0")
    return text.removesuffix(".")
