"""A06–A14: money, rates, and the points that follow from a rate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.canonical import decimal_text
from evalsys.figures import half_up, percent_text, plain
from evalsys.rulepacks.schema import FormRate, FormRatio
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    Leaf,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Severity,
)
from reports.checks.places import at
from reports.checks.proposals import wrong_marks
from reports.checks.registry import WITHIN, check
from reports.checks.words import BLANK, yuan
from scoring.engine.disagreements import percent_places, same_rate
from scoring.engine.quantities import parse_quantity

COLUMNS = {"planned": "计划投资额", "received": "实际到位资金", "spent": "实际使用情况"}
WAN = 10_000
WHOLE = 100
# Shares of a whole. 增长率, 完成率 and 执行率 may be above 100 %.
SHARES = re.compile(
    "合格率|达标率|覆盖率|满意|及时率|准确率|知晓率|入学率|普及率|优良率|合规率|注册率|正常率|通过率"
    "|出勤率|就业率|参保率|参与率|完好率|成活率|有效率|公开率|到位率|发放率|验收率|及格率|保存率"
)
PERCENTAGE = re.compile(r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4})?)\s*[%％]")
SHARE_IN_TEXT = re.compile(rf"(?:{SHARES.pattern})[^，,。；;]{{0,8}}?{PERCENTAGE.pattern}")


@check(
    "A06",
    Severity.BLOCK,
    "预算执行率等于 实际使用 ÷ 全年预算，按印出的精度",
    applies="印有执行率的自评表",
    source=WITHIN,
)
def execution_rate_follows(case: Case) -> Iterator[Finding]:
    printed = case.dossier.printed
    if printed is None or printed.execution_rate is None:
        raise NotApplicableError("执行率由系统算出，没有另外印出的数。")
    if case.facts.annual_budget == 0:
        raise NotApplicableError("全年预算为 0，见 A08。")
    rate = case.facts.execution_rate
    if rate is None:
        raise NotEnoughDataError("实际使用或全年预算空着。")
    how = f"{yuan(case.facts.spent)} ÷ {yuan(case.facts.annual_budget)}"
    yield from _wrong_rate("printed.execution_rate", printed.execution_rate, rate, how)


def _wrong_rate(path: str, written: Decimal, rate: Fraction, how: str) -> Iterator[Finding]:
    if not same_rate(rate, written):
        places = percent_places(written)
        expected = percent_text(rate, places)
        exact = f"{how} = {percent_text(rate, places + 2)}"
        correction = Correction(decimal_text(half_up(rate, places + 2)))
        yield Finding(
            at(path), percent_text(Fraction(written), places), expected, exact, correction
        )


def ratio_leaves(case: Case, rate: FormRate) -> list[Leaf]:
    rules = ((leaf, leaf.indicator.rule) for leaf in case.leaves)
    return [leaf for leaf, rule in rules if isinstance(rule, FormRatio) and rule.rate is rate]


@check(
    "A07",
    Severity.BLOCK,
    "预算执行率得分等于 min(1, 执行率) × 分值",
    applies="指标体系中有按执行率计分的指标",
    phase=Phase.RESULTS,
    source="财政部《项目支出绩效自评表》（2020）",
)
def execution_score_follows(case: Case) -> Iterator[Finding]:
    leaves = ratio_leaves(case, FormRate.EXECUTION)
    if not leaves:
        raise NotApplicableError("没有按预算执行率计分的指标。")
    if case.facts.annual_budget == 0:
        raise NotApplicableError("全年预算为 0，见 A08。")
    yield from wrong_marks(case, leaves)


@check(
    "A08",
    Severity.BLOCK,
    "预算为 0 的，不印执行率，不能有支出，执行率得分须写明理由",
    applies="全年预算为 0 的自评表",
    source=WITHIN,
)
def zero_budget_handled(case: Case) -> Iterator[Finding]:
    if case.facts.annual_budget is None:
        raise NotEnoughDataError("全年预算空着。")
    if case.facts.annual_budget > 0:
        raise NotApplicableError("全年预算不为 0。")
    how = "全年预算为 0，没有执行率可算"
    if case.facts.spent:
        yield Finding(
            at("annual_budget"),
            yuan(Decimal(0)),
            "预算数",
            f"{how}，却使用了 {yuan(case.facts.spent)}",
        )
    printed = case.dossier.printed
    if printed and printed.execution_rate is not None:
        rate = percent_text(Fraction(printed.execution_rate))
        yield Finding(at("printed.execution_rate"), rate, BLANK, how, Correction(""))
    for leaf in ratio_leaves(case, FormRate.EXECUTION):
        for scored in case.sheets:
            value = scored.points(leaf.key)
            if value is not None and not scored.reason(leaf.key).strip():
                place = at(scored.place_of(leaf.key))
                yield Finding(place, f"{plain(value)} 分，没有说明", "写明按什么给分", how)


@check(
    "A09",
    Severity.BLOCK,
    "各资金来源相加等于合计，结余等于 到位 − 使用",
    applies="印有合计或结余的自评表",
    source=WITHIN,
)
def sources_add_up(case: Case) -> Iterator[Finding]:
    written = list(_written_amounts(case))
    if not written:
        raise NotApplicableError("合计和结余由系统算出，没有另外印出的数。")
    known = [(path, found, true, how) for path, found, true, how in written if true is not None]
    if not known:
        raise NotEnoughDataError("各资金来源的金额空着。")
    for path, found, true, how in known:
        yield from _wrong_amount(path, found, true, how)


def _written_amounts(case: Case) -> Iterator[tuple[str, Decimal, Decimal | None, str]]:
    """Path, what is printed there, what it follows from, and how."""
    printed, facts = case.dossier.printed, case.facts
    if printed is None:
        return
    for name, label in COLUMNS.items():
        found: Decimal | None = getattr(printed, name)
        if found is not None:
            yield f"printed.{name}", found, getattr(facts, name), f"{label}各来源相加"
    if printed.balance is not None:
        how = f"到位 {yuan(facts.received)} − 使用 {yuan(facts.spent)}"
        yield "printed.balance", printed.balance, facts.balance, how


def _wrong_amount(path: str, found: Decimal, expected: Decimal, how: str) -> Iterator[Finding]:
    if found != expected:
        yield Finding(
            at(path), yuan(found), yuan(expected), how, Correction(decimal_text(expected))
        )


@check("A10", Severity.WARN, "使用不超过到位，到位不超过计划（预算），超过的有原因", source=WITHIN)
def spent_within_received(case: Case) -> Iterator[Finding]:
    facts = case.facts
    if facts.received is None or (facts.spent is None and facts.planned is None):
        raise NotEnoughDataError("计划、到位或使用的金额空着。")
    budget = max(
        (one for one in (facts.planned, facts.annual_budget) if one is not None), default=None
    )
    raised = facts.annual_budget != facts.planned
    for index, line in enumerate(case.dossier.funding):
        whose = line.label
        path = f"funding[{index}]"
        yield from _exceeds(f"{path}.spent", line.spent, line.received, f"{whose}：使用", "到位")
        if not raised:
            yield from _exceeds(
                f"{path}.received", line.received, line.planned, f"{whose}：到位", "计划"
            )
    if raised:
        yield from _exceeds("funding", facts.received, budget, "到位合计", "全年预算")


def _exceeds(
    path: str, amount: Decimal | None, limit: Decimal | None, what: str, whole: str
) -> Iterator[Finding]:
    if amount is not None and limit is not None and amount > limit:
        how = f"{what} {yuan(amount)} 多于{whole} {yuan(limit)}"
        yield Finding(at(path), yuan(amount), f"不超过 {yuan(limit)}", how)


@check(
    "A11",
    Severity.BLOCK,
    "到位率等于 到位 ÷ 计划，到位率得分按比率计",
    applies="印有到位率，或有按到位率计分的指标",
    source=WITHIN,
)
def arrival_points_follow(case: Case) -> Iterator[Finding]:
    printed, rate = case.dossier.printed, case.facts.arrival_rate
    written = printed.arrival_rate if printed else None
    leaves = ratio_leaves(case, FormRate.ARRIVAL)
    if written is None and not leaves:
        raise NotApplicableError("没有印出的到位率，也没有按到位率计分的指标。")
    if rate is None:
        raise NotEnoughDataError("计划或到位的金额空着，或者计划为 0。")
    if written is not None:
        how = f"{yuan(case.facts.received)} ÷ {yuan(case.facts.planned)}"
        yield from _wrong_rate("printed.arrival_rate", written, rate, how)
    yield from wrong_marks(case, leaves, marks_needed=written is None)


@check(
    "A12",
    Severity.BLOCK,
    "年初预算 + 预算调整 = 全年预算",
    applies="填有年初预算的自评表",
    source=WITHIN,
)
def adjustment_adds_up(case: Case) -> Iterator[Finding]:
    initial, annual = case.dossier.initial_budget, case.facts.annual_budget
    if initial is None:
        raise NotEnoughDataError("年初预算空着。")
    if annual is None:
        raise NotEnoughDataError("全年预算空着。")
    adjustment = case.dossier.adjustment or Decimal(0)
    if initial + adjustment != annual:
        how = f"年初预算 {yuan(initial)} + 预算调整 {yuan(adjustment)}"
        expected = initial + adjustment
        correction = Correction(decimal_text(expected)) if expected >= 0 else None
        yield Finding(at("annual_budget"), yuan(annual), yuan(expected), how, correction)


@dataclass(frozen=True)
class Amount:
    """An amount of the form, in 元."""

    path: str
    name: str
    value: Decimal | None


Pair = tuple[Amount, Amount, tuple[int, ...]]
# How many times too large or small a slip of the unit makes an amount. Two amounts that may
# really differ are only told from a slip by the larger factor.
SAME, LIKE = (WAN, 100), (WAN,)


@check(
    "A13", Severity.BLOCK, "同一金额写了两次，不能相差 100 倍或 10000 倍（元与万元）", source=WITHIN
)
def one_unit_of_money(case: Case) -> Iterator[Finding]:
    pairs = (*_printed_pairs(case), *_budget_pairs(case), *_source_pairs(case), *_leaf_pairs(case))
    known = [pair for pair in pairs if pair[0].value and pair[1].value]
    if not known:
        raise NotEnoughDataError("没有写了两次的金额。")
    for one, other, factors in known:
        yield from _slip(one, other, factors)


def _printed_pairs(case: Case) -> Iterator[Pair]:
    printed = case.dossier.printed
    for name, label in COLUMNS.items() if printed else ():
        total = Amount("funding", f"{label}各来源相加", getattr(case.facts, name))
        yield Amount(f"printed.{name}", label, getattr(printed, name)), total, SAME


def _budget_pairs(case: Case) -> Iterator[Pair]:
    """Nothing to say where the adjustment accounts for the difference."""
    initial, given = case.dossier.initial_budget, case.dossier.annual_budget
    if initial is not None and initial + (case.dossier.adjustment or 0) == case.facts.annual_budget:
        return
    planned = Amount("funding", "计划投资额合计", case.facts.planned)
    annual = Amount("annual_budget", "全年预算", given)
    yield annual, planned, SAME
    yield Amount("initial_budget", "年初预算", initial), annual if given else planned, SAME


def _source_pairs(case: Case) -> Iterator[Pair]:
    for index, line in enumerate(case.dossier.funding):
        path = f"funding[{index}]"
        planned = Amount(f"{path}.planned", f"{line.label}的计划投资额", line.planned)
        yield Amount(f"{path}.received", f"{line.label}到位", line.received), planned, LIKE


def _leaf_pairs(case: Case) -> Iterator[Pair]:
    """指标值 and 实际完成值 that are amounts of money."""
    for leaf in case.leaves:
        values = {
            name: parse_quantity(getattr(leaf.indicator, name))
            for name in ("target_value", "actual_value")
        }
        target, actual = (
            Amount(f"{leaf.path}.{name}", f"「{leaf.indicator.name}」的指标值", value.value)
            if value and value.base == "元"
            else None
            for name, value in values.items()
        )
        if target and actual:
            yield actual, target, LIKE


def _slip(one: Amount, other: Amount, factors: tuple[int, ...]) -> Iterator[Finding]:
    if one.value is None or other.value is None:
        return
    small, large = sorted((one.value, other.value))
    for factor in factors:
        if small * factor == large or (factor == WAN and _in_wan(large) == small):
            how = f"{other.name}是 {yuan(other.value)}，相差 {factor} 倍，多半是单位写错"
            yield Finding(at(one.path), yuan(one.value), yuan(other.value), how)
            return


def _in_wan(amount: Decimal) -> Decimal:
    """元 as 万元 at two decimals, as people copy it."""
    return half_up(Fraction(amount) / WAN, 2)


@check(
    "A14",
    Severity.WARN,
    "合格率、覆盖率、满意度等不超过 100%",
    applies="指标值或绩效目标中有这类比率",
    source=WITHIN,
)
def shares_within_the_whole(case: Case) -> Iterator[Finding]:
    shares = list(_shares(case))
    if not shares:
        raise NotApplicableError("没有不能超过 100% 的比率。")
    for path, share in shares:
        if Decimal(share["number"]) > WHOLE:
            place = at(path, *share.span("number"))
            yield Finding(place, f"{share['number']}%", "不超过 100%", "部分不能多于全体")


def _shares(case: Case) -> Iterator[tuple[str, re.Match[str]]]:
    """Percentages whose name says that they are parts of a whole."""
    for leaf in case.leaves:
        if SHARES.search(leaf.indicator.name):
            for name in ("target_value", "actual_value"):
                for match in PERCENTAGE.finditer(getattr(leaf.indicator, name)):
                    yield f"{leaf.path}.{name}", match
    for index, row in enumerate(case.dossier.targets):
        for match in SHARE_IN_TEXT.finditer(row.target):
            yield f"targets[{index}].target", match
