"""HTML pages to one PDF through WeasyPrint; no Django, so that a worker starts quickly.

WeasyPrint is imported when first needed, after fontconfig has been told to see only the bundled
fonts. Fetcher, fonts and style sheet are made once per process. Output depends on nothing but the
input: the same pages give the same bytes.
"""

import gc
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from reports.renderers.errors import MissingGlyphError, RenderCrashError

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS_CONF = ROOT / "static" / "fonts" / "fonts.conf"
PAPER_CSS = ROOT / "static" / "documents" / "paper.css"

one_at_a_time = Lock()


@dataclass(frozen=True)
class Tools:
    html: Any
    fetcher: Any
    fonts: Any
    style_sheet: Any
    fatal: type[BaseException]


def typeset(pages: Sequence[str], title: str) -> bytes:
    """One PDF named ``title`` of all ``pages``, numbering each page's sheets from 1.

    Raises MissingGlyphError when no bundled font has a character.
    """
    tools = load_tools()
    with one_at_a_time, _without_collector(), _missing_glyphs_raise():
        try:
            return _write(tools, pages, title)
        except tools.fatal as error:
            raise RenderCrashError from error


def _write(tools: Tools, pages: Sequence[str], title: str) -> bytes:
    parts = [
        tools.html(string=page, url_fetcher=tools.fetcher).render(
            stylesheets=[tools.style_sheet], font_config=tools.fonts
        )
        for page in pages
    ]
    whole = parts[0].copy([page for part in parts for page in part.pages])
    whole.metadata.title = title
    pdf: bytes = whole.write_pdf()
    return pdf


@cache
def load_tools() -> Tools:
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)
    from weasyprint import CSS, HTML  # noqa: PLC0415  takes most of a second
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import FatalURLFetchingError, URLFetcher  # noqa: PLC0415

    from reports.renderers import justify  # noqa: PLC0415

    justify.install()
    # A document loads nothing: fonts come through fontconfig, the style sheet as text. Whatever
    # asks for an address is a mistake, and stops the rendering instead of leaving a hole.
    fetcher = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    fonts = FontConfiguration()
    css = PAPER_CSS.read_text(encoding="utf-8")
    style_sheet = CSS(string=css, url_fetcher=fetcher, font_config=fonts)
    return Tools(HTML, fetcher, fonts, style_sheet, FatalURLFetchingError)


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
