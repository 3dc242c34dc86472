"""Rounding, rates and money, and the one way each figure is written.

Money is 元 in and 万元 on paper; rates are exact fractions (0.59 is 59 %) until they are printed.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

YUAN_PER_WAN = 10_000
LEAST_DECIMALS = 2
MOST_DECIMALS = 6


def half_up(value: Fraction, places: int) -> Decimal:
    """``value`` to exactly ``places`` decimals; a half goes away from zero."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return from_units(-units if value < 0 else units, places)


def from_units(units: int, places: int) -> Decimal:
    """The number of ``units`` in the last place, at exactly ``places`` decimals."""
    return Decimal(f"{units}E-{places}")


def plain(value: Decimal) -> str:
    """The figure as a person writes it: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The exact sum of the amounts that are given; None when none is."""
    given = [amount for amount in amounts if amount is not None]
    return sum(given, Decimal(0)) if given else None


def arrival_rate(received: Decimal | None, planned: Decimal | None) -> Fraction | None:
    """到位率 = 实际到位 ÷ 计划投资; None when a figure is blank or the plan is zero."""
    return _ratio(received, planned)


def execution_rate(spent: Decimal | None, annual_budget: Decimal | None) -> Fraction | None:
    """预算执行率 = 实际使用 ÷ 全年预算; None when a figure is blank or the budget is zero."""
    return _ratio(spent, annual_budget)


def balance(received: Decimal | None, spent: Decimal | None) -> Decimal | None:
    """结余 = 到位 − 使用, negative when overspent; None when a figure is blank."""
    if received is None or spent is None:
        return None
    return received - spent


def percent_text(rate: Fraction, places: int = 1) -> str:
    """A fraction as a percentage, half up: 1284/2176 is 59.0%."""
    return f"{half_up(rate * 100, places)}%"


def wan_text(yuan: Decimal) -> str:
    """元 as 万元, exact for whole 分: at least two decimals and at most six."""
    text = format(half_up(Fraction(yuan) / YUAN_PER_WAN, MOST_DECIMALS), "f")
    optional = MOST_DECIMALS - LEAST_DECIMALS
    return text[:-optional] + text[-optional:].rstrip("0")


def _ratio(part: Decimal | None, whole: Decimal | None) -> Fraction | None:
    if part is None or not whole:
        return None
    return Fraction(part) / Fraction(whole)
