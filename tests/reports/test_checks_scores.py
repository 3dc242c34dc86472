"""B01–B10 without B07. The small form: leaves of 40 and 60 points, execution 75 %."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evalsys.rulepacks.schema import AtLeast, AtMost, ExecutionCap, Tier, Tiers
from evalsys.rulepacks.shipped import shipped_pack
from reports.checks.reached import reached
from reports.dossier.model import FundingLine, Indicator, PrintedFigures
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    column,
    found,
    scored,
    totals,
    verdict,
    with_indicators,
)
from tests.reports.dossiers import sheet, small_dossier, small_pack

TIERS = Tiers(
    tiers=(
        Tier("达成", Decimal("0.8")),
        Tier("部分达成", Decimal("0.6")),
        Tier("未达成", Decimal(0)),
    )
)
BLANK_FUNDS = {"funding": ()}


def lamps(points, target="≥100盏", actual="80盏", rule=None, reason="", **changes):
    """An old form that gave the first leaf so many points."""
    dossier = with_indicators(
        small_dossier(panel=(), **changes),
        lamps={"target_value": target, "actual_value": actual, "rule": rule},
    )
    marks = {"lamps": scored(points, reason), "safety": scored("60")}
    return replace(dossier, consensus=replace(column(), marks=marks))


def spending(share, **changes):
    line = FundingLine("municipal", "市县财政", Decimal(1000), Decimal(1000), Decimal(share))
    return small_dossier(funding=(line,), **changes)


def with_total(total, **changes):
    return small_dossier(printed=PrintedFigures(total=Decimal(total)), panel=(), **changes)


# B01 and B02.


@pytest.mark.parametrize(
    ("points", "expected"), [("32", []), ("32.01", []), ("32.02", ["32 分"]), ("40", ["32 分"])]
)
def test_a_quantitative_score_equals_its_rule(points, expected):
    assert [what for _, _, what in found("B01", lamps(points, rule=AtLeast()))] == expected


def test_a_leaf_without_a_rule_takes_the_packs():
    """A file from outside has no rules on its leaves."""
    pack = shipped_pack("national-2020")
    assert [what for _, _, what in found("B01", lamps("40", pack=pack, sections={}))] == ["32 分"]


@pytest.mark.parametrize(
    ("actual", "points", "expected"),
    [
        ("达成", "32", []),
        ("达成，全部验收合格", "40", []),
        ("达成", "31.5", ["32 至 40 分"]),
        ("部分达成", "32", ["24 至不满 32 分"]),
        ("未达成", "23.5", []),
    ],
)
def test_a_qualitative_score_lies_in_its_tier(actual, points, expected):
    dossier = lamps(points, target="全面完成", actual=actual, rule=TIERS)
    assert [what for _, _, what in found("B02", dossier)] == expected


def test_other_scores_stand_with_a_reason():
    assert verdict("B01", lamps("40", rule=AtLeast(), reason="合同中途变更数量")) is PASSED
    assert verdict("B02", lamps("40", actual="未达成", rule=TIERS, reason="另有说明文件")) is PASSED


@pytest.mark.parametrize("code", ["B01", "B02"])
def test_scores_are_not_compared_without_rule_mark_or_value(code):
    rule = {"B01": AtLeast(), "B02": TIERS}[code]
    assert verdict(code, small_dossier()) is NOT_APPLICABLE
    assert verdict(code, lamps("40", actual="", rule=rule)) is NOT_ENOUGH_DATA
    unscored = with_indicators(small_dossier(panel=()), lamps={"rule": rule})
    assert verdict(code, unscored) is NOT_ENOUGH_DATA


# B03.


@pytest.mark.parametrize(
    ("target", "actual", "is_found"),
    [
        ("≥100盏", "129盏", False),
        ("≥100盏", "130盏", True),
        ("=100盏", "200盏", True),
        ("100盏", "200盏", True),
        ("≥100盏", "60盏", False),
    ],
)
def test_far_more_than_the_target_needs_a_reason(target, actual, is_found):
    values = {"target_value": target, "actual_value": actual}
    dossier = with_indicators(lamps=values)
    assert bool(found("B03", dossier)) is is_found
    explained = with_indicators(dossier, lamps={"deviation_reason": "新区路灯提前移交"})
    assert verdict("B03", explained) is PASSED


@pytest.mark.parametrize(
    ("target", "actual"), [("", ""), ("≤100盏", "200盏"), ("≥100盏", "200次"), ("≥0盏", "5盏")]
)
def test_nothing_can_exceed_what_is_no_such_target(target, actual):
    values = {"target_value": target, "actual_value": actual}
    assert verdict("B03", with_indicators(lamps=values)) is NOT_ENOUGH_DATA


# B04: 75 % is below the cap of 80 %.

CAPPED = small_pack(
    scoring=replace(
        small_pack().scoring,
        execution_caps=(
            ExecutionCap(Decimal("0.8"), Decimal(89)),
            ExecutionCap(Decimal("0.6"), Decimal(69)),
        ),
    )
)


def test_the_total_stays_below_the_cap_of_the_execution_rate():
    assert found("B04", with_total("90", pack=CAPPED)) == [
        ("printed.total", "90 分", "不超过 89 分")
    ]
    assert "等次最高「良」" in answer("B04", with_total("90", pack=CAPPED)).findings[0].how
    assert verdict("B04", with_total("89", pack=CAPPED)) is PASSED
    assert verdict("B04", small_dossier(pack=CAPPED)) is PASSED


def test_there_is_no_cap_to_keep():
    assert verdict("B04", with_total("90")) is NOT_APPLICABLE
    assert verdict("B04", with_total("90", pack=CAPPED, **BLANK_FUNDS)) is NOT_ENOUGH_DATA
    assert verdict("B04", small_dossier(pack=CAPPED, panel=())) is NOT_ENOUGH_DATA


# B05.


@pytest.mark.parametrize(
    ("spent", "total", "places"),
    [
        ("900", "95", []),
        ("900", "95.01", ["printed.total"]),
        ("801", "85", []),
        ("800", "85", ["funding"]),
        ("590", "88", ["funding", "printed.total"]),
    ],
)
def test_results_do_not_run_ahead_of_the_money(spent, total, places):
    dossier = spending(spent, printed=PrintedFigures(total=Decimal(total)), panel=())
    assert [field for field, _, _ in found("B05", dossier)] == places


def test_unspent_money_is_told_before_there_is_a_result():
    dossier = spending("590", state="drafting")
    assert [field for field, _, _ in found("B05", dossier)] == ["funding"]
    assert verdict("B05", small_dossier(**BLANK_FUNDS)) is NOT_ENOUGH_DATA


# B06.


def test_weights_are_spread():
    assert verdict("B06", small_dossier()) is PASSED
    lopsided = with_indicators(lamps={"weight": Decimal(0)}, safety={"weight": Decimal(80)})
    assert [field for field, _, _ in found("B06", lopsided)] == [
        "indicators[2].weight",
        "indicators[5].weight",
    ]
    assert verdict("B06", small_dossier(indicators=())) is NOT_ENOUGH_DATA


# B08.


def test_full_marks_everywhere_are_told():
    perfect = small_dossier(consensus=column(lamps="40", safety="60"))
    assert [field for field, _, _ in found("B08", perfect)] == ["consensus"]


def test_a_high_total_at_low_execution_is_told():
    assert verdict("B08", with_total("94.99")) is PASSED
    assert found("B08", with_total("95")) == [("printed.total", "95 分", "低于 95 分")]
    assert (
        verdict("B08", spending("801", printed=PrintedFigures(total=Decimal(99)), panel=()))
        is PASSED
    )


def test_there_is_nothing_perfect_without_marks():
    assert verdict("B08", small_dossier(panel=())) is NOT_ENOUGH_DATA


# B09.


@pytest.mark.parametrize(
    ("points", "abouts"),
    [
        (("89", "96", "86"), []),
        (("89", "96", "85.5"), ["spread"]),
        (("90", "90", "90"), ["identical"]),
    ],
)
def test_totals_far_apart_or_identical_are_told(points, abouts):
    findings = answer("B09", totals(small_dossier(), *points)).findings
    assert [one.about for one in findings] == abouts


def test_marks_far_apart_on_one_leaf_are_told():
    dossier = small_dossier()
    low = replace(dossier.panel[0], sheet=sheet("zhao", lamps="18", safety="60"))
    places = [
        field for field, _, _ in found("B09", replace(dossier, panel=(low, *dossier.panel[1:])))
    ]
    assert places == ["panel", "indicators[2]"]


def test_two_people_may_agree_on_a_total_but_not_on_every_mark():
    two = small_dossier(panel=small_dossier().panel[:2])
    assert verdict("B09", totals(two, "90", "90")) is PASSED
    same = tuple(replace(one, sheet=sheet(one.key, lamps="38", safety="52")) for one in two.panel)
    assert [one.about for one in answer("B09", replace(two, panel=same)).findings] == ["identical"]


def test_one_evaluator_cannot_differ():
    assert verdict("B09", small_dossier(panel=small_dossier().panel[:1])) is NOT_APPLICABLE
    unopened = tuple(replace(one, sheet=None) for one in small_dossier().panel)
    assert verdict("B09", small_dossier(panel=unopened)) is NOT_ENOUGH_DATA


# B10.


@pytest.mark.parametrize(
    ("target", "actual", "points", "is_found"),
    [
        ("≥100盏", "100盏", "40", False),
        ("≥100盏", "100盏", "39", True),
        ("≥100盏", "99盏", "40", True),
        ("≥100盏", "99盏", "39", False),
        ("≤100万元", "90万元", "39", True),
        ("=0次", "1次", "40", True),
        (">100盏", "100盏", "40", True),
    ],
)
def test_points_fit_the_target(target, actual, points, is_found):
    assert bool(found("B10", lamps(points, target, actual))) is is_found


def test_points_that_do_not_fit_stand_with_a_reason():
    assert verdict("B10", lamps("39", actual="100盏", reason="三盏返修")) is PASSED
    met = lamps("39", actual="100盏")
    assert verdict("B10", with_indicators(met, lamps={"deviation_reason": "三盏返修"})) is PASSED


@pytest.mark.parametrize(
    ("target", "actual"), [("100盏", "99盏"), ("全面完成", "已完成"), ("≥100盏", "99次")]
)
def test_what_cannot_be_compared_is_not_judged(target, actual):
    assert verdict("B10", lamps("40", target, actual)) is NOT_ENOUGH_DATA


# The comparison itself.


@pytest.mark.parametrize(
    ("target", "actual", "rule", "met"),
    [
        ("100盏", "100盏", AtLeast(), True),
        ("100盏", "101盏", AtMost(), False),
        ("≥1.2万元", "12000元", None, True),
        ("≥90%", "８９.9％", None, False),
        ("=0起", "0起", None, True),
        ("<5天", "5天", None, False),
    ],
)
def test_a_target_is_met_or_not(target, actual, rule, met):
    leaf = Indicator("a", "", 1, "甲", Decimal(1), target_value=target, actual_value=actual)
    assert reached(leaf, rule).met is met
