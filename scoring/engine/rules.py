"""What a leaf's rule proposes from facts, and the figures it takes (docs/engine.md).

In formulas A is the target (指标值), B what was reached (实际完成值) and W the weight.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalsys.figures import half_up, plain, wan_text
from evalsys.rulepacks.schema import (
    AtLeast,
    AtMost,
    DefaultRules,
    Equal,
    ExcessForm,
    FormRate,
    FormRatio,
    InRange,
    LeafRule,
    Manual,
    Tier,
    Tiers,
)
from scoring.engine.model import Funds, NoProposal, Proposal
from scoring.engine.quantities import Quantity, base_unit, parse_quantity

AT_LEAST_RULE = "不低于指标值得满分，低于的得 实际完成值 ÷ 指标值 × 分值"
EQUAL_RULE = (
    "指标值为 0 的，实际完成值不大于 0 得满分，否则不得分；"
    "大于 0 的，达到得满分，否则得 实际完成值 ÷ 指标值 × 分值"
)
AT_MOST_RULES = {
    ExcessForm.LINEAR: (
        "不高于指标值得满分，高于的得 (1 − (实际完成值 − 指标值) ÷ 指标值) × 分值，达到 2 倍不得分"
    ),
    ExcessForm.RATIO: "不高于指标值得满分，高于的得 指标值 ÷ 实际完成值 × 分值",
}
RATE_RULES = {
    FormRate.ARRIVAL: "到位率（实际到位 ÷ 计划投资，不超过 100%）× 分值",
    FormRate.EXECUTION: "预算执行率（实际使用 ÷ 全年预算，不超过 100%）× 分值",
}
# What a 指标值 may begin with under a rule that says itself which way it points.
FITTING = {AtLeast: ("", "≥", ">"), Equal: ("", "="), AtMost: ("", "≤", "<")}

Score = tuple[Fraction, str]
Outcome = Proposal | NoProposal


class _Undefined(Exception):  # noqa: N818  # it ends in a sentence, not in a failure
    """The rule says nothing about these figures; the message says why."""


def propose(
    rule: LeafRule, weight: Decimal, target: str, actual: str, funds: Funds, *, places: int
) -> Outcome:
    """What the rule gives the leaf, in points at exactly ``places`` decimals, or why it cannot.

    ``target`` and ``actual`` are 指标值 and 实际完成值 as typed.
    """
    if weight <= 0:
        return NoProposal("还没有分值。")
    try:
        if isinstance(rule, Tiers):
            return _in_tiers(rule, weight, actual)
        points, formula = _SCORES[type(rule)](rule, weight, target, actual, funds)
    except _Undefined as undefined:
        return NoProposal(str(undefined))
    value = half_up(points, places)
    return Proposal(value, value, formula, rule_text(rule), verified=rule.verified)


def undirected(defaults: DefaultRules, target: str) -> NoProposal | None:
    """What to say of a 指标值 that is a number and leaves open which way it points."""
    quantity = parse_quantity(target)
    if defaults == DefaultRules() or quantity is None or quantity.operator:
        return None
    return NoProposal("指标值前没有写 ≥、≤ 或 =，请补上；不写就由评价人员打分。")


def proposal_in(outcomes: Mapping[str, Outcome], key: str) -> Proposal | None:
    """What is proposed for a leaf; None where it has no rule or its rule gives nothing."""
    outcome = outcomes.get(key)
    return outcome if isinstance(outcome, Proposal) else None


def rule_text(rule: LeafRule) -> str:
    """The rule as a sentence without its full stop."""
    return _TEXTS[type(rule)](rule)


def _at_least_text(rule: AtLeast) -> str:
    if rule.over_fulfilment is None:
        return AT_LEAST_RULE
    share = plain(rule.over_fulfilment.threshold * 100)
    points = plain(rule.over_fulfilment.points)
    return f"{AT_LEAST_RULE}；超出指标值 {share}% 及以上扣 {points} 分"


def _in_range_text(rule: InRange) -> str:
    bounds = f"{plain(rule.low)} 至 {plain(rule.high)} {rule.unit}".rstrip()
    return (
        f"在 {bounds} 之间得满分，不足的得 实际完成值 ÷ 下限 × 分值，"
        "超出的得 (1 − (实际完成值 − 上限) ÷ 上限) × 分值，达到上限的 2 倍不得分"
    )


def _tiers_rule_text(rule: Tiers) -> str:
    return f"按实际完成值所写的判断分档：{'、'.join(tier.word for tier in rule.tiers)}"


_TEXTS: dict[type, Callable[[Any], str]] = {
    AtLeast: _at_least_text,
    Equal: lambda rule: EQUAL_RULE,
    AtMost: lambda rule: AT_MOST_RULES[rule.form],
    InRange: _in_range_text,
    Tiers: _tiers_rule_text,
    FormRatio: lambda rule: RATE_RULES[rule.rate],
    Manual: lambda rule: "由评价人员按评分标准打分",
}


def default_rule(defaults: DefaultRules, target: str) -> LeafRule | None:
    """The rule of a leaf the pack gives none, by what its 指标值 says; None leaves it to people."""
    if not target.strip():
        return None
    quantity = parse_quantity(target)
    if quantity is None:
        return defaults.words
    chosen: dict[str, LeafRule | None] = {
        "≥": defaults.at_least,
        ">": defaults.at_least,
        "=": defaults.equal,
        "≤": defaults.at_most,
        "<": defaults.at_most,
    }
    return chosen.get(quantity.operator)


def _at_least(rule: AtLeast, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    a, b = _figures(rule, target, actual)
    if rule.over_fulfilment is None or b.value <= a.value:
        return _reaching(a, b, weight)
    if a.value <= 0:
        raise _Undefined("指标值不大于 0，算不出超出的比例，由评价人员打分。")
    over = rule.over_fulfilment
    excess = Fraction(b.value - a.value) / Fraction(a.value)
    if excess < over.threshold:
        return _reaching(a, b, weight)
    left, (shown_a, shown_b) = max(Decimal(0), weight - over.points), _shown(a, b)
    formula = f"({shown_b} − {shown_a}) ÷ {shown_a} = {plain(half_up(excess * 100, 2))}%，"
    return Fraction(left), f"{formula}超出过多，{plain(weight)} 分扣 {plain(over.points)} 分"


def _equal(rule: Equal, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    a, b = _figures(rule, target, actual)
    if a.value == 0:
        return _not_above(a, b, weight) or (Fraction(0), f"{_shown(a, b)[1]} > 0，不得分")
    return _reaching(a, b, weight)


def _at_most(rule: AtMost, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    a, b = _figures(rule, target, actual)
    return _not_exceeding(a, b, weight, rule.form)


def _in_range(rule: InRange, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    reached = _actual(actual)
    scale, base = base_unit(rule.unit)
    low, high = (
        Quantity("", bound, rule.unit, bound * scale, base) for bound in (rule.low, rule.high)
    )
    _agree(low, reached)
    if reached.value < low.value:
        return _reaching(low, reached, weight)
    if reached.value > high.value:
        return _not_exceeding(high, reached, weight, ExcessForm.LINEAR)
    (shown_low, shown), (shown_high, _) = _shown(low, reached), _shown(high, reached)
    return Fraction(weight), f"{shown_low} ≤ {shown} ≤ {shown_high}，满分 {plain(weight)}"


def _form_ratio(rule: FormRatio, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    part, part_name, whole, whole_name = {
        FormRate.ARRIVAL: (funds.received, "实际到位资金", funds.planned, "计划投资额"),
        FormRate.EXECUTION: (funds.spent, "实际使用资金", funds.annual_budget, "全年预算"),
    }[rule.rate]
    if whole is None or part is None:
        blank = part_name if part is None else whole_name
        raise _Undefined(f"基本信息表还没有填{blank}。")
    if whole == 0:
        raise _Undefined(f"{whole_name}为 0，没有比率可算，由评价人员打分。")
    formula = f"{wan_text(part)} ÷ {wan_text(whole)}"
    rate = Fraction(part) / Fraction(whole)
    if rate > 1:
        return Fraction(weight), f"{formula} 超过 100%，满分 {plain(weight)}"
    return rate * Fraction(weight), f"{formula} × {plain(weight)}"


def _manual(rule: Manual, weight: Decimal, target: str, actual: str, funds: Funds) -> Score:
    raise _Undefined("这一项由评价人员按评分标准打分。")


_SCORES: dict[type, Callable[[Any, Decimal, str, str, Funds], Score]] = {
    AtLeast: _at_least,
    Equal: _equal,
    AtMost: _at_most,
    InRange: _in_range,
    FormRatio: _form_ratio,
    Manual: _manual,
}


def _reaching(a: Quantity, b: Quantity, weight: Decimal) -> Score:
    shown_a, shown_b = _shown(a, b)
    if b.value >= a.value:
        return Fraction(weight), f"{shown_b} ≥ {shown_a}，满分 {plain(weight)}"
    if a.value == 0:
        raise _Undefined("指标值为 0 而实际完成值小于 0，没有比例可算，由评价人员打分。")
    if b.value < 0:
        return Fraction(0), f"{shown_b} < 0，不得分"
    points = Fraction(b.value) / Fraction(a.value) * Fraction(weight)
    return points, f"{shown_b} ÷ {shown_a} × {plain(weight)}"


def _not_above(a: Quantity, b: Quantity, weight: Decimal) -> Score | None:
    if b.value > a.value:
        return None
    shown_a, shown_b = _shown(a, b)
    return Fraction(weight), f"{shown_b} ≤ {shown_a}，满分 {plain(weight)}"


def _not_exceeding(a: Quantity, b: Quantity, weight: Decimal, form: ExcessForm) -> Score:
    if full := _not_above(a, b, weight):
        return full
    shown_a, shown_b = _shown(a, b)
    if form is ExcessForm.RATIO:
        points = Fraction(a.value) / Fraction(b.value) * Fraction(weight)
        return points, f"{shown_a} ÷ {shown_b} × {plain(weight)}"
    if b.value >= 2 * a.value:
        return Fraction(0), f"{shown_b} ≥ 2 × {shown_a}，不得分"
    left = 1 - Fraction(b.value - a.value) / Fraction(a.value)
    return left * Fraction(weight), f"(1 − ({shown_b} − {shown_a}) ÷ {shown_a}) × {plain(weight)}"


def _figures(rule: AtLeast | Equal | AtMost, target: str, actual: str) -> tuple[Quantity, Quantity]:
    """Target and actual value where the rule can take them."""
    if not target.strip():
        raise _Undefined("还没有填指标值。")
    a = parse_quantity(target)
    if a is None:
        raise _Undefined("指标值不是“数加单位”的写法，不能按公式计算，由评价人员打分。")
    if a.operator not in FITTING[type(rule)]:
        raise _Undefined(f"指标值写的是 {a.operator}，与这一项的计分规则不一致，由评价人员打分。")
    if a.value < 0:
        raise _Undefined("指标值是负数，比例算法不适用，由评价人员打分。")
    b = _actual(actual)
    _agree(a, b)
    if a.operator in ("<", ">") and a.value == b.value:
        raise _Undefined(f"实际完成值正好等于界限，没有做到 {a.operator}，由评价人员打分。")
    return a, b


def _actual(actual: str) -> Quantity:
    if not actual.strip():
        raise _Undefined("还没有填实际完成值。")
    quantity = parse_quantity(actual)
    if quantity is None:
        raise _Undefined("实际完成值不是“数加单位”的写法，不能按公式计算，由评价人员打分。")
    if quantity.operator:
        raise _Undefined(f"实际完成值应是一个确定的数，请去掉 {quantity.operator}。")
    return quantity


def _agree(a: Quantity, b: Quantity) -> None:
    if a.base != b.base:
        names = [f"「{one.unit}」" if one.unit else "没有单位" for one in (a, b)]
        raise _Undefined(f"单位不一致：目标{names[0]}，实际完成值{names[1]}，请改成一样的。")


def _shown(a: Quantity, b: Quantity) -> tuple[str, str]:
    """As written when both count the same unit, else both in the plain one."""
    if a.unit == b.unit:
        return plain(a.number), plain(b.number)
    return plain(a.value), plain(b.value)


def _in_tiers(rule: Tiers, weight: Decimal, actual: str) -> Outcome:
    if not actual.strip():
        raise _Undefined(f"还没有填实际完成值。{_tiers_text(rule, weight)}")
    clause = re.split(r"[，,。；;：:（(\s]", actual.strip(), maxsplit=1)[0]
    for tier, proposal in _spans(rule, weight):
        if clause in {tier.word, tier.label}:
            return proposal
    raise _Undefined(f"实际完成值没有以分档的用词开头。{_tiers_text(rule, weight)}")


def _tiers_text(rule: Tiers, weight: Decimal) -> str:
    """达成 3.2 至 4 分；部分达成 2.4 至不满 3.2 分；…"""
    spans = [f"{tier.word} {span.points} 分" for tier, span in _spans(rule, weight)]
    return f"{'；'.join(spans)}。"


def _spans(rule: Tiers, weight: Decimal) -> Iterator[tuple[Tier, Proposal]]:
    """Each tier with the points it is worth."""
    upper = weight
    for tier in rule.tiers:
        lower = weight * tier.lower
        yield (
            tier,
            Proposal(
                lower,
                upper,
                f"「{tier.word}」从 {plain(weight)} × {plain(tier.lower)} = {plain(lower)} 起",
                rule_text(rule),
                below_upper=tier is not rule.tiers[0],
                verified=rule.verified,
            ),
        )
        upper = lower
