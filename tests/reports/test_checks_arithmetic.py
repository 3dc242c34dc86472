"""A01–A05. The small form: leaves of 40 and 60 points, evaluators who gave 90, 91 and 93."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evalsys.rulepacks.schema import Averaging
from reports.dossier.model import PrintedFigures
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    column,
    found,
    totals,
    verdict,
    with_indicators,
)
from tests.reports.dossiers import sheet, small_dossier, small_pack


def printed(**figures):
    return PrintedFigures(
        **{
            name: Decimal(value) if isinstance(value, str) and name != "grade" else value
            for name, value in figures.items()
        }
    )


# A01.


def test_weights_that_add_up_pass():
    assert verdict("A01", small_dossier()) is PASSED
    assert (
        verdict("A01", small_dossier(printed=printed(weight_totals=(Decimal(100),) * 3))) is PASSED
    )


def test_a_leaf_that_weighs_too_little_is_told_at_each_sum_above_it():
    assert found("A01", with_indicators(lamps={"weight": Decimal(39)})) == [
        ("indicators[1].weight", "39 分", "40 分")
    ]


def test_a_first_level_that_weighs_too_much_breaks_its_children_and_the_total():
    assert found("A01", with_indicators(effect={"weight": Decimal(61)})) == [
        ("indicators", "101 分", "100 分"),
        ("indicators[3].weight", "60 分", "61 分"),
    ]


def test_a_printed_sum_of_weights_is_compared_level_by_level():
    totals_of_levels = (Decimal(100), None, Decimal(99))
    assert found("A01", small_dossier(printed=printed(weight_totals=totals_of_levels))) == [
        ("printed.weight_totals[2]", "99 分", "100 分")
    ]


def test_there_is_nothing_to_add_without_indicators():
    assert verdict("A01", small_dossier(indicators=())) is NOT_ENOUGH_DATA


# A02.


def test_points_within_their_weights_pass():
    assert verdict("A02", small_dossier()) is PASSED


def test_points_above_their_weight_are_told_wherever_they_stand():
    dossier = small_dossier(
        consensus=column(lamps="41", safety="60"), printed=printed(total="101", mean="100.5")
    )
    above = replace(dossier.panel[0], sheet=sheet("zhao", lamps="38", safety="60.5"))
    assert found("A02", replace(dossier, panel=(above, *dossier.panel[1:]))) == [
        ("panel[0].sheet.marks.safety.value", "60.5 分", "0 至 60 分"),
        ("consensus.marks.lamps.value", "41 分", "0 至 40 分"),
        ("printed.total", "101 分", "0 至 100 分"),
        ("printed.mean", "100.5 分", "0 至 100 分"),
    ]


def test_a_bare_total_above_the_full_score_is_told():
    assert found("A02", totals(small_dossier(), "90", "100.1", "93")) == [
        ("panel[1].sheet.total_only", "100.1 分", "0 至 100 分")
    ]


def test_there_are_no_points_before_the_sheets():
    blank = small_dossier(panel=())
    assert verdict("A02", blank) is NOT_ENOUGH_DATA
    assert verdict("A02", small_dossier(state="scoring")) is NOT_APPLICABLE


# A03.


def test_points_that_add_up_pass():
    old = small_dossier(
        consensus=column(lamps="38", safety="52"),
        printed=printed(total="90", subtotals={"output": Decimal(38), "social": Decimal(52)}),
    )
    assert verdict("A03", old) is PASSED
    new = small_dossier(printed=printed(total="91.33"))
    assert verdict("A03", new) is PASSED


def test_a_total_that_is_not_the_sum_is_told():
    old = small_dossier(
        consensus=column(lamps="38", safety="52"),
        printed=printed(total="91", subtotals={"output": Decimal(37), "social": Decimal(52)}),
    )
    assert found("A03", old) == [
        ("printed.total", "91 分", "90 分"),
        ("printed.subtotals.output", "37 分", "38 分"),
    ]
    assert answer("A03", old).findings[0].correction.text == "90"


def test_an_evaluators_written_total_is_compared_with_the_marks():
    dossier = small_dossier()
    first = dossier.panel[0]
    wrong = replace(first, sheet=replace(first.sheet, total_only=Decimal(91)))
    assert found("A03", replace(dossier, panel=(wrong, *dossier.panel[1:]))) == [
        ("panel[0].sheet.total_only", "91 分", "90 分")
    ]


def test_a_sum_is_still_taken_where_a_mark_is_above_its_weight():
    old = small_dossier(consensus=column(lamps="48", safety="52"), printed=printed(total="90"))
    assert found("A03", old) == [("printed.total", "90 分", "100 分")]


def test_blank_marks_are_not_added_up():
    half = small_dossier(consensus=column(lamps="38"), printed=printed(total="90"))
    assert verdict("A03", half) is NOT_ENOUGH_DATA
    assert verdict("A03", small_dossier()) is NOT_ENOUGH_DATA


# A04.


@pytest.mark.parametrize(
    ("grade", "expected"), [("优", []), ("良", ["优"]), ("良好", ["优"]), ("", ["优"])]
)
def test_the_grade_follows_from_the_total(grade, expected):
    dossier = small_dossier(printed=printed(total="91.33", grade=grade))
    assert [what for _, _, what in found("A04", dossier)] == expected


def test_the_grade_of_a_printed_total_is_taken_where_there_is_no_other():
    dossier = small_dossier(panel=(), printed=printed(total="85", grade="优"))
    assert found("A04", dossier) == [("printed.grade", "优", "良")]


def test_there_is_no_grade_without_a_total():
    assert verdict("A04", small_dossier(panel=(), printed=printed(grade="优"))) is NOT_ENOUGH_DATA
    assert verdict("A04", small_dossier()) is NOT_APPLICABLE


# A05.


def test_a_mean_that_follows_passes():
    dossier = small_dossier(printed=printed(mean="91.33", sum_of_totals="274"))
    assert verdict("A05", dossier) is PASSED
    assert verdict("A05", totals(dossier, "90", "91", "93")) is PASSED


def test_a_mean_that_does_not_is_told_with_the_sum():
    dossier = small_dossier(printed=printed(mean="91", sum_of_totals="275"))
    assert found("A05", dossier) == [
        ("printed.sum_of_totals", "275 分", "274 分"),
        ("printed.mean", "91 分", "91.33 分"),
    ]
    assert "(90 + 91 + 93) ÷ 3 = 91.33" in answer("A05", dossier).findings[1].how


def test_the_mean_is_taken_by_the_packs_rule():
    scoring = replace(small_pack().scoring, averaging=Averaging.TRIMMED_MEAN)
    people = (*small_dossier().panel, *small_dossier().panel[:2])
    panel = tuple(replace(one, key=f"p{number}") for number, one in enumerate(people))
    dossier = small_dossier(
        pack=small_pack(scoring=scoring), panel=panel, printed=printed(mean="90.67")
    )
    five = totals(dossier, "80", "90", "91", "91", "99")
    assert verdict("A05", five) is PASSED


def test_a_score_column_that_differs_from_the_mean_needs_an_explanation():
    dossier = totals(
        small_dossier(consensus=column(lamps="38", safety="50"), printed=printed(mean="91.33")),
        "90",
        "91",
        "93",
    )
    assert found("A05", dossier) == [("consensus", "88 分", "91.33 分")]
    explained = replace(dossier, explanations={"A05:consensus": "集体评议后统一打分"})
    assert verdict("A05", explained) is PASSED


def test_the_mean_is_still_taken_where_a_weight_is_wrong():
    dossier = with_indicators(
        small_dossier(printed=printed(mean="91")), lamps={"weight": Decimal(41)}
    )
    assert found("A05", dossier) == [("printed.mean", "91 分", "91.33 分")]


def test_there_is_no_mean_to_compare():
    assert verdict("A05", small_dossier()) is NOT_APPLICABLE
    waiting = small_dossier(printed=printed(mean="91"))
    unfinished = replace(waiting.panel[0], sheet=None)
    assert verdict("A05", replace(waiting, panel=(unfinished,))) is NOT_ENOUGH_DATA
