"""Rounding once, half up, and figures as text. Points and rates are exact fractions until here."""

from decimal import Decimal
from fractions import Fraction

EXACT_DECIMALS = 6


def half_up(value: Fraction, places: int) -> Decimal:
    """``value`` to exactly ``places`` decimals; a half goes away from zero."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return from_units(-units if value < 0 else units, places)


def from_units(units: int, places: int) -> Decimal:
    """The number of ``units`` in the last place, at exactly ``places`` decimals."""
    return Decimal(f"{units}E-{places}")


def finer_than(value: Decimal, places: int) -> bool:
    return half_up(Fraction(value), places) != value


def plain(value: Decimal) -> str:
    """The figure as a person writes it: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_text(value: Fraction, places: int) -> str:
    """A non-negative ``value`` in full if short, else cut one digit past ``places``: 90.333…"""
    scaled = value * 10**EXACT_DECIMALS
    if scaled.denominator == 1:
        return plain(from_units(scaled.numerator, EXACT_DECIMALS))
    digits = places + 1
    cut = from_units(value.numerator * 10**digits // value.denominator, digits)
    return f"{cut:f}…"
