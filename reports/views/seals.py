"""单位印章: the image a unit gives for its own documents, kept by the unit's head."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from evalsys.accounts.enums import Role
from evalsys.accounts.forms import PasswordAgainForm
from evalsys.accounts.models import Unit
from evalsys.accounts.requests import SignedInRequest, SignedInView
from evalsys.fields import StrictDecimalField
from reports.issuing.models import UnitSeal
from reports.issuing.seals import (
    LARGEST,
    SealImageError,
    clean_image,
    current_seal,
    give_seal,
    remove_seal,
)

NARROWEST, WIDEST, USUAL = 20, 60, 42


class SealForm(PasswordAgainForm):
    nothing_done = "印章没有启用"
    image = forms.FileField(
        label="印章图样（PNG 或 JPEG）",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/png,image/jpeg"}),
        help_text="单位自己的印模扫描件。白色会变成透明，其余照原样。",
    )
    width_mm = StrictDecimalField(
        label="实际宽度（毫米）",
        places=0,
        maximum=Decimal(WIDEST),
        initial=Decimal(USUAL),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}),
    )
    field_order = ["image", "width_mm", "password"]

    def clean_image(self) -> bytes:
        file = self.cleaned_data["image"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(f"文件过大，最多 {LARGEST // 1_000_000} MB。")
        try:
            return clean_image(file)
        except SealImageError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_width_mm(self) -> int:
        width = int(self.cleaned_data["width_mm"])
        if width < NARROWEST:
            raise forms.ValidationError(f"印章宽度应在 {NARROWEST} 到 {WIDEST} 毫米之间。")
        return width


class HeadMixin(SignedInView):
    """For people who head some unit."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.request.user.has_role(Role.UNIT_HEAD):
            raise PermissionDenied("单位印章由单位负责人管理。")
        return super().dispatch(request, *args, **kwargs)

    def units(self) -> Any:
        return Unit.objects.where(self.request.user, Role.UNIT_HEAD)


class SealList(HeadMixin, TemplateView):
    template_name = "reports/seals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = {seal.unit_id: seal for seal in UnitSeal.objects.filter(unit__in=self.units())}
        rows = [(unit, _in_use(newest.get(unit.pk))) for unit in self.units()]
        return super().get_context_data(rows=rows, **kwargs)


def _in_use(seal: UnitSeal | None) -> UnitSeal | None:
    return seal if seal and seal.image else None


class SealMixin(HeadMixin):
    @cached_property
    def unit(self) -> Unit:
        unit: Unit = get_object_or_404(self.units(), pk=self.kwargs["pk"])
        return unit


class SealEdit(SealMixin, FormView):
    template_name = "reports/seal.html"
    form_class = SealForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: SealForm) -> HttpResponse:
        cleaned = form.cleaned_data
        give_seal(self.unit, cleaned["image"], width_mm=cleaned["width_mm"], user=self.request.user)
        messages.success(self.request, f"{self.unit}的印章已启用，以后签发的文件由单位负责人盖章。")
        return redirect("reports:seals")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unit=self.unit, seal=current_seal(self.unit), **kwargs)


class SealRemove(SealMixin):
    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if current_seal(self.unit):
            remove_seal(self.unit, user=request.user)
            messages.success(request, f"{self.unit}的印章已停用，以后签发的文件不再盖章。")
        return redirect("reports:seals")


class SealImage(SealMixin):
    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        seal = current_seal(self.unit)
        if seal is None:
            raise Http404
        return HttpResponse(bytes(seal.image), content_type="image/png")
