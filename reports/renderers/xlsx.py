"""The documents as a workbook: a sheet each, real cells and merges, figures as numbers.

Nothing is a formula: sums stand as the values they were reckoned to be. Text is never taken for
one, whatever it begins with, and what is too long for a cell goes on in the next row.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import accumulate, pairwise
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from reports.documents.blocks import (
    FULL_WIDTH,
    Align,
    AnyCell,
    Block,
    Cell,
    ChartFigure,
    Document,
    Heading,
    Kind,
    Look,
    Note,
    Paragraph,
    SignatureCell,
    Table,
)
from reports.renderers.archives import without_times
from reports.renderers.grids import GridCell, common_edges, on_grid, runs
from reports.renderers.html import joint_title

SONG, HEI, TITLE = "宋体", "黑体", "方正小标宋简体"
SIZE = 11
PAGE_CHARACTERS = 92  # of half a hanzi, at 11 points on the width of an A4 page
LINE_POINTS, PADDING_POINTS, SIGNATURE_POINTS, SEAL_POINTS = 15.0, 4.0, 30.0, 96.0
SHRUNK_TO_ONE_PAGE = 1_050.0  # two fifths more than a page holds at full size
MOST_POINTS = 400.0  # a row of Excel cannot be higher than 409
PARAGRAPH_EDGES = (0, FULL_WIDTH)

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
ALIGNMENTS = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}
THIN = Side(style="thin", color="000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def render_xlsx(documents: Iterable[Document], mark: str) -> bytes:
    """One workbook of all ``documents``, ``mark`` in the head. The same input, the same bytes."""
    documents = tuple(documents)
    book = Workbook()
    book.remove(book.active)
    book.properties.title = joint_title(documents)
    book.properties.creator = ""
    book.properties.language = documents[0].language
    for document in documents:
        _Page(book.create_sheet(document.title[:31]), document).write(mark)
    content = BytesIO()
    book.save(content)
    return without_times(content.getvalue())


@dataclass(frozen=True)
class _Style:
    font: str = SONG
    size: float = SIZE
    align: str = "left"
    vertical: str = "center"
    indent: int = 0


TITLE_STYLE = _Style(TITLE, 18, "center")
NOTE_STYLE = _Style(size=9)
SEAL_STYLE = _Style(vertical="top")
HEADING_STYLES = (_Style(HEI, 12), _Style("楷体", 12), _Style("仿宋", 12), _Style("仿宋", 12))
BODY_STYLE = _Style("仿宋", 12)


class _Page:
    """A worksheet being written from the top."""

    def __init__(self, sheet: Any, document: Document) -> None:
        self.sheet, self.document = sheet, document
        tables = [block for block in document.blocks if isinstance(block, Table)]
        self.edges = common_edges(tables) if tables else PARAGRAPH_EDGES
        self.row = 0

    def write(self, mark: str) -> None:
        self._line(self.document.title, TITLE_STYLE)
        for piece in runs(self.document.blocks):
            if isinstance(piece, tuple):
                self._table(piece)
            else:
                self._block(piece)
        self._set_up(mark)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._line(block.text, HEADING_STYLES[block.level - 1])
            case Paragraph():
                indent = "　　" if block.indented else ""
                self._line(f"{indent}{block.text}", BODY_STYLE)
            case Note():
                self._line(block.text, NOTE_STYLE)
            case ChartFigure():
                for line in block.lines:
                    self._line(line, BODY_STYLE)
                self._line(block.caption, NOTE_STYLE)

    def _line(self, text: str, style: _Style) -> None:
        """A row across the page; as many rows as a long text needs."""
        for part in _parts(text, PAGE_CHARACTERS, style.size):
            self.row += 1
            self._put(part, style, first=0, end=len(self.edges) - 1)
            self._height(_points(part, PAGE_CHARACTERS, style.size))

    def _table(self, tables: tuple[Table, ...]) -> None:
        """A row of the form is several rows where a text is too long for the highest there is."""
        rows = on_grid(tables, self.edges).rows
        texts = [{one: self._split(one) for one in row.cells} for row in rows]
        heights = (max(map(len, parts.values()), default=1) for parts in texts)
        starts = list(accumulate(heights, initial=self.row + 1))
        for number, parts in enumerate(texts):
            for one, found in parts.items():
                end = starts[number + one.cell.rowspan]
                self._cell(one, found, starts[number], end)
        self.row = starts[-1] - 1

    def _split(self, one: GridCell) -> list[str]:
        """A cell of several rows has room enough already."""
        if one.cell.rowspan > 1:
            return [one.cell.text]
        return list(_parts(one.cell.text, self._room(one), SIZE))

    def _cell(self, one: GridCell, parts: list[str], start: int, end: int) -> None:
        """The texts below each other from row ``start`` on; the last one takes up to ``end``."""
        style = _style_of(one.cell)
        for number, text in enumerate(parts):
            self.row = start + number
            rows = end - self.row if number == len(parts) - 1 else 1
            value = Decimal(text) if _is_number(one.cell, text) else text
            self._put(value, style, first=one.first, end=one.end, rows=rows, boxed=True)
            self._height(_least(one, text, self._room(one)))

    def _put(
        self,
        value: str | Decimal,
        style: _Style,
        *,
        first: int,
        end: int,
        rows: int = 1,
        boxed: bool = False,
    ) -> None:
        row = self.row
        cell = self.sheet.cell(row=row, column=first + 1)
        if isinstance(value, Decimal):
            cell.value = value
            cell.number_format = _number_format(value)
        elif value:
            cell.value = value
            cell.data_type = "s"  # or openpyxl takes what begins with = for a formula
        cell.font = Font(name=style.font, size=style.size)
        cell.alignment = Alignment(style.align, style.vertical, wrap_text=True)
        if boxed:
            for line in self.sheet.iter_rows(row, row + rows - 1, first + 1, end):
                for covered in line:
                    covered.border = BOX
        if rows > 1 or end - first > 1:
            self.sheet.merge_cells(
                start_row=row, end_row=row + rows - 1, start_column=first + 1, end_column=end
            )

    def _room(self, one: GridCell) -> int:
        """Half hanzi that fit on a line of the cell."""
        share = self.edges[one.end] - self.edges[one.first]
        return max(2, PAGE_CHARACTERS * share // FULL_WIDTH - 1)

    def _height(self, points: float) -> None:
        line = self.sheet.row_dimensions[self.row]
        line.height = max(line.height or 0.0, points)

    def _set_up(self, mark: str) -> None:
        """Column widths, and one page wide on A4 when it is printed."""
        sheet = self.sheet
        for number, (start, end) in enumerate(pairwise(self.edges), 1):
            width = PAGE_CHARACTERS * (end - start) / FULL_WIDTH
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.print_area = f"A1:{get_column_letter(len(self.edges) - 1)}{self.row}"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = int(self._is_nearly_one_page())
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        report = self.document.kind is Kind.REPORT
        sheet.oddFooter.center.text = "— &P —" if report else "第 &P 页　共 &N 页"
        sheet.oddHeader.center.text = mark
        sheet.oddHeader.center.size = 8
        sheet.sheet_view.showGridLines = False

    def _is_nearly_one_page(self) -> bool:
        lines = self.sheet.row_dimensions.values()
        return sum(line.height or 0.0 for line in lines) <= SHRUNK_TO_ONE_PAGE


def _is_number(cell: AnyCell, text: str) -> bool:
    """Not a postcode or a telephone, which are written in digits too."""
    return isinstance(cell, Cell) and cell.look is Look.FIGURE and bool(NUMBER.fullmatch(text))


def _style_of(cell: AnyCell) -> _Style:
    if isinstance(cell, SignatureCell):
        return SEAL_STYLE
    if cell.look is Look.PART:
        return _Style(HEI)
    font = HEI if cell.look is Look.LABEL else SONG
    return _Style(font, align=ALIGNMENTS[cell.align])


def _number_format(value: Decimal) -> str:
    places = max(0, -int(value.as_tuple().exponent))
    return f"0.{'0' * places}" if places else "0"


def _least(one: GridCell, text: str, room: int) -> float:
    if isinstance(one.cell, SignatureCell):
        return SEAL_POINTS if one.cell.label else SIGNATURE_POINTS
    return _points(text, room, SIZE) / one.cell.rowspan


def _points(text: str, room: int, size: float) -> float:
    lines = sum(_lines(line, room, size) for line in text.split("\n"))
    return lines * LINE_POINTS * size / SIZE + PADDING_POINTS


def _lines(line: str, room: int, size: float) -> int:
    return max(1, ceil(_breadth(line) * size / SIZE / room))


def _breadth(text: str) -> int:
    """In halves of a hanzi."""
    return sum(1 if char.isascii() else 2 for char in text)


def _parts(text: str, room: int, size: float) -> Iterator[str]:
    """The text, cut where a row of the highest kind is full; joined again it is the text."""
    most = max(1, int((MOST_POINTS - PADDING_POINTS) / (LINE_POINTS * size / SIZE)))
    while _points(text, room, size) > MOST_POINTS:
        end = _cut(text, most, int(room * SIZE / size))
        yield text[:end]
        text = text[end:]
    yield text


def _cut(text: str, lines: int, room: int) -> int:
    """How many characters fill ``lines`` lines."""
    used, column = 0, 0
    for index, char in enumerate(text):
        breadth = 1 if char.isascii() else 2
        if char == "\n" or column + breadth > room:
            used, column = used + 1, 0
            if used >= lines:
                return max(1, index)
        column += 0 if char == "\n" else breadth
    return len(text)
