"""D01–D08: targets that can be reached, measured and compared."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from evalsys.rulepacks.shipped import shipped_pack
from reports.checks import Step
from reports.checks.standards import Stretch, disorder, stretch
from reports.dossier.model import Approved, PerformanceTarget
from reports.dossier.seed import seed_dossier
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    fields,
    found,
    verdict,
    with_indicators,
)
from tests.reports.dossiers import small_dossier

EFFECTS = {"社会效益指标", "可持续影响指标", "服务对象满意度指标"}
GRADED = ("100%", "80%", "60%", "60%以下")


def aiming(target, goal_class="数量指标", standards=("", "", "", "")):
    goal_type = "成效指标" if goal_class in EFFECTS else "产出指标"
    return small_dossier(targets=(PerformanceTarget(goal_type, goal_class, target, standards),))


def valued(target, name="维护数量", above="数量"):
    return with_indicators(lamps={"target_value": target, "name": name}, quantity={"name": above})


# D01.


@pytest.mark.parametrize(
    ("target", "goal_class"),
    [
        ("维护路灯 3000 盏", "数量指标"),
        ("维护路灯三百盏次，全年两次", "数量指标"),
        ("市民夜间出行更安全", "社会效益指标"),
        ("有效提升照明，亮灯率 98%", "社会效益指标"),
        ("年底前完成，12 月验收", "时效指标"),
    ],
)
def test_a_measurable_target_passes(target, goal_class):
    assert verdict("D01", aiming(target, goal_class)) is PASSED


@pytest.mark.parametrize(
    ("target", "goal_class", "what"),
    [
        ("维护路灯", "数量指标", "维护路灯"),
        ("按时完成", "时效指标", "按时完成"),
        ("有效提升城市形象", "社会效益指标", "有效提升"),
        ("保障路灯正常", "可持续影响指标", "保障路灯正常"),
        ("亮灯率达标", "社会效益指标", "亮灯率达标"),
    ],
)
def test_a_target_that_cannot_be_measured_is_told(target, goal_class, what):
    assert [one for _, one, _ in found("D01", aiming(target, goal_class))][:1] == [what]


def test_the_number_may_stand_under_the_standards():
    assert verdict("D01", aiming("维护路灯", standards=GRADED)) is PASSED


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("≥100盏", []),
        ("全面完成", []),
        ("100盏", ["写明≥、≤ 或 ="]),
        ("≥100", ["写明单位"]),
        ("100", ["写明≥、≤ 或 =和单位"]),
    ],
)
def test_a_target_value_has_direction_number_and_unit(target, expected):
    assert [
        what for _, _, what in found("D01", valued(target, name="维护", above="效果"))
    ] == expected


def test_a_count_or_cost_in_words_only_is_told():
    assert fields("D01", valued("全面完成", above="数量指标")) == ["indicators[2].target_value"]


def test_there_is_no_target_yet():
    assert verdict("D01", small_dossier(targets=())) is NOT_ENOUGH_DATA


# D02.


@pytest.mark.parametrize(
    ("goal_class", "target", "corrected"),
    [
        ("质量指标", "中文域名系统注册量", "数量指标"),
        ("质量指标", "培训人次 ≥ 200", "数量指标"),
        ("数量指标", "亮灯率 ≥ 98%", "质量指标"),
        ("质量指标", "空气质量", None),
        ("质量指标", "亮灯率", None),
        ("数量指标", "提高工作效率次数", None),
        ("数量指标", "巡检次数", None),
        ("社会效益指标", "投诉次数", None),
    ],
)
def test_counts_and_rates_stand_in_their_class(goal_class, target, corrected):
    findings = answer("D02", aiming(target, goal_class)).findings
    assert [one.correction.text for one in findings] == ([corrected] if corrected else [])


def test_leaves_stand_in_their_class_too():
    dossier = with_indicators(quantity={"name": "质量指标"}, lamps={"name": "巡检次数"})
    assert found("D02", dossier) == [("indicators[2].name", "质量指标", "数量指标")]
    assert verdict("D02", small_dossier(targets=(), indicators=())) is NOT_ENOUGH_DATA


# D03.


def test_satisfaction_says_whom_how_many_and_how():
    full = "沿街商户满意度 ≥ 90%，问卷调查 200 份"
    assert verdict("D03", aiming(full, "服务对象满意度指标")) is PASSED
    assert found("D03", aiming("全市直各单位", "服务对象满意度指标")) == [
        ("targets[0].target", "全市直各单位", "写明样本、方法、目标值")
    ]
    assert verdict("D03", aiming("维护路灯 3000 盏")) is NOT_APPLICABLE
    assert verdict("D03", small_dossier(targets=())) is NOT_ENOUGH_DATA


# D04.


@pytest.mark.parametrize(
    ("target", "is_found"),
    [
        ("≤ 20 万元", False),
        ("总成本不超过 20 万元", False),
        ("控制在 20 万元以内", False),
        ("成本节约率 5%", False),
        ("≥ 20 万元", True),
        ("20 万元", True),
    ],
)
def test_a_cost_has_a_ceiling(target, is_found):
    assert bool(found("D04", aiming(target, "成本指标"))) is is_found


def test_a_cost_leaf_has_a_ceiling_too():
    assert fields("D04", valued("≥20万元", above="成本指标")) == ["indicators[2].target_value"]
    assert verdict("D04", small_dossier()) is NOT_APPLICABLE


# D05.


def test_leaves_have_their_own_names():
    assert verdict("D05", small_dossier()) is PASSED
    assert fields("D05", with_indicators(safety={"name": "维护 数量"})) == ["indicators[5].name"]
    assert verdict("D05", small_dossier(indicators=())) is NOT_ENOUGH_DATA


# D06.


@pytest.mark.parametrize(
    "cells",
    [
        GRADED,
        ("≥90%", "≥80%", "≥60%", "<60%"),
        ("90%以上", "80%-90%", "60%～80%", "60%以下"),
        ("全部完成", "80%", "60%", "60%以下"),
        ("≤100元", "≤120元", "≤150元", "＞150元"),
        ("100（含）-90", "90-80", "80-60", "60以下"),
        ("3天内", "5天内", "7天内", "超过7天"),
        ("效果显著", "效果较好", "效果一般", "没有效果"),
        ("2019年底前", "2020年1月", "2020年2月", "2020年3月以后"),
        ("完成 200 次且合格率 90%", "完成 150 次", "完成 100 次", "不足 100 次"),
    ],
)
def test_ordered_standards_pass(cells):
    assert verdict("D06", aiming("路灯", standards=cells)) is PASSED


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("√", "", "", ""), "四档各写标准，例如 100%、80%、60%、60% 以下"),
        (("100%", "80%", "", ""), "四档都写标准"),
        (("80%", "90%", "60%", "60%以下"), "「优」与「良」有高低之分，不重叠"),
        (("90%以上", "85%-95%", "60%-80%", "60%以下"), "「优」与「良」有高低之分，不重叠"),
        (("100%", "80%", "60%", "60%"), "「中」与「差」有高低之分，不重叠"),
        (("好", "较好", "一般", "一般"), "「中」与「差」有高低之分，不重叠"),
    ],
)
def test_standards_that_are_no_thresholds_are_told(cells, expected):
    assert [what for _, _, what in found("D06", aiming("路灯", standards=cells))] == [expected]


def test_blank_standards_are_not_judged():
    assert verdict("D06", aiming("路灯")) is NOT_ENOUGH_DATA
    assert verdict("D06", small_dossier(targets=())) is NOT_ENOUGH_DATA


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("90%以上", 90, None),
        ("８０％至９０％", 80, 90),
        ("95-90", 90, 95),
        ("60分以下", None, 60),
        ("全部完成", 100, None),
    ],
)
def test_what_a_cell_claims(cell, low, high):
    assert stretch(cell) == Stretch(low and Decimal(low), high and Decimal(high))


def test_words_and_dates_claim_no_figure():
    assert [stretch(cell) for cell in ("较好", "12月底前", "200次，合格率90%")] == [None] * 3
    assert disorder(("较好", "一般", "80%", "90%")) is None


# D07.


def test_a_locked_tree_is_the_packs():
    seed = seed_dossier("scored")
    assert verdict("D07", seed) is PASSED
    changed = with_indicators(
        seed, goal_content={"weight": Decimal(5)}, decision_basis={"name": "依据"}
    )
    assert found("D07", changed) == [
        ("indicators[2].weight", "5 分", "4 分"),
        ("indicators[4].name", "依据", "决策依据"),
    ]
    assert [
        one.about for one in answer("D07", replace(seed, indicators=seed.indicators[:-1])).findings
    ] == ["satisfaction"]


def test_only_what_the_pack_fixes_is_compared_in_a_free_tree():
    pack = shipped_pack("national-2020")
    tree = with_indicators(
        small_dossier(pack=pack, sections={}),
        output={"name": "产出指标", "weight": Decimal(40)},
        quantity={"name": "数量指标"},
    )
    assert found("D07", tree) == [("indicators[0].weight", "40 分", "50 分")]


def test_indicators_are_those_that_were_approved():
    pack = shipped_pack("framework-2020")
    dossier = small_dossier(pack=pack, sections={})
    assert verdict("D07", dossier) is NOT_ENOUGH_DATA
    approved = replace(dossier, approved=Approved(dossier.indicators, "财绩〔2024〕1 号"))
    assert verdict("D07", approved) is PASSED
    changed = with_indicators(
        approved,
        lamps={"target_value": "≥90盏", "weight": Decimal(39), "actual_value": "95盏"},
        safety={"key": "peace", "name": "夜间安宁"},
    )
    assert found("D07", changed) == [
        ("indicators[2].target_value", "≥90盏", "（空）"),
        ("indicators[2].weight", "39 分", "40 分"),
        ("indicators[5]", "夜间安宁", "没有这个指标"),
        ("indicators", "没有", "夜间安全"),
    ]
    assert "财绩〔2024〕1 号" in answer("D07", changed).findings[0].how
    assert verdict("D07", small_dossier(indicators=())) is NOT_ENOUGH_DATA


# D08: the fiscal year is 2024.


@pytest.mark.parametrize(
    ("day", "is_found"),
    [
        (date(2025, 3, 9), False),
        (date(2024, 12, 1), False),
        (date(2024, 11, 30), True),
        (date(2023, 12, 31), True),
        (date(2025, 4, 2), True),
    ],
)
def test_the_evaluation_is_dated_between_the_year_and_the_signature(day, is_found):
    dossier = small_dossier(basic=replace(small_dossier().basic, evaluated_on=day))
    steps = (Step("approve", "1", date(2025, 4, 1)),)
    assert bool(found("D08", dossier, steps=steps)) is is_found


def test_a_blank_date_is_not_compared():
    undated = replace(small_dossier().basic, evaluated_on=None)
    assert verdict("D08", small_dossier(basic=undated)) is NOT_ENOUGH_DATA
