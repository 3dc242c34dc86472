"""The four cells under 优, 良, 中, 差: which stretch of figures each of them claims."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from evalsys.text import fold_digits

TICK = re.compile(r"[√✓✔☑☒×xX○●■□vV是]")
NUMBER = r"(?P<{}>[0-9]+(?:\.[0-9]+)?)\s*(?:%|％|分|[^0-9\s至到\-—~～,，、（(]{{0,4}})"
RANGE = re.compile(
    rf"{NUMBER.format('one')}\s*(?:[（(](?:不?含)[）)])?\s*(?:-|—|–|~|～|至|到)+\s*{NUMBER.format('other')}"
)
SINGLE = re.compile(NUMBER.format("one"))
BELOW = re.compile(r"以下|不足|低于|小于|未达|不满|少于|<|＜|≤|<=|不超过|内(?!容)")
FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
CALENDAR = re.compile("[年月日号季]")
WHOLE = re.compile(r"全部|全面|百分之百|完全")
FULL = Decimal(100)


@dataclass(frozen=True)
class Stretch:
    """From ``low`` to ``high``; None where the cell leaves that end open."""

    low: Decimal | None
    high: Decimal | None

    @property
    def middle(self) -> Decimal:
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends, Decimal(0)) / len(ends)


def stretch(cell: str) -> Stretch | None:
    """What a cell claims: 90%以上, 80%-90%, 60%以下, 全部完成.

    None where it is not one figure or one range: dates and several figures are no guesses.
    """
    text = fold_digits(cell).replace("％", "%")
    if CALENDAR.search(text) or len(FIGURE.findall(text)) > (2 if RANGE.search(text) else 1):
        return None
    if match := RANGE.search(text):
        ends = sorted((Decimal(match["one"]), Decimal(match["other"])))
        return Stretch(*ends)
    if match := SINGLE.search(text):
        value = Decimal(match["one"])
        return Stretch(None, value) if BELOW.search(text) else Stretch(value, None)
    return Stretch(FULL, None) if WHOLE.search(text) else None


def disorder(cells: tuple[str, str, str, str]) -> tuple[int, int] | None:
    """The first two cells that are not better and worse, in the direction of the others.

    None when all are in order, and when not every cell is a figure: words are no guesses.
    """
    stretches = [stretch(cell) for cell in cells]
    known = [one for one in stretches if one is not None]
    if len(known) < len(cells):
        return next(_same(cells), None)
    falling = known[0].middle > known[-1].middle
    for index, (better, worse) in enumerate(pairwise(known)):
        if not _apart(better, worse, falling=falling):
            return index, index + 1
    return None


def _same(cells: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for index, (better, worse) in enumerate(pairwise(cells)):
        if "".join(better.split()) == "".join(worse.split()):
            yield index, index + 1


def _apart(better: Stretch, worse: Stretch, *, falling: bool) -> bool:
    """Two neighbours may share a bound and no more."""
    upper, lower = (better, worse) if falling else (worse, better)
    if upper.low is not None and lower.high is not None:
        return upper.low >= lower.high
    if upper.low is not None and lower.low is not None:
        return upper.low > lower.low
    if upper.high is not None and lower.high is not None:
        return upper.high > lower.high
    return False
