"""签字: who has signed a version, one's own signature, and the stored files."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from evalsys.accounts.forms import PasswordAgainForm
from evalsys.accounts.requests import SignedInRequest
from evalsys.audit.journal import record
from projects.forms import ReasonForm
from projects.models import Evaluation
from projects.views.mixins import EvaluationMixin
from reports.issuing.models import IssuedDocument, Slot
from reports.issuing.paper import address_of
from reports.issuing.permissions import can_keep_scans, can_see_signing, can_waive
from reports.issuing.signing import NotSignedError, content_of, sign_slot, waive
from reports.signing.providers import EmbeddedProvider
from reports.views.scans import ScanForm


class SigningForm(PasswordAgainForm):
    nothing_done = "没有签"


@dataclass(frozen=True)
class Line:
    """A slot as the page shows it; ``mine`` when it waits for the reader."""

    slot: Slot
    mine: bool
    may_waive: bool

    @property
    def state(self) -> str:
        if hasattr(self.slot, "revision"):
            return "signed"
        if self.slot.on_paper:
            return "paper"
        return "waived" if hasattr(self.slot, "waiver") else "open"

    @property
    def waive_dialog(self) -> str:
        return f"waive-{self.slot.pk}"

    @property
    def waive_text(self) -> str:
        return f"{self.slot}：不再等这一处的电子签名，文件上留空，在纸上签或者不签。不能恢复。"


class SigningPage(EvaluationMixin, TemplateView):
    template_name = "reports/signing.html"
    permission = staticmethod(can_see_signing)
    tab = "reports:signing"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(versions_of(self.evaluation))
        document = versions[0] if versions else None
        return super().get_context_data(
            document=document,
            older=versions[1:],
            lines=self._lines(document),
            scan_form=ScanForm(initial={"code": document.code}) if document else None,
            may_scan=can_keep_scans(self.request.user, self.evaluation),
            **(_facts(document) if document else {}),
            **kwargs,
        )

    def _lines(self, document: IssuedDocument | None) -> list[Line]:
        if document is None:
            return []
        user, may_waive = self.request.user, bool(can_waive(self.request.user, self.evaluation))
        slots = document.slots.select_related("revision", "waiver", "user")
        mine = set(
            Slot.objects.due().of(user).filter(document=document).values_list("pk", flat=True)
        )
        waited_for = set(Slot.objects.open().filter(document=document).values_list("pk", flat=True))
        return [Line(slot, slot.pk in mine, may_waive and slot.pk in waited_for) for slot in slots]


def versions_of(evaluation: Evaluation) -> Any:
    """The newest first, with what has become of each and the scans kept beside it."""
    return (
        IssuedDocument.objects.with_fate()
        .filter(evaluation=evaluation)
        .select_related("snapshot")
        .prefetch_related("scans")
        .order_by("-number")
    )


def _facts(document: IssuedDocument) -> dict[str, Any]:
    revisions = list(document.revisions.defer("appended").order_by("number"))
    return {
        "issued_digest": revisions[0].digest,
        "newest": revisions[-1],
        "address": address_of(document.code),
        "is_embedded": revisions[0].provider == EmbeddedProvider.name,
        "time_stamped": revisions[-1].time_stamped,
    }


class SlotMixin(EvaluationMixin):
    """Sets ``self.slot``: one of the newest version."""

    permission = staticmethod(can_see_signing)

    def dispatch(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # LoginRequired stands before
        self.slot_pk = kwargs.pop("slot")
        return super().dispatch(request, *args, **kwargs)

    def find_slot(self) -> Slot:
        newest = IssuedDocument.objects.filter(evaluation=self.evaluation).latest()
        slots = Slot.objects.select_related("document__evaluation__project__unit", "document__seal")
        return get_object_or_404(slots, pk=self.slot_pk, document=newest)


class SignSlot(SlotMixin):
    """Asks for the password again; what is signed is what was on the screen."""

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        slot = self.find_slot()
        form = SigningForm(request.POST, request=request)
        if not form.is_valid():
            messages.error(request, str(form.errors["password"][0]))
            return redirect("reports:signing", pk=pk)
        try:
            sign_slot(slot, user=request.user, seen=request.POST.get("seen", ""))
        except NotSignedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{slot}：已签，写进了文件。")
        return redirect("reports:signing", pk=pk)


class WaiveSlot(SlotMixin):
    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        slot, form = self.find_slot(), ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, str(form.errors["reason"][0]))
            return redirect("reports:signing", pk=pk)
        try:
            waive(slot, user=request.user, reason=form.cleaned_data["reason"])
        except NotSignedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{slot}：不再等电子签名，请用纸质签字。")
        return redirect("reports:signing", pk=pk)


class SignedFile(EvaluationMixin):
    """A version as stored; with ``?print`` as it was before anybody signed, to sign on paper."""

    def get(self, request: SignedInRequest, pk: int, number: int) -> HttpResponseBase:
        document = get_object_or_404(
            IssuedDocument.objects.with_fate(), evaluation=self.evaluation, number=number
        )
        return stored_file(request, document)


def stored_file(request: SignedInRequest, document: IssuedDocument) -> FileResponse:
    """The bytes of ``document``, journaled; they are never rendered again."""
    unsigned = "print" in request.GET
    content = content_of(document, upto=0 if unsigned else None)
    with transaction.atomic():
        record(
            document.evaluation.journal_stream,
            "downloaded",
            actor=request.user,
            document="print set" if unsigned else "signed file",
            version=document.number,
        )
    return FileResponse(
        BytesIO(content),
        as_attachment="download" in request.GET,
        filename=file_name(document, unsigned=unsigned),
        content_type="application/pdf",
    )


def file_name(document: IssuedDocument, *, unsigned: bool) -> str:
    state = "打印稿" if unsigned else "已签" if document.completed_at else "签字中"
    name = f"{document.project_name}-{document.fiscal_year}年度-三份合一"
    return f"{name}-第{document.number}版-{state}.pdf"
