"""An evaluation's indicator tree and sheets as the engine reads them."""

from collections.abc import Iterable
from decimal import Decimal

from projects.models import Evaluation
from scoring import models
from scoring.engine import Mark, MarkState, Node, Sheet
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


def nodes_of(indicators: Iterable[Indicator]) -> tuple[Node, ...]:
    """The tree in use, in printed order; a weight not set yet counts as 0 points."""
    children: dict[int | None, list[Indicator]] = {}
    for indicator in in_use(indicators):
        children.setdefault(indicator.parent_id, []).append(indicator)

    def build(parent: int | None) -> tuple[Node, ...]:
        return tuple(
            Node(node.key, node.name, node.weight or Decimal(0), build(node.pk))
            for node in children.get(parent, [])
        )

    return build(None)


def load_tree(evaluation: Evaluation) -> tuple[Node, ...]:
    return nodes_of(evaluation.indicators.all())


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
