"""Chinese numerals as numbers."""

from fractions import Fraction

DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for char in chars
}
PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}
NUMERALS = "".join((*DIGITS, *PLACES, *GROUPS))


def chinese_number(text: str) -> Fraction | None:
    """十二点八四 is 12.84, 二〇一九 is 2019, 一百二十万 is 1200000; None for what is no number."""
    whole, point, decimals = text.partition("点")
    value = _whole(whole)
    if value is None or (point and not _all_digits(decimals)):
        return None
    return value + Fraction(_row(decimals), 10 ** len(decimals))


def decimal_places(text: str) -> int:
    return len(text.partition("点")[2])


def _whole(text: str) -> Fraction | None:
    if _all_digits(text):
        return Fraction(_row(text))
    total = group = 0
    digit: int | None = None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in PLACES:
            group += PLACES[char] * (1 if digit is None else digit)
            digit = None
        elif char in GROUPS and (group or digit is not None):
            total = (total + group + (digit or 0)) * GROUPS[char]
            group, digit = 0, None
        else:
            return None
    return Fraction(total + group + (digit or 0)) if text else None


def _all_digits(text: str) -> bool:
    return bool(text) and all(char in DIGITS for char in text)


def _row(text: str) -> int:
    return int("".join(str(DIGITS[char]) for char in text) or "0")
