from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape

from evalsys.figures import plain
from evalsys.rulepacks.schema import RulePack
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView, shown_values
from projects.views.mixins import EvaluationMixin
from scoring import tree_editing
from scoring.engine import NoProposal, Proposal, undirected
from scoring.forms import IndicatorForm
from scoring.library_forms import SearchForm
from scoring.models import Indicator
from scoring.permissions import can_edit_tree
from scoring.trees import proposals_of


@dataclass(frozen=True)
class Row:
    indicator: Indicator
    form: IndicatorForm
    is_leaf: bool
    may_add: bool
    may_remove: bool
    outcome: Proposal | NoProposal | None = None


class IndicatorsEdit(DraftView):
    """指标体系: the tree of the evaluation; every row saves itself."""

    template_name = "scoring/indicators.html"
    permission = staticmethod(can_edit_forms)
    tab = "scoring:indicators"

    @cached_property
    def pack(self) -> RulePack:
        return self.evaluation.rule_pack.pack

    @cached_property
    def indicator(self) -> Indicator:
        key = self.request.POST.get("indicator")
        return get_object_or_404(self.evaluation.indicators, key=key)

    @cached_property
    def posted(self) -> IndicatorForm:
        return self._form(self.indicator, self._is_leaf(), self.request.POST)

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        return [] if data is None else [self.posted]

    def _is_leaf(self) -> bool:
        has_children = self.indicator.children.exists()
        return not tree_editing.is_group(self.indicator, has_children=has_children, pack=self.pack)

    def _form(self, indicator: Indicator, is_leaf: bool, data: Any = None) -> IndicatorForm:
        frozen = tree_editing.frozen_fields(indicator, is_leaf=is_leaf, pack=self.pack)
        return IndicatorForm(data, instance=indicator, frozen=frozen, pack=self.pack)

    def save(self, *, seen: int) -> int:
        values = {
            name: value
            for name, value in self.posted.cleaned_data.items()
            if name not in self.posted.errors
        }
        tree_editing.save_indicator(self.indicator, seen=seen, values=values)
        return self.indicator.version

    def stored_values(self) -> dict[str, str]:
        return shown_values(self._form(self.indicator, self._is_leaf()))

    def fragments(self) -> dict[str, str]:
        rows = self.evaluation.indicators.all()
        weights = {
            f"#weight-{row.pk}": "" if row.weight is None else plain(row.weight) for row in rows
        }
        problems = " ".join(tree_editing.tree_problems(rows, self.pack))
        saved = next(row for row in rows if row.pk == self.indicator.pk)
        outcome = self._outcome(saved, proposals_of(self.evaluation, [saved]))
        proposal = render_to_string("scoring/proposal.html", {"outcome": outcome})
        return weights | {
            "#tree-problems": escape(problems),
            f"#proposal-{saved.pk}": proposal,
        }

    def _outcome(
        self, indicator: Indicator, outcomes: dict[str, Proposal | NoProposal]
    ) -> Proposal | NoProposal | None:
        """What the row's rule gives, or what its 指标值 lacks to be scored by a rule."""
        if indicator.key in outcomes:
            return outcomes[indicator.key]
        return undirected(self.pack.default_rules, indicator.target_value)

    def rows(self, indicators: list[Indicator]) -> list[Row]:
        parents = {indicator.parent_id for indicator in indicators}
        outcomes = proposals_of(self.evaluation, indicators)
        rows = [self._row(row, has_children=row.pk in parents) for row in indicators]
        return [
            replace(row, outcome=self._outcome(row.indicator, outcomes)) if row.is_leaf else row
            for row in rows
        ]

    def _row(self, indicator: Indicator, *, has_children: bool) -> Row:
        is_leaf = not tree_editing.is_group(indicator, has_children=has_children, pack=self.pack)
        posted = self.request.method == "POST" and self.indicator.pk == indicator.pk
        return Row(
            indicator=indicator,
            form=self.posted if posted else self._form(indicator, is_leaf),
            is_leaf=is_leaf,
            may_add=tree_editing.may_add_under(indicator, self.pack),
            may_remove=tree_editing.may_remove(indicator, self.pack),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicators = list(self.evaluation.indicators.all())
        return super().get_context_data(
            rows=self.rows(indicators),
            problems=tree_editing.tree_problems(indicators, self.pack),
            pack=self.pack,
            search=SearchForm() if can_edit_tree(self.request.user, self.evaluation) else None,
            **kwargs,
        )


class IndicatorAction(EvaluationMixin):
    """Add a row below another one, or remove one with all it holds."""

    permission = staticmethod(can_edit_tree)
    edits_forms = True

    def post(self, request: HttpRequest, pk: int, indicator: int, action: str) -> HttpResponse:
        row = get_object_or_404(
            Indicator.objects.select_related("evaluation__rule_pack"),
            pk=indicator,
            evaluation=self.evaluation,
        )
        pack = self.evaluation.rule_pack.pack
        allowed = tree_editing.may_add_under if action == "add" else tree_editing.may_remove
        if not allowed(row, pack):
            raise PermissionDenied("本套规则不允许这样改动指标体系。")
        if action == "add":
            row = tree_editing.add_under(row)
        else:
            tree_editing.remove(row)
        return redirect(self._place(row.pk if action == "add" else row.parent_id))

    def _place(self, row: int | None) -> str:
        page = reverse("scoring:indicators", args=[self.evaluation.pk])
        return f"{page}#indicator-{row}" if row else page
