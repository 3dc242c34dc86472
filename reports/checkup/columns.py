"""Which cell of a row stands under which heading.

In ruled tables the places decide. In typed text cells get lost with the merged ones they stood
in; there the best fit in order decides, by what a column may hold.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reports.checkup.rows import Piece, Row
from reports.checkup.values import PERCENT, PLAIN, folded, is_blank
from reports.checkup.words import label

Fit = Callable[[str, str], float]


class Holds(Enum):
    NAME = "name"
    NUMBER = "number"
    RATE = "rate"
    ANYTHING = "anything"


class Looks(Enum):
    """What a text looks like: 10, 95%, ≥95% or 6所, words."""

    NUMBER = "number"
    PERCENT = "percent"
    VALUE = "value"
    WORDS = "words"


@dataclass(frozen=True)
class Column:
    role: str
    start: int
    end: int
    holds: Holds


@dataclass(frozen=True)
class Columns:
    """The headed columns of a table from left to right, and how many cells its head has."""

    columns: tuple[Column, ...]
    pieces: int
    fit: Fit = lambda role, text: 0.0

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(column.role for column in self.columns)

    def assign(self, row: Row) -> dict[str, Piece]:
        """The pieces of a row by role. Blank ones are left out, but for those from above."""
        filled = [piece for piece in row.pieces if piece.text]
        by_place = self._by_place(filled)
        in_place = len(row.pieces) == self.pieces or not row.pieces[0].text
        if not row.loose or (in_place and self._is_plausible(by_place, filled)):
            return by_place
        score, by_fit = self._by_fit(filled)
        slipped = score > self._score(by_place, filled) + (SLIPPED if in_place else 0)
        return by_fit if slipped else by_place

    def _is_plausible(self, found: Mapping[str, Piece], pieces: Sequence[Piece]) -> bool:
        """No piece stands where it cannot."""
        columns = {column.role: column for column in self.columns}
        return len(found) == len(pieces) and all(
            _suits(piece.text, columns[role], self.fit) >= 0 for role, piece in found.items()
        )

    def _by_place(self, pieces: Sequence[Piece]) -> dict[str, Piece]:
        found: dict[str, Piece] = {}
        for piece in pieces:
            column = max(self.columns, key=lambda column: _overlap(column, piece))
            if _overlap(column, piece) > 0:
                found.setdefault(column.role, piece)
        return found

    def _by_fit(self, pieces: Sequence[Piece]) -> tuple[float, dict[str, Piece]]:
        score, best = _best_fit(pieces, self.columns, self.fit)
        return score, {
            self.columns[column].role: piece
            for piece, column in zip(pieces, best, strict=True)
            if column >= 0
        }

    def _score(self, found: Mapping[str, Piece], pieces: Sequence[Piece]) -> float:
        """How well a way to assign the pieces suits, on the scale of the best fit."""
        numbers = {column.role: index for index, column in enumerate(self.columns)}
        under = {id(piece): numbers[role] for role, piece in found.items()}
        return _worth(
            [under.get(id(piece), -1) for piece in pieces], pieces, self.columns, self.fit
        )


def headed(row: Row, words: Mapping[str, str]) -> list[tuple[str, Piece]]:
    """The pieces of a row of a table with the role each is the heading of, "" where of none."""
    if row.is_paragraph:
        return []
    own = (piece for piece in row.pieces if not piece.continued)
    return [(words.get(label(piece.text), ""), piece) for piece in own]


def _overlap(column: Column, piece: Piece) -> int:
    return min(column.end, piece.end) - max(column.start, piece.start)


VALUE = re.compile(r"[≥≤<>=±约]|[0-9]+(?:\.[0-9]+)?(?![0-9.]*[.、:：])")


def looks(text: str) -> Looks:
    plain = folded(text).removesuffix("分")
    if PLAIN.fullmatch(plain):
        return Looks.NUMBER
    if PERCENT.fullmatch(plain):
        return Looks.PERCENT
    return Looks.VALUE if VALUE.match(plain) else Looks.WORDS


def looks_numeric(text: str) -> bool:
    return looks(text) in {Looks.NUMBER, Looks.PERCENT}


NEXT_TO_EACH_OTHER = 0.6
FARTHER_RIGHT = 0.01
LEFT_OUT = -6.0
SLIPPED = 2.5  # how much better a fit must be than the places, to believe that cells were lost


def _best_fit(
    pieces: Sequence[Piece], columns: Sequence[Column], fit: Fit
) -> tuple[float, list[int]]:
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
                own = _step(pieces[piece], at, column - 1, columns, fit)
                options.append((own + score, [at, *rest]))
            best[piece, column] = max(options, key=lambda option: option[0])
        return best[piece, column]

    return solve(0, 0)


def _step(piece: Piece, at: int, last: int, columns: Sequence[Column], fit: Fit) -> float:
    """What a piece is worth in a column, when the one before it stands in column ``last``."""
    near = NEXT_TO_EACH_OTHER if last == at - 1 >= 0 else 0.0
    return _suits(piece.text, columns[at], fit) + FARTHER_RIGHT * at + near


def _worth(
    places: Sequence[int], pieces: Sequence[Piece], columns: Sequence[Column], fit: Fit
) -> float:
    worth, last = 0.0, -1
    for piece, at in zip(pieces, places, strict=True):
        worth += LEFT_OUT if at < 0 else _step(piece, at, last, columns, fit)
        last = at if at >= 0 else last
    return worth


SUITS: Mapping[Holds, Mapping[Looks, float]] = {
    Holds.NAME: {Looks.NUMBER: -3, Looks.PERCENT: -3, Looks.VALUE: -2, Looks.WORDS: 2},
    Holds.NUMBER: {Looks.NUMBER: 3, Looks.PERCENT: -2, Looks.VALUE: -4, Looks.WORDS: -4},
    Holds.RATE: {Looks.NUMBER: 2, Looks.PERCENT: 3, Looks.VALUE: -4, Looks.WORDS: -4},
    Holds.ANYTHING: {Looks.NUMBER: 1, Looks.PERCENT: 2, Looks.VALUE: 2, Looks.WORDS: 0.5},
}
BLANK_NUMBER = 0.5


def _suits(text: str, column: Column, fit: Fit) -> float:
    if is_blank(text):
        return BLANK_NUMBER if column.holds in {Holds.NUMBER, Holds.RATE} else 0.0
    return SUITS[column.holds][looks(text)] + fit(column.role, text)
