"""A06–A14. The small form: 20 万元 planned, 18.00005 received, 15 spent, all by 市县财政."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evalsys.rulepacks.schema import FormRate, FormRatio
from reports.dossier.model import FundingLine, PerformanceTarget, PrintedFigures
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    column,
    found,
    scored,
    verdict,
    with_indicators,
)
from tests.reports.dossiers import small_dossier

EXECUTION, ARRIVAL = FormRatio(rate=FormRate.EXECUTION), FormRatio(rate=FormRate.ARRIVAL)


def printed(**figures):
    return PrintedFigures(**{name: Decimal(value) for name, value in figures.items()})


def funded(planned, received, spent, **changes):
    amounts = (None if one is None else Decimal(one) for one in (planned, received, spent))
    return small_dossier(funding=(FundingLine("municipal", "市县财政", *amounts),), **changes)


BLANK = funded(None, None, None)


# A06.


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ("0.75", []),
        ("0.7500", []),
        ("0.751", ["75.0%"]),
        ("0.76", ["75%"]),
        ("0.7501", ["75.00%"]),
    ],
)
def test_the_execution_rate_is_compared_at_its_own_precision(rate, expected):
    dossier = small_dossier(printed=printed(execution_rate=rate))
    assert [what for _, _, what in found("A06", dossier)] == expected


def test_a_wrong_rate_is_corrected_in_its_own_precision():
    finding = answer("A06", small_dossier(printed=printed(execution_rate="0.751"))).findings[0]
    assert (finding.found, finding.correction.text) == ("75.1%", "0.75")
    assert finding.how == "15.00 万元 ÷ 20.00 万元 = 75.000%"


def test_there_is_no_rate_to_compare():
    assert verdict("A06", small_dossier()) is NOT_APPLICABLE
    rate = printed(execution_rate="0.75")
    assert verdict("A06", replace(BLANK, printed=rate)) is NOT_ENOUGH_DATA
    assert verdict("A06", funded("0", "0", "0", printed=rate)) is NOT_APPLICABLE


# A07 and A11: 20 万元 × 75 % is 30 of 40 points, 90.00025 % arrived is 36 of 40.


def ruled(rule, points, **changes):
    dossier = with_indicators(small_dossier(panel=(), **changes), lamps={"rule": rule})
    return replace(dossier, consensus=column(lamps=points, safety="60"))


@pytest.mark.parametrize(
    ("code", "rule", "right", "wrong", "expected"),
    [
        ("A07", EXECUTION, "30", "30.02", "30 分"),
        ("A11", ARRIVAL, "36", "35.98", "36 分"),
    ],
)
def test_points_of_a_rate_follow_from_it(code, rule, right, wrong, expected):
    assert verdict(code, ruled(rule, right)) is PASSED
    assert verdict(code, ruled(rule, f"{right}.01")) is PASSED
    assert found(code, ruled(rule, wrong)) == [
        ("consensus.marks.lamps.value", f"{wrong} 分", expected)
    ]
    assert answer(code, ruled(rule, wrong)).findings[0].correction.text == right


def test_other_points_stand_with_a_reason():
    dossier = ruled(EXECUTION, "40")
    marks = dossier.consensus.marks | {"lamps": scored("40", "节约的资金已按规定交回")}
    assert (
        verdict("A07", replace(dossier, consensus=replace(dossier.consensus, marks=marks)))
        is PASSED
    )


def test_what_an_evaluator_gave_is_not_corrected_for_them():
    dossier = with_indicators(lamps={"rule": EXECUTION})
    findings = answer("A07", dossier).findings
    assert [one.place.field for one in findings] == [
        f"panel[{index}].sheet.marks.lamps.value" for index in range(3)
    ]
    assert {one.correction for one in findings} == {None}


def test_points_of_a_rate_are_not_asked_for_without_rate_or_rule():
    assert verdict("A07", small_dossier()) is NOT_APPLICABLE
    assert verdict("A07", with_indicators(BLANK, lamps={"rule": EXECUTION})) is NOT_ENOUGH_DATA
    zero = with_indicators(funded("0", "0", "0"), lamps={"rule": EXECUTION})
    assert verdict("A07", zero) is NOT_APPLICABLE
    assert verdict("A11", small_dossier()) is NOT_APPLICABLE
    assert verdict("A11", with_indicators(BLANK, lamps={"rule": ARRIVAL})) is NOT_ENOUGH_DATA
    unscored = with_indicators(small_dossier(panel=()), lamps={"rule": ARRIVAL})
    assert verdict("A11", unscored) is NOT_ENOUGH_DATA


def test_the_printed_arrival_rate_is_compared():
    assert verdict("A11", small_dossier(printed=printed(arrival_rate="0.900"))) is PASSED
    assert found("A11", small_dossier(printed=printed(arrival_rate="0.91"))) == [
        ("printed.arrival_rate", "91%", "90%")
    ]


# A08.


def test_a_budget_of_zero_has_no_rate_no_spending_and_no_points_without_a_word():
    dossier = with_indicators(
        funded("0", "0", "500", printed=printed(execution_rate="1"), panel=()),
        lamps={"rule": EXECUTION},
    )
    dossier = replace(dossier, consensus=column(lamps="40", safety="60"))
    assert [field for field, _, _ in found("A08", dossier)] == [
        "annual_budget",
        "printed.execution_rate",
        "consensus.marks.lamps.value",
    ]


def test_a_budget_of_zero_may_be_handled_rightly():
    assert verdict("A08", funded("0", "0", "0")) is PASSED
    assert verdict("A08", small_dossier()) is NOT_APPLICABLE
    assert verdict("A08", BLANK) is NOT_ENOUGH_DATA


# A09.


def test_sources_add_up_to_what_is_printed():
    right = printed(planned="200000", received="180000.50", spent="150000", balance="30000.50")
    assert verdict("A09", small_dossier(printed=right)) is PASSED
    wrong = replace(right, spent=Decimal(150001), balance=Decimal("-30000.5"))
    assert found("A09", small_dossier(printed=wrong)) == [
        ("printed.spent", "15.0001 万元", "15.00 万元"),
        ("printed.balance", "-3.00005 万元", "3.00005 万元"),
    ]


def test_there_are_no_printed_sums():
    assert verdict("A09", small_dossier()) is NOT_APPLICABLE
    assert verdict("A09", replace(BLANK, printed=printed(planned="1"))) is NOT_ENOUGH_DATA


# A10.


def test_money_flows_downwards():
    assert verdict("A10", small_dossier()) is PASSED
    assert found("A10", funded("100", "90", "95")) == [
        ("funding[0].spent", "0.0095 万元", "不超过 0.009 万元")
    ]
    assert found("A10", funded("100", "110", "95")) == [
        ("funding[0].received", "0.011 万元", "不超过 0.01 万元")
    ]


def test_a_raised_budget_may_bring_more_than_was_planned():
    assert verdict("A10", funded("100", "110", "95", annual_budget=Decimal(120))) is PASSED
    assert found("A10", funded("100", "130", "95", annual_budget=Decimal(120))) == [
        ("funding", "0.013 万元", "不超过 0.012 万元")
    ]
    assert verdict("A10", BLANK) is NOT_ENOUGH_DATA


# A12.


def test_the_adjustment_leads_to_the_annual_budget():
    base = small_dossier(initial_budget=Decimal(210_000), adjustment=Decimal(-10_000))
    assert verdict("A12", base) is PASSED
    wrong = replace(base, annual_budget=Decimal(210_000))
    assert found("A12", wrong) == [("annual_budget", "21.00 万元", "20.00 万元")]
    assert answer("A12", wrong).findings[0].correction.text == "200000"
    silent = replace(base, adjustment=None)
    assert found("A12", silent) == [("annual_budget", "20.00 万元", "21.00 万元")]


def test_an_adjustment_is_not_asked_for_without_an_initial_budget():
    assert verdict("A12", small_dossier()) is NOT_ENOUGH_DATA
    assert verdict("A12", replace(BLANK, initial_budget=Decimal(1))) is NOT_ENOUGH_DATA


# A13.


@pytest.mark.parametrize(
    ("dossier", "places"),
    [
        (small_dossier(printed=printed(planned="200000")), []),
        (small_dossier(printed=printed(planned="20")), ["printed.planned"]),
        (small_dossier(printed=printed(planned="2000")), ["printed.planned"]),
        (small_dossier(printed=printed(received="18")), ["printed.received"]),
        (small_dossier(annual_budget=Decimal(20)), ["annual_budget"]),
        (small_dossier(annual_budget=Decimal(2_000_000_000)), ["annual_budget"]),
        (small_dossier(initial_budget=Decimal(20)), ["initial_budget"]),
        (small_dossier(initial_budget=Decimal(20), adjustment=Decimal(199_980)), []),
        (funded("217600", "21.76", None), ["funding[0].received"]),
        (funded("217634", "21.76", None), ["funding[0].received"]),
        (funded("217600", "2176", None), []),
    ],
)
def test_an_amount_in_the_wrong_unit_is_told(dossier, places):
    assert [field for field, _, _ in found("A13", dossier)] == places


@pytest.mark.parametrize(
    ("target", "actual", "places"),
    [
        ("≤20万元", "19.8万元", []),
        ("≤20万元", "20元", ["indicators[2].actual_value"]),
        ("≤200000元", "20元", ["indicators[2].actual_value"]),
        ("≤20万元", "2000元", []),
    ],
)
def test_a_value_in_the_wrong_unit_is_told(target, actual, places):
    dossier = with_indicators(lamps={"target_value": target, "actual_value": actual})
    assert [field for field, _, _ in found("A13", dossier)] == places


def test_no_amount_is_given_twice():
    assert verdict("A13", small_dossier(funding=())) is NOT_ENOUGH_DATA


# A14.


def test_a_share_is_no_more_than_the_whole():
    rate = with_indicators(lamps={"name": "设备完好率", "target_value": "≥95%"})
    assert verdict("A14", rate) is PASSED
    over = with_indicators(rate, lamps={"actual_value": "102%"})
    assert found("A14", over) == [("indicators[2].actual_value", "102%", "不超过 100%")]


@pytest.mark.parametrize(
    ("target", "found_there"),
    [
        ("群众满意度达到 120%", ["120%"]),
        ("验收合格率 100％，比上年增长 150%", []),
        ("完成率 110%", None),
        ("维护路灯 3000 盏", None),
    ],
)
def test_a_share_in_a_target_is_read_where_it_is_named(target, found_there):
    dossier = small_dossier(targets=(PerformanceTarget("产出指标", "质量指标", target),))
    if found_there is None:
        assert verdict("A14", dossier) is NOT_APPLICABLE
    else:
        assert [what for _, what, _ in found("A14", dossier)] == found_there
