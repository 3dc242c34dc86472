"""The one filter of the document templates."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

FIGURE = r"(?<![\d.,])\d{1,13}(?:[.,]\d{1,6}){0,3}(?![\d.,]*\d)"
UNITS = (
    "个百分点|个月|月份|季度|年度|小时|分钟|人次|批次|平方公里|平方米|立方米|公里|公顷|公斤|千克|千瓦|元"
    "|年|月|日|天|周|秒|时|分|人|个|次|家|项|条|件|套|台|部|辆|批|本|册|篇|期|场|户|名|位|份|处|所|座|栋"
    "|号|级|倍|亩|吨|米|升|度|岁|盏"
)
QUANTITY = rf"{FIGURE}(?:[%‰％℃]|[十百千万亿]{{0,2}}(?:{UNITS})|[百千万亿]{{1,2}})?"
# What may not begin a line, where UAX 14 would let it; a pair of dashes may.
TAIL = "(?:[·～~‰％℃%]|—(?!—))+"
WHOLE = re.compile(rf"((?:{QUANTITY}|（[万亿千百]?元）|[^—\s]){TAIL}|{QUANTITY}|（[万亿千百]?元）)")


@register.filter
def whole_figures(text: str) -> SafeString:
    """The text, escaped, with what may not part kept on one line: a figure and its unit, a
    character and the sign behind it that begins no line.
    """
    pieces = (
        format_html('<span class="whole">{}</span>', piece) if index % 2 else piece
        for index, piece in enumerate(WHOLE.split(text))
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))
