from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from evalsys.audit.journal import record
from projects.enums import State
from projects.permissions import can_read, can_see_results
from projects.views.mixins import EvaluationMixin
from reports.documents import ALL, BUILDERS, CHOICES, build
from reports.documents.annexes import ANNEX_TITLES, Annex, build_annexes
from reports.documents.blocks import Document
from reports.dossier.codec import dossier_digest
from reports.dossier.loader import load_dossier
from reports.dossier.model import Dossier
from reports.issuing.models import IssuedDocument
from reports.issuing.paper import saying, stamp_of
from reports.renderers.enclosing import enclosed_dossier
from reports.renderers.errors import RenderError
from reports.renderers.html import document_body
from reports.renderers.office import OFFICE_FORMATS, render_office
from reports.renderers.order import Draft, Stamp
from reports.renderers.pdf import render_pdf_limited
from reports.views.signing import stored_file, versions_of
from scoring.department import can_see_department_score

COPY = "本页为副本，不带电子签名；以签字的三份合一文件为准，可用验证码查验。"


class DocumentMixin(EvaluationMixin):
    """The dossier this user may see: without marks until results are open to them."""

    permission = staticmethod(can_read)

    def dossier(self) -> Dossier:
        open_to_user = bool(can_see_results(self.request.user, self.evaluation))
        return load_dossier(
            self.evaluation.pk,
            with_marks=open_to_user,
            with_department=bool(can_see_department_score(self.request.user, self.evaluation)),
        )

    @property
    def is_draft(self) -> bool:
        return not self.evaluation.has_reached(State.SIGNED)

    @transaction.atomic
    def journal(self, document: str, digest: str) -> None:
        record(
            self.evaluation.journal_stream,
            "downloaded",
            actor=self.request.user,
            document=document,
            digest=digest,
        )

    @cached_property
    def version(self) -> IssuedDocument | None:
        """The newest signed version; an evaluation signed in older days has none."""
        issued = IssuedDocument.objects.with_fate().filter(evaluation=self.evaluation)
        return None if self.is_draft else issued.order_by("number").last()

    def stamp(self, digest: str) -> Stamp | None:
        if self.is_draft:
            return Draft(digest)
        return stamp_of(self.version.code) if self.version else None


class DocumentPages(DocumentMixin, TemplateView):
    """The paper on screen, one form or all, with the downloads."""

    template_name = "reports/documents.html"
    tab = "reports:documents"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        which = self.request.GET.get("document", ALL)
        if which not in CHOICES:
            raise Http404
        documents = build(self.dossier(), ALL)
        chosen = [document for document in documents if which in {ALL, document.name}]
        return super().get_context_data(
            body=document_body(chosen),
            which=which,
            titles={document.name: document.title for document in documents},
            annexes=ANNEX_TITLES,
            is_draft=self.is_draft,
            versions=versions_of(self.evaluation),
            **kwargs,
        )


class DocumentFragment(DocumentMixin):
    """One form as a piece of a page, for the evaluator who scores beside it."""

    def get(self, request: HttpRequest, pk: int, document: str) -> HttpResponse:
        if document not in BUILDERS:
            raise Http404
        return HttpResponse(document_body(build(self.dossier(), document)))


class DocumentDownload(DocumentMixin):
    """One form, or all in one file, as PDF, with annexes if asked; each download is journaled."""

    def get(self, request: HttpRequest, pk: int, document: str) -> HttpResponseBase:
        if document not in CHOICES:
            raise Http404
        annexes = _chosen_annexes(request)
        if self.version and document == ALL and not annexes:
            return stored_file(self.request, self.version)
        dossier = self.dossier()
        documents = (*self._documents(dossier, document), *build_annexes(dossier, annexes))
        digest = dossier_digest(dossier)
        try:
            typeset = render_pdf_limited(
                documents, stamp=self.stamp(digest), enclosed=[enclosed_dossier(dossier)]
            )
        except RenderError as error:
            messages.error(request, str(error))
            return redirect("reports:documents", pk=pk)
        self.journal("+".join((document, *annexes)), digest)
        return FileResponse(
            BytesIO(typeset.pdf),
            as_attachment="download" in request.GET,
            filename=_filename(dossier, documents, "pdf"),
            content_type="application/pdf",
        )

    def _documents(self, dossier: Dossier, document: str) -> tuple[Document, ...]:
        """What is not the signed file itself says that it is a copy."""
        documents = build(dossier, document)
        return tuple(saying(one, COPY) for one in documents) if self.version else documents


class DocumentCopy(DocumentMixin):
    """The same forms as a Word or Excel file to edit; journaled like the PDF."""

    def get(
        self,
        request: HttpRequest,
        pk: int,
        document: str,
        format: str,  # noqa: A002
    ) -> HttpResponseBase:
        if document not in CHOICES or format not in OFFICE_FORMATS:
            raise Http404
        dossier = self.dossier()
        documents, digest = build(dossier, document), dossier_digest(dossier)
        content = render_office(documents, format, stamp=self.stamp(digest))
        self.journal(f"{document}.{format}", digest)
        return FileResponse(
            BytesIO(content),
            as_attachment=True,
            filename=_filename(dossier, documents, format),
            content_type=OFFICE_FORMATS[format],
        )


def _chosen_annexes(request: HttpRequest) -> list[Annex]:
    try:
        return [Annex(name) for name in request.GET.getlist("annex")]
    except ValueError:
        raise Http404 from None


def _filename(dossier: Dossier, documents: Sequence[Document], suffix: str) -> str:
    names = {document.name for document in documents}
    title = "三份合一" if names >= set(BUILDERS) else documents[0].title
    if names & set(Annex):
        title += "及附件"
    return f"{dossier.project_name}-{dossier.fiscal_year}年度-{title}.{suffix}"
