"""What the indicator library says: leaves to build trees from, as plain frozen data."""

import re
from dataclasses import dataclass
from enum import StrEnum

from evalsys.rulepacks.schema import FormRate

FORMAT = "evalsys-library/1"

NAME = 100
SHORT = 20
HINT = 100
SOURCE = 200
PROSE = 2000


class IndicatorClass(StrEnum):
    """In the order of the forms: what was put in, what came out, what it did."""

    DECISION = "decision"
    PROCESS = "process"
    QUANTITY = "quantity"
    QUALITY = "quality"
    TIMELINESS = "timeliness"
    COST = "cost"
    ECONOMIC = "economic"
    SOCIAL = "social"
    ECOLOGICAL = "ecological"
    SUSTAINABLE = "sustainable"
    SATISFACTION = "satisfaction"


class Operator(StrEnum):
    """Which way an 指标值 points; ``WORDS`` are judged, not counted."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    WORDS = "words"


CLASS_LABELS = {
    IndicatorClass.DECISION: "决策",
    IndicatorClass.PROCESS: "过程",
    IndicatorClass.QUANTITY: "数量",
    IndicatorClass.QUALITY: "质量",
    IndicatorClass.TIMELINESS: "时效",
    IndicatorClass.COST: "成本",
    IndicatorClass.ECONOMIC: "经济效益",
    IndicatorClass.SOCIAL: "社会效益",
    IndicatorClass.ECOLOGICAL: "生态效益",
    IndicatorClass.SUSTAINABLE: "可持续影响",
    IndicatorClass.SATISFACTION: "满意度",
}
OPERATOR_LABELS = {
    Operator.AT_LEAST: "≥ 不低于",
    Operator.AT_MOST: "≤ 不高于",
    Operator.EQUAL: "= 等于",
    Operator.WORDS: "定性",
}
SIGNS = {Operator.AT_LEAST: "≥", Operator.AT_MOST: "≤", Operator.EQUAL: "=", Operator.WORDS: ""}
FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class LibraryLeaf:
    """An indicator to take over into a tree.

    ``ref`` names it among all leaves. ``target`` is a customary 指标值 without sign and unit.
    ``verified`` is whether name, class, unit and operator were seen in ``source``; ``rate`` is the
    ratio of the forms that scores it, if one does.
    """

    ref: str
    indicator_class: IndicatorClass
    name: str
    operator: Operator
    unit: str = ""
    target: str = ""
    explanation: str = ""
    standard: str = ""
    evidence_asked: str = ""
    uses: tuple[str, ...] = ()
    rate: FormRate | None = None
    verified: bool = False
    source: str = ""
    owner: str = ""

    @property
    def class_label(self) -> str:
        return CLASS_LABELS[self.indicator_class]

    @property
    def target_hint(self) -> str:
        """How the 指标值 is written: ≥90%, ≥…次, ≤批复预算数."""
        if self.operator is Operator.WORDS:
            return self.target
        unit = self.unit if not self.target or FIGURE.fullmatch(self.target) else ""
        return f"{SIGNS[self.operator]}{self.target or '…'}{unit}"


@dataclass(frozen=True)
class Library:
    """The leaves that come with the product; ``note`` says what of them was checked."""

    name: str
    note: str
    leaves: tuple[LibraryLeaf, ...]
