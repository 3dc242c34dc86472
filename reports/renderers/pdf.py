"""The documents as PDF, in this process or in a worker with limits."""

from collections.abc import Iterable

from reports.documents.blocks import Document
from reports.renderers import workers
from reports.renderers.continued import cut_long_groups
from reports.renderers.html import joint_title, page
from reports.renderers.typeset import typeset

SECONDS = 60.0


def render_pdf(documents: Iterable[Document], *, draft: bool = False, digest: str = "") -> bytes:
    """One PDF of all ``documents``, each with page numbers of its own. The same input gives the
    same bytes. Raises MissingGlyphError for a character that cannot be printed.
    """
    return typeset(*_pages(documents, draft, digest))


def render_pdf_limited(
    documents: Iterable[Document],
    *,
    seconds: float = SECONDS,
    draft: bool = False,
    digest: str = "",
) -> bytes:
    """``render_pdf`` in a worker process, the way for requests.

    Raises RenderError: MissingGlyphError, RenderTimeoutError after ``seconds`` (waiting for a
    free worker counts), RenderCrashError when the worker dies or runs out of memory.
    """
    pages, title = _pages(documents, draft, digest)
    return workers.typeset_in_worker(pages, title, seconds=seconds)


def _pages(documents: Iterable[Document], draft: bool, digest: str) -> tuple[list[str], str]:
    documents = tuple(cut_long_groups(document) for document in documents)
    pages = [page((document,), draft=draft, digest=digest) for document in documents]
    return pages, joint_title(documents)
