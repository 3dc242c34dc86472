"""指标值 against 实际完成值, where both are a number with the same unit."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.rulepacks.schema import AtLeast, AtMost, Equal, LeafRule
from reports.dossier.model import Indicator
from scoring.engine.quantities import parse_quantity

DOWNWARD = ("≤", "<")
IMPLIED: dict[type, str] = {AtLeast: "≥", Equal: "=", AtMost: "≤"}


@dataclass(frozen=True)
class Reached:
    """``met`` is None where the target does not say which way it points.

    ``excess`` is how far the actual value exceeds a target that is to be reached, as a fraction
    of it, negative below it; None for a target that is not to be exceeded.
    """

    operator: str
    target: Decimal
    actual: Decimal

    @property
    def met(self) -> bool | None:
        return {
            "≥": self.actual >= self.target,
            ">": self.actual > self.target,
            "≤": self.actual <= self.target,
            "<": self.actual < self.target,
            "=": self.actual <= 0 if self.target == 0 else self.actual >= self.target,
        }.get(self.operator)

    @property
    def excess(self) -> Fraction | None:
        if self.operator in DOWNWARD or self.target <= 0:
            return None
        return Fraction(self.actual - self.target) / Fraction(self.target)


def reached(indicator: Indicator, rule: LeafRule | None) -> Reached | None:
    """The rule says which way a target without an operator points; None where it cannot be told."""
    target, actual = (
        parse_quantity(text) for text in (indicator.target_value, indicator.actual_value)
    )
    if target is None or actual is None or actual.operator or target.base != actual.base:
        return None
    operator = target.operator or IMPLIED.get(type(rule), "")
    return Reached(operator, target.value, actual.value)
