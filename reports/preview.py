"""What past evaluations would have come to under another rule pack."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from evalsys.figures import plain
from evalsys.rulepacks.schema import RulePack
from projects.enums import State, states_from
from projects.models import Evaluation
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossiers
from reports.dossier.model import Dossier
from reports.reweighing import changed_weights, reweighed
from scoring.engine import Result

if TYPE_CHECKING:
    from evalsys.accounts.models import User
    from evalsys.rulepacks.models import RulePackDraft

MOST = 500
NOTHING = "—"


@dataclass(frozen=True)
class Comparison:
    """One evaluation's result as it stands and under the new rules.

    ``reweighed`` counts the leaves that weigh something else under them.
    """

    evaluation: Evaluation
    old: Result
    new: Result
    reweighed: int = 0

    @property
    def total_changes(self) -> bool:
        return self.old.total != self.new.total

    @property
    def grade_changes(self) -> bool:
        return self.old.grade != self.new.grade

    @property
    def reason(self) -> str:
        return "；".join(reasons(self))


@dataclass(frozen=True)
class Preview:
    """``left_out`` counts the evaluations whose leaves are others."""

    compared: tuple[Comparison, ...]
    left_out: int = 0

    @property
    def changed(self) -> list[Comparison]:
        return [one for one in self.compared if one.total_changes or one.grade_changes]

    @property
    def grades(self) -> int:
        """How many grades change."""
        return sum(one.grade_changes for one in self.compared)


def compare(evaluation: Evaluation, dossier: Dossier, pack: RulePack) -> Comparison | None:
    """The result as it stands, and under the pack; None where the pack has other leaves."""
    after = reweighed(dossier, pack)
    if after is None:
        return None
    return Comparison(
        evaluation, Facts(dossier).result, Facts(after).result, changed_weights(dossier, after)
    )


def reasons(one: Comparison) -> Iterator[str]:
    """Why the new result is another one, in the order it is computed."""
    old, new = one.old, one.new
    if one.reweighed:
        yield f"{one.reweighed} 项指标的分值变了，打分按得分率折算"
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


def preview(draft: "RulePackDraft", pack: RulePack, user: "User") -> Preview:
    """The newest evaluations with a result in the bureau's units, under the draft's ``pack``."""
    past = (
        Evaluation.objects.visible_to(user)
        .filter(
            state__in=states_from(State.REVIEWING),
            project__unit__path__startswith=draft.owner.path or "-",
        )
        .order_by("-fiscal_year", "-pk")[:MOST]
    )
    found = [compare(evaluation, dossier, pack) for evaluation, dossier in load_dossiers(past)]
    compared = tuple(one for one in found if one is not None)
    return Preview(compared, len(found) - len(compared))
