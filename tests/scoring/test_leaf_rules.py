"""Leaf rules against their vectors, an oracle of plain fractions, and the laws they keep."""

import json
import math
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsys.jsonread import Reader
from evalsys.rulepacks.leafrules import read_rule
from evalsys.rulepacks.schema import (
    AtLeast,
    AtMost,
    Averaging,
    DefaultRules,
    Equal,
    ExcessForm,
    FormRate,
    FormRatio,
    GradeBand,
    InRange,
    Manual,
    NotApplicable,
    OverFulfilment,
    ScoringRules,
    Tier,
    Tiers,
)
from scoring.engine import (
    Funds,
    Mark,
    MarkState,
    Node,
    NoProposal,
    Proposal,
    Sheet,
    check_mark,
    check_sheet,
    default_rule,
    proposal_in,
    propose,
    score,
    undirected,
    unexplained_difference,
)
from scoring.engine.quantities import parse_quantity
from scoring.engine.rules import rule_text

VECTORS = Path(__file__).parent.parent / "vectors" / "leaf-rules.json"
CASES = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
TIERS = Tiers(tiers=(Tier("达成", Decimal("0.8")), Tier("未达成", Decimal(0))))
DEDUCTION = OverFulfilment(Decimal("0.3"), Decimal(2))


def decimal(text):
    return None if text is None else Decimal(text)


def rule_from(data):
    reader = Reader(data)
    rule = read_rule(reader)
    reader.finish()
    return rule


def outcome_of(case):
    funds = Funds(**{name: decimal(text) for name, text in case.get("funds", {}).items()})
    return propose(
        rule_from(case["rule"]),
        Decimal(case["weight"]),
        case["target"],
        case["actual"],
        funds,
        places=case.get("places", 2),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_leaf_rule_vector(case):
    outcome, expected = outcome_of(case), case["expect"]
    if "reason" in expected:
        assert outcome == NoProposal(expected["reason"])
        return
    points = outcome.points if outcome.value is None else str(outcome.value)
    assert (points, outcome.formula) == (expected["points"], expected["formula"])
    assert outcome.rule == rule_text(rule_from(case["rule"]))


# An oracle: whole numbers in, exact points in hundredths out.


def hundredths(points):
    return Decimal(math.floor(points * 100 + Fraction(1, 2))).scaleb(-2)


def at_least(a, b, w):
    return min(w, max(Fraction(0), w * b / a))


ORACLE = {
    AtLeast(): at_least,
    Equal(): at_least,
    AtMost(form=ExcessForm.LINEAR): lambda a, b, w: max(Fraction(0), min(w, w * (2 * a - b) / a)),
    AtMost(form=ExcessForm.RATIO): lambda a, b, w: w if b <= a else w * a / b,
}
weights = st.integers(1, 10_000).map(lambda units: Decimal(units).scaleb(-2))
counts = st.integers(1, 100_000)


def points_of(rule, weight, target, actual, **funds):
    outcome = propose(rule, weight, target, actual, Funds(**funds), places=2)
    assert isinstance(outcome, Proposal)
    return outcome.value


@given(st.sampled_from(list(ORACLE)), weights, counts, st.integers(0, 250_000))
def test_quantities_are_scored_as_the_oracle_does(rule, weight, a, b):
    expected = ORACLE[rule](Fraction(a), Fraction(b), Fraction(weight))
    assert points_of(rule, weight, f"{a}件", f"{b}件") == hundredths(expected)


@given(weights, st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_ratio_of_the_form_is_scored_as_the_oracle_does(weight, part, whole):
    expected = hundredths(Fraction(weight) * min(Fraction(1), Fraction(part, whole)))
    execution, arrival = (FormRatio(rate=rate) for rate in (FormRate.EXECUTION, FormRate.ARRIVAL))
    money = {"spent": Decimal(part), "annual_budget": Decimal(whole)}
    assert points_of(execution, weight, "", "", **money) == expected
    money = {"received": Decimal(part), "planned": Decimal(whole)}
    assert points_of(arrival, weight, "", "", **money) == expected


rules = st.sampled_from(
    [*ORACLE, AtLeast(over_fulfilment=DEDUCTION), InRange(low=Decimal(30), high=Decimal(60))]
)


@given(rules, weights, st.integers(0, 200), st.integers(-50, 500))
def test_points_stay_between_nothing_and_the_weight(rule, weight, a, b):
    outcome = propose(rule, weight, str(a), str(b), Funds(), places=2)
    if isinstance(outcome, Proposal):
        assert 0 <= outcome.value <= weight
        assert outcome.value == round(outcome.value, 2)


@given(st.sampled_from(list(ORACLE)), weights, counts, counts, counts)
def test_doing_better_never_scores_less(rule, weight, a, one, other):
    worse, better = sorted((one, other), reverse=isinstance(rule, AtMost))
    low, high = (points_of(rule, weight, str(a), str(b)) for b in (worse, better))
    assert low <= high


def test_a_range_says_what_it_does_to_the_last_word():
    assert rule_text(InRange(low=Decimal(8), high=Decimal(9), unit="天")) == (
        "在 8 至 9 天 之间得满分，不足的得 实际完成值 ÷ 下限 × 分值，"
        "超出的得 (1 − (实际完成值 − 上限) ÷ 上限) × 分值，达到上限的 2 倍不得分"
    )


@given(rules, weights, st.integers(1, 200), st.integers(0, 500))
def test_the_unit_one_counts_in_changes_nothing(rule, weight, a, b):
    if isinstance(rule, InRange):
        rule = replace(rule, unit="元")
        a, b = a * 10_000, b * 10_000
    coarse = points_of(rule, weight, f"{a}万元", f"{b}万元")
    assert points_of(rule, weight, f"{a}万元", f"{b * 10_000}元") == coarse


@given(weights, st.lists(st.integers(1, 100), min_size=1, max_size=4, unique=True))
def test_every_mark_falls_into_one_tier(weight, shares):
    lowers = [Decimal(share).scaleb(-2) for share in sorted(shares, reverse=True)]
    named = Tiers(tiers=tuple(Tier(f"第{i}档", n) for i, n in enumerate([*lowers, Decimal(0)])))
    spans = [propose(named, weight, "", tier.word, Funds(), places=2) for tier in named.tiers]
    for points in (Decimal(0), weight, *(weight * lower for lower in lowers)):
        assert sum(span.covers(points) for span in spans) == 1


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text):
    quantity = parse_quantity(text)
    assert quantity is None or quantity.number.is_finite()


@given(
    st.sampled_from(["", "≥", ">", "≤", "<", "="]),
    st.integers(-999_999, 9_999_999_999_999),
    st.sampled_from(["", "%", "次", "元/人", "m", "个百分点"]),
)
def test_what_is_written_plainly_reads_back(operator, number, unit):
    for text in (f"{operator}{number}{unit}", f" {operator} {number:,} {unit} "):
        quantity = parse_quantity(text)
        assert (quantity.operator, quantity.number, quantity.unit) == (operator, number, unit)


def test_a_number_too_long_to_be_one_is_words():
    assert parse_quantity("1" * 14) is None
    assert parse_quantity("10,000,000,000,000") is None
    assert parse_quantity("1.1234567") is None


def test_ascii_operators_are_those_of_print():
    assert [parse_quantity(text).operator for text in (">=1", "<=1", "＞1", "＜1", "＝1")] == [
        "≥", "≤", ">", "<", "=",
    ]  # fmt: skip


DEFAULTS = DefaultRules(AtLeast(), Equal(), AtMost(), TIERS)


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("≥12次", AtLeast()),
        (">12次", AtLeast()),
        ("=0起", Equal()),
        ("≤3天", AtMost()),
        ("<3天", AtMost()),
        ("全面完成", TIERS),
        ("约12次", TIERS),
        ("12次", None),
        ("", None),
        ("  ", None),
    ],
)
def test_a_leaf_without_a_rule_takes_the_one_its_target_calls_for(target, rule):
    assert default_rule(DEFAULTS, target) == rule
    assert default_rule(DefaultRules(), target) is None


def test_a_target_without_a_direction_is_told_so():
    assert undirected(DEFAULTS, "12次") == NoProposal(
        "指标值前没有写 ≥、≤ 或 =，请补上；不写就由评价人员打分。"
    )
    assert undirected(DEFAULTS, "≥12次") is None
    assert undirected(DEFAULTS, "全面完成") is None
    assert undirected(DefaultRules(), "12次") is None


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (AtLeast(over_fulfilment=DEDUCTION), "超出指标值 30% 及以上扣 2 分"),
        (Equal(), "指标值为 0 的"),
        (AtMost(form=ExcessForm.RATIO), "指标值 ÷ 实际完成值 × 分值"),
        (InRange(low=Decimal(8), high=Decimal(9)), "在 8 至 9 之间得满分"),
        (InRange(low=Decimal(80), high=Decimal(100), unit="%"), "在 80 至 100 % 之间得满分"),
        (TIERS, "达成、未达成"),
        (FormRatio(rate=FormRate.ARRIVAL), "实际到位 ÷ 计划投资"),
        (Manual(), "由评价人员按评分标准打分"),
    ],
)
def test_a_rule_says_what_it_does(rule, text):
    assert text in rule_text(rule)


# Marks beside what is proposed.

RULES = ScoringRules(
    total=Decimal(4),
    mark_step=Decimal("0.5"),
    places=2,
    averaging=Averaging.MEAN,
    not_applicable=NotApplicable.SCALED,
    minimum_evaluators=1,
    grades=(GradeBand("差", Decimal(0)),),
)
ONE = Proposal(Decimal("2.36"), Decimal("2.36"), "12.84 ÷ 21.76 × 4", "")
SPAN = Proposal(Decimal("2.4"), Decimal("3.2"), "", "", below_upper=True)
BEST = Proposal(Decimal("3.2"), Decimal(4), "", "")


def scored(value, reason=""):
    return Mark(MarkState.SCORED, Decimal(value), reason)


def test_what_is_proposed_may_stand_though_it_is_no_step():
    assert check_mark(scored("2.36"), Decimal(4), RULES, ONE) is None
    assert "0.5 的整数倍" in check_mark(scored("2.36"), Decimal(4), RULES)
    assert "0.5 的整数倍" in check_mark(scored("2.37"), Decimal(4), RULES, ONE)
    assert "0.5 的整数倍" in check_mark(scored("2.4"), Decimal(4), RULES, SPAN)
    assert "请填写得分" in check_mark(Mark(MarkState.SCORED), Decimal(4), RULES, ONE)


@pytest.mark.parametrize(
    ("mark", "proposal", "sentence"),
    [
        (scored("2.36"), ONE, None),
        (scored("2.5"), ONE, "得分 2.5 不是按规则的 2.36 分，请在说明中写明理由。"),
        (scored("2.5", "另有证据"), ONE, None),
        (scored("2.5", " "), ONE, "得分 2.5 不是按规则的 2.36 分，请在说明中写明理由。"),
        (scored("2.5"), None, None),
        (scored("2.4"), SPAN, None),
        (scored("3.2"), SPAN, "得分 3.2 不是按规则的 2.4 至不满 3.2 分，请在说明中写明理由。"),
        (scored("4"), BEST, None),
        (scored("3"), BEST, "得分 3 不是按规则的 3.2 至 4 分，请在说明中写明理由。"),
        (Mark(), ONE, None),
        (Mark(MarkState.NOT_APPLICABLE, None, "没有此项"), ONE, None),
    ],
)
def test_another_mark_than_proposed_needs_a_reason(mark, proposal, sentence):
    assert unexplained_difference(mark, proposal) == sentence
    roots = (Node("a", "指标", Decimal(4), proposal=proposal),)
    fine = replace(RULES, mark_step=Decimal("0.1"))
    found = check_sheet(roots, Sheet("甲", {"a": mark}), fine)
    assert found.get("a") == (sentence or ("尚未评分，请打分。" if mark == Mark() else None))


def test_a_result_asks_for_no_reasons_and_takes_what_was_proposed():
    roots = (Node("a", "指标", Decimal(4), proposal=ONE),)
    assert score(roots, [Sheet("甲", {"a": scored("2.5")})], RULES).total == Decimal("2.50")
    assert score(roots, [Sheet("甲", {"a": scored("2.36")})], RULES).total == Decimal("2.36")


def test_a_leaf_without_a_mark_is_unscored_whatever_its_rule_gives():
    roots = (Node("a", "指标", Decimal(4), proposal=ONE),)
    assert check_sheet(roots, Sheet("甲", {}), RULES) == {"a": "尚未评分，请打分。"}


@pytest.mark.parametrize("verified", [True, False])
def test_a_proposal_says_whether_its_rule_was_verified(verified):
    for rule, actual in ((AtLeast(), "1件"), (TIERS, "达成")):
        outcome = propose(
            replace(rule, verified=verified), Decimal(4), "≥1件", actual, Funds(), places=2
        )
        assert outcome.verified is verified


def test_only_a_proposal_is_taken_from_what_the_rules_gave():
    outcomes = {"a": ONE, "b": NoProposal("")}
    assert [proposal_in(outcomes, key) for key in "abc"] == [ONE, None, None]


# The same at scale, for every kind of rule. What is expected follows from whole numbers of the
# plain unit, chosen first and then written in some unit; nothing that was written is read again.

COMPARISONS = 100_000
UNITS = {"元": {"元": 1, "万元": 10_000, "亿元": 100_000_000}, "%": {"%": 1, "‰": Fraction(1, 10)}}
KINDS = ("at_least", "over", "equal", "linear", "ratio", "range", "form", "tiers")
POINTING = {"at_least": "≥>", "over": "≥>", "equal": "=", "linear": "≤<", "ratio": "≤<"}


def shape(kind, deduction):
    return {
        "at_least": AtLeast(),
        "over": AtLeast(over_fulfilment=deduction),
        "equal": Equal(),
        "linear": AtMost(form=ExcessForm.LINEAR),
        "ratio": AtMost(form=ExcessForm.RATIO),
    }[kind]


def share_reached(a, b):
    """As much of full points as was reached; None where there is no such share."""
    if b >= a:
        return Fraction(1)
    return None if a == 0 else max(Fraction(b, a), Fraction(0))


def share_kept(kind, a, b):
    if b <= a:
        return Fraction(1)
    if kind == "ratio":
        return Fraction(a, b)
    return max(Fraction(2 * a - b, a), Fraction(0)) if a else Fraction(0)


def expected_points(kind, a, b, weight, deduction):
    """What the rule is to give, exactly; None for nothing. ``a`` and ``b`` count hundredths."""
    if kind in ("linear", "ratio"):
        return share_kept(kind, a, b) * weight
    if kind == "over" and b > a:
        if a == 0:
            return None
        if Fraction(b - a, a) >= deduction.threshold:
            return max(weight - Fraction(deduction.points), Fraction(0))
    if kind == "equal" and a == 0:
        return weight if b <= 0 else Fraction(0)
    share = share_reached(a, b)
    return None if share is None else share * weight


def written(chance, hundredths_of_one, base):
    """The amount in one of the units that count the same thing."""
    unit, scale = chance.choice(list(UNITS[base].items()))
    amount = Fraction(hundredths_of_one, 100) / scale
    places = next((places for places in range(7) if (amount * 10**places).denominator == 1), None)
    if places is None or abs(amount) >= 10**13:
        unit, amount, places = base, Fraction(hundredths_of_one, 100), 2
    figure = Decimal(int(amount * 10**places)).scaleb(-places)
    grouped = chance.random() < 0.5
    return f"{figure:,.{places}f}{unit}" if grouped else f"{figure:.{places}f} {unit}"


def amounts(chance):
    """Target and what was reached, in hundredths: near each other, far apart, zero, negative."""
    a = chance.choice([0, 1, 100, chance.randint(1, 10**4), chance.randint(1, 10**11)])
    b = chance.choice([a, 0, a + 1, 2 * a, 2 * a - 1, -5, chance.randint(0, 3 * a + 3)])
    return (-a if chance.random() < 0.02 else a), b


def compare_quantities(kind, chance, weight, places):
    deduction = OverFulfilment(
        Decimal(chance.choice([10, 30, 100])) / 100,
        chance.choice([Decimal(1), Decimal("0.5"), Decimal(40)]),
    )
    (a, b), base = amounts(chance), chance.choice(list(UNITS))
    operator = chance.choice(["", *POINTING[kind]])
    undefined = a < 0 or (operator in ("<", ">") and a == b)
    exact = None if undefined else expected_points(kind, a, b, Fraction(weight), deduction)
    outcome = propose(
        shape(kind, deduction),
        weight,
        f"{operator}{written(chance, a, base)}",
        written(chance, b, base),
        Funds(),
        places=places,
    )
    return outcome, exact


def compare_ranges(chance, weight, places):
    low = chance.randint(1, 10**6)
    high = low + chance.randint(0, 10**6)
    reached = chance.choice(
        [0, low, high, low - 1, high + 1, 2 * high, chance.randint(0, 4 * 10**6)]
    )
    exact = Fraction(weight)
    exact *= Fraction(reached, low) if reached < low else share_kept("linear", high, reached)
    rule = InRange(low=Decimal(low).scaleb(-2), high=Decimal(high).scaleb(-2), unit="元")
    return propose(rule, weight, "", written(chance, reached, "元"), Funds(), places=places), exact


def compare_forms(chance, weight, places):
    part, whole = (
        chance.choice([None, 0, *(chance.randint(0, 10**15) for _ in range(6))]) for _ in range(2)
    )
    rate = chance.choice(list(FormRate))
    names = {
        FormRate.ARRIVAL: ("received", "planned"),
        FormRate.EXECUTION: ("spent", "annual_budget"),
    }
    money = [None if sum_ is None else Decimal(sum_).scaleb(-2) for sum_ in (part, whole)]
    funds = Funds(**dict(zip(names[rate], money, strict=True)))
    exact = None if part is None or not whole else min(Fraction(part, whole), 1) * Fraction(weight)
    return propose(FormRatio(rate=rate), weight, "", "", funds, places=places), exact


def compare_tiers(chance, weight):
    lowers = sorted(chance.sample(range(1, 100), chance.randint(1, 4)), reverse=True)
    tiers = tuple(Tier(f"第{n}档", Decimal(lower) / 100) for n, lower in enumerate([*lowers, 0]))
    chosen = chance.randrange(len(tiers))
    outcome = propose(Tiers(tiers=tiers), weight, "", f"第{chosen}档，见附件", Funds(), places=2)
    bounds = [Fraction(weight), *(Fraction(weight) * lower / 100 for lower in lowers), Fraction(0)]
    return outcome, (bounds[chosen + 1], bounds[chosen], chosen > 0)


def rounded_half_up(exact, places):
    return Decimal(math.floor(exact * 10**places + Fraction(1, 2))).scaleb(-places)


def compare(kind, chance):
    """Asserts that the engine gives what the oracle expects; True when it is points."""
    weight, places = Decimal(chance.randint(1, 10_000)).scaleb(-2), chance.randint(0, 4)
    if kind == "tiers":
        outcome, (lower, upper, below) = compare_tiers(chance, weight)
        assert (outcome.lower, outcome.upper, outcome.below_upper) == (lower, upper, below)
        return True
    own = {"range": compare_ranges, "form": compare_forms}.get(kind)
    outcome, exact = (
        own(chance, weight, places) if own else compare_quantities(kind, chance, weight, places)
    )
    if exact is None:
        assert isinstance(outcome, NoProposal)
        assert outcome.reason.endswith("。")
        return False
    assert outcome.value == rounded_half_up(exact, places)
    assert outcome.value.as_tuple().exponent == -places
    return True


def compare_many(count):
    """How often each kind gave points and how often none."""
    given = Counter()
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        try:
            given[kind, compare(kind, random.Random(number))] += 1
        except Exception as error:
            error.add_note(f"in compare({kind!r}, random.Random({number}))")
            raise
    return given


def test_every_kind_of_rule_is_scored_as_the_oracle_does():
    assert compare_many(2_000).total() == 2_000


@pytest.mark.slow
def test_every_kind_of_rule_is_scored_as_the_oracle_does_at_scale():
    given = compare_many(COMPARISONS)
    assert given.total() >= 100_000
    assert all(given[kind, True] >= COMPARISONS // len(KINDS) // 3 for kind in KINDS)
    assert all(given[kind, False] > 100 for kind in KINDS if kind not in ("range", "tiers"))
