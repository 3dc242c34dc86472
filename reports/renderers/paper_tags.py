"""The filters of the document templates: where a text may part, and where it may not."""

import re
from collections.abc import Callable, Iterable, Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reports.documents.text import HANZI

register = template.Library()

FIGURE = r"(?<![\d.,])\d{1,13}(?:[.,]\d{1,6}){0,3}(?![\d.,]*\d)"
UNITS = (
    "个百分点|个月|月份|季度|年度|小时|分钟|人次|批次|平方公里|平方米|立方米|公里|公顷|公斤|千克|千瓦|元"
    "|年|月|日|天|周|秒|时|分|人|个|次|家|项|条|件|套|台|部|辆|批|本|册|篇|期|场|户|名|位|份|处|所|座|栋"
    "|号|级|倍|亩|吨|米|升|度|岁|盏"
)
QUANTITY = rf"{FIGURE}(?:[%‰％℃]|[十百千万亿]{{0,2}}(?:{UNITS})|[百千万亿]{{1,2}})?"
# What may not begin a line, where UAX 14 would let it; a pair of dashes may.
TAIL = "(?:[·～~‰％℃%]|—(?!—)){1,3}"
WHOLE = re.compile(rf"((?:{QUANTITY}|（[万亿千百]?元）|[^—\s]){TAIL}|{QUANTITY}|（[万亿千百]?元）)")

# A run in which no line may end, longer than a word is: WeasyPrint would look at all that is left
# of it for each line, and a narrow column could not hold it.
CLOSED = "\u2014\u2026\u3001-\u3004\u3008-\u3020\uff01-\uffee"  # a line may end behind one of these
QUOTES = "\u2018\u2019\u201c\u201d"
UNBROKEN = re.compile(rf"([^\s{HANZI}{CLOSED}]{{40,}}|[{CLOSED}{QUOTES}]{{40,}})")
PIECE = 8
PART = mark_safe("<wbr>")

Piece = str | SafeString


@register.filter
def whole_figures(text: str) -> SafeString:
    """The text, escaped, with what may not part kept on one line: a figure and its unit, a
    character and the sign behind it that begins no line.
    """
    return _set(text, _wholes)


@register.filter
def breakable(text: str) -> SafeString:
    """The text, escaped, with places to part where it has none."""
    return _set(text, lambda run: (run,))


def _set(text: str, prose: Callable[[str], Iterable[Piece]]) -> SafeString:
    runs = enumerate(UNBROKEN.split(text))
    pieces = (piece for number, run in runs for piece in (_parts if number % 2 else prose)(run))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _parts(run: str) -> Iterator[Piece]:
    yield run[:PIECE]
    for start in range(PIECE, len(run), PIECE):
        yield PART
        yield run[start : start + PIECE]


def _wholes(run: str) -> Iterator[Piece]:
    for number, piece in enumerate(WHOLE.split(run)):
        yield format_html('<span class="whole">{}</span>', piece) if number % 2 else piece
