"""Copies to edit, in the formats of Word, Excel and WPS."""

from collections.abc import Iterable

from reports.documents.blocks import Document
from reports.renderers.order import Draft, Stamp

OFFICE_FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


COPY = "可编辑副本；已签发的以签发的 PDF 为准"


def mark_of(stamp: Stamp | None) -> str:
    """What stands in the head of every page."""
    return f"草稿　数据摘要 {stamp.digest}" if isinstance(stamp, Draft) else COPY


def render_office(
    documents: Iterable[Document],
    format: str,  # noqa: A002
    *,
    stamp: Stamp | None = None,
) -> bytes:
    """One file of all ``documents``, as one of ``OFFICE_FORMATS``.

    The same input gives the same bytes.
    """
    if format == "docx":
        from reports.renderers.docx import render_docx  # noqa: PLC0415  loaded when asked for

        return render_docx(documents, mark_of(stamp))
    from reports.renderers.xlsx import render_xlsx  # noqa: PLC0415

    return render_xlsx(documents, mark_of(stamp))
