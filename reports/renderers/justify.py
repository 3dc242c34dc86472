"""Justified Chinese for WeasyPrint 70.0, which by itself stretches nothing but spaces.

A line with hanzi gets its missing width spread evenly over the gaps between all its characters,
as word processors do. Written against the internals of exactly this version, which is pinned;
the tests measure the right edge of the lines.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

MOST_EMS = 6  # a figure moved to the next line leaves no bigger hole

_justify_spaces = inline.justify_line
_set_plain_text = line_break.Layout.set_text


def install() -> None:
    """Replace the two functions of WeasyPrint; doing it again changes nothing."""
    inline.justify_line = justify_line
    line_break.Layout.set_text = _set_text


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Widen ``line`` by ``extra_width`` CSS pixels; leave it ragged when that is too much.

    Text that may not wrap, a figure with its unit, is not spread inside.
    """
    texts = [box for box in _text_boxes(line) if box.text.strip()]
    gaps = sum(map(_inner_gaps, texts)) + len(texts) - 1
    if not any(map(_is_chinese, texts)) or gaps < 1:
        _justify_spaces(context, line, extra_width)
        return
    if extra_width > MOST_EMS * line.style["font_size"]:
        return
    spacing = extra_width / gaps
    advance = 0.0
    for box in texts:
        box.position_x += advance
        if inner := _inner_gaps(box):
            _spread(box, spacing)
        box.width += inner * spacing
        advance += (inner + 1) * spacing
    line.width += extra_width


def _inner_gaps(box: Any) -> int:
    return 0 if box.style["white_space"] == "nowrap" else len(box.text) - 1


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
    """Set the text as WeasyPrint does, with the line's spacing on top of the letter spacing."""
    spacing = getattr(layout, "chinese_spacing", 0)
    if not (justify and spacing):
        _set_plain_text(layout, text, justify)
        return
    style = layout.style
    own = style["letter_spacing"]
    layout.style = style.copy()
    layout.style["letter_spacing"] = spacing + (0 if own == "normal" else own)
    try:
        _set_plain_text(layout, text, justify)
    finally:
        layout.style = style
