from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from evalsys.accounts.requests import SignedInRequest
from evalsys.duplicates import RefuseDuplicates
from projects.models import Project
from projects.permissions import is_finance_staff
from scoring.forms import OpeningForm
from scoring.last_year import previous_of
from scoring.opening import open_evaluation


class EvaluationOpen(RefuseDuplicates, FormView):
    """Open a project's evaluation of a year under a rule pack."""

    request: SignedInRequest

    template_name = "scoring/opening.html"
    form_class = OpeningForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.project = get_object_or_404(
            Project.objects.visible_to(self.request.user).select_related("unit__parent"),
            pk=kwargs["pk"],
        )
        decision = is_finance_staff(self.request.user, self.project)
        if not decision:
            raise PermissionDenied(decision.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"project": self.project}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(project=self.project, **kwargs)

    def form_saved(self, form: OpeningForm) -> HttpResponse:
        values = form.cleaned_data
        wants_copy = values.pop("copies", False)
        evaluation = open_evaluation(project=self.project, **values, actor=self.request.user)
        if wants_copy and previous_of(evaluation):
            return redirect("scoring:last_year", pk=evaluation.pk)
        return redirect("projects:overview", pk=evaluation.pk)
