from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from projects.models import Evaluation
from projects.views.mixins import EvaluationMixin
from scoring.last_year import ChangedPlanError, Part, copy_from, plan_copy, previous_of
from scoring.permissions import can_copy_last_year


class LastYear(EvaluationMixin, TemplateView):
    """从上年复制: shows what an earlier evaluation lends, and copies the parts that are ticked."""

    template_name = "scoring/last_year.html"
    permission = staticmethod(can_copy_last_year)
    edits_forms = True

    @cached_property
    def source(self) -> Evaluation:
        found = previous_of(self.evaluation)
        assert found is not None
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(plan=plan_copy(self.evaluation, self.source), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        parts = {part for part in Part if part.value in request.POST.getlist("part")}
        if not parts:
            messages.error(request, "请至少选一部分。")
            return redirect(request.path)
        try:
            done = copy_from(
                self.evaluation,
                self.source,
                parts=parts,
                seen=request.POST.get("seen", ""),
                actor=self.request.user,
            )
        except ChangedPlanError:
            messages.error(request, "草稿刚刚又改过，下面是按现在的内容重新列出的，请再核对一次。")
            return redirect(request.path)
        messages.success(request, f"已复制 {done.copies} 处，请逐页核对后改成本年度的。")
        return redirect("projects:overview", pk=pk)
