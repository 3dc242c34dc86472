"""Figures as the forms write them."""

from decimal import Decimal
from fractions import Fraction

from django import template

from evalsys.figures import percent_text, plain, wan_text

register = template.Library()


@register.filter
def wan(yuan: Decimal | None) -> str:
    """元 as 万元; a blank stays blank."""
    return "" if yuan is None else wan_text(yuan)


@register.filter
def points(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


@register.filter
def percent(rate: Fraction | None) -> str:
    return "" if rate is None else percent_text(rate)


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key)
