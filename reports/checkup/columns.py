"""Which cell of a row stands under which heading.

In ruled tables the places decide. In typed text cells get lost with the merged ones they stood
in; there the best fit in order decides, by what a column may hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reports.checkup.rows import Piece, Row
from reports.checkup.values import PERCENT, PLAIN, folded, is_blank

Fit = Callable[[str, str], float]


class Holds(Enum):
    NAME = "name"
    NUMBER = "number"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Column:
    role: str
    start: int
    end: int
    holds: Holds


@dataclass(frozen=True)
class Columns:
    """The headed columns of a table, from left to right; ``pieces`` of its head, blanks included."""

    columns: tuple[Column, ...]
    pieces: int
    fit: Fit = lambda role, text: 0.0

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(column.role for column in self.columns)

    def assign(self, row: Row) -> dict[str, Piece]:
        """The pieces of a row by role. Blank ones are left out, but for those from above."""
        filled = [piece for piece in row.pieces if piece.text]
        if not row.loose or len(row.pieces) == self.pieces:
            return self._by_place(filled)
        return self._by_fit(filled)

    def _by_place(self, pieces: Sequence[Piece]) -> dict[str, Piece]:
        found: dict[str, Piece] = {}
        for piece in pieces:
            column = max(self.columns, key=lambda column: _overlap(column, piece))
            if _overlap(column, piece) > 0:
                found.setdefault(column.role, piece)
        return found

    def _by_fit(self, pieces: Sequence[Piece]) -> dict[str, Piece]:
        best = _best_fit(tuple(pieces), self.columns, self.fit)
        return {
            self.columns[column].role: piece
            for piece, column in zip(pieces, best, strict=True)
            if column >= 0
        }


def _overlap(column: Column, piece: Piece) -> int:
    return min(column.end, piece.end) - max(column.start, piece.start)


def looks_numeric(text: str) -> bool:
    plain = folded(text).removesuffix("分")
    return bool(PLAIN.fullmatch(plain) or PERCENT.fullmatch(plain))


NEXT_TO_EACH_OTHER = 0.6
FARTHER_RIGHT = 0.01
LEFT_OUT = -6.0


def _best_fit(pieces: Sequence[Piece], columns: Sequence[Column], fit: Fit) -> list[int]:
    """For each piece the number of its column, in rising order; -1 for one that fits nowhere."""
    best: dict[tuple[int, int], tuple[float, list[int]]] = {}

    def solve(piece: int, column: int) -> tuple[float, list[int]]:
        """The best way to place the pieces from ``piece`` on in the columns from ``column`` on."""
        if piece == len(pieces):
            return 0.0, []
        if (piece, column) not in best:
            score, rest = solve(piece + 1, column)
            options = [(score + LEFT_OUT, [-1, *rest])]
            for at in range(column, len(columns)):
                score, rest = solve(piece + 1, at + 1)
                near = NEXT_TO_EACH_OTHER if rest and rest[0] == at + 1 else 0.0
                own = _suits(pieces[piece].text, columns[at], fit) + FARTHER_RIGHT * at
                options.append((own + score + near, [at, *rest]))
            best[piece, column] = max(options, key=lambda option: option[0])
        return best[piece, column]

    return solve(0, 0)[1]


SUITS: Mapping[tuple[Holds, bool], float] = {
    (Holds.NAME, False): 2.0,
    (Holds.NAME, True): -3.0,
    (Holds.NUMBER, False): -4.0,
    (Holds.NUMBER, True): 3.0,
    (Holds.ANYTHING, False): 1.0,
    (Holds.ANYTHING, True): 1.0,
}


def _suits(text: str, column: Column, fit: Fit) -> float:
    if is_blank(text):
        return 0.5 if column.holds is Holds.NUMBER else 0.0
    return SUITS[column.holds, looks_numeric(text)] + fit(column.role, text)
