"""What the rules of leaves give beside what the panel gave."""

from dataclasses import dataclass
from decimal import Decimal

from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from scoring.engine import NoProposal, Proposal


@dataclass(frozen=True)
class RuledLeaf:
    """``score`` is the printed one, None before there is a result."""

    indicator: Indicator
    outcome: Proposal | NoProposal
    score: Decimal | None


def ruled_leaves(facts: Facts) -> list[RuledLeaf]:
    """Each leaf with a rule, in printed order."""
    printed = {leaf.key: leaf.printed for leaf in facts.result.leaves}
    return [
        RuledLeaf(indicator, outcome, printed.get(indicator.key))
        for indicator in facts.dossier.indicators
        if (outcome := facts.proposals.get(indicator.key))
    ]
