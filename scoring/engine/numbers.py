"""Exactness: how fine a figure is, and how it reads before it is rounded."""

from decimal import Decimal
from fractions import Fraction

from evalsys.figures import from_units, half_up, plain

EXACT_DECIMALS = 6


def finer_than(value: Decimal, places: int) -> bool:
    return half_up(Fraction(value), places) != value


def exact_text(value: Fraction, places: int) -> str:
    """A non-negative ``value`` in full if short, else cut one digit past ``places``: 90.333…"""
    scaled = value * 10**EXACT_DECIMALS
    if scaled.denominator == 1:
        return plain(from_units(scaled.numerator, EXACT_DECIMALS))
    digits = places + 1
    cut = from_units(value.numerator * 10**digits // value.denominator, digits)
    return f"{cut:f}…"
