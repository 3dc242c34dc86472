"""「如何算出」: every step in words and figures that a pocket calculator can follow."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import plain
from evalsys.rulepacks.schema import Averaging
from scoring.engine.averaging import TRIMMING_STARTS_AT, Tally
from scoring.engine.case import CONSENSUS_LABEL, Case, Obstacle
from scoring.engine.model import Step
from scoring.engine.numbers import exact_text
from scoring.engine.reckoning import LeafFigures, Reckoning
from scoring.engine.tree import leaves_of, walk


def steps_without_result(obstacles: Iterable[Obstacle]) -> tuple[Step, ...]:
    return (
        Step(
            "没有结果",
            "每位评价人员都交齐完整的评分表后才计算；未评分不等于零分。",
            tuple(obstacle.sentence for obstacle in obstacles),
            "总分和等次暂缺",
        ),
    )


def steps_of(case: Case, reckoning: Reckoning) -> tuple[Step, ...]:
    steps = (
        _sheets_step(case, reckoning),
        _mean_step(case, reckoning),
        _consensus_step(case, reckoning),
        _leaves_step(case, reckoning),
        _scaling_step(case, reckoning),
        _cap_step(case, reckoning),
        _grade_step(case, reckoning),
    )
    return tuple(step for step in steps if step is not None)


def mean_formula(tallies: tuple[Tally, ...]) -> str:
    """(89 + 96 + 86) ÷ 3"""
    return f"{_sum_text(one.total for one in tallies)} ÷ {len(tallies)}"


def _sum_text(figures: Iterable[Decimal]) -> str:
    return f"({' + '.join(plain(figure) for figure in figures)})"


def _rounding(case: Case) -> str:
    return f"四舍五入保留 {case.rules.places} 位小数"


def _rounded(case: Case, exact: Fraction, printed: Decimal) -> str:
    return f"{exact_text(exact, case.rules.places)} → {printed}"


def _sheets_step(case: Case, reckoning: Reckoning) -> Step:
    return Step(
        "个人总分",
        "每位评价人员的总分是其各项得分之和。",
        tuple(_sheet_line(case, one) for one in reckoning.tallies),
        "、".join(f"{case.label(one.sheet)} {plain(one.total)}" for one in reckoning.tallies),
    )


def _sheet_line(case: Case, one: Tally) -> str:
    label = case.label(one.sheet)
    if one.total_only:
        return f"{label}：{plain(one.total)}（只有总分，没有各项得分）"
    parts = " + ".join(plain(one.subtotals[root.key]) for root in case.roots)
    return f"{label}：{parts} = {plain(one.total)}"


def _mean_step(case: Case, reckoning: Reckoning) -> Step:
    counted = reckoning.counted
    left_out = [one for one in reckoning.tallies if one not in counted]
    mean = _rounded(case, reckoning.mean.points, reckoning.printed_mean)
    return Step(
        "平均分",
        f"{_mean_rule(case, reckoning)}只在最后{_rounding(case)}。",
        (
            *(f"计入：{case.label(one.sheet)} {plain(one.total)}" for one in counted),
            *(f"不计入：{case.label(one.sheet)} {plain(one.total)}" for one in left_out),
        ),
        f"{mean_formula(counted)} = {mean}",
    )


def _mean_rule(case: Case, reckoning: Reckoning) -> str:
    if case.rules.averaging is Averaging.CONSENSUS:
        return "个人总分的平均，列在共同评分旁作对照；"
    if case.rules.averaging is Averaging.MEAN:
        return "全部评分表的平均；"
    if len(reckoning.tallies) < TRIMMING_STARTS_AT:
        return f"评分表不足 {TRIMMING_STARTS_AT} 份，不去最高分和最低分，取全部的平均；"
    return "去掉总分最高和最低的各一份评分表，取其余的平均；"


def _consensus_step(case: Case, reckoning: Reckoning) -> Step | None:
    column = reckoning.column
    if column is None:
        return None
    is_result = reckoning.official is column
    rule = "按本套规则，以共同评分为结果。" if is_result else "共同评分列在旁边作对照，不作结果。"
    total = exact_text(column.points, case.rules.places)
    return Step(CONSENSUS_LABEL, rule, (), f"共同评分各项相加 {total}")


def _leaves_step(case: Case, reckoning: Reckoning) -> Step:
    figures = reckoning.leaf_figures
    if figures is None:
        return Step("各项得分", "只有总分的评分表得不出各项得分。", (), "各项得分暂缺")
    whole = f"只取 {case.rules.places} 位小数"
    return Step(
        "各项得分",
        f"{_leaves_rule(case, reckoning)}先{whole}，舍去的部分从大到小、自上而下逐级补一个末位，"
        "使各项之和等于小计，小计之和等于合计。",
        _moved_lines(case, figures),
        f"{_roots_text(case, figures)} = {figures.raw_total}",
    )


def _leaves_rule(case: Case, reckoning: Reckoning) -> str:
    if reckoning.totals_only or case.rules.averaging is Averaging.CONSENSUS:
        return "各项得分取自共同评分；"
    return "各项得分是计入的评分表在这一项的平均；"


def _moved_lines(case: Case, figures: LeafFigures) -> tuple[str, ...]:
    moved = [
        (node.name, figures.exact[node.key], figures.printed[node.key])
        for node in walk(case.roots)
        if node.key in figures.exact
        and figures.exact[node.key] != Fraction(figures.printed[node.key])
    ]
    return tuple(f"{name}：{_moved(case, exact, printed)}" for name, exact, printed in moved)


def _moved(case: Case, exact: Fraction, printed: Decimal) -> str:
    word = "进为" if Fraction(printed) > exact else "舍为"
    return f"{exact_text(exact, case.rules.places)} {word} {printed}"


def _roots_text(case: Case, figures: LeafFigures) -> str:
    roots = [root for root in case.roots if root.key in figures.printed]
    return " + ".join(f"{root.name} {figures.printed[root.key]}" for root in roots)


def _scaling_step(case: Case, reckoning: Reckoning) -> Step | None:
    official = reckoning.official
    if official.weight == case.rules.total:
        return None
    applicable = {leaf.key for leaf in reckoning.applicable}
    left_out = [leaf for leaf in leaves_of(case.roots) if leaf.key not in applicable]
    full, weight = plain(case.rules.total), plain(official.weight)
    points = (
        exact_text(official.points, case.rules.places)
        if official is reckoning.column
        else mean_formula(reckoning.counted)
    )
    return Step(
        "不适用指标的折算",
        f"不适用的指标不计入，其余按满分 {full} 折算，{_rounding(case)}。",
        (
            *(f"不适用：{leaf.name}（{plain(leaf.weight)} 分）" for leaf in left_out),
            f"适用指标的分值合计：{weight}",
        ),
        f"{points} × {full} ÷ {weight} = {_rounded(case, official.scaled, official.uncapped)}",
    )


def _cap_step(case: Case, reckoning: Reckoning) -> Step | None:
    caps = case.rules.execution_caps
    if not caps:
        return None
    return Step(
        "按预算执行率封顶",
        "；".join(
            f"执行率低于 {plain(cap.below * 100)}% 的，总分不超过 {plain(cap.cap)}" for cap in caps
        )
        + "。",
        (f"预算执行率：{_rate_text(case.execution_rate)}",),
        _cap_outcome(case, reckoning),
    )


def _rate_text(rate: Fraction | None) -> str:
    return "没有（预算为零或未填）" if rate is None else f"{exact_text(rate * 100, 2)}%"


def _cap_outcome(case: Case, reckoning: Reckoning) -> str:
    official, cap = reckoning.official, reckoning.cap
    if case.execution_rate is None:
        return f"无法比较，不封顶，总分 {official.total}"
    if cap is None:
        return f"不封顶，总分 {official.total}"
    if official.total == official.uncapped:
        return f"上限 {plain(cap)}，{official.uncapped} 没有超过"
    return f"上限 {plain(cap)}，{official.uncapped} 降为 {official.total}"


def _grade_step(case: Case, reckoning: Reckoning) -> Step:
    bands = sorted(case.rules.grades, key=lambda band: band.lower, reverse=True)
    official = reckoning.official
    return Step(
        "等次",
        "总分达到哪一档的下限（含下限）就是哪一等，从高到低比较。",
        tuple(f"{band.word}：{plain(band.lower)} 分及以上" for band in bands),
        f"总分 {official.total} → {official.grade or '低于所有下限，没有等次'}",
    )
