"""What a rule pack says: the rules of one place and time, as plain frozen data.

Weights and marks are points, rates are plain fractions (0.59 is 59 %).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

FORMAT = "evalsys-rulepack/1"
LEVELS = 3

# Every word the three printed forms take from the pack; docs/rulepacks.md says where each stands.
REQUIRED_WORDING = (
    "goals_title",
    "project_name",
    "goal_type",
    "goal_class",
    "goal_target",
    "goal_standard",
    "standard_1",
    "standard_2",
    "standard_3",
    "standard_4",
    "goals_note",
    "basic_title",
    "basic_part_one",
    "basic_part_two",
    "basic_part_three",
    "implementing_unit",
    "supervising_department",
    "project_leader",
    "phone",
    "address",
    "postcode",
    "project_type",
    "type_recurring",
    "type_one_off",
    "tick",
    "planned",
    "received",
    "spent",
    "of_which",
    "level_one",
    "level_two",
    "level_three",
    "weight",
    "score",
    "total_row",
    "grade_row",
    "evaluator_name",
    "evaluator_title",
    "evaluator_unit",
    "evaluator_score",
    "signature",
    "sum_row",
    "mean_label",
    "leader_line",
    "date_year",
    "date_month",
    "date_day",
    "report_title",
)

# Limits the checks read; docs/rulepacks.md gives meaning and unit of each.
REQUIRED_THRESHOLDS = (
    "execution_warning",
    "underspend_warning",
    "ahead_of_execution",
    "overfulfilment",
    "spread_warning",
    "leaf_spread",
    "dominant_leaf",
    "high_total",
    "high_total_execution",
    "reason_minimum",
    "execution_reason_maximum",
    "monitoring_deviation",
)

# Limits that came later: a pack without one takes the figure here.
OPTIONAL_THRESHOLDS = {
    "adjustment_reason_maximum": Decimal(100),
    "deviation_reason_maximum": Decimal(200),
    "section_maximum": Decimal(30_000),
    "publication_days": Decimal(20),
}
SEVERITIES = ("B", "W", "I")


class Averaging(StrEnum):
    """How several score sheets become one result."""

    MEAN = "mean"
    TRIMMED_MEAN = "trimmed_mean"
    CONSENSUS = "consensus"


class NotApplicable(StrEnum):
    """What an evaluator may do with a leaf that does not apply."""

    REFUSED = "refused"
    SCALED = "scaled"


class TreeFreedom(StrEnum):
    """How far a unit may change the tree it opened from the pack."""

    LOCKED = "locked"
    LEAVES = "leaves"
    FREE = "free"


class ExcessForm(StrEnum):
    """What a value above the target of an ``AtMost`` leaf earns (A target, B actual, W weight)."""

    LINEAR = "linear"  # (1 − (B − A) / A) · W, nothing from 2A on
    RATIO = "ratio"  # A / B · W


class FormRate(StrEnum):
    """A ratio of two figures of the forms."""

    ARRIVAL = "arrival_rate"
    EXECUTION = "execution_rate"


@dataclass(frozen=True)
class OverFulfilment:
    """Exceeding the target by ``threshold`` (a fraction of it) or more costs ``points``."""

    threshold: Decimal
    points: Decimal


@dataclass(frozen=True)
class Tier:
    """A judgement in words and the share of the weight it starts at; it ends below the next one."""

    word: str
    lower: Decimal
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How a leaf's score follows from facts; ``verified`` is false when no source was seen."""

    verified: bool = True


@dataclass(frozen=True, kw_only=True)
class AtLeast(Rule):
    """B ≥ A earns the weight, less earns B / A of it."""

    kind: ClassVar = "at_least"
    over_fulfilment: OverFulfilment | None = None


@dataclass(frozen=True, kw_only=True)
class Equal(Rule):
    """A target of zero asks for B ≤ 0, all or nothing; any other is scored as ``AtLeast``."""

    kind: ClassVar = "equal"


@dataclass(frozen=True, kw_only=True)
class AtMost(Rule):
    """B ≤ A earns the weight, more earns what ``form`` says."""

    kind: ClassVar = "at_most"
    form: ExcessForm = ExcessForm.LINEAR


@dataclass(frozen=True, kw_only=True)
class InRange(Rule):
    """``low`` ≤ B ≤ ``high`` earns the weight; below and above as ``AtLeast`` and ``AtMost``.

    ``unit`` is the unit of both bounds, written as people write it.
    """

    kind: ClassVar = "in_range"
    low: Decimal
    high: Decimal
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Tiers(Rule):
    """A judgement in words, best first, each worth a part of the weight."""

    kind: ClassVar = "tiers"
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, kw_only=True)
class FormRatio(Rule):
    """min(1, rate) of the weight."""

    kind: ClassVar = "form_ratio"
    rate: FormRate


@dataclass(frozen=True, kw_only=True)
class Manual(Rule):
    """Whoever scores decides."""

    kind: ClassVar = "manual"


LeafRule = AtLeast | Equal | AtMost | InRange | Tiers | FormRatio | Manual


@dataclass(frozen=True)
class DefaultRules:
    """The rule of a leaf that has none, by what its 指标值 says; None leaves it to people."""

    at_least: AtLeast | None = None
    equal: Equal | None = None
    at_most: AtMost | None = None
    words: Tiers | None = None


@dataclass(frozen=True)
class IndicatorTemplate:
    """A node of the pack's tree; ``weight`` is None where the unit sets it.

    ``target_hint`` tells how the 指标值 is written, ``evidence_asked`` what proves the 实际完成值.
    """

    key: str
    name: str
    weight: Decimal | None
    explanation: str = ""
    standard: str = ""
    verified: bool = True
    children: tuple["IndicatorTemplate", ...] = ()
    rule: LeafRule | None = None
    target_hint: str = ""
    evidence_asked: str = ""


@dataclass(frozen=True)
class GradeBand:
    """A grade word and the lowest total, in points, that earns it."""

    word: str
    lower: Decimal


@dataclass(frozen=True)
class ExecutionCap:
    """Below this execution rate (a fraction) the total is at most ``cap`` points."""

    below: Decimal
    cap: Decimal


@dataclass(frozen=True)
class ScoringRules:
    """Everything the engine needs besides tree, sheets and facts."""

    total: Decimal
    mark_step: Decimal
    places: int
    averaging: Averaging
    not_applicable: NotApplicable
    minimum_evaluators: int
    grades: tuple[GradeBand, ...]
    execution_caps: tuple[ExecutionCap, ...] = ()


@dataclass(frozen=True)
class FundingSource:
    key: str
    label: str


@dataclass(frozen=True)
class GoalType:
    """A 指标类型 of 绩效目标表 and the 指标名称 offered under it."""

    label: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class OutlineSection:
    """A heading of the report; ``level`` 1–4, ``has_body`` when text is written under it.

    ``prompt`` helps the writer and never reaches paper.
    """

    key: str
    number: str
    title: str
    level: int
    has_body: bool
    prompt: str = ""


@dataclass(frozen=True)
class RulePack:
    """One immutable version; ``digest`` is the SHA-256 of its canonical JSON.

    ``severities`` changes those of the published list of checks, by code. ``required_classes``
    are the keys of tree nodes that must have an indicator; without any, all of the first level.
    """

    code: str
    version: int
    name: str
    place: str
    note: str
    verified: bool
    tree_freedom: TreeFreedom
    tree: tuple[IndicatorTemplate, ...]
    scoring: ScoringRules
    funding_sources: tuple[FundingSource, ...]
    goal_types: tuple[GoalType, ...]
    outline: tuple[OutlineSection, ...]
    wording: dict[str, str] = field(hash=False)
    thresholds: dict[str, Decimal] = field(hash=False)
    default_rules: DefaultRules = DefaultRules()
    severities: dict[str, str] = field(default_factory=dict, hash=False)
    required_classes: tuple[str, ...] = ()
    digest: str = ""

    def limit(self, name: str) -> Decimal:
        """A threshold, required or optional."""
        return self.thresholds[name] if name in self.thresholds else OPTIONAL_THRESHOLDS[name]
