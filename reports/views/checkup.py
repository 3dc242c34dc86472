"""体检: files of an old evaluation examined without entering them.

Nothing is kept here: the browser holds the files and sends them again for the report as a file
and for the evaluation they become.
"""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from evalsys.accounts.enums import BUSINESS_ROLES, Role
from evalsys.accounts.models import Unit, UnitQuerySet
from evalsys.accounts.requests import SignedInView
from evalsys.fields import StrictDecimalField, choose_from
from evalsys.rulepacks.domain import ChangedVersionError
from projects.models import FIRST_YEAR, LAST_YEAR
from reports.checkup.examination import Checkup, check_files
from reports.checkup.files import limits
from reports.checkup.files.limited import Upload
from reports.checkup.report.data import checkup_data
from reports.checkup.report.paper import TITLE, checkup_document
from reports.dossier.files import json_text
from reports.dossier.importer import AlreadyThereError, import_dossier
from reports.renderers.errors import RenderError
from reports.renderers.html import document_body
from reports.renderers.pdf import render_pdf_limited
from scoring.evidence_forms import FilesField

ACCEPTED = ".txt,.docx,.xlsx,.pdf,.zip,.json"
NOTHING_READ = "没有一份文件读成自评，不能转为自评。"
OTHER_RULES = "文件所用的规则包与系统中已发布的不同，不能转为自评。"


class CheckupForm(forms.Form):
    uploads = FilesField(
        label="自评的表和报告",
        help_text="Word、Excel、带文字的 PDF、纯文本，或装着它们的 zip；可以一次选多个。",
    )
    year = StrictDecimalField(
        label="预算年度", places=0, maximum=Decimal(LAST_YEAR), required=False
    )
    unit = forms.ModelChoiceField(
        label="转到哪个单位", queryset=Unit.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].widget.attrs |= {"class": "form-control", "accept": ACCEPTED}
        self.fields["year"].widget.attrs |= {"class": "form-control"}
        self.fields["year"].help_text = "表上没有写年度时，按这一年检查；不填按去年。"
        choose_from(self, "unit", units)

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year is None:
            return timezone.localdate().year - 1
        if year < FIRST_YEAR:
            raise forms.ValidationError(f"请填四位年份，{FIRST_YEAR} 到 {LAST_YEAR} 之间。")
        return int(year)


class CheckupMixin(SignedInView, FormView):
    """For everybody who works with evaluations; finance staff may enter what was read."""

    template_name = "reports/checkup.html"
    form_class = CheckupForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        seated = self.request.user.seats.exists()
        if not (seated or self.request.user.has_role(*BUSINESS_ROLES)):
            raise PermissionDenied("体检供填报、评价和审核人员使用。")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def units(self) -> UnitQuerySet:
        return Unit.objects.where(self.request.user, Role.FINANCE_STAFF)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"units": self.units}


class CheckupPage(CheckupMixin):
    """Choose files; what was found is shown below, on paper."""

    def form_valid(self, form: CheckupForm) -> HttpResponse:
        checkup = checked(form)
        return self.render_to_response(
            self.get_context_data(
                form=form,
                checkup=checkup,
                body=document_body([checkup_document(checkup)]),
                may_enter=bool(checkup.examinations) and self.units.exists(),
            )
        )


class CheckupFile(CheckupMixin):
    """The report on the same files, as PDF or JSON."""

    def form_valid(self, form: CheckupForm) -> HttpResponseBase:  # type: ignore[override]
        checkup = checked(form)
        if self.kwargs["form"] == "json":
            content, kind = json_text(checkup_data(checkup)).encode(), "application/json"
        else:
            try:
                content = render_pdf_limited([checkup_document(checkup)]).pdf
            except RenderError as error:
                messages.error(self.request, str(error))
                return redirect("reports:checkup")
            kind = "application/pdf"
        name = f"{TITLE}.{self.kwargs['form']}"
        return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)


class CheckupEnter(CheckupMixin):
    """转为自评: each evaluation read becomes a draft of the chosen unit."""

    def form_valid(self, form: CheckupForm) -> HttpResponse:
        unit = form.cleaned_data["unit"]
        examinations = checked(form).examinations
        if unit is None or not examinations:
            messages.error(self.request, NOTHING_READ)
            return redirect("reports:checkup")
        for one in examinations:
            dossier = one.reading.dossier
            try:
                entered = import_dossier(dossier, unit=unit, actor=self.request.user, draft=True)
            except AlreadyThereError as error:
                messages.error(self.request, str(error))
            except ChangedVersionError:
                messages.error(self.request, OTHER_RULES)
            else:
                messages.success(self.request, f"已转为自评：{entered}，请核对后送审。")
        return redirect("tasks")


def checked(form: CheckupForm) -> Checkup:
    uploads = _uploads(form.cleaned_data["uploads"])
    return check_files(uploads, assumed_year=form.cleaned_data["year"])


def _uploads(files: Iterable[UploadedFile]) -> list[Upload]:
    """No more of a file than shows that it is too large."""
    return [Upload(file.name or "", file.read(limits.FILE + 1)) for file in files]
