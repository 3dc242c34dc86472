"""B01–B10 (B07 reads the narrative): do the points fit the facts and each other."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import plain
from evalsys.rulepacks.schema import AtLeast, AtMost, Equal, InRange, Tiers
from reports.checks.model import (
    Case,
    Finding,
    Leaf,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Scored,
    Severity,
)
from reports.checks.places import at
from reports.checks.proposals import wrong_marks
from reports.checks.reached import Reached, reached
from reports.checks.registry import check
from reports.checks.words import percent, points
from scoring.engine import grade_for, sheet_total
from scoring.engine.grading import cap_for
from scoring.engine.marks import bare_total

QUANTITATIVE = (AtLeast, AtMost, Equal, InRange)
FEW = 2


@check(
    "B01",
    Severity.BLOCK,
    "定量指标的得分与计分规则相差不超过 0.01，另给分的有理由",
    applies="有定量计分规则的指标",
    phase=Phase.RESULTS,
    source="财政部《项目支出绩效自评表》（2020）的定量计分办法",
)
def quantitative_scores_follow(case: Case) -> Iterator[Finding]:
    leaves = [leaf for leaf in case.leaves if isinstance(case.rule_of(leaf), QUANTITATIVE)]
    if not leaves:
        raise NotApplicableError("没有按公式计分的指标。")
    yield from wrong_marks(case, leaves)


@check(
    "B02",
    Severity.BLOCK,
    "定性指标的得分在所选档次之内，另给分的有理由",
    applies="有分档规则的指标",
    phase=Phase.RESULTS,
    source="财政部《项目支出绩效自评表》（2020）的定性计分办法",
)
def qualitative_scores_in_their_tier(case: Case) -> Iterator[Finding]:
    leaves = [leaf for leaf in case.leaves if isinstance(case.rule_of(leaf), Tiers)]
    if not leaves:
        raise NotApplicableError("没有分档计分的指标。")
    yield from wrong_marks(case, leaves)


@check(
    "B03",
    Severity.WARN,
    "超额完成达到界限的，写明原因",
    applies="写有数字指标值的指标",
    source="规则包的界限：超额完成的比例",
)
def overfulfilment_has_a_reason(case: Case) -> Iterator[Finding]:
    limit = Fraction(case.limit("overfulfilment"))
    known = [
        (leaf, one) for leaf in case.leaves if (one := reached(leaf.indicator, case.rule_of(leaf)))
    ]
    aimed = [(leaf, one) for leaf, one in known if one.excess is not None]
    if not aimed:
        raise NotEnoughDataError("没有可以比较的指标值和实际完成值。")
    for leaf, one in aimed:
        if (
            one.excess is not None
            and one.excess >= limit
            and not leaf.indicator.deviation_reason.strip()
        ):
            how = (
                f"实际完成 {leaf.indicator.actual_value}，超出指标值 {leaf.indicator.target_value}"
            )
            yield Finding(
                at(f"{leaf.path}.deviation_reason"),
                f"超出 {percent(one.excess)}，没有原因",
                "写明原因",
                f"{how}，达到 {percent(limit)} 的须说明",
            )


@check(
    "B04",
    Severity.BLOCK,
    "总分不超过按执行率封顶的分数",
    applies="规则包有执行率封顶",
    phase=Phase.RESULTS,
)
def total_within_the_cap(case: Case) -> Iterator[Finding]:
    rules, rate = case.pack.scoring, case.facts.execution_rate
    if not rules.execution_caps:
        raise NotApplicableError("本套规则没有执行率封顶。")
    if rate is None:
        raise NotEnoughDataError("没有执行率。")
    printed = case.dossier.printed
    total = printed.total if printed and printed.total is not None else case.facts.result.total
    if total is None:
        raise NotEnoughDataError("还没有总分。")
    cap = cap_for(rate, rules)
    if cap is not None and total > cap:
        how = f"执行率 {percent(rate)}，总分最高 {points(cap)}，等次最高「{grade_for(cap, rules)}」"
        yield Finding(at("printed.total"), points(total), f"不超过 {points(cap)}", how)


@check(
    "B05",
    Severity.WARN,
    "指标得分不大幅领先于预算执行；没有用的预算不到两成",
    source="规则包的界限：领先的比例、未用的比例",
)
def execution_keeps_pace(case: Case) -> Iterator[Finding]:
    rate = case.facts.execution_rate
    if rate is None:
        raise NotEnoughDataError("没有执行率。")
    unspent, limit = 1 - rate, Fraction(case.limit("underspend_warning"))
    if unspent >= limit:
        yield Finding(
            at("funding"),
            f"预算的 {percent(unspent)} 没有用",
            f"不到 {percent(limit)}",
            f"执行率 {percent(rate)}",
            about="unspent",
        )
    total = _total(case)
    if total is None:
        return
    achieved = Fraction(total) / Fraction(case.pack.scoring.total)
    ahead = Fraction(case.limit("ahead_of_execution"))
    if achieved - rate > ahead:
        path = "printed.total" if case.dossier.printed else "indicators"
        how = f"总分 {points(total)}，执行率 {percent(rate)}"
        expected = f"最多领先 {percent(ahead)}"
        yield Finding(at(path), f"领先 {percent(achieved - rate)}", expected, how, about="ahead")


def _total(case: Case) -> Decimal | None:
    printed = case.dossier.printed
    result = case.facts.result.total
    return result if result is not None or printed is None else printed.total


@check(
    "B06",
    Severity.WARN,
    "没有 0 分的指标，也没有一项占去几乎全部分值",
    source="规则包的界限：一项占总分的比例",
)
def weights_are_spread(case: Case) -> Iterator[Finding]:
    if not case.leaves:
        raise NotEnoughDataError("还没有指标。")
    limit = case.limit("dominant_leaf") * case.pack.scoring.total
    for leaf in case.leaves:
        weight, place = leaf.indicator.weight, at(f"{leaf.path}.weight")
        name = f"「{leaf.indicator.name}」"
        if weight == 0:
            yield Finding(place, points(weight), "大于 0 分", f"{name}不占分值，等于没有评")
        elif weight >= limit:
            yield Finding(place, points(weight), f"少于 {points(limit)}", f"{name}一项决定总分")


@check(
    "B08",
    Severity.WARN,
    "不是项项满分；执行率低而总分很高的有说明",
    applies="已评分的自评表",
    phase=Phase.RESULTS,
    source="规则包的界限：高分、高分的执行率",
)
def not_everything_is_perfect(case: Case) -> Iterator[Finding]:
    judged = [one for one in case.sheets if _marks(case, one)]
    total, rate = _total(case), case.facts.execution_rate
    if not judged and total is None:
        raise NotEnoughDataError("没有得分。")
    for one in judged:
        marks = _marks(case, one)
        if len(marks) > 1 and all(value == leaf.indicator.weight for leaf, value in marks):
            found = f"{len(marks)} 项全部满分"
            yield Finding(at(one.path), found, "按完成情况给分", f"{one.name}没有扣一分")
    high, low = case.limit("high_total"), Fraction(case.limit("high_total_execution"))
    if total is not None and rate is not None and total >= high and rate < low:
        path = "printed.total" if case.dossier.printed else "indicators"
        how = f"执行率 {percent(rate)}，低于 {percent(low)}"
        yield Finding(at(path), points(total), f"低于 {points(high)}", how, about="high")


def _marks(case: Case, scored: Scored) -> list[tuple[Leaf, Decimal]]:
    given = ((leaf, scored.points(leaf.key)) for leaf in case.leaves)
    return [(leaf, value) for leaf, value in given if value is not None]


@check(
    "B09",
    Severity.INFO,
    "评价人员各自评分：不完全相同，也不相差过大",
    applies="两人以上评分的自评表",
    phase=Phase.RESULTS,
    source="规则包的界限：总分分差、单项分差",
)
def evaluators_judge_apart(case: Case) -> Iterator[Finding]:
    if len(case.dossier.panel) < FEW:
        raise NotApplicableError("评价人员不到两人。")
    totals = [total for one in case.panel_sheets if (total := _sheet_total(case, one)) is not None]
    if len(totals) < FEW:
        raise NotEnoughDataError("不到两份评分表。")
    yield from _identical(case.panel_sheets)
    lowest, highest = min(totals), max(totals)
    limit = case.limit("spread_warning")
    if highest - lowest > limit:
        how = f"最高 {plain(highest)}，最低 {plain(lowest)}"
        expected = f"不超过 {points(limit)}"
        yield Finding(
            at("panel"), f"相差 {points(highest - lowest)}", expected, how, about="spread"
        )
    for leaf in case.leaves:
        yield from _far_apart(case, leaf)


def _sheet_total(case: Case, scored: Scored) -> Decimal | None:
    total = bare_total(scored.sheet)
    if total is not None or not scored.sheet.marks:
        return total
    return sheet_total(case.facts.roots, scored.sheet).total


def _identical(sheets: tuple[Scored, ...]) -> Iterator[Finding]:
    """Mark by mark; bare totals only where three or more agree, for two may well do so."""
    judgements = [
        (one.sheet.total_only, {key: mark.value for key, mark in one.sheet.marks.items()})
        for one in sheets
    ]
    alike = all(judgement == judgements[0] for judgement in judgements)
    if alike and (sheets[0].sheet.marks or len(sheets) > FEW):
        found = f"{len(sheets)} 份评分表完全相同"
        yield Finding(at("panel"), found, "各自评分", "独立评分很少每项都一样", about="identical")


def _far_apart(case: Case, leaf: Leaf) -> Iterator[Finding]:
    values = [value for one in case.panel_sheets if (value := one.points(leaf.key)) is not None]
    limit = case.limit("leaf_spread") * leaf.indicator.weight
    if len(values) >= FEW and max(values) - min(values) > limit:
        weight = plain(leaf.indicator.weight)
        how = f"最高 {plain(max(values))}，最低 {plain(min(values))}，分值 {weight}"
        found = f"「{leaf.indicator.name}」相差 {points(max(values) - min(values))}"
        yield Finding(at(leaf.path), found, f"不超过 {points(limit)}", how)


@check(
    "B10",
    Severity.WARN,
    "达到指标值而扣分的有理由；没有达到的不给满分",
    applies="写有带 ≥、≤ 或 = 的指标值",
    phase=Phase.RESULTS,
)
def points_fit_the_target(case: Case) -> Iterator[Finding]:
    compared = False
    for leaf in case.leaves:
        one = reached(leaf.indicator, case.rule_of(leaf))
        if one is None or one.met is None:
            continue
        for scored in case.sheets:
            value = scored.points(leaf.key)
            if value is not None:
                compared = True
                yield from _misfit(leaf, one, scored, value)
    if not compared:
        raise NotEnoughDataError("没有可以比较的指标值、实际完成值和得分。")


def _misfit(leaf: Leaf, one: Reached, scored: Scored, value: Decimal) -> Iterator[Finding]:
    indicator = leaf.indicator
    place, said = at(scored.place_of(leaf.key)), scored.reason(leaf.key).strip()
    values = f"指标值 {indicator.target_value}，实际完成 {indicator.actual_value}"
    facts = f"{scored.name}「{indicator.name}」：{values}"
    if one.met and value < indicator.weight and not said and not indicator.deviation_reason.strip():
        lost = f"{points(value)}，扣 {points(indicator.weight - value)}，没有理由"
        yield Finding(place, lost, f"{points(indicator.weight)}，或写明理由", f"{facts}，已达到")
    if not one.met and value == indicator.weight and not said:
        yield Finding(
            place, points(value), f"少于 {points(value)}，或写明理由", f"{facts}，没有达到"
        )
