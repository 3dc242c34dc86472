from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, ListView

from evalsys.accounts.enums import Role
from evalsys.accounts.requests import SignedInRequest
from evalsys.duplicates import RefuseDuplicates
from projects.domain import create_project
from projects.enums import State
from projects.forms import ProjectForm
from projects.listing import Column, actions_for, asked_for, columns_for
from projects.models import Evaluation, Project
from projects.permissions import is_finance_staff


class EvaluationList(ListView):
    """Every evaluation the user may see, by year, state and words of the name."""

    request: SignedInRequest

    template_name = "projects/list.html"
    paginate_by = 50
    context_object_name = "evaluations"

    @cached_property
    def columns(self) -> list[Column]:
        return columns_for(self.request.user)

    def get_queryset(self) -> Any:
        related = (column.related for column in self.columns)
        found = asked_for(self.request.user, self.request.GET.dict())
        return found.for_list().select_related(*related)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = Evaluation.objects.visible_to(self.request.user)
        return super().get_context_data(
            columns=self.columns,
            actions=actions_for(self.request.user),
            states=State.choices,
            years=visible.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct(),
            unopened=Project.objects.visible_to(self.request.user)
            .filter(evaluations__isnull=True)
            .select_related("unit"),
            may_create=self.request.user.has_role(Role.FINANCE_STAFF),
            **kwargs,
        )


class ProjectDetail(DetailView):
    """One project with its evaluations over the years."""

    request: SignedInRequest

    template_name = "projects/project.html"

    def get_queryset(self) -> Any:
        return Project.objects.visible_to(self.request.user).select_related("unit__parent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        evaluations = Evaluation.objects.visible_to(self.request.user).filter(project=self.object)
        return super().get_context_data(
            evaluations=evaluations.for_list(),
            may_open=is_finance_staff(self.request.user, self.object),
            **kwargs,
        )


class ProjectCreate(RefuseDuplicates, FormView):
    request: SignedInRequest
    template_name = "projects/project_form.html"
    form_class = ProjectForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.request.user.has_role(Role.FINANCE_STAFF):
            raise PermissionDenied("只有单位财务人员可以新建项目。")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_saved(self, form: ProjectForm) -> HttpResponse:
        fields = ("unit", "name", "remark")
        project = create_project(
            **{name: form.cleaned_data[name] for name in fields}, actor=self.request.user
        )
        return redirect("projects:project", pk=project.pk)
