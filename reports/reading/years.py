"""Which year a place in the text speaks of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from reports.reading.numerals import chinese_number


class Role(Enum):
    TIME = auto()  # what follows happened then
    COMPARED = auto()  # 比2018年增长: what follows is still the year before it
    NAMED = auto()  # a span of years, an edition, a class of pupils: no time of work


@dataclass(frozen=True)
class YearMention:
    """``years`` has one year, or the first and the last of a span."""

    start: int
    end: int
    years: tuple[int, int]
    role: Role

    def covers(self, year: int) -> bool:
        return self.years[0] <= year <= self.years[1]


MENTION = re.compile(
    r"(?<![0-9])(?P<from>(?:19|20)[0-9]{2})\s?年?\s?[-~—–至到]{1,2}\s?(?P<to>(?:19|20)[0-9]{2})\s?(?:学年|年[度份]?)"
    r"|(?<![0-9A-Za-z])(?P<year>(?:19|20)[0-9]{2})\s?(?P<kind>学年|年[度份]?|版|级|届|款)"
    r"|(?P<han>二[〇零○][〇零○一二三四五六七八九]{2})年[度份]?"
    r"|(?P<before>去年|上一?年度?(?!结)|前一年度?|以前年度|往年|历年)"
    r"|(?P<after>明年|次年|下一?年度?|来年)"
    r"|(?P<own>本年度?|今年)"
)
COMPARES = re.compile(r"(?:比|较|超过|高于|低于|参照|依据|按照?|根据|相对于?|同)\s?$")
COMPARED_AFTER = re.compile(r"\s?(?:末|底|全年|同期)?\s?(?:相比|同比|同期|的水平|基础上)")
NOT_A_YEAR_OF_WORK = ("版", "级", "届", "款")


def read_years(text: str, own: int) -> tuple[YearMention, ...]:
    """Every mention of a year in a folded text; ``own`` is what 本年 means."""
    return tuple(_mentions(text, own))


def _mentions(text: str, own: int) -> Iterator[YearMention]:
    for found in MENTION.finditer(text):
        years = _years(found, own)
        if years is not None:
            yield YearMention(*found.span(), years, _role(text, found, years))


def _years(found: re.Match[str], own: int) -> tuple[int, int] | None:
    match found.lastgroup:
        case "to":
            return int(found["from"]), int(found["to"])
        case "before":
            return own - 1, own - 1
        case "after":
            return own + 1, own + 1
        case "own":
            return own, own
        case "han":
            number = chinese_number(found["han"].replace("○", "〇"))
            return None if number is None else (int(number), int(number))
    return int(found["year"]), int(found["year"])


def _role(text: str, found: re.Match[str], years: tuple[int, int]) -> Role:
    if years[0] != years[1] or found["kind"] in NOT_A_YEAR_OF_WORK:
        return Role.NAMED
    before = text[max(0, found.start() - 4) : found.start()]
    if COMPARES.search(before) or COMPARED_AFTER.match(text, found.end()):
        return Role.COMPARED
    return Role.TIME
