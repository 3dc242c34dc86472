"""The tree of blocks a document is made of, the same for every output format.

Texts are plain strings exactly as they print; no markup. Builders make this tree from a dossier,
renderers turn it into pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reports.charts import Chart

FULL_WIDTH = 100


class Kind(StrEnum):
    """Geometry: a form full of tables, or running text after GB/T 9704."""

    FORM = "form"
    REPORT = "report"


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Look(StrEnum):
    """What a cell is on the form; the renderer decides how that looks."""

    VALUE = "value"
    FIGURE = "figure"  # an amount or points, a number where a format has numbers
    LABEL = "label"
    PART = "part"  # the row that opens a numbered part of a form


@dataclass(frozen=True)
class Heading:
    """``level`` 1 is the first below the document's title."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str
    indented: bool = True


@dataclass(frozen=True)
class Note:
    """Small print under a table; ``number`` counts the notes of one document."""

    content: str
    number: int | None = None

    @property
    def text(self) -> str:
        return self.content if self.number is None else f"注{self.number}：{self.content}"


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class CheckMark:
    """A choice on the form: ``label`` and then ``mark`` in brackets when it is the one chosen."""

    label: str
    mark: str
    checked: bool

    @property
    def text(self) -> str:
        return f"{self.label}（{self.mark if self.checked else '　'}）"


@dataclass(frozen=True)
class Cell:
    content: str | CheckMark = ""
    colspan: int = 1
    rowspan: int = 1
    align: Align = Align.CENTER
    look: Look = Look.VALUE

    @property
    def text(self) -> str:
        return self.content if isinstance(self.content, str) else self.content.text


@dataclass(frozen=True)
class SignatureCell:
    """Space for a signature or seal; ``anchor`` names the place inside the finished page."""

    anchor: str
    label: str = ""
    date: str = ""
    colspan: int = 1
    rowspan: int = 1

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.label, self.date) if part)


AnyCell = Cell | SignatureCell
Row = tuple[AnyCell, ...]


@dataclass(frozen=True)
class RowGroup:
    """Rows that stay on one page when ``together``; spans never reach out of a group.

    A page ends between rows, and inside one only when ``splittable``. ``names`` of the rows, one
    each or none at all, are for a renderer that looks where on the pages they are.
    """

    rows: tuple[Row, ...]
    together: bool = False
    splittable: bool = False
    names: tuple[str, ...] = ()

    @property
    def named_rows(self) -> Iterator[tuple[str, Row]]:
        return zip(self.names or ("",) * len(self.rows), self.rows, strict=True)


@dataclass(frozen=True)
class Table:
    """``widths`` in hundredths of the page's width, adding to 100; ``head`` repeats on each page.

    ``joined`` tables hang on the table before them without a gap. Raises ValueError when the
    widths do not add up or the spans of a part do not fill its grid exactly.
    """

    widths: tuple[int, ...]
    head: tuple[Row, ...]
    groups: tuple[RowGroup, ...]
    joined: bool = False

    def __post_init__(self) -> None:
        if sum(self.widths) != FULL_WIDTH:
            raise ValueError(f"column widths add to {sum(self.widths)}, not {FULL_WIDTH}")
        for rows in (self.head, *(group.rows for group in self.groups)):
            check_grid(rows, len(self.widths))


class ChartKind(StrEnum):
    LOSSES = "losses"
    SPREADS = "spreads"


@dataclass(frozen=True)
class ChartFigure:
    """A drawing with ``caption`` below it, and the same in words for formats without drawings."""

    kind: ChartKind
    drawing: Chart
    caption: str

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(f"{row.name}：{row.figures}" for row in self.drawing.rows)


Block = Heading | Paragraph | Note | PageBreak | Table | ChartFigure


@dataclass(frozen=True)
class Document:
    """``name`` is the short name used in file names and on the command line."""

    name: str
    title: str
    kind: Kind
    blocks: tuple[Block, ...]
    language: str = "zh-CN"


def check_grid(rows: tuple[Row, ...], columns: int) -> None:
    """Raise ValueError unless the cells of ``rows`` cover ``columns`` exactly once."""
    open_rows = [0] * columns
    for number, row in enumerate(rows, 1):
        cells = iter(row)
        column = 0
        while column < columns:
            if open_rows[column]:
                column += 1
                continue
            cell = next(cells, None)
            if cell is None:
                raise ValueError(f"row {number} ends before column {column + 1}")
            covered = open_rows[column : column + cell.colspan]
            if len(covered) < cell.colspan or any(covered):
                raise ValueError(f"row {number}: a cell does not fit at column {column + 1}")
            open_rows[column : column + cell.colspan] = [cell.rowspan] * cell.colspan
            column += cell.colspan
        if next(cells, None) is not None:
            raise ValueError(f"row {number} has more cells than columns")
        open_rows = [left - 1 for left in open_rows]
    if any(open_rows):
        raise ValueError("a cell spans more rows than there are")


def placed(rows: tuple[Row, ...], columns: int) -> Iterator[tuple[int, int, AnyCell]]:
    """Each cell with the row and column of its upper left corner, both counted from 0."""
    open_rows = [0] * columns
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while open_rows[column]:
                column += 1
            yield number, column, cell
            open_rows[column : column + cell.colspan] = [cell.rowspan] * cell.colspan
            column += cell.colspan
        open_rows = [left - 1 for left in open_rows]


def texts(document: Document) -> Iterator[str]:
    """Every text of a document in printed order, without the empty ones."""
    yield document.title
    for block in document.blocks:
        match block:
            case Heading() | Paragraph() | Note():
                yield block.text
            case ChartFigure():
                for row in block.drawing.rows:
                    yield row.label
                    yield row.figures
                yield block.caption
            case Table():
                rows = (*block.head, *(row for group in block.groups for row in group.rows))
                yield from (cell.text for row in rows for cell in row if cell.text)
