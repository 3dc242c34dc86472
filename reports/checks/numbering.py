"""Numbers of headings and lines: 一、（一）1.（1）, and where they do not go on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = "〇一二三四五六七八九"
CHINESE = r"[一二三四五六七八九十]{1,3}"
STYLES = (
    re.compile(rf"\s*(?P<open>)(?P<number>{CHINESE})(?P<close>、)\s*"),
    re.compile(rf"\s*(?P<open>[（(])(?P<number>{CHINESE})(?P<close>[）)])\s*"),
    re.compile(r"\s*(?P<open>)(?P<number>[0-9]{1,2})(?P<close>[.．、](?![0-9]))\s*"),
    re.compile(r"\s*(?P<open>[（(])(?P<number>[0-9]{1,2})(?P<close>[）)])\s*"),
)


@dataclass(frozen=True)
class Number:
    """A number at the beginning of a line; ``style`` counts from 0, the outermost."""

    text: str
    start: int
    style: int
    value: int


def printed_number(line: str, offset: int = 0) -> Number | None:
    for style, pattern in enumerate(STYLES):
        match = pattern.match(line)
        if match:
            text = match[0].strip()
            start = offset + len(match[0]) - len(match[0].lstrip())
            return Number(text, start, style, _value(match["number"]))
    return None


def jumps(numbers: list[str], *, from_one: bool) -> Iterator[tuple[int, str]]:
    """Which of the numbers do not follow the one before of their style, and what they should be.

    A style starts anew below each number of an outer style, with one where ``from_one`` says so.
    Texts that are no numbers are passed over.
    """
    last: dict[int, int] = {}
    for index, text in enumerate(numbers):
        number = printed_number(text)
        if number is None:
            continue
        last = {style: value for style, value in last.items() if style <= number.style}
        first = 1 if from_one else number.value
        expected = last.get(number.style, first - 1) + 1
        if number.value != expected:
            yield index, _written_like(text.strip(), number.style, expected)
        last[number.style] = number.value


def _value(digits: str) -> int:
    """Up to 99, Chinese or Arabic."""
    if digits.isdigit() and digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    high = (DIGITS.index(tens) if tens else 1) if ten else 0
    return high * 10 + (DIGITS.index(ones) if ones else 0)


def _written_like(text: str, style: int, value: int) -> str:
    match = STYLES[style].match(text)
    if match is None:
        return str(value)
    number = (
        str(value) if match["number"].isdigit() and match["number"].isascii() else chinese(value)
    )
    return f"{match['open']}{number}{match['close']}"


def chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return f"{head}{DIGITS[ones] if ones else ''}"
