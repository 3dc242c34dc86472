"""Where the evaluators disagree, and what each of them says about a leaf."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import percent_text
from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from scoring.engine import LeafScore, Mark, MarkState


@dataclass(frozen=True)
class Saying:
    """One evaluator's mark of a leaf, with the remark."""

    name: str
    mark: Mark


@dataclass(frozen=True)
class Discussed:
    """A leaf with what was said of it; ``spread`` in points, ``share`` of the weight in words."""

    indicator: Indicator
    sayings: tuple[Saying, ...]
    spread: Decimal | None
    share: str


def is_disputed(facts: Facts, leaf: LeafScore) -> bool:
    """Whether the marks lie further apart than the pack's share of the weight."""
    threshold = facts.dossier.pack.thresholds["leaf_spread"]
    return leaf.spread is not None and leaf.spread > threshold * leaf.weight


def disputed(facts: Facts) -> list[Discussed]:
    """The widest first; leaves that are equally wide in printed order."""
    leaves = [leaf for leaf in facts.result.leaves if is_disputed(facts, leaf)]
    widest_first = sorted(leaves, key=_share, reverse=True)
    return [_discussed(facts, leaf) for leaf in widest_first]


def remarked(facts: Facts) -> list[Discussed]:
    """Every leaf that somebody said something about, with those who did."""
    found = (_discussed(facts, leaf, only_remarks=True) for leaf in facts.result.leaves)
    return [one for one in found if one.sayings]


def threshold_text(facts: Facts) -> str:
    """The pack's share of the weight, as a percentage."""
    return percent_text(Fraction(facts.dossier.pack.thresholds["leaf_spread"]), 0)


def _share(leaf: LeafScore) -> Fraction:
    return Fraction(leaf.spread or 0) / Fraction(leaf.weight or 1)


def _discussed(facts: Facts, leaf: LeafScore, *, only_remarks: bool = False) -> Discussed:
    return Discussed(
        next(one for one in facts.dossier.indicators if one.key == leaf.key),
        tuple(
            saying for saying in _sayings(facts, leaf.key) if saying.mark.reason or not only_remarks
        ),
        leaf.spread,
        percent_text(_share(leaf), 0),
    )


def _sayings(facts: Facts, key: str) -> list[Saying]:
    given = [
        (facts.names[member.key], member.sheet.marks.get(key))
        for member in facts.dossier.panel
        if member.sheet
    ]
    return [
        Saying(name, mark)
        for name, mark in given
        if mark is not None and mark.state is not MarkState.UNSCORED
    ]
