from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView

from evalsys.rulepacks import words
from evalsys.rulepacks.differences import Change, ChangeKind, difference
from evalsys.rulepacks.models import RulePackVersion
from projects.permissions import can_edit_forms, can_see_results
from projects.views.mixins import EvaluationMixin
from reports.dossier.loader import load_dossier
from reports.preview import Comparison, compare
from scoring.last_year import previous_of
from scoring.moving import ChangedMoveError, Move, move_evaluation, packs_to_move_to

RULES = {words.PARTS[part] for part in ("scoring", "grades", "execution_caps", "default_rules")}
TREE = words.PARTS["tree"]
# What the list of the evaluation's own indicators says already.
TOLD = {words.NODE["name"], words.NODE["weight"], "位置", "次序"}


@dataclass(frozen=True)
class PackChanges:
    """What two packs say differently, apart from names and weights of indicators."""

    rules: tuple[Change, ...]
    others: tuple[Change, ...]


class PackMove(EvaluationMixin, TemplateView):
    """换规则包: what a draft becomes under another pack or version, and moving it there."""

    template_name = "reports/pack_move.html"
    permission = staticmethod(can_edit_forms)
    edits_forms = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("to", "")
        shown = self.shown(self.chosen(chosen)) if chosen else {}
        return super().get_context_data(
            versions=packs_to_move_to(self.evaluation).defer("content"), **shown, **kwargs
        )

    def chosen(self, number: str) -> RulePackVersion:
        if not (number.isascii() and number.isdigit()):
            raise Http404
        return get_object_or_404(packs_to_move_to(self.evaluation), pk=number)

    def shown(self, version: RulePackVersion) -> dict[str, Any]:
        return {
            "version": version,
            "move": Move(self.evaluation, version),
            "changes": pack_changes(self.evaluation.rule_pack, version),
            "last": self.last_result(version),
            "was_scored": self.evaluation.sheets.exists(),
        }

    def last_result(self, version: RulePackVersion) -> Comparison | None:
        """The project's newest result this user may see, as it is and under the new pack."""
        last = previous_of(self.evaluation)
        if last is None or not can_see_results(self.request.user, last):
            return None
        return compare(last, load_dossier(last.pk, with_department=False), version.pack)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.chosen(request.POST.get("to", ""))
        again = f"{reverse('reports:pack_move', args=[pk])}?to={version.pk}"
        if Move(self.evaluation, version).lost and not request.POST.get("agreed"):
            messages.error(request, "有内容会丢掉，请看过以后勾选确认。")
            return redirect(again)
        seen = request.POST.get("seen", "")
        try:
            move_evaluation(self.evaluation, version, seen=seen, actor=self.request.user)
        except ChangedMoveError:
            messages.error(request, "草稿刚刚又改过，下面是按现在的内容重新列出的，请再核对一次。")
            return redirect(again)
        messages.success(request, f"现在用的是{version}。请核对指标分值、资金和报告各节。")
        return redirect("projects:overview", pk=pk)


def pack_changes(old: RulePackVersion, new: RulePackVersion) -> PackChanges:
    found = difference(old.pack, new.pack)
    rules = tuple(change for change in found if change.path[0] in RULES)
    others = (change for change in found if change.path[0] not in RULES)
    return PackChanges(rules, tuple(change for change in others if not _is_told(change)))


def _is_told(change: Change) -> bool:
    if change.path[0] != TREE:
        return False
    return change.kind is not ChangeKind.CHANGED or change.path[-1] in TOLD
