"""Marks against what the rule of a leaf gives (contract point 7 of the engine)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from reports.checks.model import (
    Case,
    Correction,
    Finding,
    Leaf,
    NotEnoughDataError,
    Scored,
)
from reports.checks.places import at
from reports.checks.words import points
from scoring.engine import Proposal

TOLERANCE = Decimal("0.01")


def wrong_marks(
    case: Case, leaves: Iterable[Leaf], *, marks_needed: bool = True
) -> Iterator[Finding]:
    """Marks that are not what the rule gives, by more than 0.01, and say nothing about why.

    Raises NotEnoughDataError when no leaf has both a mark and a proposal.
    """
    compared = list(_compared(case, leaves))
    if not compared and marks_needed:
        raise NotEnoughDataError("没有得分，或者规则算不出应得几分。")
    for leaf, scored, value, proposal in compared:
        if not _stands(value, proposal) and not scored.reason(leaf.key).strip():
            yield Finding(
                at(scored.place_of(leaf.key)),
                points(value),
                f"{proposal.points} 分",
                f"{scored.name}「{leaf.indicator.name}」：{proposal.formula}；另给分的须说明理由",
                _correction(scored, proposal),
            )


def _correction(scored: Scored, proposal: Proposal) -> Correction | None:
    """Only of an old form's column; what an evaluator gave is the evaluator's to change."""
    if scored.path != "consensus" or proposal.value is None:
        return None
    return Correction(proposal.points)


def _compared(
    case: Case, leaves: Iterable[Leaf]
) -> Iterator[tuple[Leaf, Scored, Decimal, Proposal]]:
    for leaf in leaves:
        proposal = case.outcomes.get(leaf.key)
        if not isinstance(proposal, Proposal):
            continue
        for scored in case.sheets:
            value = scored.points(leaf.key)
            if value is not None:
                yield leaf, scored, value, proposal


def _stands(value: Decimal, proposal: Proposal) -> bool:
    if proposal.value is not None:
        return abs(value - proposal.value) <= TOLERANCE
    return proposal.covers(value)
