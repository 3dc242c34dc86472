"""C01–C07 and C09–C12. The small form: two leaves, execution 75 %, one section of the report."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evalsys.rulepacks.schema import FormRate, FormRatio, OutlineSection
from evalsys.rulepacks.shipped import shipped_pack
from projects.required import REQUIRED_BASIC
from reports.dossier.model import (
    BasicInfo,
    Evidence,
    PrintedFigures,
    PrintedHeading,
    ProjectType,
)
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    column,
    fields,
    found,
    verdict,
    with_indicators,
)
from tests.reports.dossiers import small_dossier, small_pack

OUTLINE = (
    OutlineSection("one", "一、", "项目概况", 1, has_body=False),
    OutlineSection("aim", "（一）", "绩效目标", 2, has_body=True, prompt="（20字以内）"),
    OutlineSection("why", "（二）", "未完成原因分析", 2, has_body=True),
    OutlineSection("two", "二、", "其他问题", 1, has_body=True),
)
TEXTS = {
    "aim": "维护路灯三千盏",
    "why": "资金到位晚，两处改造顺延到次年",
    "two": "没有其他情况需要说明",
}


def reporting(outline=OUTLINE, **texts):
    return small_dossier(pack=small_pack(outline=outline), sections=TEXTS | texts)


def headings(*lines):
    """An old report's headings, each ``number|title|key``."""
    printed = tuple(PrintedHeading(*line.split("|")) for line in lines)
    return replace(reporting(), printed=PrintedFigures(headings=printed))


# C01.


def aimed(target="≥100盏", actual="80盏", reason=""):
    values = {"target_value": target, "actual_value": actual, "deviation_reason": reason}
    return with_indicators(small_dossier(panel=()), lamps=values)


def test_a_missed_target_needs_a_reason():
    assert fields("C01", aimed()) == ["indicators[2].deviation_reason"]
    assert verdict("C01", aimed(reason="两个路段没有移交")) is PASSED
    assert verdict("C01", aimed(actual="100盏")) is PASSED


def test_lost_points_need_a_reason_once_there_are_results():
    lost = replace(aimed(actual="100盏"), consensus=column(lamps="39", safety="60"))
    assert answer("C01", lost).findings[0].how == "「维护数量」扣了 1 分"
    scored = replace(aimed(actual="100盏"), panel=small_dossier().panel)
    assert answer("C01", scored).findings[0].how == "「维护数量」扣了 1 分"
    assert verdict("C01", replace(scored, state="scoring")) is PASSED


def test_reasons_are_not_asked_for_where_the_form_has_no_target_values():
    assert verdict("C01", small_dossier()) is NOT_APPLICABLE


# C02.


@pytest.mark.parametrize("text", ["无", "暂无。", "不适用", "－", "资金不足", "由于资金不足导致"])
def test_a_reason_that_says_nothing_is_told(text):
    assert fields("C02", reporting(why=text)) == ["sections.why"]
    assert fields("C02", small_dossier(execution_reason=text)) == ["execution_reason"]


def test_a_section_may_be_short_but_not_empty_words():
    assert verdict("C02", reporting(aim="完成")) is PASSED
    assert fields("C02", reporting(two="暂无。")) == ["sections.two"]


def test_a_reason_that_says_something_passes_and_a_blank_one_is_no_business_of_it():
    assert verdict("C02", reporting()) is PASSED
    assert verdict("C02", small_dossier(execution_reason="")) is PASSED


# C03.


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("年底一般性支出压减", []),
        ("", ["写明原因，不超过 100 字"]),
        ("长" * 100, []),
        ("长" * 101, ["不超过 100 字"]),
    ],
)
def test_low_execution_has_a_reason_of_the_right_length(reason, expected):
    dossier = small_dossier(execution_reason=reason)
    assert [what for _, _, what in found("C03", dossier)] == expected


def test_execution_at_the_limit_needs_none():
    full = small_dossier(annual_budget=Decimal("166666.66"))
    assert verdict("C03", full) is PASSED
    assert verdict("C03", small_dossier(funding=())) is NOT_ENOUGH_DATA


# C04.


def test_an_adjustment_has_a_reason():
    adjusted = small_dossier(adjustment=Decimal(-1))
    assert fields("C04", adjusted) == ["adjustment_reason"]
    assert verdict("C04", replace(adjusted, adjustment_reason="压减")) is PASSED
    assert verdict("C04", small_dossier(initial_budget=Decimal(1))) is PASSED
    assert verdict("C04", small_dossier(adjustment=Decimal(0))) is PASSED
    assert verdict("C04", small_dossier()) is NOT_ENOUGH_DATA


# C05 and C06.


def led(**changes):
    leader, *others = small_dossier().panel
    return small_dossier(panel=(replace(leader, is_leader=True), *others), **changes)


def test_a_filled_form_passes():
    assert verdict("C05", led()) is PASSED
    assert verdict("C06", small_dossier()) is PASSED


def test_every_blank_of_the_form_is_told_by_one_of_the_two():
    blank = small_dossier(basic=BasicInfo(), funding=(), panel=(), project_name=" ")
    told = [*fields("C05", blank), *fields("C06", blank)]
    assert set(told) == {
        *(f"basic.{name}" for name in REQUIRED_BASIC),
        "basic.evaluated_on",
        "funding",
        "project_name",
    }
    assert len(told) == len(REQUIRED_BASIC) + 1 + 3 + 1


def test_the_type_is_chosen():
    basic = replace(small_dossier().basic, project_type=ProjectType.BLANK)
    assert found("C05", led(basic=basic)) == [("basic.project_type", "（空）", "选一个")]


def test_somebody_leads_and_signs():
    assert fields("C05", small_dossier()) == ["panel"]
    unsigned = PrintedFigures(signed=False)
    assert fields("C05", led(printed=unsigned)) == ["printed.signed"]


# C07.


def test_a_whole_report_passes():
    assert verdict("C07", reporting()) is PASSED


def test_a_blank_section_is_told():
    assert found("C07", reporting(aim=" ")) == [("sections.aim", "（空）", "写这一节")]


def test_printed_headings_are_those_of_the_outline_once_and_in_order():
    right = (
        "一、|项目概况|one",
        "(一)|绩效目标|aim",
        "（二）|未完成原因分析|why",
        "二、|其他问题|two",
    )
    assert verdict("C07", headings(*right)) is PASSED
    assert found("C07", headings(*right[:2], "（三）|未完成原因分析|why", right[3])) == [
        ("printed.headings[2].number", "（三）", "（二）")
    ]
    assert fields("C07", headings(*right[:3])) == ["printed.headings"]
    assert fields("C07", headings(*right, right[3])) == [
        "printed.headings[4]",
        "printed.headings[4].number",
    ]


def test_numbered_lines_of_a_section_go_on():
    jumping = "一是做好维护。\n（一）巡检；\n（三）更换；\n（四）验收。"
    (finding,) = answer("C07", reporting(aim=jumping)).findings
    assert (finding.found, finding.expected) == ("（三）", "（二）")
    assert jumping[finding.place.start : finding.place.end] == "（三）"


@pytest.mark.parametrize(
    "text",
    [
        "1. 巡检\n2. 更换\n（1）灯头\n（2）灯杆\n3. 验收",
        "3.5 万元用于巡检\n1.2 万元用于更换",
        "2019 年完成\n2018 年没有",
        "5、其余事项",
    ],
)
def test_what_is_in_order_or_no_number_is_left_alone(text):
    assert verdict("C07", reporting(aim=text)) is PASSED


# C09.


def test_texts_keep_their_length():
    assert verdict("C09", reporting()) is PASSED
    long = with_indicators(
        replace(reporting(aim="长" * 21), adjustment_reason="长" * 101),
        lamps={"deviation_reason": "长" * 201, "improvement": "长 " * 200},
    )
    assert found("C09", long) == [
        ("adjustment_reason", "101 字", "不超过 100 字"),
        ("indicators[2].deviation_reason", "201 字", "不超过 200 字"),
        ("sections.aim", "21 字", "不超过 20 字"),
    ]


# C10.


def test_each_required_class_has_an_indicator():
    pack = small_pack(tree=small_pack().tree[:1], required_classes=("decision_process",))
    dossier = with_indicators(small_dossier(pack=pack), quantity={"name": "决策过程"})
    assert verdict("C10", dossier) is PASSED
    assert found(
        "C10", with_indicators(dossier, effect={"name": "项目决策"}, quantity={"name": "数量"})
    ) == [("indicators", "没有指标", "至少一个")]


def test_without_a_choice_every_first_level_class_is_required():
    pack = shipped_pack("national-2020")
    dossier = with_indicators(
        small_dossier(pack=pack, sections={}),
        output={"name": "产出指标"},
        effect={"name": "效益指标"},
    )
    assert [one.about for one in answer("C10", dossier).findings] == ["execution", "satisfaction"]


def test_classes_are_not_asked_of_another_tree():
    assert verdict("C10", small_dossier(indicators=())) is NOT_ENOUGH_DATA
    pack = small_pack(tree=small_pack().tree[:1])
    assert verdict("C10", small_dossier(pack=pack)) is NOT_ENOUGH_DATA


# C11.


def file(name, *leaves):
    return Evidence(name, f"{ord(name):064x}", 10, leaves)


def test_each_leaf_has_evidence_of_its_own():
    assert (
        verdict("C11", small_dossier(evidence=(file("a", "lamps"), file("b", "safety")))) is PASSED
    )
    assert fields("C11", small_dossier()) == ["evidence"]
    assert fields("C11", small_dossier(evidence=(file("a", "lamps"),))) == ["evidence"]
    both = (file("a", "lamps", "safety"), file("b", "safety"))
    assert fields("C11", small_dossier(evidence=both)) == ["evidence[0].indicators"]


def test_a_rate_of_the_forms_proves_itself():
    ruled = with_indicators(
        small_dossier(evidence=(file("a", "safety"),)),
        lamps={"rule": FormRatio(rate=FormRate.EXECUTION)},
    )
    assert verdict("C11", ruled) is PASSED
    assert verdict("C11", small_dossier(indicators=())) is NOT_ENOUGH_DATA


# C12.


def test_the_panel_is_appointed_and_large_enough():
    dossier = small_dossier(appointed_by="城管发〔2025〕3 号")
    assert verdict("C12", dossier) is PASSED
    assert found("C12", replace(dossier, appointed_by=" ", panel=dossier.panel[:2])) == [
        ("appointed_by", " ", "文号"),
        ("panel", "2 人", "至少 3 人"),
    ]
