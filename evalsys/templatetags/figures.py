"""Figures as the forms write them. What is blank or absent prints as nothing."""

from decimal import Decimal
from fractions import Fraction

from django import template

from evalsys.figures import percent_text, plain, wan_text

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
