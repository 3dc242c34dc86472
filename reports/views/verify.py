"""/verify/: for anybody, without an account."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.generic import FormView, View

from evalsys.addresses import client_address
from reports.issuing import house, limits
from reports.issuing.enums import CertificateKind
from reports.issuing.models import HouseCertificate
from reports.issuing.verdicts import Answer, check_code, check_file
from reports.signing.codes import read_code
from reports.signing.limited import BusyError

LARGEST = 20_000_000
PDF = b"%PDF-"
HEADER_WITHIN = 1024
TOO_OFTEN, BUSY = 429, 503


class CodeForm(forms.Form):
    code = forms.CharField(
        label="验证码",
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX",
            }
        ),
        help_text="印在每页页脚，28 位，不分大小写，横线可以不写。",
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("验证码应为 28 位字母和数字，请对照页脚核对后再试。")
        return code


class FileForm(forms.Form):
    file = forms.FileField(
        label="PDF 文件",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
        help_text="直接用收到的文件，不要重新打印或另存。文件只用来核对，不会保存。",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(f"文件过大，最多 {LARGEST // 1_000_000} MB。")
        if PDF not in file.read(HEADER_WITHIN):
            raise forms.ValidationError("这不是 PDF 文件。扫描件和照片请用验证码查验。")
        file.seek(0)
        return file


def front_page(
    request: HttpRequest,
    *,
    code_form: CodeForm | None = None,
    file_form: FileForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "reports/verify.html",
        {
            "code_form": code_form or CodeForm(),
            "file_form": file_form or FileForm(),
            "problem": problem,
            "root": root_certificate(),
        },
        status=status,
    )


def root_certificate() -> HouseCertificate | None:
    return HouseCertificate.objects.filter(kind=CertificateKind.ROOT).last()


def verdict_page(request: HttpRequest, answer: Answer) -> HttpResponse:
    context = {"answer": answer, "document": answer.document, "root": root_certificate()}
    return render(request, "reports/verdict.html", context)


@method_decorator(login_not_required, name="dispatch")
class PublicView(View):
    """Counts questions per address before anything is looked up."""

    purpose = limits.CODE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.counts(request) and not limits.may_ask(self.purpose, client_address(request)):
            answer = front_page(
                request, problem="查验得太频繁了，请过十分钟再试。", status=TOO_OFTEN
            )
            answer["Retry-After"] = str(int(limits.WINDOW.total_seconds()))
            return answer
        return super().dispatch(request, *args, **kwargs)

    def counts(self, request: HttpRequest) -> bool:
        return True


class VerifyHome(PublicView, FormView):
    """The two ways to ask, and how to check without us."""

    form_class = CodeForm

    def counts(self, request: HttpRequest) -> bool:
        return False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return front_page(request)

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        return front_page(self.request, code_form=form)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        return redirect("reports:verify_code", code=form.cleaned_data["code"])


class VerifyCode(PublicView):
    """What the QR code opens."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return verdict_page(request, check_code(code))


class VerifyFile(PublicView):
    purpose = limits.FILE

    def counts(self, request: HttpRequest) -> bool:
        return request.method == "POST"

    def get(self, request: HttpRequest) -> HttpResponse:
        return front_page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return front_page(request, file_form=form)
        try:
            answer = check_file(form.cleaned_data["file"].read())
        except BusyError as busy:
            return front_page(request, problem=str(busy), status=BUSY)
        return verdict_page(request, answer)


@method_decorator(login_not_required, name="dispatch")
class AuthorityCertificate(View):
    """The root that readers of PDFs have to trust, for their list of certificates."""

    def get(self, request: HttpRequest) -> HttpResponse:
        root = root_certificate()
        if root is None:
            raise Http404
        answer = HttpResponse(bytes(root.content), content_type="application/pkix-cert")
        answer["Content-Disposition"] = 'attachment; filename="evalsys-root.cer"'
        return answer


@method_decorator(login_not_required, name="dispatch")
class Revocations(View):
    """The revocation list that certificates of the embedded authority point to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        lists = house.provider().revocations()
        if not lists:
            raise Http404
        return HttpResponse(lists[0], content_type="application/pkix-crl")
