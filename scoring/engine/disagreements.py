"""Figures of one evaluation that should be equal, or follow from each other, and do not."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up, percent_text, plain
from scoring.engine.case import Case
from scoring.engine.explain import mean_formula
from scoring.engine.model import Disagreement, PrintedFigures
from scoring.engine.numbers import exact_text
from scoring.engine.reckoning import Reckoning

WHOLE_PERCENT_PLACES = 2


def among_the_sheets(case: Case, reckoning: Reckoning) -> Iterator[Disagreement]:
    """An evaluator's written total against the marks; the consensus column against the mean."""
    for one in reckoning.tallies:
        written = one.sheet.total_only
        if written is not None and written != one.total:
            label = case.label(one.sheet)
            yield Disagreement(f"{label}的总分", plain(written), plain(one.total), "各项得分相加")
    column, mean = reckoning.column, reckoning.mean
    if column is None or column.uncapped == mean.uncapped:
        return
    formula = f"{mean_formula(reckoning.counted)} → {reckoning.printed_mean}"
    added = exact_text(column.points, case.rules.places)
    how = f"共同评分各项相加 {added}；个人总分的平均 {formula}"
    yield Disagreement(
        "共同评分合计与个人总分的平均", plain(column.uncapped), plain(mean.uncapped), how
    )
    if column.grade != mean.grade:
        yield Disagreement(
            "共同评分的等次与平均分的等次",
            column.grade or "无",
            mean.grade or "无",
            f"总分 {column.total} 与 {mean.total} 各自对照等次下限",
        )


def with_printed_result(reckoning: Reckoning, printed: PrintedFigures) -> Iterator[Disagreement]:
    official, mean = reckoning.official, reckoning.printed_mean
    if printed.mean is not None and printed.mean != mean:
        how = f"{mean_formula(reckoning.counted)} → {mean}"
        yield Disagreement("印出的平均分", plain(printed.mean), plain(mean), how)
    if printed.total is not None and printed.total != official.total:
        how = "按“如何算出”各步得出的总分"
        yield Disagreement("印出的总分", plain(printed.total), plain(official.total), how)
    if printed.grade and printed.grade != official.grade:
        how = f"总分 {official.total} 对照等次下限"
        yield Disagreement("印出的等次", printed.grade, official.grade or "无", how)


def with_printed_words(case: Case, printed: PrintedFigures) -> Iterator[Disagreement]:
    """What can be compared without any sheet: the grade's word and the execution rate."""
    words = [band.word for band in case.rules.grades]
    if printed.grade and printed.grade not in words:
        how = "等次只能用本套规则的用词"
        yield Disagreement("印出的等次用词", printed.grade, "、".join(words), how)
    rate, written = case.execution_rate, printed.execution_rate
    if rate is not None and written is not None and not same_rate(rate, written):
        places = percent_places(written)
        yield Disagreement(
            "印出的预算执行率",
            percent_text(Fraction(written), places),
            percent_text(rate, places),
            f"实际使用 ÷ 全年预算 = {exact_text(rate * 100, places + 1)}%",
        )


def same_rate(rate: Fraction, written: Decimal) -> bool:
    """At the precision in which the form wrote it."""
    return half_up(rate, _decimals(written)) == written


def percent_places(written: Decimal) -> int:
    """Decimals of the percentage the form wrote: 0.591 is 59.1 %, one."""
    return _decimals(written) - WHOLE_PERCENT_PLACES


def _decimals(written: Decimal) -> int:
    """Decimals the form wrote, never fewer than a whole percentage has."""
    digits = plain(written).partition(".")[2]
    return max(len(digits), WHOLE_PERCENT_PLACES)
