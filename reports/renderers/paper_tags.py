"""The one filter of the document templates."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

UNITS = (
    "[万亿千百]?元|万|亿|年度|年|月|日|天|小时|人次|人|个|次|家|项|条|件|套|台|篇|期|户|名|分"
    "|公里|平方米|亩|吨"
)
FIGURE = r"(?<![\d.,])\d{1,13}(?:[.,]\d{1,6}){0,3}(?![\d.,]*\d)"
WHOLE = re.compile(rf"({FIGURE}(?:[%‰℃]|{UNITS})?|（[万亿千]?元）)")


@register.filter
def whole_figures(text: str) -> SafeString:
    """The text, escaped, with each figure and its unit kept on one line."""
    pieces = (
        format_html('<span class="whole">{}</span>', piece) if index % 2 else piece
        for index, piece in enumerate(WHOLE.split(text))
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))
