"""Which figure of a text names which value of the forms. The seed: 21.76 in, 12.84 spent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.dossier.facts import Facts
from reports.dossier.model import FundingLine
from reports.reading.narrative import Narrative
from reports.reading.offers import offers
from tests.reports.dossiers import small_dossier

MUNICIPAL = FundingLine("municipal", "市县财政", Decimal(217600), Decimal(217600), Decimal(128400))


def dossier(text, *, section="funds_spent", **changes):
    changes = {"funding": (MUNICIPAL,), "fiscal_year": 2019, "sections": {section: text}} | changes
    return small_dossier(**changes)


def claims(text, **changes):
    """Text and judgement of each claim."""
    narrative = Narrative(Facts(dossier(text, **changes)))
    return [
        (section.text[one.figure.start : one.figure.end], one)
        for section in narrative.sections
        for one in narrative.claims(section)
    ]


def wrong(text, **changes):
    return [written for written, claim in claims(text, **changes) if claim.is_wrong]


def right(text, **changes):
    return [written for written, claim in claims(text, **changes) if claim.agreeing]


def test_the_terms_of_the_forms_before_a_figure():
    text = "年初预算安排21.76万元，实际到位21.76万元，使用资金12.84万元，结余8.92万元，预算执行率59.0%。"
    assert right(text) == ["21.76万元", "21.76万元", "12.84万元", "8.92万元", "59.0%"]
    assert wrong(text) == []


def test_the_terms_of_the_forms_after_a_figure():
    assert wrong("21.67万元资金已全部到位。") == ["21.67万元"]
    assert right("全年12.84万元已支出。") == ["12.84万元"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("项目实际使用资金12.48万元。", "12.48万元"),
        ("全年支出13.5万元。", "13.5万元"),
        ("当年支出128.4万元。", "128.4万元"),
        ("预算执行率为百分之六十一。", "百分之六十一"),
        ("完成12.84万元，完成占 59.1%。", "59.1%"),
        ("实际支出12.84万元，占年初预算的61%。", "61%"),
        ("资金结余率为30%。", "30%"),
        ("资金到位率90%。", "90%"),
        ("剩余资金9.82万元。", "9.82万元"),
        ("市财政批复预算21.67万元。", "21.67万元"),
    ],
)
def test_a_figure_that_differs_is_wrong(text, found):
    assert wrong(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "其中设备支出5.2万元，差旅支出3.1万元。",
        "设备采购支出5.2万元。",
        "2018年支出18万元，执行率82%。",
        "2018年立项。当年支出10万元。",
        "较2018年的支出20万元减少7.16万元。",
        "上半年支出6万元，一季度执行率12%。",
        "截至6月底到位10万元。",
        "预计支出20万元。",
        "“十三五”期间计划投资120万元，已支出80万元。",
        "古籍修复项目预算45万元，支出44.1万元。",
        "购置电脑10台，支出5万元。",
        "每人支出300元，人均到位资金2元。",
        "全市平均预算执行率94.6%。",
        "追加预算2万元，压减支出1.5万元。",
        "支出5万元用于购置打印机。",
        "年度目标：预算执行率达到95%以上。",
        "合同总额18万元，已支付17万元。",
        "政策执行率100%，人员到位率95%。",
        "任务完成率98.6%。",
        "依据《2019年预算支出5万元管理办法》执行。",
        "主管部门复核后支出15万元。",
    ],
)
def test_a_figure_of_something_else_is_left_alone(text):
    assert wrong(text) == []


def test_a_slip_of_the_pen_counts_even_in_doubtful_places():
    assert wrong("设备采购支出12.48万元。") == ["12.48万元"]
    assert wrong("设备采购支出12.94万元。") == []


def test_several_sources_may_each_be_named():
    lines = (
        FundingLine("central", "中央财政", Decimal(100000), Decimal(100000), Decimal(90000)),
        FundingLine("municipal", "市县财政", Decimal(50000), Decimal(50000), Decimal(40000)),
    )
    assert wrong("中央财政到位10万元，县财政到位5万元，实际到位15万元。", funding=lines) == []
    assert wrong("中央财政到位11万元。", funding=lines) == ["11万元"]


def test_a_share_follows_from_the_amount_before_it():
    assert right("实际支出12.84万元，占预算的59%。") == ["12.84万元", "59%"]
    assert wrong("人员经费3万元，占预算的14.8%。") == ["14.8%"]
    assert wrong("人员经费3万元，占预算的13.8%。") == []
    assert wrong("人员经费3万元，占全部支出的60%。") == []


def test_the_total_in_the_text_is_that_of_the_marks():
    assert wrong("项目自评得分91.33分。") == []
    assert wrong("项目自评得分97分。") == ["97分"]
    assert wrong("系统测评得分97分，满分100分。") == []
    assert wrong("各项指标得分97分。") == []


def test_an_indicator_is_named_by_its_leaf():
    form = dossier("")
    leaf = replace(
        form.indicators[2], name="培训教师人次", target_value="≥3000人次", actual_value="3126人次"
    )
    changed = {"indicators": (*form.indicators[:2], leaf, *form.indicators[3:])}
    place = {"section": "efficiency_progress"}
    assert right("全年培训教师3126人次。", **place, **changed) == ["3126人次"]
    assert wrong("全年培训教师3162人次。", **place, **changed) == ["3162人次"]
    assert wrong("计划培训教师3000人次。", **place, **changed) == []
    assert wrong("培训教师45场次。", **place, **changed) == []


def test_wishes_among_the_goals_are_no_claims():
    assert wrong("预算执行率达到95%。", section="overview_goals") == []


def test_a_live_figure_is_never_a_claim():
    assert claims("实际使用{{实际使用}}，预算执行率{{预算执行率}}。") == []


# What could be live.


def offered(text):
    return [
        (one.found, one.figure.name, text[one.start : one.end])
        for one in offers(Narrative(Facts(dossier(text))))
    ]


def test_figures_that_would_print_alike_are_offered():
    text = "实际使用 12.84 万元，剩余89,200元，执行率59.0%；已有{{结余}}，另有8.92万元。"
    assert offered(text) == [
        ("12.84 万元", "实际使用", "12.84 万元"),
        ("89,200元", "结余（元）", "89,200元"),
        ("59.0%", "预算执行率", "59.0%"),
    ]


def test_what_would_print_otherwise_or_means_another_is_not_offered():
    assert offered("实际使用12.8万元，约13万元，执行率59%。") == []
    assert offered("2018年支出12.84万元。") == []
    assert offered("共3人。") == []
