from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView

from evalsys.accounts.requests import SignedInRequest
from evalsys.crispy import CrispyForm
from evalsys.duplicates import RefuseDuplicates
from projects.domain import appoint, dismiss, make_leader, name_appointment
from projects.forms import AppointmentForm, SeatForm
from projects.permissions import can_appoint
from projects.views.mixins import EvaluationMixin, refuse


class PanelPage(EvaluationMixin, RefuseDuplicates, FormView):
    """评价工作组: its people, and the document that appoints them."""

    template_name = "projects/panel.html"
    permission = staticmethod(can_appoint)
    tab = "projects:panel"
    edits_forms = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            members=self.evaluation.panel.all(),
            minimum=self.evaluation.rule_pack.pack.scoring.minimum_evaluators,
            **kwargs,
        )
        forms: dict[str, type[SeatForm | AppointmentForm]] = {
            "seat": SeatForm,
            "appointment": AppointmentForm,
        }
        return context | {
            name: context["form"] if kind is self.form_class else self._blank(name, kind)
            for name, kind in forms.items()
        }

    def _blank(self, name: str, kind: type[SeatForm | AppointmentForm]) -> CrispyForm:
        page = reverse(PAGES[name], args=[self.evaluation.pk])
        return kind(evaluation=self.evaluation, action=page)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"evaluation": self.evaluation}


PAGES = {"seat": "projects:panel", "appointment": "projects:appointment"}


class PanelEdit(PanelPage):
    """Appoint people, one of them leader."""

    form_class = SeatForm

    def form_saved(self, form: SeatForm) -> HttpResponse:
        member = appoint(
            self.evaluation,
            form.cleaned_data["user"],
            is_leader=form.cleaned_data["is_leader"],
            actor=self.request.user,
        )
        messages.success(self.request, f"{member.name}已加入评价工作组。")
        return redirect(self.request.path)


class AppointmentEdit(PanelPage):
    form_class = AppointmentForm

    def form_saved(self, form: AppointmentForm) -> HttpResponse:
        document = form.cleaned_data["appointed_by"]
        name_appointment(self.evaluation, document, actor=self.request.user)
        messages.success(self.request, "文号已保存。")
        return redirect("projects:panel", pk=self.evaluation.pk)


class SeatAction(EvaluationMixin):
    permission = staticmethod(can_appoint)
    edits_forms = True
    actions = {"lead": make_leader, "dismiss": dismiss}

    def post(self, request: SignedInRequest, pk: int, seat: int, action: str) -> HttpResponse:
        member = get_object_or_404(self.evaluation.panel, pk=seat)
        if member.recused_at:
            return refuse(request, "已回避的评价人员留在名单上，不能再任组长或移出。")
        self.actions[action](member, actor=request.user)
        return redirect("projects:panel", pk=pk)
