"""The documents as PDF, in this process or in a worker with limits."""

from collections.abc import Callable, Iterable
from functools import partial

from reports.documents.blocks import Document, Kind
from reports.renderers import workers
from reports.renderers.continued import cut_long_groups, has_long_groups
from reports.renderers.html import joint_title, page
from reports.renderers.order import (
    CODE_NAME,
    Enclosed,
    Final,
    Order,
    Page,
    Picture,
    Probe,
    Stamp,
    Typeset,
)
from reports.renderers.pictures import code_picture
from reports.renderers.typeset import measure, typeset

SECONDS = 60.0

Ask = Callable[[Probe], dict[str, int]]


def render_pdf(
    documents: Iterable[Document], *, stamp: Stamp | None = None, enclosed: Iterable[Enclosed] = ()
) -> Typeset:
    """One PDF of all ``documents``, each with page numbers of its own. The same input gives the
    same bytes. Raises MissingGlyphError for a character that cannot be printed.
    """
    return typeset(_order(documents, stamp, enclosed, measure))


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
    deadline = workers.Deadline(seconds)
    ask = partial(workers.measure_in_worker, deadline=deadline)
    return workers.typeset_in_worker(_order(documents, stamp, enclosed, ask), deadline)


def _order(
    documents: Iterable[Document], stamp: Stamp | None, enclosed: Iterable[Enclosed], ask: Ask
) -> Order:
    documents = tuple(documents)
    return Order(
        pages=tuple(_page(document, stamp, ask) for document in documents),
        title=joint_title(documents),
        stamp=stamp,
        enclosed=tuple(enclosed),
        pictures=_pictures(stamp),
    )


def _page(document: Document, stamp: Stamp | None, ask: Ask) -> Page:
    """A form without long groups may be set smaller; one with them is longer than that anyway."""
    cut = cut_long_groups(document, lambda loose: ask(Probe(Page(page((loose,), stamp=None)))))
    may_shrink = document.kind is Kind.FORM and not has_long_groups(document)
    return Page(page((cut,), stamp=stamp), may_shrink)


def _pictures(stamp: Stamp | None) -> dict[str, Picture]:
    return {CODE_NAME: code_picture(stamp.link)} if isinstance(stamp, Final) else {}
