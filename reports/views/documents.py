from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.generic import TemplateView

from evalsys.audit.journal import record
from projects.enums import State
from projects.permissions import can_read, can_see_results
from projects.views.mixins import EvaluationMixin
from reports.documents import ALL, BUILDERS, CHOICES, build
from reports.documents.blocks import Document
from reports.dossier.codec import dossier_digest
from reports.dossier.loader import load_dossier
from reports.dossier.model import Dossier
from reports.renderers.errors import RenderError
from reports.renderers.html import document_body
from reports.renderers.pdf import render_pdf_limited
from scoring.department import can_see_department_score


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
            is_draft=self.is_draft,
            **kwargs,
        )


class DocumentFragment(DocumentMixin):
    """One form as a piece of a page, for the evaluator who scores beside it."""

    def get(self, request: HttpRequest, pk: int, document: str) -> HttpResponse:
        if document not in BUILDERS:
            raise Http404
        return HttpResponse(document_body(build(self.dossier(), document)))


class DocumentDownload(DocumentMixin):
    """One form, or all in one file, as PDF; each download is journaled."""

    def get(self, request: HttpRequest, pk: int, document: str) -> HttpResponseBase:
        if document not in CHOICES:
            raise Http404
        dossier = self.dossier()
        documents, digest = build(dossier, document), dossier_digest(dossier)
        try:
            content = render_pdf_limited(documents, draft=self.is_draft, digest=digest)
        except RenderError as error:
            messages.error(request, str(error))
            return redirect("reports:documents", pk=pk)
        self._journal(document, digest)
        return FileResponse(
            BytesIO(content),
            as_attachment="download" in request.GET,
            filename=_filename(dossier, documents),
            content_type="application/pdf",
        )

    @transaction.atomic
    def _journal(self, document: str, digest: str) -> None:
        record(
            self.evaluation.journal_stream,
            "downloaded",
            actor=self.request.user,
            document=document,
            digest=digest,
        )


def _filename(dossier: Dossier, documents: Sequence[Document]) -> str:
    title = documents[0].title if len(documents) == 1 else "三份合一"
    return f"{dossier.project_name}-{dossier.fiscal_year}年度-{title}.pdf"
