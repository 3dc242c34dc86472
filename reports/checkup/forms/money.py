"""The money of a project: as a matrix of sources, or as pairs of label and amount."""

from dataclasses import dataclass

from reports.checkup.columns import Column, Columns, Holds, headed, looks_numeric
from reports.checkup.parts import MoneyCell, Part, Printed, printed_at
from reports.checkup.rows import Piece, Row
from reports.checkup.values import is_blank, unit_in
from reports.checkup.words import (
    BESIDE_MONEY,
    MATRIX_HEADS,
    MONEY,
    MONEY_TOTALS,
    OF_WHICH,
    SOURCE_ENDINGS,
    bracketed_weight,
    label,
)

HEAD = "head"
HEADINGS = BESIDE_MONEY | MONEY
AMOUNTS = frozenset(MONEY.values())
HOLDS = {"rate": Holds.RATE, "arrival": Holds.RATE, "reason": Holds.ANYTHING}
LEAST_COLUMNS = 2
LONGEST_SOURCE = 30


def source_name(text: str) -> str:
    """市县财政 of 其中：市县财政（万元）."""
    return label(text).removeprefix(OF_WHICH).strip(":、,").strip()


def is_source(text: str) -> bool:
    name = source_name(text)
    return 0 < len(name) <= LONGEST_SOURCE and name.endswith(SOURCE_ENDINGS)


def _columns(row: Row) -> Columns | None:
    """The columns of a matrix of money when the row is its head."""
    if any(looks_numeric(piece.text) for piece in row.filled):
        return None
    roles = headed(row, HEADINGS)
    places = [index for index, (role, _) in enumerate(roles) if role in AMOUNTS]
    if len(places) < LEAST_COLUMNS or not _adjacent(places, roles):
        return None
    columns = [
        Column(role, piece.start, piece.end, HOLDS.get(role, Holds.NUMBER))
        for role, piece in roles
        if role
    ]
    first = columns[0].start
    head = Column(HEAD, min(piece.start for piece in row.pieces) - 1, first, Holds.NAME)
    return Columns((head, *columns), len(row.pieces))


def _adjacent(places: list[int], roles: list[tuple[str, Piece]]) -> bool:
    """In pairs of label and amount a blank stands between two labels."""
    between = roles[places[0] : places[-1] + 1]
    return all(role for role, _ in between)


@dataclass
class Matrix:
    """Takes rows of sources until a row that is none."""

    part: Part
    columns: Columns
    unit: str
    goes_on = True

    def takes(self, row: Row) -> bool:
        head = None if row.is_paragraph else self._head(row)
        if head is None:
            return False
        found = self.columns.assign(row)
        found.pop(HEAD, None)
        total = label(head.text) in MONEY_TOTALS
        amounts = any(looks_numeric(piece.text) for piece in found.values())
        if not total and not is_source(head.text) and not amounts:
            return False
        self._read("" if total else source_name(head.text), found, row)
        if total:
            self._read_execution(found, row)
        return True

    def _head(self, row: Row) -> Piece | None:
        """The last text before the first amount; what reaches down from above is a caption."""
        heads = []
        for piece in row.filled:
            if looks_numeric(piece.text) or is_blank(piece.text):
                break
            heads.append(piece)
        first = min(column.start for column in self.columns.columns if column.role != HEAD)
        left = [piece for piece in heads if row.loose or piece.start < first]
        if left and label(left[-1].text) in MATRIX_HEADS and len(left) > 1:
            return left[-2]
        return left[-1] if left else None

    def _read(self, source: str, found: dict[str, Piece], row: Row) -> None:
        blank = Printed("", row.file, row.where)
        for role in sorted(self.columns.roles & AMOUNTS):
            printed = printed_at(found[role], row) if role in found else blank
            self.part.money.append(MoneyCell(role, source, printed, self.unit))

    def _read_execution(self, found: dict[str, Piece], row: Row) -> None:
        for role in found.keys() - AMOUNTS:
            self.part.execution.setdefault(role, printed_at(found[role], row))


def matrix(part: Part, row: Row) -> Matrix | None:
    """A matrix that begins with this row. Its unit stands in its head, or beside or above it."""
    columns = _columns(row)
    if columns is None:
        return None
    texts = [piece.text for piece in row.pieces]
    units = [unit for text in texts if (unit := unit_in(text))]
    for piece in row.pieces:
        if weight := bracketed_weight(piece.text):
            part.execution.setdefault("weight", Printed(weight, row.file, piece.where))
    return Matrix(part, columns, units[0] if units else part.unit)


@dataclass
class Pairs:
    """计划投资额 | 21.76 | 实际到位资金 | 21.76, and below each label those of its sources."""

    part: Part
    heads: tuple[tuple[str, int, str], ...]  # column of money, where its label begins, unit
    goes_on = False

    def takes(self, row: Row) -> bool:
        labels = [piece for piece in row.filled if is_source(piece.text)]
        if not labels or row.is_paragraph:
            return False
        for number, piece in enumerate(labels):
            column, unit = self._column(piece, number, row)
            amount = _beside(row, piece)
            printed = printed_at(amount, row)
            name = source_name(piece.text)
            self.part.money.append(MoneyCell(column, name, printed, unit))
        return True

    def _column(self, piece: Piece, number: int, row: Row) -> tuple[str, str]:
        """The money whose label begins at the same place; where cells were lost, in order."""
        if row.loose and not any(start == piece.start for _, start, _ in self.heads):
            column, _, unit = self.heads[min(number, len(self.heads) - 1)]
        else:
            column, _, unit = min(self.heads, key=lambda head: abs(head[1] - piece.start))
        return column, unit


def pairs(part: Part, row: Row) -> Pairs | None:
    """Totals of money in pairs, and what takes the sources below them."""
    heads = []
    for piece in row.filled:
        column = MONEY.get(label(piece.text))
        if column and not row.is_paragraph:
            unit = unit_in(piece.text) or part.unit
            printed = printed_at(_beside(row, piece), row)
            part.money.append(MoneyCell(column, "", printed, unit))
            heads.append((column, piece.start, unit))
    return Pairs(part, tuple(heads)) if heads else None


def _beside(row: Row, label_piece: Piece) -> Piece | None:
    """The next cell, unless it is another label."""
    after = [piece for piece in row.pieces if piece.start >= label_piece.end]
    beside = after[0] if after else None
    if beside is None or beside.continued or MONEY.get(label(beside.text)):
        return None
    return None if is_source(beside.text) else beside
