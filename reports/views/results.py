from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.views.generic import TemplateView

from projects.enums import State
from projects.permissions import can_see_results
from projects.views.mixins import EvaluationMixin
from projects.workflow import Actor, is_actor
from reports.charts import losses, spreads
from reports.department import beside
from reports.discussion import disputed, is_disputed, remarked, threshold_text
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from reports.dossier.model import Dossier, Indicator, PanelMember
from reports.dossier.ruled import ruled_leaves
from scoring.department import can_see_department_score
from scoring.engine import LeafScore, Mark, sheet_total


@dataclass(frozen=True)
class MatrixRow:
    """A node of the tree with its printed points.

    Per evaluator a leaf has the mark, any other node what the marks below it add to.
    """

    indicator: Indicator
    marks: tuple[Mark | None, ...]
    sums: tuple[Decimal | None, ...]
    score: Decimal | None
    leaf: LeafScore | None
    disputed: bool


class Results(EvaluationMixin, TemplateView):
    """Evaluators × leaves, the mean per leaf, the total, the grade, and how each came about."""

    template_name = "reports/results.html"
    permission = staticmethod(can_see_results)
    tab = "reports:results"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dossier = load_dossier(
            self.evaluation.pk,
            with_department=bool(can_see_department_score(self.request.user, self.evaluation)),
        )
        facts = Facts(dossier)
        totals = {total.evaluator: total for total in facts.result.sheet_totals}
        return super().get_context_data(
            dossier=dossier,
            facts=facts,
            result=facts.result,
            beside=beside(facts),
            losses=losses(facts),
            spreads=spreads(facts),
            matrix=matrix(facts),
            ruled=ruled_leaves(facts),
            disputed=disputed(facts),
            remarked=remarked(facts),
            threshold=threshold_text(facts),
            decides=self._decides(),
            totals=[totals.get(member.key) for member in dossier.panel],
            **kwargs,
        )

    def _decides(self) -> bool:
        """Whether this reader goes on to confirm the result or to return sheets."""
        confirming = self.evaluation.state == State.CONFIRMING
        return confirming and is_actor(self.request.user, self.evaluation, Actor.LEADER)


def matrix(facts: Facts) -> list[MatrixRow]:
    dossier, result = facts.dossier, facts.result
    leaves = {leaf.key: leaf for leaf in result.leaves}
    sheets = [_subtotals(facts, member) for member in dossier.panel]
    return [
        MatrixRow(
            indicator=indicator,
            marks=_marks(dossier, indicator) if indicator.key in leaves else (),
            sums=tuple(sheet.get(indicator.key) for sheet in sheets),
            score=_score(indicator, leaves, result.subtotals),
            leaf=leaves.get(indicator.key),
            disputed=indicator.key in leaves and is_disputed(facts, leaves[indicator.key]),
        )
        for indicator in dossier.indicators
    ]


def _subtotals(facts: Facts, member: PanelMember) -> dict[str, Decimal]:
    """By node; nothing for a sheet that gives only its total, or none."""
    if member.sheet is None or not member.sheet.marks:
        return {}
    return sheet_total(facts.roots, member.sheet).subtotals


def _marks(dossier: Dossier, leaf: Indicator) -> tuple[Mark | None, ...]:
    return tuple(
        member.sheet.marks.get(leaf.key) if member.sheet else None for member in dossier.panel
    )


def _score(
    indicator: Indicator, leaves: dict[str, LeafScore], subtotals: dict[str, Decimal]
) -> Decimal | None:
    leaf = leaves.get(indicator.key)
    return leaf.printed if leaf else subtotals.get(indicator.key)
