"""PDFs with text: ruled tables as grids, the rest as lines joined into paragraphs."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

import pdfplumber

from reports.checkup.files import limits
from reports.checkup.files.errors import BROKEN, UnreadableError
from reports.checkup.files.kinds import LOCKED
from reports.checkup.files.text import blocks_of
from reports.checkup.numbering import numbered
from reports.checkup.raw import Block, Cell, Found, Table

CLAIMED_PAGES = re.compile(rb"/Count\s+(\d{1,12})")
NO_TEXT = "PDF 里没有文字，多半是扫描件。请交制作它的 Word、Excel 文件，或先做文字识别。"
TOO_MANY_PAGES = (
    f"PDF 超过 {limits.PAGES} 页，不像一份自评表。请只留下自评的几张表和报告，再试一次。"
)

SNAP = 3.0  # points; lines of a table that are closer than this are one
CELL_GAP = "    "
PADDING = 4.0  # points between the text of a cell and its right edge
GAP = 2.2  # widths of a character; wider ones part the cells of a table without rules
INDENT = 1.2  # characters; a line set in this far begins a paragraph
WATERMARK = 3.0  # times the usual size; what is set larger lies behind the text
MARGIN = 0.12  # of the height of a page; where page numbers and running titles stand
SHORT = 2.5  # characters; a line that ends this far from the margin ends a paragraph

Box = tuple[float, float, float, float]


def read_pdf(source: bytes) -> Found:
    if max(map(int, CLAIMED_PAGES.findall(source)), default=0) > limits.PAGES:
        raise UnreadableError(TOO_MANY_PAGES)
    try:
        pages = _pages(source)
    except UnreadableError:
        raise
    except Exception as error:  # the parser raises what it likes for broken files
        raise UnreadableError(LOCKED if _is_locked(error) else BROKEN) from error
    if not any(page.chars for page in pages):
        raise UnreadableError(NO_TEXT)
    repeated = _repeated(pages)
    blocks = [block for page in pages for block in _blocks(page, repeated)]
    return Found(blocks, pictures=any(page.pictures for page in pages))


def _is_locked(error: BaseException | None) -> bool:
    names = {"PDFPasswordIncorrect", "PDFEncryptionError"}
    while error is not None:
        if type(error).__name__ in names or any(type(arg).__name__ in names for arg in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _pages(source: bytes) -> "list[Page]":
    with pdfplumber.open(BytesIO(source)) as document:
        pages: list[Page] = []
        for number, page in enumerate(document.pages, 1):
            if number > limits.PAGES or sum(len(one.chars) for one in pages) > limits.CHARACTERS:
                raise UnreadableError(TOO_MANY_PAGES)
            pages.append(_page(page, f"第 {number} 页"))
            page.close()
    return pages


@dataclass(frozen=True)
class Page:
    """Characters that stand upright in the size of text, and the tables around some of them."""

    where: str
    height: float
    chars: list[Any]
    tables: list[Any]
    lines: "list[Line]"
    pictures: bool


def _page(page: Any, where: str) -> Page:
    page = page.dedupe_chars()
    chars = _without_watermark(page.chars)
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    outside = [char for char in chars if not any(_inside(char, table.bbox) for table in tables)]
    pictures = bool(page.images)
    return Page(where, float(page.height), chars, tables, _lines(outside), pictures)


def _without_watermark(chars: Sequence[Any]) -> list[Any]:
    if not chars:
        return []
    usual = median(char["size"] for char in chars)
    return [char for char in chars if char["upright"] and char["size"] < WATERMARK * usual]


def _repeated(pages: Sequence[Page]) -> frozenset[str]:
    """What stands in the margins of several pages, whatever its numbers: no text of the form."""
    seen = Counter(
        text
        for page in pages
        for text in {_numberless(line.text) for line in page.lines if _in_margin(line, page)}
    )
    return frozenset(text for text, count in seen.items() if count > 1)


def _numberless(text: str) -> str:
    return re.sub(r"[\d\s]", "", text)


def _in_margin(line: "Line", page: Page) -> bool:
    return not MARGIN * page.height < line.top < (1 - MARGIN) * page.height


def _blocks(page: Page, repeated: frozenset[str]) -> Iterator[Block]:
    """Tables and paragraphs from top to bottom."""
    found: list[tuple[float, Block]] = [
        (table.bbox[1], _table(table, page.chars, f"{page.where}表 {number} "))
        for number, table in enumerate(page.tables, 1)
    ]
    lines = [line for line in page.lines if not _is_furniture(line, page, repeated)]
    edges = [0.0, *sorted(table.bbox[1] for table in page.tables), page.height + 1]
    for top, bottom in pairwise(edges):
        between = [line for line in lines if top <= line.top < bottom]
        found.extend((between[0].top, block) for block in _paragraphs(between, page))
    yield from (block for _, block in sorted(found, key=lambda one: one[0]))


def _is_furniture(line: "Line", page: Page, repeated: frozenset[str]) -> bool:
    """A page number, or a running title."""
    if not _in_margin(line, page):
        return False
    words = _numberless(line.text)
    return words in repeated or not words.strip("—-–·第页共/")


@dataclass(frozen=True)
class Line:
    """A line of characters with its edges and the width of a character, in points."""

    text: str
    left: float
    right: float
    top: float
    size: float


def _lines(chars: Iterable[Any]) -> list[Line]:
    rows: list[list[Any]] = []
    for char in sorted(chars, key=lambda char: (round(_middle(char)), char["x0"])):
        if rows and abs(_middle(rows[-1][-1]) - _middle(char)) < char["size"] / 2:
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = (_line(sorted(row, key=lambda char: char["x0"])) for row in rows)
    return [line for line in lines if line.text.strip()]


def _line(row: Sequence[Any]) -> Line:
    size = max(char["size"] for char in row)
    text = row[0]["text"]
    for left, right in pairwise(row):
        gap = right["x0"] - left["x1"]
        text += (CELL_GAP if gap > GAP * size else "") + right["text"]
    inked = [char for char in row if char["text"].strip()] or row
    return Line(text, inked[0]["x0"], inked[-1]["x1"], row[0]["top"], size)


def _paragraphs(lines: Sequence[Line], page: Page) -> list[Block]:
    """A page's text may go on at the top of the next."""
    left, right = _text_area(page)
    return list(blocks_of((text, page.where) for text in _run_on(lines, left, right)))


def _run_on(lines: Iterable[Line], left: float, right: float) -> list[str]:
    """The lines, those joined that only the edge of the text ended."""
    joined: list[str] = []
    before: Line | None = None
    for line in lines:
        text = line.text.strip()
        is_row = any(CELL_GAP in one.text for one in (line, before) if one)
        if before and not is_row and _is_full(before, left, right) and _goes_on(line, left):
            joined[-1] += _glue(joined[-1], text) + text
        else:
            joined.append(text)
        before = line
    return joined


def _text_area(page: Page) -> tuple[float, float]:
    """The edges of what is printed on the page."""
    boxes = [table.bbox for table in page.tables]
    edges = [(line.left, line.right) for line in page.lines] + [(box[0], box[2]) for box in boxes]
    return min(edge[0] for edge in edges), max(edge[1] for edge in edges)


def _is_full(line: Line, left: float, right: float) -> bool:
    return line.right > right - SHORT * line.size and line.left < left + 3 * INDENT * line.size


def _goes_on(line: Line, left: float) -> bool:
    return line.left < left + INDENT * line.size and numbered(line.text) is None


def _glue(before: str, after: str) -> str:
    """A space where a line of Latin letters went on, nothing between Chinese."""
    ends = before[-1:] + after.strip()[:1]
    return " " if ends.isascii() and ends.isalpha() else ""


def _table(table: Any, chars: Iterable[Any], where: str) -> Table:
    """Cells as a grid: their edges, snapped together, are the rows and columns.

    Columns are kept in points, so that they stay the same where a table goes on overleaf.
    """
    cells: list[Box] = [cell for cell in table.cells if cell]
    columns = _edges(x for box in cells for x in (box[0], box[2]))
    rows = _edges(y for box in cells for y in (box[1], box[3]))
    inside = [char for char in chars if _inside(char, table.bbox)]
    grid: list[list[Cell]] = [[] for _ in rows[:-1]]
    for box in sorted(cells, key=lambda box: (box[1], box[0])):
        left, right = _index(columns, box[0]), _index(columns, box[2])
        top, bottom = _index(rows, box[1]), _index(rows, box[3])
        if left < right and top < bottom:
            lines = _lines(char for char in inside if _inside(char, box))
            text = "\n".join(_run_on(lines, box[0], box[2] - PADDING))
            place = f"{where}第 {top + 1} 行第 {len(grid[top]) + 1} 格"
            start, end = round(columns[left]), round(columns[right])
            grid[top].append(Cell(text, start, place, end - start, bottom - top))
    return Table(tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in grid))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SNAP:
            edges.append(value)
    return edges


def _index(edges: Sequence[float], value: float) -> int:
    """The edge at ``value``, or the last one before it within the snap."""
    return bisect_left(edges, value - SNAP - 0.01)


def _inside(char: Any, box: Box) -> bool:
    across = (char["x0"] + char["x1"]) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= _middle(char) <= box[3])


def _middle(char: Any) -> float:
    return float(char["top"] + char["bottom"]) / 2
