"""指标值 and 实际完成值 as numbers, where they are nothing but a number and its unit."""

import re
from dataclasses import dataclass
from decimal import Decimal

OPERATORS = {"": "", "≥": "≥", ">=": "≥", ">": ">", "≤": "≤", "<=": "≤", "<": "<", "=": "="}
FOLDED = str.maketrans("０１２３４５６７８９．％＝＞＜－−\u3000", "0123456789.%=><-- ")

GRAMMAR = re.compile(
    r"(?P<operator>[≥≤]|[<>]=?|=)?\s*"
    r"(?P<number>-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,13})(\.[0-9]{1,6})?)\s*"
    r"(?P<unit>%|‰|[A-Za-z\u4e00-\u9fff/·℃°²³㎡㎥]{1,12})?",
    re.ASCII,
)
LONGEST_WHOLE = 13

# With one of these the words around the number say more than its unit.
HEDGES = frozenset("一二三四五六七八九十零半几多余约左右上下以不未至到或超近含内外前后底末初止")
# 12月 may be a day or a length of time.
DATES = frozenset(["月", "月份", "季度", "日", "号", "时", "点"])
A_YEAR = re.compile(r"[0-9]{4}")

SCALES = {
    "千万": Decimal(10_000_000),
    "百万": Decimal(1_000_000),
    "亿": Decimal(100_000_000),
    "万": Decimal(10_000),
}
PER_MILLE = Decimal("0.1")


@dataclass(frozen=True)
class Quantity:
    """``number`` counts ``unit`` as written; ``value`` counts ``base``, without 万 or ‰."""

    operator: str
    number: Decimal
    unit: str
    value: Decimal
    base: str


def parse_quantity(text: str) -> Quantity | None:
    """Read ``≥ 1,200 万元``; None for whatever is not exactly that: words are no guesses.

    The operator and the unit may be missing. Full-width digits and signs count as plain ones.
    """
    found = GRAMMAR.fullmatch(text.translate(FOLDED).strip())
    if found is None:
        return None
    digits, unit = found["number"].replace(",", ""), found["unit"] or ""
    if _says_more(digits, unit) or len(digits.lstrip("-").partition(".")[0]) > LONGEST_WHOLE:
        return None
    number = Decimal(digits)
    scale, base = _base(unit)
    return Quantity(OPERATORS[found["operator"] or ""], number, unit, number * scale, base)


def base_unit(unit: str) -> tuple[Decimal, str]:
    """How many of the plain unit one of ``unit`` is: 万元 is 10,000 元."""
    return _base(unit.translate(FOLDED).strip())


def _base(unit: str) -> tuple[Decimal, str]:
    if unit == "‰":
        return PER_MILLE, "%"
    for prefix, scale in SCALES.items():
        if unit.startswith(prefix):
            return scale, unit.removeprefix(prefix)
    return Decimal(1), unit


def _says_more(digits: str, unit: str) -> bool:
    if HEDGES.intersection(unit) or unit in DATES:
        return True
    return unit.startswith("年") and A_YEAR.fullmatch(digits) is not None
