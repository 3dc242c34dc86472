from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from evalsys.duplicates import RefuseDuplicates
from projects.views.mixins import EvaluationMixin
from reports.approval import (
    ChangedTreeError,
    approve_indicators,
    can_approve_indicators,
    tree_digest,
)
from reports.dossier.loader import load_approved, load_indicators
from reports.dossier.model import Approved, Indicator
from reports.forms import ApprovalForm

CHANGED = "填报单位刚刚改过指标，下面是改后的，请核对以后再批复。"


@dataclass(frozen=True)
class Row:
    """An indicator as it stands and as approved; ``differs`` where they say different things."""

    indicator: Indicator
    approved: Indicator | None
    differs: bool


class ApprovalEdit(EvaluationMixin, RefuseDuplicates, FormView):
    """批复指标: the supervising department approves the tree as it stands."""

    template_name = "reports/approval.html"
    form_class = ApprovalForm
    permission = staticmethod(can_approve_indicators)
    tab = "reports:approval"
    edits_forms = True

    @cached_property
    def approved(self) -> Approved | None:
        return load_approved(self.evaluation)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return load_indicators(self.evaluation)

    def get_initial(self) -> dict[str, Any]:
        return {"tree": tree_digest(self.indicators)}

    def form_saved(self, form: ApprovalForm) -> HttpResponse:
        said = form.cleaned_data
        try:
            approve_indicators(
                self.evaluation,
                seen=said["tree"],
                document=said["document"],
                approved_on=said["approved_on"],
                actor=self.request.user,
            )
        except ChangedTreeError:
            messages.error(self.request, CHANGED)
            again = ApprovalForm(initial=said | self.get_initial())
            return self.render_to_response(self.get_context_data(form=again), status=409)
        messages.success(self.request, "已批复。以后改动指标、指标值或分值，须重新批复。")
        return redirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = {one.key: one for one in self.approved.indicators} if self.approved else {}
        now = {one.key for one in self.indicators}
        return super().get_context_data(
            approved=self.approved,
            rows=[_row(one, before.get(one.key), self.approved) for one in self.indicators],
            dropped=[one for key, one in before.items() if key not in now],
            **kwargs,
        )


def _row(indicator: Indicator, before: Indicator | None, approved: Approved | None) -> Row:
    parts = ("name", "weight", "target_value")
    same = before is not None and all(
        getattr(indicator, part) == getattr(before, part) for part in parts
    )
    return Row(indicator, before, approved is not None and not same)
