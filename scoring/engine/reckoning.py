"""The figures between the sheets and the result, all exact until printed."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up
from evalsys.rulepacks.schema import Averaging, ScoringRules
from scoring.engine.apportion import apportion, exact_points
from scoring.engine.averaging import (
    Tally,
    averaged,
    mean_marks,
    mean_total,
    not_applicable,
    tally,
)
from scoring.engine.case import Case
from scoring.engine.grading import cap_for, capped, grade_for
from scoring.engine.model import Node, Sheet
from scoring.engine.tree import leaves_of


@dataclass(frozen=True)
class Verdict:
    """What follows from exact ``points`` out of ``weight``: scaled, rounded, capped, graded."""

    points: Fraction
    weight: Decimal
    scaled: Fraction
    uncapped: Decimal
    total: Decimal
    grade: str | None


@dataclass(frozen=True)
class LeafFigures:
    """Points by node key; the printed leaves add to ``raw_total``, out of ``weight``."""

    exact: dict[str, Fraction]
    printed: dict[str, Decimal]
    raw_total: Decimal
    weight: Decimal


@dataclass(frozen=True)
class Reckoning:
    """``mean`` follows from the ``counted`` sheets, ``column`` from the consensus sheet.

    ``official`` is the one of the two that is the result; ``leaf_figures`` is None when it
    comes from totals and no sheet has marks to show.
    """

    tallies: tuple[Tally, ...]
    counted: tuple[Tally, ...]
    applicable: tuple[Node, ...]
    cap: Decimal | None
    printed_mean: Decimal
    mean: Verdict
    column: Verdict | None
    official: Verdict
    leaf_figures: LeafFigures | None

    @property
    def totals_only(self) -> bool:
        """Whether a counted sheet has no marks, so that no leaf can be averaged."""
        return any(one.total_only for one in self.counted)


def reckon(case: Case) -> Reckoning:
    """All figures of a case without obstacles."""
    leaves, rules = leaves_of(case.roots), case.rules
    tallies = tuple(tally(case.roots, sheet) for sheet in case.sheets)
    counted = averaged(tallies, rules.averaging, leaves)
    left_out = frozenset[str]().union(*map(not_applicable, case.all_sheets))
    applicable = tuple(leaf for leaf in leaves if leaf.key not in left_out)
    applicable_weight = sum((leaf.weight for leaf in applicable), Decimal(0))
    cap = cap_for(case.execution_rate, rules)

    def verdict(points: Fraction, *sources: Tally) -> Verdict:
        bare = any(source.total_only for source in sources)
        return _verdict(points, rules.total if bare else applicable_weight, cap, rules)

    mean = verdict(mean_total(counted), *counted)
    column = None
    if case.consensus is not None:
        consensus = tally(case.roots, case.consensus)
        column = verdict(Fraction(consensus.total), consensus)
    by_consensus = rules.averaging is Averaging.CONSENSUS
    return Reckoning(
        tallies=tallies,
        counted=counted,
        applicable=applicable,
        cap=cap,
        printed_mean=half_up(mean.points, rules.places),
        mean=mean,
        column=column,
        official=column if by_consensus and column else mean,
        leaf_figures=_leaf_figures(case, _sheets_shown(case, counted), applicable),
    )


def _verdict(
    points: Fraction, weight: Decimal, cap: Decimal | None, rules: ScoringRules
) -> Verdict:
    scaled = points * Fraction(rules.total) / Fraction(weight)
    uncapped = half_up(scaled, rules.places)
    total = capped(uncapped, cap, rules)
    return Verdict(points, weight, scaled, uncapped, total, grade_for(total, rules))


def _sheets_shown(case: Case, counted: tuple[Tally, ...]) -> tuple[Sheet, ...]:
    """The sheets whose marks the printed leaves are the mean of."""
    if case.rules.averaging is Averaging.CONSENSUS or any(one.total_only for one in counted):
        return () if case.consensus is None else (case.consensus,)
    return tuple(one.sheet for one in counted)


def _leaf_figures(
    case: Case, sheets: tuple[Sheet, ...], applicable: tuple[Node, ...]
) -> LeafFigures | None:
    marks = mean_marks(sheets, applicable)
    if not marks:
        return None
    exact = exact_points(case.roots, marks)
    raw_total = half_up(sum(marks.values(), Fraction(0)), case.rules.places)
    printed = apportion(case.roots, exact, raw_total, case.rules.places)
    weight = sum((leaf.weight for leaf in applicable), Decimal(0))
    return LeafFigures(exact, printed, raw_total, weight)
