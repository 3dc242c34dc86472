"""Printed figures read strictly: what is not certainly a figure is none.

``UnclearError`` says in Chinese why a text was not taken. Money is in 元, rates are fractions,
points are points; a blank is None.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up


class UnclearError(ValueError):
    """The text is not certainly what its place asks for; the message says why."""


NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
PLAIN = re.compile(rf"({NUMBER})")
MONEY = re.compile(
    rf"[¥￥]?({NUMBER})(亿元|亿|千万元|百万元|万元|万|千元|元|圆)?(?:人民币)?(?:整)?"
)
POINTS = re.compile(rf"({NUMBER})分?")
PERCENT = re.compile(rf"({NUMBER})(%|个百分点)?")
BLANKS = frozenset(
    ["", "-", "--", "—", "——", "/", "//", "\\", "无", "*", "…", "……", "...", "......"]
)
SCALES = {
    "亿元": 100_000_000,
    "亿": 100_000_000,
    "千万元": 10_000_000,
    "百万元": 1_000_000,
    "万元": 10_000,
    "万": 10_000,
    "千元": 1_000,
    "元": 1,
    "圆": 1,
}
UNIT = re.compile(r"亿元|千万元|百万元|万元|千元|(?<![\u4e00-\u9fff])元(?![\u4e00-\u9fff])")

MONEY_PLACES, MONEY_DIGITS = 2, 13
POINT_PLACES, POINT_DIGITS = 4, 3
RATE_PLACES = 6
MOST_RATE = 100
FRACTION_LIMIT = 2

LOOKS_BROKEN = "不是一个写得清楚的数"
SEVERAL_LINES = "一格里有几行数字，不知道是哪一个"
NEGATIVE = "是负数"
TOO_LONG = "位数太多"

CHINESE_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
DAY = re.compile(
    r"((?:19|20)\d\d)\s*[年./\-－—]\s*(0?[1-9]|1[0-2])\s*[月./\-－—]\s*(3[01]|[12]\d|0?[1-9])\s*日?(?!\d)"
)
CHINESE_DAY = re.compile(
    r"([〇○零Ｏ一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
MONTH = re.compile(r"(20\d\d)\s*[.．/\-年]\s*(0?[1-9]|1[0-2])\s*月?")
YEAR = re.compile(r"(20\d\d)\s*年?度?")


def folded(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, without any blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_blank(text: str) -> bool:
    return folded(text) in BLANKS


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    plain = folded(text)
    found = pattern.fullmatch(plain)
    if found is None:
        negative = plain[:1] in "-−" and pattern.fullmatch(plain[1:])
        raise UnclearError(NEGATIVE if negative else LOOKS_BROKEN)
    if len([line for line in text.splitlines() if re.search(r"\d", line)]) > 1:
        raise UnclearError(SEVERAL_LINES)
    if re.search(r"\d\s+[\d.,]|[.,]\s+\d", text.strip()):
        raise UnclearError(LOOKS_BROKEN)
    return found


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _bounded(value: Decimal, *, digits: int, places: int) -> Decimal:
    if value >= Decimal(10) ** digits:
        raise UnclearError(TOO_LONG)
    return half_up(Fraction(value), places) if _places(value) > places else value


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def unit_in(text: str) -> str:
    """The unit of money a heading or a remark names: 万元, 元 …; "" when it names none."""
    found = UNIT.search(folded(text))
    return found[0] if found else ""


@dataclass(frozen=True)
class Money:
    """``yuan`` 元; ``unit`` is the one it was read in, ``own`` when the cell itself names it."""

    yuan: Decimal
    unit: str
    own: bool


def money(text: str, unit: str) -> Money | None:
    """An amount in its own unit, else in ``unit``."""
    if is_blank(text):
        return None
    found = _matched(MONEY, text)
    own = found[2] or ""
    scale = SCALES[own or unit]
    yuan = _bounded(_decimal(found[1]) * scale, digits=MONEY_DIGITS, places=MONEY_PLACES)
    return Money(yuan, own or unit, bool(own))


def signed_money(text: str, unit: str) -> Money | None:
    """An amount that may have been taken away: -2.00."""
    bare = folded(text)
    if bare[:1] not in {"-", "−"} or is_blank(text):
        return money(text.lstrip("+＋ "), unit)
    found = money(bare[1:], unit)
    return found and Money(-found.yuan, found.unit, found.own)


def points(text: str) -> Decimal | None:
    if is_blank(text):
        return None
    return _bounded(_decimal(_matched(POINTS, text)[1]), digits=POINT_DIGITS, places=POINT_PLACES)


@dataclass(frozen=True)
class Rate:
    """``fraction`` as printed; ``certain`` is false where 1.2 may be 120 % or 1.2 %."""

    fraction: Decimal
    certain: bool


def rate(text: str) -> Rate | None:
    """95.8%, 95.8 and 0.958 are the same rate."""
    if is_blank(text):
        return None
    found = _matched(PERCENT, text)
    number = _decimal(found[1])
    as_percent = bool(found[2]) or number > FRACTION_LIMIT
    fraction = number / 100 if as_percent else number
    if fraction > MOST_RATE:
        raise UnclearError(TOO_LONG)
    fraction = _bounded(fraction, digits=POINT_DIGITS, places=RATE_PLACES)
    return Rate(fraction, certain=as_percent or number <= 1)


def day(text: str) -> date | None:
    """The first whole date in a text, in digits or in Chinese numerals."""
    for year, month, number in (*DAY.findall(unicodedata.normalize("NFKC", text)), *_chinese(text)):
        try:
            return date(int(year), int(month), int(number))
        except ValueError:
            continue
    return None


def _chinese(text: str) -> list[tuple[str, str, str]]:
    return [
        (year.translate(CHINESE_DIGITS), str(_small(month)), str(_small(number)))
        for year, month, number in CHINESE_DAY.findall(text)
    ]


def _small(numeral: str) -> int:
    """一 to 三十一."""
    tens, ten, ones = numeral.rpartition("十")
    value = int(ones.translate(CHINESE_DIGITS)) if ones else 0
    return value + (10 * int(tens.translate(CHINESE_DIGITS) if tens else 1) if ten else 0)


def month_text(text: str) -> str:
    """2023.12 as 2023年12月, where a date is asked for; "" when it is no month."""
    found = MONTH.fullmatch(folded(text))
    return f"{found[1]}年{int(found[2])}月" if found else ""
