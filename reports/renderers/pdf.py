"""The documents as PDF, in this process or in a worker with limits."""

from collections.abc import Iterable

from reports.documents.blocks import Document
from reports.renderers import workers
from reports.renderers.continued import cut_long_groups
from reports.renderers.html import joint_title, page
from reports.renderers.order import CODE_NAME, Enclosed, Final, Order, Picture, Stamp, Typeset
from reports.renderers.pictures import code_picture
from reports.renderers.typeset import typeset

SECONDS = 60.0


def render_pdf(
    documents: Iterable[Document], *, stamp: Stamp | None = None, enclosed: Iterable[Enclosed] = ()
) -> Typeset:
    """One PDF of all ``documents``, each with page numbers of its own. The same input gives the
    same bytes. Raises MissingGlyphError for a character that cannot be printed.
    """
    return typeset(_order(documents, stamp, enclosed))


def render_pdf_limited(
    documents: Iterable[Document],
    *,
    seconds: float = SECONDS,
    stamp: Stamp | None = None,
    enclosed: Iterable[Enclosed] = (),
) -> Typeset:
    """``render_pdf`` in a worker process, the way for requests.

    Raises RenderError: MissingGlyphError, RenderTimeoutError after ``seconds`` (waiting for a
    free worker counts), RenderCrashError when the worker dies or runs out of memory.
    """
    return workers.typeset_in_worker(_order(documents, stamp, enclosed), seconds=seconds)


def _order(
    documents: Iterable[Document], stamp: Stamp | None, enclosed: Iterable[Enclosed]
) -> Order:
    documents = tuple(cut_long_groups(document) for document in documents)
    return Order(
        pages=tuple(page((document,), stamp=stamp) for document in documents),
        title=joint_title(documents),
        stamp=stamp,
        enclosed=tuple(enclosed),
        pictures=_pictures(stamp),
    )


def _pictures(stamp: Stamp | None) -> dict[str, Picture]:
    return {CODE_NAME: code_picture(stamp.link)} if isinstance(stamp, Final) else {}
