"""The engine's words: a tree, marks on its leaves, and the result."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from evalsys.figures import plain


@dataclass(frozen=True)
class Funds:
    """The sums of 基本信息表 that rules take, in 元; None is left blank, not zero."""

    planned: Decimal | None = None
    received: Decimal | None = None
    spent: Decimal | None = None
    annual_budget: Decimal | None = None


@dataclass(frozen=True)
class Proposal:
    """What a leaf's rule gives: points from ``lower`` to ``upper``, which are equal for one figure.

    ``below_upper`` leaves the upper bound to the next better tier. ``formula`` holds the figures.
    """

    lower: Decimal
    upper: Decimal
    formula: str
    rule: str
    below_upper: bool = False
    verified: bool = True

    @property
    def value(self) -> Decimal | None:
        """The one figure proposed; None when a tier leaves a choice."""
        return self.lower if self.lower == self.upper else None

    @property
    def points(self) -> str:
        if self.value is not None:
            return plain(self.value)
        return f"{plain(self.lower)} 至{'不满 ' if self.below_upper else ' '}{plain(self.upper)}"

    def covers(self, points: Decimal) -> bool:
        below = points < self.upper if self.below_upper else points <= self.upper
        return self.lower <= points and below


@dataclass(frozen=True)
class NoProposal:
    """Why a leaf's rule gives nothing, as a sentence."""

    reason: str


@dataclass(frozen=True)
class Node:
    """An indicator; ``weight`` in points. A node without children is a leaf.

    ``proposal`` is what the rule of a leaf gives, where it gives anything.
    """

    key: str
    name: str
    weight: Decimal
    children: tuple["Node", ...] = ()
    proposal: Proposal | None = None

    @property
    def is_leaf(self) -> bool:
        return not self.children


class MarkState(StrEnum):
    UNSCORED = "unscored"
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Mark:
    """A person's judgement of one leaf; ``value`` in points, only when scored."""

    state: MarkState = MarkState.UNSCORED
    value: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sheet:
    """One evaluator's marks by leaf key.

    An old form may give only ``total_only`` (points) and no marks. Someone on the panel
    who has not begun is a sheet without marks that is not ``submitted``.
    """

    evaluator: str
    marks: dict[str, Mark]
    total_only: Decimal | None = None
    submitted: bool = True


class PrintedFigures(Protocol):
    """What an old form printed; ``execution_rate`` is a fraction (0.591 is 59.1 %)."""

    @property
    def total(self) -> Decimal | None: ...
    @property
    def mean(self) -> Decimal | None: ...
    @property
    def grade(self) -> str: ...
    @property
    def execution_rate(self) -> Decimal | None: ...


@dataclass(frozen=True)
class TreeProblem:
    """A weight that breaks the rules, in points; ``key`` is "" for the whole tree."""

    key: str
    name: str
    found: Decimal
    expected: Decimal | None
    message: str


@dataclass(frozen=True)
class SheetProgress:
    """What a sheet comes to so far.

    ``subtotals`` has every node of the tree, or none when the sheet gives only its total;
    ``scored + not_applicable`` of ``of`` leaves are done.
    """

    subtotals: dict[str, Decimal]
    total: Decimal
    scored: int
    not_applicable: int
    of: int


@dataclass(frozen=True)
class LeafScore:
    """``exact`` points as a fraction in text ("13/3", "" without a result), ``printed`` points.

    ``spread`` is the highest minus the lowest individual mark, counted or not.
    """

    key: str
    weight: Decimal
    exact: str
    printed: Decimal | None
    spread: Decimal | None
    applicable: bool = True


@dataclass(frozen=True)
class Step:
    """One line of 「如何算出」: what, from which figures, by which rule, giving what."""

    title: str
    rule: str
    inputs: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class SheetTotal:
    """``counted`` is False for a sheet left out by the averaging rule or held only beside it."""

    evaluator: str
    total: Decimal
    counted: bool = True
    total_only: bool = False


@dataclass(frozen=True)
class Disagreement:
    """Two figures of one evaluation that should be equal, or follow from each other, and do not."""

    what: str
    found: str
    expected: str
    how: str


@dataclass(frozen=True)
class Result:
    """What the marks come to. ``total`` and ``grade`` are what is printed.

    ``missing`` says why there is no result: the evaluators without a complete sheet by name,
    any other reason as a sentence. It is empty exactly when ``total`` is given.

    ``subtotals`` maps the key of every node with an applicable leaf to printed points.
    ``raw_total`` is what the printed leaves add to, out of ``applicable_weight``; both are None
    when no sheet has marks to show. ``mean`` is the average of the counted individual totals
    (of all of them beside a consensus), ``uncapped`` the total scaled to full points and not
    yet under the ``cap`` of the execution rate. The four totals are equal unless a leaf does
    not apply, the cap lowers the total, or a consensus sheet is held.
    """

    leaves: tuple[LeafScore, ...]
    subtotals: dict[str, Decimal]
    sheet_totals: tuple[SheetTotal, ...]
    mean: Decimal | None
    total: Decimal | None
    grade: str | None
    cap: Decimal | None
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    disagreements: tuple[Disagreement, ...]
    raw_total: Decimal | None = None
    applicable_weight: Decimal | None = None
    uncapped: Decimal | None = None
