"""Justified Chinese for WeasyPrint 70.0, which by itself stretches nothing but spaces.

A line with hanzi gets its missing width spread over the gaps beside hanzi, Chinese punctuation
and spaces, as word processors do; Latin words and figures keep their shape. Written against the
internals of exactly this version, which is pinned; the tests measure the right edge of the lines.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

LOOSEST = 0.4  # em a gap; a line that would need more stays ragged
LAST_WESTERN = "\u1fff"

_justify_spaces = inline.justify_line
_set_plain_text = line_break.Layout.set_text


def install() -> None:
    """Replace the two functions of WeasyPrint; doing it again changes nothing."""
    inline.justify_line = justify_line
    line_break.Layout.set_text = _set_text


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Widen ``line`` by ``extra_width`` CSS pixels, or leave it ragged when that is too much.

    Pango gives an elastic character half of its spacing on each side and nothing at the ends of
    a text, so a gap counts by halves, inside a text box and between two.
    """
    texts = [box for box in _text_boxes(line) if box.text.strip()]
    if not any(map(_is_chinese, texts)):
        _justify_spaces(context, line, extra_width)
        return
    gaps = _gaps("".join(box.text for box in texts))
    if extra_width > LOOSEST * line.style["font_size"] * gaps:
        return
    _widen(texts, extra_width / gaps)
    line.width += extra_width


def _widen(texts: list[Any], spacing: float) -> None:
    advance, end = 0.0, ""
    for box in texts:
        advance += spacing * _gaps(end + box.text[0])
        box.position_x += advance
        if inner := _gaps(box.text):
            _spread(box, spacing)
            box.width += spacing * inner
            advance += spacing * inner
        end = box.text[-1]


def _gaps(text: str) -> float:
    return sum(map(_is_elastic, text)) - (_is_elastic(text[0]) + _is_elastic(text[-1])) / 2


def _is_elastic(char: str) -> bool:
    return char == " " or char > LAST_WESTERN


def _spread(box: Any, spacing: float) -> None:
    layout = line_break.Layout(box.style)
    layout.chinese_spacing = spacing
    layout.text = box.text
    layout.deactivate()
    box.pango_layout = layout


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            yield from _text_boxes(child)


def _is_chinese(box: Any) -> bool:
    return any("\u2e80" <= char <= "\u9fff" or char >= "\U00020000" for char in box.text)


def _set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set the text as WeasyPrint does, then add the line's spacing to its elastic characters."""
    _set_plain_text(layout, text, justify)
    if justify and (spacing := getattr(layout, "chinese_spacing", 0)):
        own = layout.style["letter_spacing"]
        _space(layout, spacing + (0 if own == "normal" else own))


def _space(layout: Any, spacing: float) -> None:
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for start, end in _elastic_bytes(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(round(spacing * TO_UNITS))
        attribute.start_index, attribute.end_index = start, end
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _elastic_bytes(text: str) -> Iterator[tuple[int, int]]:
    """Where runs of elastic characters begin and end in the UTF-8 text."""
    start = 0
    for elastic, run in groupby(text, _is_elastic):
        end = start + len("".join(run).encode())
        if elastic:
            yield start, end
        start = end
