"""Figures as the forms write them. What is blank or absent prints as nothing."""

from decimal import Decimal
from fractions import Fraction

from django import template

from evalsys.figures import half_up, percent_text, plain, wan_text

KILOBYTE, MEGABYTE = 1_000, 1_000_000

register = template.Library()


@register.filter
def wan(yuan: Decimal | None) -> str:
    return wan_text(yuan) if isinstance(yuan, Decimal) else ""


@register.filter
def points(value: Decimal | None) -> str:
    return plain(value) if isinstance(value, Decimal) else ""


@register.filter
def percent(rate: Fraction | Decimal | None) -> str:
    return percent_text(Fraction(rate)) if isinstance(rate, Fraction | Decimal) else ""


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key)


@register.filter
def file_size(size: int) -> str:
    """In the units that limits are written in: 1 MB is a million bytes."""
    if size < MEGABYTE:
        return f"{-(-size // KILOBYTE)} KB"
    return f"{plain(half_up(Fraction(size, MEGABYTE), 1))} MB"
