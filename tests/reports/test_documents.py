"""The three documents as trees of blocks, against the forms of the seed and written-out dossiers."""

from dataclasses import replace
from decimal import Decimal

import pytest

from evalsys.rulepacks.schema import ExecutionCap, NotApplicable
from reports.documents import build
from reports.documents.blocks import (
    Heading,
    Note,
    Paragraph,
    SignatureCell,
    Table,
    texts,
)
from reports.dossier.model import FundingLine, PrintedFigures
from reports.dossier.seed import seed_dossier
from scoring.engine import Sheet
from tests.reports.dossiers import member, sheet, small_dossier, small_pack


def one(dossier, which):
    (document,) = build(dossier, which)
    return document


def tables(document):
    return [block for block in document.blocks if isinstance(block, Table)]


def rows(table):
    """Texts of the body, row by row."""
    return [[cell.text for cell in row] for group in table.groups for row in group.rows]


def notes(document):
    return [block.text for block in document.blocks if isinstance(block, Note)]


def project(dossier):
    return rows(tables(one(dossier, "basic"))[0])


def scores(dossier):
    return rows(tables(one(dossier, "basic"))[1])


def panel(dossier):
    return rows(tables(one(dossier, "basic"))[2])


def test_all_is_the_three_documents_in_order():
    assert [document.name for document in build(small_dossier(), "all")] == [
        "goals",
        "basic",
        "report",
    ]


def test_an_unknown_document_is_refused_by_name():
    with pytest.raises(ValueError, match="没有叫「summary」的文档"):
        build(small_dossier(), "summary")


def test_goals_have_the_columns_rows_and_note_of_the_seed():
    document = one(seed_dossier("as_published"), "goals")
    assert document.title == "项目绩效目标表"
    heading, table, note = document.blocks
    assert heading == Paragraph("项目名称：信息系统运行维护", indented=False)
    assert [[cell.text for cell in row] for row in table.head] == [
        ["指标类型", "指标名称", "绩效目标", "绩效标准"],
        ["优", "良", "中", "差"],
    ]
    assert rows(table)[0] == [
        "产出指标",
        "质量指标",
        "机构编制统计实名制系统维护量",
        "√",
        "",
        "",
        "",
    ]
    assert len(rows(table)) == 8
    assert note == Note("注：以预算批复的绩效目标为准填列")


def test_a_goal_table_without_targets_has_an_empty_row():
    (table,) = tables(one(small_dossier(targets=()), "goals"))
    assert rows(table) == [[""] * 7]


def test_project_part_of_the_seed():
    assert project(seed_dossier("as_published")) == [
        [
            "项目实施单位",
            "海口市机构编制委员会办公室 室电子政务中心",
            "主管部门",
            "中共海口市委机构编制委员会办公室",
        ],
        ["项目负责人", "郑东", "联系电话", "68716626"],
        ["地址", "海南省海口市秀英区长滨三路市政府办公区16栋北6016", "邮编", "570100"],
        ["项目类型", "经常性项目（　）", "一次性项目（　）"],
        [
            "计划投资额（万元）",
            "21.76",
            "实际到位资金（万元）",
            "21.76",
            "实际使用情况（万元）",
            "12.84",
        ],
        ["其中：中央财政", "", "其中：中央财政", "", ""],
        ["省财政", "", "省财政", ""],
        ["市县财政", "21.76", "市县财政", "21.76"],
        ["其他", "", "其他", ""],
    ]


def test_the_chosen_project_type_is_ticked():
    assert project(small_dossier())[3] == ["项目类型", "经常性项目（　）", "一次性项目（√）"]


def test_several_sources_print_what_was_spent_of_each():
    funding = (
        FundingLine("central", "中央财政", Decimal(10000), Decimal(10000), Decimal(5000)),
        FundingLine("other", "自筹", Decimal(20000), Decimal(10000), Decimal(0)),
    )
    assert project(small_dossier(funding=funding))[4:] == [
        [
            "计划投资额（万元）",
            "3.00",
            "实际到位资金（万元）",
            "2.00",
            "实际使用情况（万元）",
            "0.50",
        ],
        ["其中：中央财政", "1.00", "其中：中央财政", "1.00", "其中：中央财政", "0.50"],
        ["自筹", "2.00", "自筹", "1.00", "自筹", "0.00"],
    ]


def test_score_part_spans_each_indicator_over_its_leaves():
    groups = tables(one(seed_dossier("as_published"), "basic"))[1].groups
    first = groups[0].rows[0]
    assert [(cell.text, cell.rowspan) for cell in first] == [
        ("项目决策", 5),
        ("20", 5),
        ("项目目标", 1),
        ("4", 1),
        ("目标内容", 1),
        ("4", 1),
        ("4", 1),
    ]
    assert [len(group.rows) for group in groups] == [5, 6, 9, 2]
    assert all(group.together for group in groups)


def test_scores_are_blank_without_a_result():
    unscored = replace(member("sun", "孙三"), sheet=None)
    dossier = small_dossier(panel=(*small_dossier().panel[:2], unscored))
    assert [row[-1] for row in scores(dossier)] == ["", "", "", ""]
    assert [row[3] for row in panel(dossier)[:3]] == ["", "", ""]
    assert panel(dossier)[3] == ["合计", "", "", "平均分", ""]


def test_scores_total_grade_and_mean_come_from_the_engine():
    assert scores(small_dossier()) == [
        ["产出", "40", "数量", "40", "维护数量", "40", "39"],
        ["效益", "60", "社会效益", "60", "夜间安全", "60", "52.33"],
        ["总分", "100", "", "100", "", "100", "91.33"],
        ["评价等次", "优"],
    ]
    assert panel(small_dossier()) == [
        ["赵一", "科长", "某市城市管理局", "90", ""],
        ["钱二", "科长", "某市城市管理局", "91", ""],
        ["孙三", "科长", "某市城市管理局", "93", ""],
        ["合计", "", "", "平均分 91.33", ""],
        ["评价工作组组长（签字并单位盖章）\n2025年3月9日"],
    ]
    assert notes(one(small_dossier(), "basic")) == []


def test_the_scored_seed_comes_to_what_the_engine_says():
    assert scores(seed_dossier("scored"))[-2:] == [
        ["总分", "100", "", "100", "", "100", "90.33"],
        ["评价等次", "优"],
    ]
    assert notes(one(seed_dossier("scored"), "basic")) == []


def test_the_published_seed_says_that_its_figures_disagree():
    document = one(seed_dossier("as_published"), "basic")
    assert [row[-1] for row in rows(tables(document)[1])[:5]] == ["4", "3", "5", "1", "4"]
    assert scores(seed_dossier("as_published"))[-2:] == [
        ["总分", "100", "", "100", "", "100", "88"],
        ["评价等次", "优"],
    ]
    assert panel(seed_dossier("as_published"))[3][3] == "平均分 90.33"
    found = notes(document)
    assert found[0] == (
        "注1：评价人员只有总分，没有各项得分；得分一列是共同评分，相加为88分；"
        "个人总分的平均分为90.33分，评价等次据此确定。"
    )
    assert [note.partition("：")[0] for note in found] == [
        f"注{n}" for n in range(1, len(found) + 1)
    ]
    assert any(
        note.endswith("印出的平均分为88，应为90.33（(89 + 96 + 86) ÷ 3 → 90.33）。")
        for note in found
    )
    assert any("印出的等次为良好，应为优" in note for note in found)


def test_totals_without_any_marks_leave_the_column_blank_and_say_so():
    people = tuple(
        replace(person, sheet=Sheet(person.key, {}, total_only=Decimal(total)))
        for person, total in zip(small_dossier().panel, ("80", "81", "82"), strict=True)
    )
    dossier = small_dossier(panel=people)
    assert [row[-1] for row in scores(dossier)] == ["", "", "81", "良"]
    assert notes(one(dossier, "basic")) == [
        "注1：评价人员只有总分，没有各项得分；个人总分的平均分为81分，评价等次据此确定。"
    ]


def test_leaves_that_do_not_apply_are_named_and_the_scaling_is_explained():
    rules = replace(small_pack().scoring, not_applicable=NotApplicable.SCALED)
    people = tuple(
        replace(person, sheet=sheet(person.key, lamps="", safety="54"))
        for person in small_dossier().panel
    )
    dossier = small_dossier(pack=small_pack(scoring=rules), panel=people)
    assert [row[-1] for row in scores(dossier)] == ["不适用", "54", "54", "优"]
    assert notes(one(dossier, "basic")) == [
        "注1：不适用的指标不计分：得分相加为54分（满分60分），折算为满分100分后为90分。"
    ]


def test_a_cap_is_explained():
    rules = replace(
        small_pack().scoring, execution_caps=(ExecutionCap(Decimal("0.8"), Decimal(79)),)
    )
    dossier = small_dossier(pack=small_pack(scoring=rules))
    assert scores(dossier)[-1] == ["评价等次", "中"]
    assert notes(one(dossier, "basic")) == [
        "注1：按预算执行率，总分不超过79分：由91.33分降为79分。"
    ]


def test_a_wrong_printed_figure_is_noted_even_before_there_is_a_result():
    dossier = small_dossier(panel=(), printed=PrintedFigures(grade="良好"))
    assert notes(one(dossier, "basic")) == [
        "注1：印出的等次用词为良好，应为优、良、中、差（等次只能用本套规则的用词）。"
    ]


def test_an_empty_panel_leaves_rows_to_sign():
    assert panel(small_dossier(panel=()))[:3] == [["", "", "", "", ""]] * 3


def test_leaves_above_the_third_level_leave_the_rest_of_their_row_empty():
    dossier = small_dossier(
        indicators=(*small_dossier().indicators[:2], small_dossier().indicators[3])
    )
    assert scores(dossier) == [
        ["产出", "40", "数量", "40", "", ""],
        ["效益", "60", "", ""],
        ["总分", "100", "", "40", "", "", ""],
        ["评价等次", ""],
    ]


def test_signatures_have_places_of_their_own():
    groups = tables(one(small_dossier(), "basic"))[2].groups
    anchors = [
        cell.anchor
        for group in groups
        for row in group.rows
        for cell in row
        if isinstance(cell, SignatureCell)
    ]
    assert anchors == ["sign-evaluator-1", "sign-evaluator-2", "sign-evaluator-3", "sign-leader"]


def test_an_undated_form_leaves_room_for_the_date():
    basic = replace(small_dossier().basic, evaluated_on=None)
    assert panel(small_dossier(basic=basic))[-1] == [
        "评价工作组组长（签字并单位盖章）\n　　年　月　日"
    ]


def test_report_prints_the_outline_without_prompts():
    dossier = seed_dossier("scored")
    document = one(dossier, "report")
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert len(headings) == len(dossier.pack.outline)
    assert headings[:4] == [
        Heading(1, "一、项目概况"),
        Heading(2, "（一）项目基本性质、用途和主要内容"),
        Heading(2, "（二）项目绩效目标"),
        Heading(1, "二、项目资金使用及管理情况"),
    ]
    assert Heading(3, "1.项目的经济性分析") in headings
    printed = "".join(texts(document))
    prompts = [section.prompt for section in dossier.pack.outline if section.prompt]
    assert prompts
    assert not [prompt for prompt in prompts if prompt in printed]


def test_report_prints_lines_as_paragraphs_and_nothing_for_an_empty_section():
    assert one(small_dossier(), "report").blocks[:4] == (
        Heading(1, "一、项目概况"),
        Heading(2, "（一）项目基本性质、用途和主要内容"),
        Paragraph("全市路灯3000盏（含新区）。"),
        Paragraph("常年维护。"),
    )
    assert not [
        b for b in one(small_dossier(sections={}), "report").blocks if isinstance(b, Paragraph)
    ]


def test_stored_text_is_not_changed_by_printing():
    dossier = small_dossier()
    build(dossier, "all")
    assert dossier.sections == small_dossier().sections
    assert dossier.targets[0].target == "维护路灯 3000 盏"


def test_all_wording_comes_from_the_pack():
    words = {key: f"词{index}" for index, key in enumerate(small_pack().wording)}
    dossier = small_dossier(pack=small_pack(wording=words))
    printed = " ".join(text for document in build(dossier, "all") for text in texts(document))
    assert [word for word in words.values() if word not in printed] == []
