"""An evaluation's indicator tree and sheets as the engine reads them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from evalsys.rulepacks.leafrules import parse_rule
from projects.models import Evaluation
from scoring import models
from scoring.engine import (
    Funds,
    Mark,
    MarkState,
    Node,
    NoProposal,
    Proposal,
    Sheet,
    proposal_in,
    propose,
)
from scoring.models import Indicator

LEAF_LEVEL = 3


def in_use(indicators: Iterable[Indicator]) -> list[Indicator]:
    """Without the classes nobody put a leaf under: a form lists only what is evaluated."""
    rows = list(indicators)
    parents = {row.parent_id for row in rows}
    return [
        row
        for row in rows
        if row.level == LEAF_LEVEL or row.weight is not None or row.pk in parents
    ]


def nodes_of(
    indicators: Iterable[Indicator],
    proposals: Mapping[str, Proposal | NoProposal] = MappingProxyType({}),
) -> tuple[Node, ...]:
    """The tree in use, in printed order; a weight not set yet counts as 0 points."""
    children: dict[int | None, list[Indicator]] = {}
    for indicator in in_use(indicators):
        children.setdefault(indicator.parent_id, []).append(indicator)

    def build(parent: int | None) -> tuple[Node, ...]:
        return tuple(
            Node(
                node.key,
                node.name,
                node.weight or Decimal(0),
                build(node.pk),
                proposal_in(proposals, node.key),
            )
            for node in children.get(parent, [])
        )

    return build(None)


def load_tree(evaluation: Evaluation) -> tuple[Node, ...]:
    """With what the rules of its leaves propose."""
    indicators = list(evaluation.indicators.all())
    return nodes_of(indicators, proposals_of(evaluation, indicators))


def proposals_of(
    evaluation: Evaluation, indicators: Iterable[Indicator]
) -> dict[str, Proposal | NoProposal]:
    """What the rules give, by leaf key; a leaf without a rule has no entry."""
    ruled = [(row, rule) for row in indicators if (rule := parse_rule(row.rule))]
    if not ruled:
        return {}
    funds, places = funds_of(evaluation), evaluation.rule_pack.pack.scoring.places
    return {
        row.key: propose(
            rule,
            row.weight or Decimal(0),
            row.target_value,
            row.actual_value,
            funds,
            places=places,
        )
        for row, rule in ruled
    }


def funds_of(evaluation: Evaluation) -> Funds:
    """The sums of 基本信息表; 全年预算 is what was planned where the form does not say."""
    sums, annual_budget = evaluation.funding.all().totals(), evaluation.basic.annual_budget
    return Funds(
        planned=sums["planned"],
        received=sums["received"],
        spent=sums["spent"],
        annual_budget=sums["planned"] if annual_budget is None else annual_budget,
    )


def marks_of(marks: Iterable[models.Mark]) -> dict[str, Mark]:
    """By leaf key; the rows come with their indicators."""
    return {
        mark.indicator.key: Mark(MarkState(mark.state), mark.value, mark.remark) for mark in marks
    }


def sheet_of(sheet: models.ScoreSheet, name: str) -> Sheet:
    """The stored sheet; reads ``sheet.marks`` with their indicators, so prefetch them."""
    return Sheet(
        evaluator=name,
        marks=marks_of(sheet.marks.all()),
        total_only=sheet.total_only,
        submitted=sheet.submitted_at is not None,
    )
