"""Every figure that follows from a dossier, derived in one place.

Money is in 元, rates are exact fractions, points are Decimals; None where what it takes is blank.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from evalsys import figures
from evalsys.rulepacks.schema import Averaging
from reports.dossier.model import Dossier, Indicator, PanelMember
from scoring.engine import (
    Funds,
    Node,
    NoProposal,
    Proposal,
    Result,
    Sheet,
    SheetProgress,
    proposal_in,
    propose,
    score,
    sheet_total,
)


@dataclass(frozen=True)
class Facts:
    """Make one per dossier and pass it on: each figure is worked out once, when first asked for."""

    dossier: Dossier

    @cached_property
    def planned(self) -> Decimal | None:
        return figures.total(line.planned for line in self.dossier.funding)

    @cached_property
    def received(self) -> Decimal | None:
        return figures.total(line.received for line in self.dossier.funding)

    @cached_property
    def spent(self) -> Decimal | None:
        return figures.total(line.spent for line in self.dossier.funding)

    @cached_property
    def annual_budget(self) -> Decimal | None:
        """What the form gives as 全年预算, else what was planned."""
        given = self.dossier.annual_budget
        return self.planned if given is None else given

    @cached_property
    def arrival_rate(self) -> Fraction | None:
        return figures.arrival_rate(self.received, self.planned)

    @cached_property
    def execution_rate(self) -> Fraction | None:
        return figures.execution_rate(self.spent, self.annual_budget)

    @cached_property
    def balance(self) -> Decimal | None:
        return figures.balance(self.received, self.spent)

    @cached_property
    def funds(self) -> Funds:
        return Funds(self.planned, self.received, self.spent, self.annual_budget)

    @cached_property
    def proposals(self) -> dict[str, Proposal | NoProposal]:
        """What the rules of leaves give, by key; a leaf without a rule has no entry."""
        return {
            leaf.key: propose(
                leaf.rule,
                leaf.weight,
                leaf.target_value,
                leaf.actual_value,
                self.funds,
                places=self.dossier.pack.scoring.places,
            )
            for leaf in self.dossier.indicators
            if leaf.rule
        }

    @cached_property
    def roots(self) -> tuple[Node, ...]:
        """The indicator tree as the engine takes it, in printed order."""
        children: defaultdict[str, list[Indicator]] = defaultdict(list)
        for indicator in self.dossier.indicators:
            children[indicator.parent].append(indicator)

        def branch(parent: str) -> tuple[Node, ...]:
            return tuple(
                Node(
                    one.key,
                    one.name,
                    one.weight,
                    branch(one.key),
                    proposal_in(self.proposals, one.key),
                )
                for one in children[parent]
            )

        return branch("")

    @cached_property
    def names(self) -> dict[str, str]:
        """What each panel member is called, by key; people of the same name are numbered."""
        return _distinct_names(self.dossier.panel)

    @cached_property
    def column_so_far(self) -> SheetProgress | None:
        """What the printed score column adds to, at every node and as a whole."""
        consensus = self.dossier.consensus
        return None if consensus is None else sheet_total(self.roots, consensus)

    @property
    def consensus_total(self) -> Decimal | None:
        return self.column_so_far.total if self.column_so_far else None

    @cached_property
    def column(self) -> Result | None:
        """What the printed score column comes to as if it were the only sheet."""
        consensus = self.dossier.consensus
        if consensus is None:
            return None
        rules = replace(self.dossier.pack.scoring, averaging=Averaging.MEAN, minimum_evaluators=1)
        return score(self.roots, [consensus], rules, execution_rate=self.execution_rate)

    @cached_property
    def result(self) -> Result:
        return score(
            self.roots,
            (_sheet(member) for member in self.dossier.panel),
            self.dossier.pack.scoring,
            consensus=self.dossier.consensus,
            execution_rate=self.execution_rate,
            printed=self.dossier.printed,
            names=self.names,
        )


def result(dossier: Dossier) -> Result:
    return Facts(dossier).result


def _sheet(member: PanelMember) -> Sheet:
    return member.sheet or Sheet(member.key, marks={}, submitted=False)


def _distinct_names(panel: tuple[PanelMember, ...]) -> dict[str, str]:
    shared = Counter(member.name for member in panel)
    met: Counter[str] = Counter()
    names = {}
    for member in panel:
        met[member.name] += 1
        number = f"（{met[member.name]}）" if shared[member.name] > 1 else ""
        names[member.key] = f"{member.name}{number}"
    return names
