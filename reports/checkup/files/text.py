"""Typed text: lines, some of them rows of a table.

A cell ends at a tab, a bar or a wide gap. Where a cell was lost in copying, the columns slip; so
these tables are loose.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from reports.checkup.files import limits
from reports.checkup.files.errors import TOO_LARGE, UnreadableError
from reports.checkup.raw import Block, Cell, Paragraph, Table

NO_TEXT = "认不出文件的文字编码。请用记事本打开，选“另存为”，编码选 UTF-8，再试一次。"

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
WIDE_GAP = re.compile(r"[ \u00a0]{2,}|[ \u00a0\u3000]*\u3000{2,}[ \u00a0\u3000]*")
RULE_LINE = re.compile(r"[\s|:+\-—─│┼=]+")
PROSE = re.compile(r"[。；！？]")
LONGEST_GAP_CELL = 40
CERTAIN_GAP, CERTAIN_CELLS = 4, 5
FEWEST_CELLS = 2
BAR = re.compile("[|│]")
# In Chinese text of this field these are everywhere; read in a wrong encoding, they are not.
COMMON = frozenset("的一是在和有中为年月日项目资金绩效评价指标分值得单位表情况，。、：（）\n")
LEAST_COMMON = 0.05

Line = tuple[str, str]


def decode(source: bytes) -> str:
    """UTF-8, UTF-16 or GB18030; UnreadableError for anything else, such as a program."""
    for start, encoding in BOMS:
        if source.startswith(start):
            return _checked(_decoded(source, encoding))
    utf_8 = _decoded(source, "utf-8")
    return _checked(_likeliest(source) if utf_8 is None else utf_8)


def read_text(source: bytes) -> Iterable[Block]:
    if len(source) > limits.TYPED_TEXT:
        raise UnreadableError(TOO_LARGE)
    text = decode(source).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return blocks_of((line, f"第 {number} 行") for number, line in enumerate(text.split("\n"), 1))


def blocks_of(lines: Iterable[Line]) -> Iterator[Block]:
    """Lines with their places as paragraphs and tables; blank lines are left out."""
    filled = ((line, where, split_cells(line)) for line, where in lines if line.strip())
    for is_row, group in groupby(filled, key=lambda one: one[2] is not None):
        if is_row:
            yield from _table([(cells or [], where) for _, where, cells in group])
        else:
            yield from (
                Paragraph(line.strip(" \t\u3000|│"), where, loose=True) for line, where, _ in group
            )


def _table(rows: list[tuple[list[str], str]]) -> Iterator[Table]:
    """A frame of bars around all rows is none of their cells."""
    rows = [(cells, where) for cells, where in rows if cells]
    framed = all(len(cells) > FEWEST_CELLS and not cells[0] and not cells[-1] for cells, _ in rows)
    inside = slice(1, -1) if framed else slice(None)
    table = tuple(_row(cells[inside][: limits.COLUMNS], where) for cells, where in rows)
    if table:
        yield Table(table, loose=True)


def split_cells(line: str) -> list[str] | None:
    """The cells of a line that is a row of a table; None when it is running text."""
    if BAR.search(line):
        return _barred(line)
    if "\t" in line:
        cells = [cell.strip() for cell in line.split("\t")]
        only_indented = not any(cells[:-1])
        return None if only_indented else cells
    return _gapped(line)


def _barred(line: str) -> list[str] | None:
    if RULE_LINE.fullmatch(line):
        return []
    cells = [cell.strip() for cell in BAR.split(line)]
    return cells if len([cell for cell in cells if cell]) > 1 or len(cells) > FEWEST_CELLS else None


def _gapped(line: str) -> list[str] | None:
    """A gap of four blanks is no slip of the hand; smaller ones part only short words."""
    cells = WIDE_GAP.split(line.strip())
    if len(cells) < FEWEST_CELLS:
        return None
    certain = len(cells) >= CERTAIN_CELLS or all(
        len(gap.expandtabs()) >= CERTAIN_GAP for gap in WIDE_GAP.findall(line.strip())
    )
    short = not PROSE.search(line) and all(len(cell) <= LONGEST_GAP_CELL for cell in cells)
    return cells if certain or short else None


def _row(cells: list[str], where: str) -> tuple[Cell, ...]:
    return tuple(Cell(text, column, where) for column, text in enumerate(cells))


def _decoded(source: bytes, encoding: str) -> str | None:
    try:
        return source.decode(encoding)
    except UnicodeDecodeError:
        return None


def _likeliest(source: bytes) -> str | None:
    """Chinese in several encodings at once is possible, sensible only in one."""
    texts = [_decoded(source, encoding) for encoding in ("gb18030", "utf-16-le", "utf-16-be")]
    best = max((text for text in texts if text), key=_commonness, default=None)
    return best if best and _commonness(best) >= LEAST_COMMON else None


def _commonness(text: str) -> float:
    sample = text[:5_000]
    return sum(char in COMMON for char in sample) / len(sample)


def _checked(text: str | None) -> str:
    """Text has no control characters but those that lay it out."""
    if text is None or any(char < " " and char not in "\t\n\r\f\v" for char in text[:10_000]):
        raise UnreadableError(NO_TEXT)
    return text
