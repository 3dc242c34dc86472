"""Copies to edit, in the formats of Word, Excel and WPS."""

from collections.abc import Iterable

from reports.documents.blocks import Document

OFFICE_FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render_office(
    documents: Iterable[Document],
    format: str,  # noqa: A002
    *,
    draft: bool = False,
    digest: str = "",
) -> bytes:
    """One file of all ``documents``, as one of ``OFFICE_FORMATS``.

    The same input gives the same bytes.
    """
    if format == "docx":
        from reports.renderers.docx import render_docx  # noqa: PLC0415  loaded when asked for

        return render_docx(documents, draft=draft, digest=digest)
    from reports.renderers.xlsx import render_xlsx  # noqa: PLC0415

    return render_xlsx(documents, draft=draft, digest=digest)
