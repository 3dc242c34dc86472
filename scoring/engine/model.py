"""The engine's words: a tree, marks on its leaves, and the result."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Node:
    """An indicator; ``weight`` in points. A node without children is a leaf."""

    key: str
    name: str
    weight: Decimal
    children: tuple["Node", ...] = ()

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

    An old form may give only ``total_only`` (points) and no marks.
    """

    evaluator: str
    marks: dict[str, Mark]
    total_only: Decimal | None = None
    submitted: bool = True


@dataclass(frozen=True)
class LeafScore:
    """``exact`` as a fraction of points in text ("13/3"), ``printed`` in points."""

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

    ``subtotals`` maps node keys to printed points; ``missing`` names evaluators
    without a complete sheet, and then ``total`` and ``grade`` are None.
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
