"""E01–E07, B07 and C08: the published form, and each check on small texts."""

from dataclasses import replace

import pytest

from reports.checks import Context, Verdict, examine
from reports.dossier.facts import Facts
from reports.dossier.model import BasicInfo, PrintedFigures
from reports.dossier.seed import seed_dossier
from tests.reports.checking import (
    FOUND,
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    found,
    verdict,
)
from tests.reports.dossiers import small_dossier

OURS = ("B07", "C08", "E01", "E02", "E03", "E04", "E05", "E06", "E07")

# Rows 3, 4 and 8 to 12 of what the published form teaches, and 88 beside the true mean.
PUBLISHED = {
    "B07": [("efficiency_quality", "项目完成质量一般")],
    "E01": [("efficiency_progress", "59.1%"), ("conclusion", "88 分")],
    "E02": [("effectiveness_goals", "2018 年度")],
    "E03": [("funds_spent", "按计划使用"), ("economy_cost_saving", "节约了 8.92 万元")],
    "E05": [("implementation_management", "指定"), ("sustainability", "推层出新")],
    "E06": [("conclusion", "良好")],
    "E07": [
        ("experience", "（一）项目支出计划安排不够精准"),
        ("experience", "（二）需进一步加强对业务工作进行统筹细化"),
    ],
}


def answers(name):
    return {
        one.check.code: one for one in examine(Facts(seed_dossier(name))) if one.check.code in OURS
    }


@pytest.fixture(scope="module")
def published():
    return answers("as_published")


def test_what_is_wrong_in_the_published_text_is_found_at_its_place(published):
    texts = seed_dossier("as_published").sections
    places = {
        code: [
            (key, texts[key][one.place.start : one.place.end])
            for one in answer.findings
            if (key := one.place.field.removeprefix("sections.")) in texts
        ]
        for code, answer in published.items()
        if answer.findings
    }
    assert places == PUBLISHED


def test_the_doubled_character_stands_in_the_name_of_the_unit(published):
    unit = seed_dossier("as_published").basic.implementing_unit
    (finding,) = (
        one for one in published["E05"].findings if one.place.field == "basic.implementing_unit"
    )
    assert unit[finding.place.start : finding.place.end] == "室 室"
    assert finding.correction.text == "室"


def test_the_rate_of_the_published_text_has_its_correction(published):
    finding = published["E01"].findings[0]
    assert (finding.found, finding.expected) == ("59.1%", "59.0%")
    assert finding.how == "预算执行率：实际使用 12.84 ÷ 全年预算 21.76 = 59.007%"
    assert finding.correction.text == "59.0%"


def test_a_disputed_result_is_not_corrected_by_a_click(published):
    assert published["E01"].findings[1].expected == "90.33 分"
    assert published["E01"].findings[1].correction is None
    assert published["E06"].findings[0].correction is None


def test_the_scored_text_agrees_with_its_figures():
    scored = answers("scored")
    assert [scored[code].verdict for code in ("E01", "E06", "C08")] == [PASSED] * 3


def test_nothing_to_read_is_not_passed():
    assert verdict("E01", small_dossier(sections={})) is NOT_ENOUGH_DATA
    assert verdict("E04", small_dossier()) is NOT_APPLICABLE
    assert verdict("E07", small_dossier()) is NOT_APPLICABLE


# Single checks on the small form: 20 万元 planned, 18.00005 in, 15 spent, marks 90, 91 and 93.


def text(section="conclusion", /, **changes):
    words = changes.pop("words")
    return small_dossier(state="confirming", sections={section: words}, **changes)


def test_the_grade_in_the_text_is_the_one_earned():
    assert found("E01", text(words="自评得分91.33分，评价等次为良。")) == [
        ("sections.conclusion", "良", "优")
    ]
    assert verdict("E01", text(words="自评得分91.33分，评价等次为优。")) is PASSED


def test_a_grade_is_one_of_the_packs_words():
    (finding,) = answer("E06", text(words="自评结果等次为优秀。")).findings
    assert (finding.found, finding.expected, finding.correction.text) == ("优秀", "优", "优")
    assert verdict("E06", text(words="取得优秀成绩。")) is PASSED


def test_before_the_results_only_the_word_is_judged():
    drafting = replace(text(words="自评得分50分，等次为优秀。"), state="drafting")
    assert verdict("E01", drafting) is PASSED
    assert found("E06", drafting) == [("sections.conclusion", "优秀", "优、良、中、差")]


def test_one_finding_for_each_other_year_of_a_section():
    words = "完成2022年巡检。完成2022年检修。完成2021年验收。"
    assert [one[1] for one in found("E02", text("efficiency_progress", words=words))] == [
        "2022年",
        "2021年",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("资金按计划使用。", ["按计划使用"]),
        ("项目资金已全部支出。", ["资金已全部支出"]),
        ("资金全部到位。", ["资金全部到位"]),
        ("本项目属于经常性项目。", ["属于经常性项目"]),
        ("节约资金3.00005万元。", ["节约资金3.00005万元"]),
        ("通过公开招标节约资金3.00005万元。", []),
        ("资金未按计划使用。", []),
        ("确保资金全部到位。", []),
        ("各项目标均已完成。", []),
    ],
)
def test_words_about_the_money_that_the_figures_refute(words, said):
    assert [one[1] for one in found("E03", text("funds_spent", words=words))] == said


def test_all_done_and_not_done_contradict():
    sections = {
        "effectiveness_goals": "各项目标均已完成。",
        "unmet_goals": "维护任务未全部完成。",
    }
    (finding,) = answer("E03", small_dossier(sections=sections)).findings
    assert finding.found == "各项目标均已完成"
    assert "任务未全部完成" in finding.how


LONG = (
    "全年巡检路灯3000盏，更换灯头412个，处理市民来电96件，亮灯率保持在较高水平，"
    "夜间出行的群众普遍反映道路明亮，治安案件有所减少，取得了明显的社会效益。"
)


def test_text_of_last_year_or_of_another_project():
    mine = small_dossier(sections={"effectiveness_impact": LONG})
    last_year = replace(
        mine, fiscal_year=2023, sections={"effectiveness_impact": LONG.replace("412", "380")}
    )
    other = replace(last_year, project_name="景观照明", fiscal_year=2024)
    (finding,) = answer("E04", mine, last_year=last_year).findings
    assert "上年（2023 年度）" in finding.found
    (finding,) = answer("E04", mine, others=(other,)).findings
    assert "「景观照明」" in finding.found
    fresh = replace(other, sections={"effectiveness_impact": "完全不同的另一段文字。" * 6})
    assert verdict("E04", mine, others=(fresh,)) is PASSED


def test_what_is_the_same_every_year_may_be():
    mine = small_dossier(sections={"overview_nature": LONG, "funds_management": LONG})
    assert verdict("E04", mine, last_year=replace(mine, fiscal_year=2023)) is PASSED


def test_names_of_others_in_the_text():
    other = small_dossier(
        project_name="景观照明改造工程", basic=BasicInfo(implementing_unit="某市园林绿化中心")
    )
    mine = small_dossier(
        sections={
            "overview_nature": "景观照明改造工程由某市园林绿化中心组织实施。某市园林绿化中心负责项目。"
        }
    )
    assert [one[1] for one in found("E04", mine, others=(other,))] == ["景观照明改造工程"]
    assert verdict("E04", mine, others=(small_dossier(),)) is PASSED


def test_slips_in_the_tables_are_found_too():
    mine = small_dossier(
        project_name="路灯的的维护", sections={"overview_nature": "（1）甲\n(2)乙"}
    )
    assert found("E05", mine) == [
        ("sections.overview_nature", "(2)", "（2）"),
        ("project_name", "的的", "的"),
    ]


def test_a_slip_in_a_live_name_is_told_once():
    basic = BasicInfo(implementing_unit="路灯管理所办公室室")
    mine = small_dossier(basic=basic, sections={"overview_nature": "由{{项目实施单位}}实施。"})
    assert [one[0] for one in found("E05", mine)] == ["basic.implementing_unit"]


def test_what_was_left_to_fill_in():
    mine = text(words="安排XX万元，{{没有}}，{{实际使用}}。")
    assert [one[1] for one in found("C08", mine)] == ["XX", "{{没有}}"]
    assert verdict("C08", text(words="使用{{实际使用}}，得{{总分}}。")) is PASSED


def test_full_marks_beside_an_admission():
    mine = text("efficiency_quality", words="项目完成质量一般。")
    assert verdict("B07", mine) is PASSED  # no leaf of the panel is at full marks
    (finding,) = answer("B07", seed_with("项目完成质量一般。")).findings
    assert "经济效益 8" in finding.how
    assert verdict("B07", seed_with("项目完成质量良好。")) is PASSED


def seed_with(words):
    return replace(seed_dossier("as_published"), sections={"efficiency_quality": words})


def test_without_marks_there_is_nothing_to_compare():
    closed = replace(seed_with("项目完成质量一般。"), state="drafting")
    assert verdict("B07", closed) is NOT_APPLICABLE
    bare = replace(seed_with("项目完成质量一般。"), consensus=None, printed=PrintedFigures())
    assert verdict("B07", bare) is NOT_ENOUGH_DATA


def test_problems_are_answered():
    mine = text(
        "experience", words="（一）备件储备不足。\n（二）人手紧张，由人事科于2025年6月前招聘2人。"
    )
    (finding,) = answer("E07", mine).findings
    assert (finding.found, finding.expected) == ("（一）备件储备不足", "写明措施、责任人、期限")


def test_the_context_is_optional():
    assert {one.verdict for one in examine(Facts(small_dossier()), Context())} >= {
        Verdict.PASSED,
        FOUND,
    }
