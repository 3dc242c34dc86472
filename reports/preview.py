"""What past evaluations would have come to under other scoring rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from evalsys.figures import plain
from evalsys.rulepacks.schema import IndicatorTemplate, ScoringRules
from projects.enums import State, states_from
from projects.models import Evaluation
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossiers
from reports.dossier.model import Dossier
from scoring.engine import Result

if TYPE_CHECKING:
    from evalsys.accounts.models import User
    from evalsys.rulepacks.models import RulePackDraft

MOST = 500
NOTHING = "—"


@dataclass(frozen=True)
class Comparison:
    """One evaluation's result as it stands and under the new rules."""

    evaluation: Evaluation
    old: Result
    new: Result

    @property
    def total_changes(self) -> bool:
        return self.old.total != self.new.total

    @property
    def grade_changes(self) -> bool:
        return self.old.grade != self.new.grade

    @property
    def reason(self) -> str:
        return "；".join(reasons(self.old, self.new))


@dataclass(frozen=True)
class Preview:
    compared: tuple[Comparison, ...]

    @property
    def changed(self) -> list[Comparison]:
        return [one for one in self.compared if one.total_changes or one.grade_changes]

    @property
    def grades(self) -> int:
        """How many grades change."""
        return sum(one.grade_changes for one in self.compared)


def compare(dossier: Dossier, rules: ScoringRules) -> tuple[Result, Result]:
    """The result as it stands, and under ``rules``; tree, weights and marks stay as they are."""
    under_rules = replace(dossier, pack=replace(dossier.pack, scoring=rules))
    return Facts(dossier).result, Facts(under_rules).result


def reasons(old: Result, new: Result) -> Iterator[str]:
    """Why the new result is another one, in the order it is computed."""
    if new.missing:
        yield f"按新规则得不出结果：{'、'.join(new.missing)}"
        return
    if old.uncapped != new.uncapped:
        yield f"合成的总分 {_figure(old.uncapped)} → {_figure(new.uncapped)}"
    if old.cap != new.cap:
        yield f"执行率封顶 {_figure(old.cap)} → {_figure(new.cap)}"
    if old.grade != new.grade and old.total == new.total:
        yield f"{_figure(new.total)} 分所在的等次界限变了"


def _figure(value: Decimal | None) -> str:
    return NOTHING if value is None else plain(value)


def leaf_keys(nodes: Iterable[IndicatorTemplate]) -> frozenset[str]:
    return frozenset(
        key
        for node in nodes
        for key in (leaf_keys(node.children) if node.children else frozenset({node.key}))
    )


def preview(
    draft: "RulePackDraft", rules: ScoringRules, leaves: frozenset[str], user: "User"
) -> Preview:
    """The newest evaluations with a result, in the bureau's units, that have the draft's leaves."""
    past = (
        Evaluation.objects.visible_to(user)
        .filter(
            state__in=states_from(State.REVIEWING),
            project__unit__path__startswith=draft.owner.path or "-",
        )
        .order_by("-fiscal_year", "-pk")[:MOST]
    )
    return Preview(
        tuple(
            Comparison(evaluation, *compare(dossier, rules))
            for evaluation, dossier in load_dossiers(past)
            if _leaves_of(dossier) == leaves
        )
    )


def _leaves_of(dossier: Dossier) -> frozenset[str]:
    parents = {indicator.parent for indicator in dossier.indicators}
    return frozenset(row.key for row in dossier.indicators if row.key not in parents)
