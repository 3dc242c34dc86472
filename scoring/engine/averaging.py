"""Which sheets count, by the pack's named rule, and what they average to."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.rulepacks.schema import Averaging
from scoring.engine.marks import bare_total, given, sheet_total
from scoring.engine.model import MarkState, Node, Sheet

TRIMMING_STARTS_AT = 5


@dataclass(frozen=True)
class Tally:
    """A complete sheet with what it adds to; ``total_only`` when it holds no marks."""

    sheet: Sheet
    total: Decimal
    subtotals: dict[str, Decimal]
    total_only: bool


def tally(roots: tuple[Node, ...], sheet: Sheet) -> Tally:
    progress = sheet_total(roots, sheet)
    return Tally(sheet, progress.total, progress.subtotals, bare_total(sheet) is not None)


def averaged(
    tallies: tuple[Tally, ...], averaging: Averaging, leaves: tuple[Node, ...]
) -> tuple[Tally, ...]:
    """The sheets whose mean is taken.

    Trimming leaves out one highest and one lowest total. Of equal totals the marks decide, leaf by
    leaf, and of equal marks the evaluator's key, so that the order of the sheets never matters.
    """
    if averaging is not Averaging.TRIMMED_MEAN or len(tallies) < TRIMMING_STARTS_AT:
        return tallies
    keys = tuple(leaf.key for leaf in leaves)
    ranked = sorted(
        tallies,
        key=lambda one: (one.total, _values((one.sheet,), keys), one.sheet.evaluator),
    )
    kept = {one.sheet.evaluator for one in ranked[1:-1]}
    return tuple(one for one in tallies if one.sheet.evaluator in kept)


def mean_total(tallies: tuple[Tally, ...]) -> Fraction:
    return Fraction(sum((one.total for one in tallies), Decimal(0))) / len(tallies)


def mean_marks(sheets: tuple[Sheet, ...], leaves: tuple[Node, ...]) -> dict[str, Fraction]:
    """The mean of each leaf the sheets give marks for; they agree on which leaves apply."""
    points = {leaf.key: _values(sheets, (leaf.key,)) for leaf in leaves}
    return {
        key: Fraction(sum(values, Decimal(0))) / len(values)
        for key, values in points.items()
        if values
    }


def spread(sheets: tuple[Sheet, ...], key: str) -> Decimal | None:
    values = _values(sheets, (key,))
    return max(values) - min(values) if values else None


def not_applicable(sheet: Sheet) -> frozenset[str]:
    return frozenset(
        key for key, mark in sheet.marks.items() if mark.state is MarkState.NOT_APPLICABLE
    )


def _values(sheets: tuple[Sheet, ...], keys: tuple[str, ...]) -> tuple[Decimal, ...]:
    points = (given(sheet, key) for sheet in sheets for key in keys)
    return tuple(value for value in points if value is not None)
