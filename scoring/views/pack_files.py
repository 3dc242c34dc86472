"""Rule packs as files: out as JSON or a spreadsheet, and into a draft."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from evalsys.audit.journal import record
from evalsys.jsonread import Problem
from evalsys.rulepacks import domain
from evalsys.rulepacks.codec import LIMIT_BYTES, PackError, dump_pack, load_pack
from evalsys.rulepacks.workbook import WorkbookError, read_tree, write_workbook
from evalsys.versioning import StaleVersionError
from projects.autosave import seen_version
from scoring.views.packs import BureauMixin, DraftMixin, VersionMixin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 2 * LIMIT_BYTES


class UploadForm(forms.Form):
    file = forms.FileField(label="文件（.json 或 .xlsx）")

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        name = (file.name or "").lower()
        if not name.endswith((".json", ".xlsx")):
            raise forms.ValidationError("请选择 .json 或 .xlsx 文件。")
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(f"文件过大，最多 {LARGEST // 1_000_000} MB。")
        return file


class FileView(BureauMixin):
    """Answers with ``content`` in the form the address asks for; each download is journaled."""

    def pack(self) -> tuple[dict[str, Any], str]:
        """The pack's JSON form and the name of the file without its ending."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        if form not in {"json", "xlsx"}:
            raise Http404
        content, name = self.pack()
        body, kind = _written(content, form)
        with transaction.atomic():
            record(
                domain.stream_of(content["code"]),
                "pack_downloaded",
                actor=self.request.user,
                version=content["version"],
                form=form,
            )
        disposition = f'attachment; filename="{name}.{form}"'
        return HttpResponse(body, content_type=kind, headers={"Content-Disposition": disposition})


def _written(content: dict[str, Any], form: str) -> tuple[bytes, str]:
    if form == "xlsx":
        return write_workbook(content), XLSX
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return f"{text}\n".encode(), "application/json"


class PackFile(VersionMixin, FileView):
    def pack(self) -> tuple[dict[str, Any], str]:
        version = self.version
        return dump_pack(version.pack), f"{version.code}-v{version.version}"


class DraftFile(DraftMixin, FileView):
    def pack(self) -> tuple[dict[str, Any], str]:
        return self.draft.content, f"{self.draft.code}-v{self.draft.number}-draft"


class DraftFiles(DraftMixin, FormView):
    """Download, and upload into the draft; what is wrong in a file is listed, none of it stored."""

    template_name = "scoring/packs/files.html"
    form_class = UploadForm

    def form_valid(self, form: UploadForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            content = self.read(file.name.lower(), file.read())
        except PackError as error:
            return self.refuse_file(form, error)
        try:
            domain.save_draft(self.draft, seen=seen_version(self.request), content=content)
        except StaleVersionError:
            messages.error(self.request, "草稿刚刚又改过，文件没有读入。请核对后再上传。")
            return redirect("scoring:pack_files", pk=self.draft.pk)
        messages.success(self.request, "文件已读入草稿，请逐页核对。")
        return redirect("scoring:pack_draft", pk=self.draft.pk, page="rules")

    def read(self, name: str, source: bytes) -> dict[str, Any]:
        """The draft's new content; a workbook brings its tree only."""
        if name.endswith(".json"):
            return dump_pack(load_pack(source))
        stored: dict[str, Any] = self.draft.content
        return stored | {"tree": read_tree(source, stored["tree"])}

    def refuse_file(self, form: UploadForm, error: PackError) -> HttpResponse:
        places = "单元格" if isinstance(error, WorkbookError) else "位置"
        context = self.get_context_data(form=form, place=places, found=_listed(error.problems))
        return self.render_to_response(context)


def _listed(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in problems]
