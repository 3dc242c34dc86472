"""The numbers of sub-sections: from one on, without a jump, in one hand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from reports.reading.numerals import NUMERALS, chinese_number

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MARKER = re.compile(
    r"^[ \t\u3000]*(?:(?P<open>[（(])\s?"
    rf"(?:(?P<bracketed>[0-9]{{1,2}})|(?P<han_bracketed>[{NUMERALS}]{{1,3}}))\s?(?P<close>[）)])"
    rf"|(?P<plain>[0-9]{{1,2}})\s?(?P<dot>[.．、)）])(?![0-9])"
    rf"|(?P<han>[{NUMERALS}]{{1,3}})、"
    rf"|(?P<circled>[{CIRCLED}]))",
    re.MULTILINE,
)
INLINE = re.compile(
    r"(?:(?<=[，。；：:、\n])|^)(?P<number>[一二三四五六七八九十]{1,2})是(?!否)", re.MULTILINE
)
ORDINAL = re.compile(
    r"(?:(?<=[，。；：:\n])|^)第(?P<number>[一二三四五六七八九十]{1,2})[，、,]", re.MULTILINE
)


class Level(Enum):
    HAN = auto()
    HAN_BRACKETED = auto()
    PLAIN = auto()
    BRACKETED = auto()
    CIRCLED = auto()


@dataclass(frozen=True)
class Marker:
    """``shape`` is how it is written, without the number."""

    start: int
    end: int
    level: Level
    number: int
    shape: str


@dataclass(frozen=True)
class Break:
    """``written`` where ``expected`` should stand, because ``before`` stands above it.

    A jump is a wrong number; else only the brackets are others than those before.
    """

    start: int
    end: int
    written: str
    expected: str
    before: str
    is_jump: bool = True


def breaks(text: str) -> Iterator[Break]:
    """Jumps, repeats, wrong starts and mixed brackets, in the order of the text."""
    found = [*_at_line_starts(text, from_one=False), *_inline_jumps(text, INLINE)]
    found += _inline_jumps(text, ORDINAL)
    yield from sorted(found, key=lambda one: one.start)


def heading_jumps(numbers: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Which of the headings' numbers do not go on from one, and what they should be."""
    text = "\n".join(number.strip() for number in numbers)
    for one in _at_line_starts(text, from_one=True):
        if one.is_jump:
            yield text.count("\n", 0, one.start), one.expected


def markers(text: str) -> Iterator[Marker]:
    """Those at the beginning of a line."""
    for found in MARKER.finditer(text):
        marker = _marker(found)
        if marker is not None:
            yield marker


def _marker(found: re.Match[str]) -> Marker | None:
    start, end = found.end() - len(found[0].strip()), found.end()
    for level, name in (
        (Level.BRACKETED, "bracketed"),
        (Level.PLAIN, "plain"),
        (Level.HAN_BRACKETED, "han_bracketed"),
        (Level.HAN, "han"),
    ):
        if digits := found[name]:
            number = int(digits) if digits.isdecimal() else chinese_number(digits)
            shape = f"{found['open'] or ''}N{found['close'] or found['dot'] or ''}"
            return None if number is None else Marker(start, end, level, int(number), shape)
    return Marker(start, end, Level.CIRCLED, CIRCLED.index(found["circled"]) + 1, "N")


def _at_line_starts(text: str, *, from_one: bool) -> Iterator[Break]:
    """A number follows the last of its level, unless a higher level went on in between.

    A list that begins above one is wrong among headings; elsewhere only where it goes on.
    """
    found = list(markers(text))
    numbers = {(marker.level, marker.number) for marker in found}
    lists: dict[Level, tuple[Marker, Marker]] = {}  # open lists, outermost first: first, last
    for marker in found:
        first, last = lists.get(marker.level, (marker, None))
        goes_on = from_one or (marker.level, marker.number + 1) in numbers
        if last is None:
            if marker.number > 1 and goes_on:
                yield _break(text, marker, 1, marker.shape, "")
        elif marker.number == 1 != last.number:
            first = marker
        else:
            yield from _follows(text, first, last, marker)
        for level in list(lists)[list(lists).index(marker.level) + 1 :] if last else ():
            del lists[level]
        lists[marker.level] = first, marker


def _follows(text: str, first: Marker, last: Marker, marker: Marker) -> Iterator[Break]:
    before = text[last.start : last.end]
    if marker.number != last.number + 1:
        yield _break(text, marker, last.number + 1, marker.shape, before)
    elif marker.shape != first.shape:
        yield _break(text, marker, marker.number, first.shape, before)


def _break(text: str, marker: Marker, number: int, shape: str, before: str) -> Break:
    written = text[marker.start : marker.end]
    expected = _write(marker.level, number, shape)
    return Break(marker.start, marker.end, written, expected, before, number != marker.number)


def _write(level: Level, number: int, shape: str) -> str:
    if level is Level.CIRCLED:
        return CIRCLED[number - 1]
    if level in {Level.HAN, Level.HAN_BRACKETED}:
        return f"{chinese(number)}、" if level is Level.HAN else shape.replace("N", chinese(number))
    return shape.replace("N", str(number))


def chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"
    return head + (digits[ones] if ones or not tens else "")


def _inline_jumps(text: str, pattern: re.Pattern[str]) -> Iterator[Break]:
    """一是…二是…四是 inside one paragraph."""
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line.rstrip("\n"))
        for before, found in pairwise(pattern.finditer(text, start, end)):
            number, wanted = _value(found["number"]), _value(before["number"]) + 1
            if number not in {1, wanted}:
                expected = found[0].replace(found["number"], chinese(wanted))
                yield Break(*found.span(), found[0], expected, before[0])
        start += len(line)


def _value(han: str) -> int:
    return int(chinese_number(han) or 0)
