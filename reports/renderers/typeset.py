"""HTML pages to one PDF through WeasyPrint; no Django, so that a worker starts quickly.

WeasyPrint is imported when first needed, after fontconfig has been told to see only the bundled
fonts. Fetcher, fonts and style sheet are made once per process. Output depends on nothing but the
input: the same pages give the same bytes.
"""

import gc
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

from reports.renderers import archival
from reports.renderers.errors import MissingGlyphError, RenderCrashError
from reports.renderers.order import (
    Draft,
    Enclosed,
    Order,
    Page,
    Picture,
    Probe,
    Stamp,
    Typeset,
)
from reports.renderers.places import anchors

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS_CONF = ROOT / "static" / "fonts" / "fonts.conf"
PAPER = ROOT / "static" / "documents"

TWO_SHEETS = 2

one_at_a_time = Lock()


@dataclass(frozen=True)
class Tools:
    html: Any
    attachment: Any
    shelf: Any
    fonts: Any
    paper: Any
    draft: Any
    dense: Any
    srgb: Any
    fatal: type[BaseException]

    def layout(self, page: Page, stamp: Stamp | None = None) -> Any:
        styles = [self.paper, self.draft] if isinstance(stamp, Draft) else [self.paper]
        plain = self._layout(page, styles)
        if page.may_shrink and len(plain.pages) == TWO_SHEETS:
            dense = self._layout(page, [*styles, self.dense])
            return dense if len(dense.pages) == 1 else plain
        return plain

    def _layout(self, page: Page, styles: list[Any]) -> Any:
        html = self.html(string=page.html, url_fetcher=self.shelf)
        return html.render(stylesheets=styles, font_config=self.fonts)


def typeset(order: Order) -> Typeset:
    """One PDF of all pages of ``order``, numbering each page's sheets from 1.

    Raises MissingGlyphError when no bundled font has a character, RenderCrashError when a page
    asks for anything that does not come with the order.
    """
    with _ready(order.pictures) as tools:
        return _write(tools, order)


def measure(probe: Probe) -> dict[str, int]:
    """The answer to ``probe``; raises as ``typeset`` does, but not for a missing glyph."""
    with _ready(probe.pictures) as tools:
        sheets = tools.layout(probe.page).pages
    return {name: number for number, sheet in enumerate(sheets) for name in sheet.anchors}


@contextmanager
def _ready(pictures: Mapping[str, Picture]) -> Iterator[Tools]:
    tools = load_tools()
    with one_at_a_time, _without_collector(), _missing_glyphs_raise():
        try:
            with tools.shelf.holding(pictures):
                yield tools
        except tools.fatal as error:
            raise RenderCrashError from error


def _write(tools: Tools, order: Order) -> Typeset:
    parts = [tools.layout(page, order.stamp) for page in order.pages]
    whole = parts[0].copy([page for part in parts for page in part.pages])
    whole.metadata.title = order.title
    whole.color_profiles["srgb"] = tools.srgb
    pdf: bytes = whole.write_pdf(
        pdf_variant=archival.VARIANT,
        output_intent="given",  # else WeasyPrint opens a file of its own and never closes it
        finisher=archival.finish,
        attachments=[_attachment(tools, one) for one in order.enclosed],
    )
    return Typeset(pdf, anchors(whole.pages))


def _attachment(tools: Tools, one: Enclosed) -> Any:
    made = one.made.astimezone(UTC)
    return tools.attachment(
        string=one.content,
        name=one.name,
        description=one.description,
        created=made,
        modified=made,
        relationship="Data",
        url_fetcher=tools.shelf,
    )


@cache
def load_tools() -> Tools:
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)
    from weasyprint import CSS, HTML, Attachment  # noqa: PLC0415  takes most of a second
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    from reports.renderers import justify, shelf  # noqa: PLC0415

    justify.install()
    pictures = shelf.Shelf()
    fonts = FontConfiguration()
    paper, draft, dense = (
        CSS(
            string=(PAPER / name).read_text(encoding="utf-8"),
            url_fetcher=pictures,
            font_config=fonts,
        )
        for name in ("paper.css", "paper-draft.css", "paper-dense.css")
    )
    return Tools(
        html=HTML,
        attachment=Attachment,
        shelf=pictures,
        fonts=fonts,
        paper=paper,
        draft=draft,
        dense=dense,
        srgb=_srgb(),
        fatal=FatalURLFetchingError,
    )


def _srgb() -> Any:
    """The profile byte for byte: WeasyPrint's own class writes it anew, never twice the same."""
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    return SimpleNamespace(name="sRGB2014", content=content, components="rgb", pdf_reference=None)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Layout makes many objects and no garbage; the collector only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _missing_glyphs_raise() -> Iterator[None]:
    """WeasyPrint prints a box for an unknown character and only says so in its log."""
    logger = logging.getLogger("weasyprint")
    handler = _MissingGlyphHandler()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _MissingGlyphHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            raise MissingGlyphError(str(record.args[0]))
