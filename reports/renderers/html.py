"""The documents as HTML: one body for the page on screen, the file and the PDF."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from reports.documents.blocks import (
    Block,
    ChartFigure,
    Document,
    Heading,
    Kind,
    Note,
    PageBreak,
    Paragraph,
    Table,
)
from reports.renderers.order import CODE_NAME, Final, Picture, Stamp
from reports.renderers.pictures import code_picture, data_address, picture_address

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
PAPER_CSS = ROOT / "static" / "documents" / "paper.css"
BLOCK_TEMPLATES: dict[type[Block], str] = {
    Heading: "heading.html",
    Paragraph: "paragraph.html",
    Note: "note.html",
    PageBreak: "page_break.html",
    Table: "table.html",
    ChartFigure: "chart.html",
}

Address = Callable[[str, Picture], str]


@dataclass(frozen=True)
class Piece:
    template: str
    block: Block


@dataclass(frozen=True)
class Sheet:
    document: Document
    pieces: tuple[Piece, ...]

    @property
    def counts_pages(self) -> bool:
        """Forms say 第 x 页 共 y 页 in the foot; the pages of a report have numbers outside it."""
        return self.document.kind is Kind.FORM


def document_body(documents: Iterable[Document]) -> SafeString:
    """The sheets without a page around them, for a page that links ``documents/paper.css``."""
    return _render("body.html", documents)


def render_html(documents: Iterable[Document], *, stamp: Stamp | None = None) -> str:
    """A file that needs nothing else: style sheet and pictures are inside."""
    css = mark_safe(paper_css())  # noqa: S308  our own file, with quotes that must stay quotes
    return page(documents, stamp=stamp, css=css, address=lambda _, picture: data_address(picture))


def page(
    documents: Iterable[Document],
    *,
    stamp: Stamp | None,
    css: str = "",
    address: Address = lambda name, _: picture_address(name),
) -> str:
    """A whole HTML page, without a style sheet unless ``css`` is given."""
    documents = tuple(documents)
    return _render(
        "page.html",
        documents,
        stamp=stamp,
        code_source=_code_source(stamp, address),
        css=css,
        title=joint_title(documents),
        language=documents[0].language,
    )


def joint_title(documents: Iterable[Document]) -> str:
    return "、".join(document.title for document in documents)


@cache
def paper_css() -> str:
    return PAPER_CSS.read_text(encoding="utf-8")


def _code_source(stamp: Stamp | None, address: Address) -> str:
    return address(CODE_NAME, code_picture(stamp.link)) if isinstance(stamp, Final) else ""


def _render(name: str, documents: Iterable[Document], **context: Any) -> SafeString:
    sheets = tuple(_sheet(document) for document in documents)
    template = _engine().get_template(name)
    return template.render(Context({"sheets": sheets, **context}, use_l10n=False))


def _sheet(document: Document) -> Sheet:
    return Sheet(
        document, tuple(Piece(BLOCK_TEMPLATES[type(block)], block) for block in document.blocks)
    )


@cache
def _engine() -> Engine:
    """An engine of our own: the same output whatever the site's templates are set to."""
    return Engine(
        dirs=[str(TEMPLATES / "documents"), str(TEMPLATES / "reports" / "charts")],
        builtins=["reports.renderers.paper_tags"],
    )
