"""What every page of an evaluation does first: find it, then ask for permission."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from evalsys.accounts.models import User
from evalsys.accounts.requests import SignedInView
from evalsys.decisions import Decision
from projects.autosave import forbidden_answer, is_autosave
from projects.enums import State
from projects.models import Evaluation
from projects.tabs import tabs_for
from projects.workflow import still_in_state

MOVED_ON = "这份自评刚刚进入了下一环节或换了录入方式，这次改动没有保存；请刷新页面。"


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """403 with the reason, in the form the asker reads."""
    if is_autosave(request):
        return forbidden_answer(reason)
    raise PermissionDenied(reason)


class EvaluationMixin(SignedInView):
    """Sets ``self.evaluation``; a foreign one answers 404, a refusal 403 with its reason."""

    permission: Callable[[User, Evaluation], Decision] | None = None
    edits_forms = False
    tab = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.evaluation = get_object_or_404(
            Evaluation.objects.visible_to(self.request.user).with_project(), pk=kwargs["pk"]
        )
        if self.permission is not None:
            decision = self.permission(self.request.user, self.evaluation)
            if not decision:
                return refuse(request, decision.reason)
        if request.method == "POST" and self.edits_forms:
            return self._edit(request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    @transaction.atomic
    def _edit(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """With the evaluation held, so that no transition comes between check and save."""
        if not still_in_state(self.evaluation):
            return refuse(request, MOVED_ON)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            evaluation=self.evaluation,
            steps=State.choices,
            tabs=tabs_for(self.request.user, self.evaluation),
            current_tab=self.tab,
            **kwargs,
        )
