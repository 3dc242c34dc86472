"""签字扫描件: what was printed, signed by hand and scanned, beside its version."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from evalsys.accounts.requests import SignedInRequest
from evalsys.audit.journal import record
from projects.views.mixins import EvaluationMixin
from reports.issuing.models import IssuedDocument, Scan
from reports.issuing.permissions import can_keep_scans, can_see_signing
from reports.issuing.scans import (
    LARGEST,
    Upload,
    code_in,
    keep_scan,
    media_type_of,
    read_scan,
)

LONGEST_NAME = 200


class ScanForm(forms.Form):
    file = forms.FileField(
        label="扫描件（PDF、JPEG 或 PNG）",
        widget=forms.FileInput(
            attrs={"class": "form-control", "accept": "application/pdf,image/jpeg,image/png"}
        ),
        help_text=f"最多 {LARGEST // 1_000_000} MB。几页请合成一个 PDF。",
    )
    code = forms.CharField(
        label="验证码",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text="印在每页页脚；文件名里写了验证码的，可以不填。",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(f"文件过大，最多 {LARGEST // 1_000_000} MB。")
        self.media_type = media_type_of(file)
        if not self.media_type:
            raise forms.ValidationError("请选择 PDF、JPEG 或 PNG 文件。")
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        code = code_in(cleaned.get("code", ""), (file.name or "") if file else "")
        if file and not code:
            self.add_error("code", "请填页脚的 28 位验证码，系统靠它找到对应的版本。")
        return cleaned | {"code": code}


class ScanAdd(FormView):
    """From anywhere: the code says to which version the paper belongs."""

    request: SignedInRequest
    template_name = "reports/scan_add.html"
    form_class = ScanForm

    def form_valid(self, form: ScanForm) -> HttpResponse:
        document = (
            IssuedDocument.objects.visible_to(self.request.user)
            .select_related("evaluation__project__unit")
            .filter(code=form.cleaned_data["code"])
            .first()
        )
        if document is None:
            form.add_error("code", "没有找到这个验证码的文件，请对照页脚核对。")
            return self.form_invalid(form)
        decision = can_keep_scans(self.request.user, document.evaluation)
        if not decision:
            raise PermissionDenied(decision.reason)
        file = form.cleaned_data["file"]
        upload = Upload(file.read(), (file.name or "")[-LONGEST_NAME:], form.media_type)
        keep_scan(document, upload, user=self.request.user)
        messages.success(self.request, f"扫描件已存到《{document}》旁边。")
        page = "signing" if can_see_signing(self.request.user, document.evaluation) else "documents"
        return redirect(f"reports:{page}", pk=document.evaluation_id)


class ScanFile(EvaluationMixin):
    """As it was uploaded; always as a download, because we did not make it."""

    def get(self, request: SignedInRequest, pk: int, scan: int) -> HttpResponseBase:
        row = get_object_or_404(Scan, pk=scan, document__evaluation=self.evaluation)
        content = read_scan(row)
        if content is None:
            raise PermissionDenied("扫描件与上传时不一致，不再提供；请通知系统管理员和审计管理员。")
        self._journal(row)
        return FileResponse(
            BytesIO(content),
            as_attachment=True,
            filename=row.name,
            content_type=row.media_type,
        )

    @transaction.atomic
    def _journal(self, scan: Scan) -> None:
        record(
            self.evaluation.journal_stream,
            "downloaded",
            actor=self.request.user,
            document="scan",
            digest=scan.digest,
        )
