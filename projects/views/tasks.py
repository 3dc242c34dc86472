from typing import Any

from django.views.generic import ListView

from evalsys.accounts.requests import SignedInRequest
from projects.models import Evaluation
from projects.workflow import waits_for


class TaskList(ListView):
    """我的任务: what waits for me, until when, at which step."""

    request: SignedInRequest

    template_name = "projects/tasks.html"
    paginate_by = 50
    context_object_name = "evaluations"

    def get_queryset(self) -> Any:
        visible = Evaluation.objects.visible_to(self.request.user).for_list()
        return visible.filter(waits_for(self.request.user)).order_by("due_on", "-fiscal_year", "pk")
