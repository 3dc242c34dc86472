"""Word documents. Only word/document.xml is read: no picture, no field code, nothing outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from reports.checkup.files import limits
from reports.checkup.files.errors import BROKEN, TOO_LARGE, UnreadableError
from reports.checkup.files.packages import opened, xml_part
from reports.checkup.files.text import blocks_of
from reports.checkup.raw import Block, Cell, Found, Paragraph, Table

DOCUMENT = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
FALLBACK = f"{COMPATIBILITY}Fallback"
BODY, PARAGRAPH, TABLE, ROW, CELL, RUN, TEXT, BOX = (
    f"{W}{name}" for name in ("body", "p", "tbl", "tr", "tc", "r", "t", "txbxContent")
)
# What is struck out, shown nowhere, or stands for something else.
UNSEEN = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rt", "pPr", "tblPr")
}
CHARACTERS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# Signs of the Wingdings fonts that forms use for boxes.
SIGNS = {
    "F0FC": "√",
    "F050": "√",
    "F0FE": "☑",
    "F052": "☑",
    "F0FD": "☒",
    "F0A8": "□",
    "F06F": "□",
    "F0A3": "□",
    "F071": "□",
}


@dataclass
class Counter:
    """Where the reading stands; a document of ever more cells is given up."""

    paragraphs: int = 0
    tables: int = 0
    cells: int = 0
    characters: int = 0

    def add(self, text: str) -> str:
        self.characters += len(text)
        if self.characters > limits.CHARACTERS or self.cells > limits.CELLS:
            raise UnreadableError(TOO_LARGE)
        return text


def read_docx(source: bytes) -> Found:
    with opened(source) as package:
        xml = xml_part(package, DOCUMENT)
        pictures = any(name.startswith("word/media/") for name in package.namelist())
    try:
        root = fromstring(xml.replace(STRICT[1:-1].encode(), W[1:-1].encode()))
    except Exception as error:  # what a parser raises for broken files
        raise UnreadableError(BROKEN) from error
    body = root.find(BODY)
    return Found([] if body is None else list(_blocks(body, Counter())), pictures=pictures)


def _blocks(parent: Element, counter: Counter, depth: int = 0) -> Iterator[Block]:
    for element in parent:
        if element.tag == PARAGRAPH:
            yield from _paragraph(element, counter, depth)
        elif element.tag == TABLE:
            yield from _table(element, counter, depth)
        elif element.tag not in UNSEEN and element.tag != FALLBACK:
            yield from _blocks(element, counter, depth)


def _paragraph(element: Element, counter: Counter, depth: int) -> Iterator[Block]:
    counter.paragraphs += 1
    where = f"第 {counter.paragraphs} 段"
    text = counter.add("".join(_texts(element)))
    for line in text.split("\n"):
        yield from (_certain(block) for block in blocks_of([(line, where)]))
    for box in _boxes(element):
        yield from _blocks(box, counter, depth + 1)


def _certain(block: Block) -> Block:
    return Paragraph(block.text, block.where) if isinstance(block, Paragraph) else block


def _texts(element: Element) -> Iterator[str]:
    """The text a reader sees, without that of text boxes and nested tables."""
    for child in element:
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag == f"{W}sym":
            yield SIGNS.get(child.get(f"{W}char", "").upper(), "")
        elif child.tag == RUN and _is_hidden(child):
            continue
        elif child.tag not in UNSEEN and child.tag not in {BOX, TABLE, FALLBACK}:
            yield from _texts(child)


def _is_hidden(run: Element) -> bool:
    return run.find(f"{W}rPr/{W}vanish") is not None


def _boxes(element: Element) -> Iterator[Element]:
    """Text boxes, each once: old Word gets the same one again as a fallback."""
    for child in element:
        if child.tag == BOX:
            yield child
        elif child.tag not in {FALLBACK, TABLE}:
            yield from _boxes(child)


@dataclass
class _Open:
    """A cell whose height is still growing."""

    text: str
    column: int
    width: int
    where: str
    height: int = 1

    def closed(self) -> Cell:
        return Cell(self.text, self.column, self.where, self.width, self.height)


@dataclass
class _Grid:
    rows: list[list[_Open]] = field(default_factory=list)
    above: dict[int, _Open] = field(default_factory=dict)
    inner: list[Element] = field(default_factory=list)


def _table(element: Element, counter: Counter, depth: int) -> Iterator[Block]:
    """A table, then the tables inside its cells. One of a single cell is a frame, not a table."""
    if depth > limits.NESTED_TABLES:
        raise UnreadableError(TOO_LARGE)
    rows = list(_within(element, ROW))
    if len(rows) == 1 and len(only := list(_within(rows[0], CELL))) == 1:
        yield from _blocks(only[0], counter, depth + 1)
        return
    counter.tables += 1
    name = f"表 {counter.tables}"
    grid = _Grid()
    for number, row in enumerate(rows, 1):
        _read_row(grid, row, f"{name} 第 {number} 行", counter)
    yield Table(tuple(tuple(cell.closed() for cell in row) for row in grid.rows))
    for inner in grid.inner:
        yield from _table(inner, counter, depth + 1)


def _read_row(grid: _Grid, row: Element, where: str, counter: Counter) -> None:
    column = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
    below: dict[int, _Open] = {}
    cells: list[_Open] = []
    for number, element in enumerate(_within(row, CELL), 1):
        width = _number(element.find(f"{W}tcPr/{W}gridSpan"), 1)
        merge = element.find(f"{W}tcPr/{W}vMerge")
        above = grid.above.get(column)
        if merge is not None and merge.get(f"{W}val", "continue") != "restart" and above:
            above.height += 1
            cell = above
        else:
            text = _cell_text(element, grid, counter)
            cell = _Open(text, column, width, f"{where}第 {number} 格")
            cells.append(cell)
        below[column] = cell
        column += width
    grid.above = below
    grid.rows.append(cells)


def _cell_text(element: Element, grid: _Grid, counter: Counter) -> str:
    counter.cells += 1
    paragraphs = list(_within(element, PARAGRAPH))
    paragraphs += [inner for box in _boxes(element) for inner in _within(box, PARAGRAPH)]
    lines = ["".join(_texts(paragraph)).strip(" \u3000") for paragraph in paragraphs]
    grid.inner.extend(_within(element, TABLE))
    return counter.add("\n".join(line for line in lines if line))


def _within(element: Element, tag: str) -> Iterator[Element]:
    """The elements of one kind, also through content controls and accepted changes."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in UNSEEN and child.tag not in {TABLE, ROW, CELL, PARAGRAPH, FALLBACK}:
            yield from _within(child, tag)


def _number(element: Element | None, default: int) -> int:
    text = "" if element is None else element.get(f"{W}val", "")
    return min(int(text), limits.COLUMNS) if text.isascii() and text.isdecimal() else default
