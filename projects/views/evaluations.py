from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInRequest
from projects.enums import State
from projects.forms import ReasonForm, SeatsForm
from projects.guards import panel_problems
from projects.models import Evaluation
from projects.timeline import current_holder, timeline
from projects.tools import tools_for
from projects.views.mixins import EvaluationMixin
from projects.workflow import (
    BY_ACTION,
    Action,
    Actor,
    RefusedError,
    offers,
    perform,
    waits_for,
)


@dataclass(frozen=True)
class Turn:
    what: str
    page: str


TURNS = {
    State.SCORING: Turn("评分", "scoring:sheet"),
    State.SIGNED: Turn("签字", "reports:signing"),
}


class EvaluationOverview(EvaluationMixin, TemplateView):
    """Where the evaluation stands, what this user may decide now, and its timeline."""

    template_name = "projects/overview.html"
    tab = "projects:overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shortage = self._shortage()
        return super().get_context_data(
            offers=offers(self.request.user, self.evaluation),
            holder=current_holder(self.evaluation),
            entries=timeline(self.evaluation),
            my_turn=None if shortage else self._my_turn(),
            shortage=shortage,
            seats=self.evaluation.panel.seated(),
            tools=tools_for(self.request.user, self.evaluation),
            **kwargs,
        )

    def _my_turn(self) -> Turn | None:
        """The page on which this user has something of their own to do."""
        turn = TURNS.get(State(self.evaluation.state))
        if turn is None:
            return None
        waiting = Evaluation.objects.filter(waits_for(self.request.user))
        return turn if waiting.filter(pk=self.evaluation.pk).exists() else None

    def _shortage(self) -> list[str]:
        """Why scoring cannot be completed, since somebody stepped out."""
        scoring = self.evaluation.state == State.SCORING
        return panel_problems(self.evaluation) if scoring else []


class PerformAction(EvaluationMixin):
    """POST only; a refusal comes back as a message on the overview, nothing is lost."""

    def post(self, request: SignedInRequest, pk: int, action: str) -> HttpResponse:
        if action not in BY_ACTION or BY_ACTION[Action(action)].actor is Actor.SYSTEM:
            raise Http404
        form = ReasonForm(request.POST)
        seats = SeatsForm(request.POST, evaluation=self.evaluation)
        if not form.is_valid():
            messages.error(request, str(form.errors["reason"][0]))
        elif not seats.is_valid():
            messages.error(request, "评价工作组刚刚有变动，请刷新页面再选。")
        else:
            self._perform(Action(action), form.cleaned_data["reason"], seats.seats())
        return redirect_to_visible(request, self.evaluation)

    def _perform(self, action: Action, reason: str, seats: frozenset[int]) -> None:
        try:
            perform(self.evaluation, action, user=self.request.user, reason=reason, seats=seats)
        except RefusedError as refusal:
            messages.error(self.request, str(refusal))
        else:
            done = BY_ACTION[action]
            messages.success(
                self.request,
                f"{done.label}：已办理，现在是「{self.evaluation.get_state_display()}」。",
            )


def redirect_to_visible(request: SignedInRequest, evaluation: Evaluation) -> HttpResponse:
    """Back to the evaluation; to the tasks when the act took it out of this user's sight."""
    if Evaluation.objects.visible_to(request.user).filter(pk=evaluation.pk).exists():
        return redirect("projects:overview", pk=evaluation.pk)
    return redirect("tasks")
