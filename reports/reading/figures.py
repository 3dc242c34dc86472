"""The figures of a Chinese text: where they stand, what they count, and how exact they are.

Money is in 元, rates are fractions (0.59 is 59 %), points and counts as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from evalsys.figures import half_up, plain
from reports.reading import numerals
from reports.reading.units import (
    AFTER,
    ARABIC,
    BEFORE,
    BEFORE_WINDOW,
    DATE,
    HAN,
    PER_ITEM,
    PRICED,
    RANGE,
    SCALES,
    TAIL,
    Hedge,
)

FOLDED = str.maketrans("０１２３４５６７８９．％﹪／～－＜＞＝＋", "0123456789.%%/~-<>=+")
TOKEN = re.compile(
    rf"(?P<date>{DATE})"
    rf"|百分之(?P<percent>{HAN}|{ARABIC})"
    rf"|(?P<arabic>{ARABIC})"
    rf"|(?P<han>{HAN})",
    re.ASCII,
)
PART_OF_A_CODE = re.compile(r"[0-9A-Za-z.:/×*_]")
GOES_ON_AS_A_CODE = re.compile(r"[A-Za-z_]|[:：/×*.][0-9]")
MOST_PLACES = 6


class Kind(Enum):
    MONEY = auto()
    RATE = auto()
    POINTS = auto()
    COUNT = auto()
    OTHER = auto()  # prices per item, ranges, discounts, codes: nothing a form gives


FIXED_UNITS = {
    "percent": (Kind.RATE, Fraction(1, 100), "%"),
    "mille": (Kind.RATE, Fraction(1, 1000), "‰"),
    "tenths": (Kind.RATE, Fraction(1, 10), "成"),
    "points": (Kind.POINTS, Fraction(1), "分"),
}


@dataclass(frozen=True)
class Figure:
    """``text[start:end]`` with its unit; plain digits end at ``digits_end``.

    ``step`` is one unit of the last place written, ``scale`` what one of its unit is:
    12.84万元 is exact to 100 元, and its unit is 10,000 元.
    """

    start: int
    end: int
    kind: Kind = Kind.OTHER
    value: Fraction = Fraction(0)
    step: Fraction = Fraction(1)
    scale: Fraction = Fraction(1)
    unit: str = ""
    hedge: Hedge = Hedge.NONE
    digits_end: int | None = None

    def agrees(self, exact: Fraction) -> bool:
        """Whether someone who knows ``exact`` may write this."""
        match self.hedge:
            case Hedge.OVER:
                return exact >= self.value - self.step / 100
            case Hedge.UNDER:
                return exact <= self.value + self.step / 100
            case Hedge.ABOUT if abs(exact - self.value) <= max(self.step, abs(exact) / 10):
                return True
        return Fraction(half_up(exact / self.step, 0)) * self.step == self.value

    def digits_for(self, exact: Fraction) -> str:
        """What says ``exact`` in this unit: a rate to these decimals, a sum to all it has."""
        places = _places(self.step / self.scale)
        amount = exact / self.scale
        if self.kind is Kind.RATE:
            return format(half_up(amount, places), "f")
        whole, _, decimals = plain(half_up(amount, MOST_PLACES)).partition(".")
        if places > 1 and self.scale > 1:
            decimals = decimals.ljust(places, "0")
        return f"{whole}.{decimals}" if decimals else whole


def fold(text: str) -> str:
    """Full-width digits and signs as plain ones, each in its place."""
    return text.translate(FOLDED)


def read_figures(text: str) -> tuple[Figure, ...]:
    """The figures of a folded text in order, without dates; they never overlap."""
    return tuple(_figures(text))


def _figures(text: str) -> Iterator[Figure]:
    position = 0
    while found := TOKEN.search(text, position):
        position = found.end()
        if found["date"]:
            continue
        figure = _figure(text, found)
        if figure is not None:
            position = figure.end
            yield figure


def _figure(text: str, found: re.Match[str]) -> Figure | None:
    start, end = found.span()
    if found["percent"]:
        return _percentage(text, found)
    if found["han"]:
        return _in_words(text, found)
    if _is_code(text, start, end):
        return Figure(start, end)
    if onward := RANGE.match(text, end):
        return Figure(start, _tail(text, onward.end()).end())
    return _measured(text, found, _arabic(found["arabic"]), plain_digits=True)


def _is_code(text: str, start: int, end: int) -> bool:
    return bool(
        (start and PART_OF_A_CODE.match(text[start - 1])) or GOES_ON_AS_A_CODE.match(text, end)
    )


def _percentage(text: str, found: re.Match[str]) -> Figure | None:
    number = _arabic(found["percent"]) or _han(found["percent"])
    if number is None:
        return None
    value, step = number
    return Figure(
        *found.span(),
        Kind.RATE,
        value / 100,
        step / 100,
        scale=Fraction(1, 100),
        unit="%",
        hedge=_hedge(text, found.start(), found.end()),
    )


def _in_words(text: str, found: re.Match[str]) -> Figure | None:
    """Numerals are figures only with a unit: 一是, 统一 and 十分 are words."""
    number = _han(found["han"])
    if number is None or (found.start() and text[found.start() - 1] in "第星周统唯专同"):
        return None
    figure = _measured(text, found, number, plain_digits=False)
    if figure.kind is Kind.POINTS and found["han"] == "十":
        return None
    return None if figure.kind is Kind.OTHER else figure


def _measured(
    text: str,
    found: re.Match[str],
    number: tuple[Fraction, Fraction] | None,
    *,
    plain_digits: bool,
) -> Figure:
    start = found.start()
    tail = _tail(text, found.end())
    if number is None or PRICED.search(text, max(0, start - 12), start):
        return Figure(start, tail.end())
    kind, scale, unit = _unit(text, tail)
    if kind is Kind.MONEY and PER_ITEM.match(text, tail.end()):
        kind = Kind.OTHER
    value, step = number
    if tail["tenth"]:
        value, step = _tenths(value, tail["tenth"])
    return Figure(
        start,
        tail.end(),
        kind,
        value * scale,
        step * scale,
        scale,
        unit,
        Hedge.OVER if tail["more"] or tail["more_more"] else _hedge(text, start, tail.end()),
        found.end() if plain_digits else None,
    )


def _tail(text: str, position: int) -> re.Match[str]:
    found = TAIL.match(text, position)
    assert found is not None  # it matches nothing too
    return found


def _unit(text: str, tail: re.Match[str]) -> tuple[Kind, Fraction, str]:
    if tail.lastgroup in FIXED_UNITS:
        return FIXED_UNITS[tail.lastgroup]
    scale = Fraction(SCALES[tail["scale"] or ""])
    match tail.lastgroup:
        case "money":
            return Kind.MONEY, scale, f"{tail['scale']}元"
        case "counter":
            return Kind.COUNT, scale, tail["counter"]
        case "scaled" if _ends_here(text, tail.end()):
            return Kind.MONEY, scale, tail["scale"]
    return Kind.OTHER, scale, ""


def _ends_here(text: str, position: int) -> bool:
    return position >= len(text) or not text[position].isalnum()


def _tenths(value: Fraction, tenth: str) -> tuple[Fraction, Fraction]:
    """五成九 is 59 %, 五成半 is 55 %; ``value`` counts tenths."""
    if tenth == "半":
        return value + Fraction(1, 2), Fraction(1, 2)
    return value + Fraction(numerals.DIGITS[tenth], 10), Fraction(1, 10)


def _arabic(digits: str) -> tuple[Fraction, Fraction] | None:
    """The number and one unit of its last place."""
    plain_digits = digits.replace(",", "").replace("，", "")
    if not plain_digits[:1].isdigit() or not plain_digits.isascii():
        return None
    decimals = len(plain_digits.partition(".")[2])
    return Fraction(plain_digits), Fraction(1, 10**decimals)


def _han(words: str) -> tuple[Fraction, Fraction] | None:
    value = numerals.chinese_number(words)
    if value is None:
        return None
    return value, Fraction(1, 10 ** numerals.decimal_places(words))


def _hedge(text: str, start: int, end: int) -> Hedge:
    before = text[max(0, start - BEFORE_WINDOW) : start]
    for hedge, pattern in BEFORE:
        if pattern.search(before):
            return hedge
    for hedge, pattern in AFTER:
        if pattern.match(text, end):
            return hedge
    return Hedge.NONE


def _places(step: Fraction) -> int:
    """How many decimals a power of ten up to one has."""
    return len(plain(half_up(step, MOST_PLACES * 2)).partition(".")[2])
