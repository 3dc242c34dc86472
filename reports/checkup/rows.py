"""Contents as one stream of rows. A paragraph is a row of one piece."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reports.checkup.raw import Content, Paragraph, Table
from reports.checkup.words import LABELS


@dataclass(frozen=True)
class Piece:
    """``start`` and ``end`` are its columns; ``continued`` when it belongs to a cell from above."""

    text: str
    start: int
    end: int
    where: str
    continued: bool = False


@dataclass(frozen=True)
class Row:
    """``table`` counts the tables of a file from 1, and is 0 for a paragraph.

    The columns of a ``loose`` row may have slipped; a loose paragraph may be a part of one.
    ``sheet`` is the name of a sheet of a workbook.
    """

    pieces: tuple[Piece, ...]
    file: str
    table: int = 0
    loose: bool = False
    sheet: str = ""

    @property
    def filled(self) -> tuple[Piece, ...]:
        """The pieces with text that begin in this row."""
        return tuple(piece for piece in self.pieces if piece.text and not piece.continued)

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.filled)

    @property
    def where(self) -> str:
        return self.pieces[0].where if self.pieces else ""

    @property
    def is_paragraph(self) -> bool:
        return self.table == 0

    @property
    def single(self) -> Piece | None:
        """Its only text, as a title or a paragraph has."""
        return self.filled[0] if len(self.filled) == 1 else None


def rows_of(content: Content) -> Iterator[Row]:
    tables = 0
    for block in content.blocks:
        if isinstance(block, Paragraph):
            piece = Piece(block.text, 0, 1, block.where)
            yield Row((piece,), content.name, loose=block.loose)
        else:
            tables += 1
            yield from _table_rows(block, content.name, tables)


def _table_rows(table: Table, file: str, number: int) -> Iterator[Row]:
    reaching: list[tuple[Piece, int]] = []  # cells from above, and how many rows they still cover
    for cells in table.rows:
        own = [
            (Piece(cell.text, cell.column, cell.column + cell.width, cell.where), cell.height)
            for cell in cells
        ]
        above = [
            Piece(piece.text, piece.start, piece.end, piece.where, continued=True)
            for piece, _ in reaching
        ]
        pieces = sorted([*(piece for piece, _ in own), *above], key=lambda piece: piece.start)
        if table.loose:
            pieces = _rejoined(pieces)
        yield Row(tuple(pieces), file, number, table.loose, table.name)
        reaching = [(piece, left - 1) for piece, left in [*reaching, *own] if left > 1]


def _rejoined(pieces: list[Piece]) -> list[Piece]:
    """项  目  名  称 set wide is one label, not four cells."""
    letters = [index for index, piece in enumerate(pieces) if len(piece.text) == 1]
    for first in letters:
        last = first
        while last + 1 in letters:
            last += 1
        word = "".join(piece.text for piece in pieces[first : last + 1])
        if word in LABELS:
            whole = replace(pieces[first], text=word, end=pieces[last].end)
            return [*pieces[:first], whole, *_rejoined(pieces[last + 1 :])]
    return pieces
