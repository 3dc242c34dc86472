import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from evalsys.rulepacks.shipped import shipped_pack
from reports.dossier.codec import parse_dossier
from reports.dossier.facts import Facts
from reports.dossier.seed import SEED_NAMES, seed_data, seed_dossier

PUBLISHED_TREE = """
目标内容 4 4|决策依据 3 3|决策程序 5 5|分配办法 2 1|分配结果 6 4|到位率 3 3|到位时效 2 2|资金使用 7 3
财务管理 3 2|组织机构 1 1|管理制度 9 9|产出数量 5 5|产出质量 4 3|产出时效 3 1|产出成本 3 2|经济效益 8 8
社会效益 8 8|环境效益 8 8|可持续影响 8 8|服务对象满意度 8 8
"""


def test_the_published_leaves_weights_and_scores():
    dossier = seed_dossier("as_published")
    printed = [
        (
            indicator.name,
            str(indicator.weight),
            str(dossier.consensus.marks[indicator.key].value),
        )
        for indicator in dossier.indicators
        if indicator.level == 3
    ]
    cells = PUBLISHED_TREE.strip().replace("\n", "|").split("|")
    assert printed == [tuple(cell.split()) for cell in cells]


def test_the_published_form_keeps_its_mistakes():
    dossier = seed_dossier("as_published")
    assert dossier.basic.implementing_unit == "海口市机构编制委员会办公室 室电子政务中心"
    assert dossier.basic.project_type == ""
    assert "完成占 59.1%。" in dossier.sections["efficiency_progress"]
    assert "推层出新" in dossier.sections["sustainability"]
    assert {target.standards for target in dossier.targets} == {("√", "", "", "")}
    assert (dossier.printed.total, dossier.printed.mean, dossier.printed.grade) == (88, 88, "良好")
    assert dossier.printed.execution_rate == Decimal("0.591")
    assert [str(member.sheet.total_only) for member in dossier.panel] == ["89", "96", "86"]
    assert [member.sheet.marks for member in dossier.panel] == [{}, {}, {}]


def test_sentences_cut_by_a_page_are_whole():
    sections = seed_dossier("as_published").sections
    assert "建立项目控制管理机制" in sections["efficiency_quality"]
    assert "专属性和稀缺性。" in sections["effectiveness_impact"]
    assert "组织实施、项目效果" in sections["conclusion"]
    assert sections["experience"].count("\n") == 1


@pytest.mark.parametrize("name", SEED_NAMES)
def test_every_section_with_a_body_is_filled(name):
    dossier = seed_dossier(name)
    bodies = [section.key for section in dossier.pack.outline if section.has_body]
    assert sorted(dossier.sections) == sorted(bodies)
    assert all(dossier.sections.values())


def test_the_prompts_of_the_outline_are_not_in_the_text():
    dossier = seed_dossier("as_published")
    text = "".join(dossier.sections.values())
    prompts = [section.prompt for section in dossier.pack.outline if section.prompt]
    assert prompts
    assert not [prompt for prompt in prompts if prompt.strip("（）") in text]


def test_the_two_differ_only_in_what_was_scored_and_put_right():
    published, scored = seed_data("as_published"), seed_data("scored")
    differing = {name for name in scored if published.get(name) != scored[name]}
    put_right = {"targets", "execution_reason", "appointed_by"}
    assert differing == {"basic", "sections", "panel", "consensus", "printed"} | put_right
    assert published["basic"] | {"project_type": "recurring"} == scored["basic"]
    assert (scored["consensus"], scored["printed"]) == (None, None)


def test_only_the_scored_report_says_what_follows_from_the_forms():
    published, scored = seed_data("as_published")["sections"], seed_data("scored")["sections"]
    assert {key for key in scored if scored[key] != published[key]} == {
        "efficiency_progress",
        "conclusion",
        "other",
    }
    assert "总自评分 88 分，评价等次良好" in published["conclusion"]
    assert "总自评分 90.33 分，评价等次优" in scored["conclusion"]
    assert "59.1%" in published["efficiency_progress"]
    assert "59.0%" in scored["efficiency_progress"]


def test_the_scored_sheets_are_complete_and_give_the_published_totals():
    facts = Facts(seed_dossier("scored"))
    panel = facts.dossier.panel
    assert [len(member.sheet.marks) for member in panel] == [20, 20, 20]
    assert [sum(mark.value for mark in member.sheet.marks.values()) for member in panel] == [
        89,
        96,
        86,
    ]
    assert not facts.result.missing
    assert [member.name for member in panel if member.is_leader] == ["李警南"]


def test_the_seed_is_under_the_shipped_pack():
    assert seed_dossier("scored").pack == shipped_pack("haikou-2019", 1)


def test_an_unknown_seed_is_refused():
    with pytest.raises(ValueError, match="unknown"):
        seed_data("unknown")


def test_seed_data_is_plain_json():
    data = seed_data("scored")
    assert json.loads(json.dumps(data)) == data


def test_the_documented_example_is_a_dossier():
    text = (Path(settings.BASE_DIR) / "docs" / "dossier.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json\n")[1].split("```")[0])
    seed = seed_data("scored")
    whole = example | {"pack": seed["pack"], "pack_digest": seed["pack_digest"]}
    assert parse_dossier(whole).panel[1].sheet.total_only == 86
