"""The one way from a tree and marks to a total, a grade and their explanation."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from evalsys.rulepacks.schema import Averaging, ScoringRules
from scoring.engine.averaging import spread
from scoring.engine.case import Case, Obstacle, complete_sheets, obstacles_to
from scoring.engine.disagreements import (
    among_the_sheets,
    with_printed_result,
    with_printed_words,
)
from scoring.engine.explain import steps_of, steps_without_result
from scoring.engine.marks import sheet_total
from scoring.engine.model import (
    Disagreement,
    LeafScore,
    Node,
    PrintedFigures,
    Result,
    Sheet,
    SheetTotal,
)
from scoring.engine.reckoning import Reckoning, reckon
from scoring.engine.tree import leaves_of


def score(
    roots: tuple[Node, ...],
    sheets: Iterable[Sheet],
    rules: ScoringRules,
    *,
    consensus: Sheet | None = None,
    execution_rate: Fraction | None = None,
    printed: PrintedFigures | None = None,
    names: Mapping[str, str] | None = None,
) -> Result:
    """The result of the panel's ``sheets``, one for each member, begun or not.

    ``execution_rate`` is a fraction, None when the budget is zero or blank. ``printed`` is only
    compared with. ``names`` maps evaluator keys to what the explanation calls them.
    """
    case = Case(roots, tuple(sheets), rules, consensus, execution_rate, names or {})
    if obstacles := obstacles_to(case):
        return _without_result(case, obstacles, printed)
    return _with_result(case, reckon(case), printed)


def _without_result(
    case: Case, obstacles: tuple[Obstacle, ...], printed: PrintedFigures | None
) -> Result:
    return Result(
        leaves=tuple(
            LeafScore(leaf.key, leaf.weight, "", None, None) for leaf in leaves_of(case.roots)
        ),
        subtotals={},
        sheet_totals=tuple(
            SheetTotal(sheet.evaluator, sheet_total(case.roots, sheet).total, counted=False)
            for sheet in complete_sheets(case)
        ),
        mean=None,
        total=None,
        grade=None,
        cap=None,
        missing=tuple(dict.fromkeys(obstacle.entry for obstacle in obstacles)),
        steps=steps_without_result(obstacles),
        disagreements=tuple(with_printed_words(case, printed)) if printed else (),
    )


def _with_result(case: Case, reckoning: Reckoning, printed: PrintedFigures | None) -> Result:
    figures, official = reckoning.leaf_figures, reckoning.official
    return Result(
        leaves=tuple(_leaf_score(case, reckoning, leaf) for leaf in leaves_of(case.roots)),
        subtotals=figures.printed if figures else {},
        sheet_totals=_sheet_totals(case, reckoning),
        mean=reckoning.printed_mean,
        total=official.total,
        grade=official.grade,
        cap=reckoning.cap,
        missing=(),
        steps=steps_of(case, reckoning),
        disagreements=_disagreements(case, reckoning, printed),
        raw_total=figures.raw_total if figures else None,
        applicable_weight=figures.weight if figures else None,
        uncapped=official.uncapped,
    )


def _leaf_score(case: Case, reckoning: Reckoning, leaf: Node) -> LeafScore:
    figures = reckoning.leaf_figures
    shown = figures is not None and leaf.key in figures.exact
    return LeafScore(
        key=leaf.key,
        weight=leaf.weight,
        exact=str(figures.exact[leaf.key]) if figures and shown else "",
        printed=figures.printed[leaf.key] if figures and shown else None,
        spread=spread(case.sheets, leaf.key),
        applicable=leaf in reckoning.applicable,
    )


def _sheet_totals(case: Case, reckoning: Reckoning) -> tuple[SheetTotal, ...]:
    counted = () if case.rules.averaging is Averaging.CONSENSUS else reckoning.counted
    return tuple(
        SheetTotal(one.sheet.evaluator, one.total, one in counted, one.total_only)
        for one in reckoning.tallies
    )


def _disagreements(
    case: Case, reckoning: Reckoning, printed: PrintedFigures | None
) -> tuple[Disagreement, ...]:
    found = tuple(among_the_sheets(case, reckoning))
    if printed is None:
        return found
    return (
        *found,
        *with_printed_result(reckoning, printed),
        *with_printed_words(case, printed),
    )
