"""From the printed total to the cap by execution rate and the grade word."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from evalsys.rulepacks.schema import ScoringRules


def cap_for(execution_rate: Fraction | None, rules: ScoringRules) -> Decimal | None:
    """The lowest cap whose bound the rate stays under; none without a rate."""
    if execution_rate is None:
        return None
    caps = (cap.cap for cap in rules.execution_caps if execution_rate < Fraction(cap.below))
    return min(caps, default=None)


def capped(total: Decimal, cap: Decimal | None, rules: ScoringRules) -> Decimal:
    if cap is None or total <= cap:
        return total
    return cap.quantize(Decimal(1).scaleb(-rules.places), ROUND_FLOOR)


def grade_for(total: Decimal, rules: ScoringRules) -> str | None:
    """The word of the highest band whose lower bound the printed total reaches."""
    reached = [band for band in rules.grades if band.lower <= total]
    return max(reached, key=lambda band: band.lower).word if reached else None
