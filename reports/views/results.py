from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.views.generic import TemplateView

from projects.permissions import can_see_results
from projects.views.mixins import EvaluationMixin
from reports.charts import losses, spreads
from reports.department import beside
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from reports.dossier.model import Dossier, Indicator
from reports.dossier.ruled import ruled_leaves
from scoring.department import can_see_department_score
from scoring.engine import LeafScore, Mark


@dataclass(frozen=True)
class MatrixRow:
    """A node of the tree: for a leaf each evaluator's mark, for every node the printed points."""

    indicator: Indicator
    marks: tuple[Mark | None, ...]
    score: Decimal | None
    leaf: LeafScore | None
    wide_spread: bool


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
            totals=[totals.get(member.key) for member in dossier.panel],
            **kwargs,
        )


def matrix(facts: Facts) -> list[MatrixRow]:
    dossier, result = facts.dossier, facts.result
    leaves = {leaf.key: leaf for leaf in result.leaves}
    threshold = dossier.pack.thresholds["leaf_spread"]
    return [
        MatrixRow(
            indicator=indicator,
            marks=_marks(dossier, indicator) if indicator.key in leaves else (),
            score=_score(indicator, leaves, result.subtotals),
            leaf=leaves.get(indicator.key),
            wide_spread=_is_wide(leaves.get(indicator.key), indicator.weight, threshold),
        )
        for indicator in dossier.indicators
    ]


def _marks(dossier: Dossier, leaf: Indicator) -> tuple[Mark | None, ...]:
    return tuple(
        member.sheet.marks.get(leaf.key) if member.sheet else None for member in dossier.panel
    )


def _score(
    indicator: Indicator, leaves: dict[str, LeafScore], subtotals: dict[str, Decimal]
) -> Decimal | None:
    leaf = leaves.get(indicator.key)
    return leaf.printed if leaf else subtotals.get(indicator.key)


def _is_wide(leaf: LeafScore | None, weight: Decimal, threshold: Decimal) -> bool:
    """``threshold`` is a fraction of the leaf's weight."""
    return leaf is not None and leaf.spread is not None and leaf.spread > threshold * weight
