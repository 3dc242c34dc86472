"""PDFs with text: ruled tables as grids, the rest as lines joined into paragraphs."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber

from reports.checkup.files import limits
from reports.checkup.files.errors import BROKEN, TOO_LARGE, UnreadableError
from reports.checkup.files.kinds import LOCKED
from reports.checkup.files.text import blocks_of
from reports.checkup.raw import Block, Cell, Paragraph, Table

CLAIMED_PAGES = re.compile(rb"/Count\s+(\d{1,12})")
NO_TEXT = "PDF 里没有文字，多半是扫描件。请交制作它的 Word、Excel 文件，或先做文字识别。"
TOO_MANY_PAGES = (
    f"PDF 超过 {limits.PAGES} 页，不像一份自评表。请只留下自评的几张表和报告，再试一次。"
)

SNAP = 3.0  # points; lines of a table that are closer than this are one
GAP = 2.2  # widths of a character; wider ones part the cells of a table without rules
INDENT = 1.2  # characters; a line set in this far begins a paragraph
SHORT = 2.5  # characters; a line that ends this far from the margin ends a paragraph

Box = tuple[float, float, float, float]


def read_pdf(source: bytes) -> list[Block]:
    if max(map(int, CLAIMED_PAGES.findall(source)), default=0) > limits.PAGES:
        raise UnreadableError(TOO_MANY_PAGES)
    try:
        blocks = list(_pages(source))
    except UnreadableError:
        raise
    except Exception as error:  # the parser raises what it likes for broken files
        raise UnreadableError(LOCKED if _is_locked(error) else BROKEN) from error
    if not any(isinstance(block, Table) or block.text for block in blocks):
        raise UnreadableError(NO_TEXT)
    return blocks


def _is_locked(error: BaseException | None) -> bool:
    names = {"PDFPasswordIncorrect", "PDFEncryptionError"}
    while error is not None:
        if type(error).__name__ in names or any(type(arg).__name__ in names for arg in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _pages(source: bytes) -> Iterator[Block]:
    characters = 0
    with pdfplumber.open(BytesIO(source)) as document:
        for number, page in enumerate(document.pages, 1):
            if number > limits.PAGES:
                raise UnreadableError(TOO_MANY_PAGES)
            characters += len(page.chars)
            if characters > limits.CHARACTERS:
                raise UnreadableError(TOO_LARGE)
            yield from _page(page, f"第 {number} 页")
            page.close()


def _page(page: Any, where: str) -> Iterator[Block]:
    """Tables and lines from top to bottom."""
    page = page.dedupe_chars()
    tables = [table for table in page.find_tables() if len(table.cells) > 1]
    boxes = [table.bbox for table in tables]
    chars = [char for char in page.chars if not any(_inside(char, box) for box in boxes)]
    found: list[tuple[float, Block]] = [
        (table.bbox[1], _table(table, page.chars, f"{where}表 {number}"))
        for number, table in enumerate(tables, 1)
    ]
    lines = _lines(chars)
    edges = [0.0, *(box[1] for box in sorted(boxes, key=lambda box: box[1])), page.height]
    for top, bottom in pairwise(edges):
        between = [line for line in lines if top <= line.top < bottom]
        found.extend((between[0].top, block) for block in _paragraphs(between, where))
    yield from (block for _, block in sorted(found, key=lambda one: one[0]))


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
        text += ("   " if gap > GAP * size else "") + right["text"]
    inked = [char for char in row if char["text"].strip()] or row
    return Line(text, inked[0]["x0"], inked[-1]["x1"], row[0]["top"], size)


def _paragraphs(lines: Sequence[Line], where: str) -> list[Block]:
    """Lines that run on are joined; a page's text may go on at the top of the next."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    joined: list[str] = []
    before: Line | None = None
    for line in lines:
        runs_on = (
            before is not None
            and line.left < left + INDENT * line.size
            and before.right > right - SHORT * before.size
            and before.left < left + 3 * INDENT * before.size
        )
        if runs_on:
            joined[-1] += _glue(joined[-1], line.text) + line.text.strip()
        else:
            joined.append(line.text.strip())
        before = line
    return list(blocks_of((text, where) for text in joined))


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
            text = "\n".join(line.text.strip() for line in _lines(_chars_in(inside, box)))
            place = f"{where}第 {top + 1} 行第 {len(grid[top]) + 1} 格"
            start, end = round(columns[left]), round(columns[right])
            grid[top].append(Cell(text, start, place, end - start, bottom - top))
    return Table(tuple(tuple(sorted(row, key=lambda cell: cell.column)) for row in grid))


def _chars_in(chars: Iterable[Any], box: Box) -> list[Any]:
    return [char for char in chars if _inside(char, box)]


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
