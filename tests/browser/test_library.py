"""Building trees from the library by keyboard, copying from last year, moving to another pack."""

import pytest
from playwright.sync_api import Page, expect

from evalsys.rulepacks.models import RulePackDraft
from projects.enums import State
from projects.models import Evaluation
from reports.demo import load_stage
from tests import worlds
from tests.browser.inspection import faults
from tests.browser.site import PHONE, expect_saved, open_tab

pytestmark = pytest.mark.browser


def search(page: Page, words: str, first: str) -> None:
    """Type into the open dialog, and wait for what comes first."""
    expect(page.get_by_role("searchbox", name="搜索指标")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(".library-name").first).to_have_text(first)


def test_a_draft_takes_leaves_over_by_keyboard(site, people):
    draft = worlds.pack_draft(people["caizheng"])
    page = site.enter(people["caizheng"])
    page.goto(f"/rule-packs/drafts/{draft.pk}/rules/")
    rows = page.locator("[data-tree] tr[data-row]")
    page.locator("[name='row-21-name']").focus()
    page.keyboard.press("Alt+KeyL")
    expect(page.locator(".library-name").first).to_have_text("产出数量")
    search(page, "培训", "培训班次")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(32)
    expect(page.locator("[name='row-22-name']")).to_be_focused()
    expect(page.locator("[name='row-22-name']")).to_have_value("培训人次")
    expect(page.locator("[name='row-22-evidence_asked']")).to_have_value("签到表、培训名册")
    expect(page.locator("[name='row-22-target_hint']")).to_have_value("≥…人次")
    page.keyboard.press("Alt+KeyL")
    search(page, "资金到位率", "资金到位率")
    page.keyboard.press("Enter")
    expect(page.locator("[name='row-23-rule_kind']")).to_have_value("arrival_rate")
    expect_saved(page.locator("form[data-autosave]"))
    expect(page.locator("#row-23-rule-sentence")).to_contain_text("到位率（实际到位 ÷ 计划投资")
    draft = RulePackDraft.objects.get()
    names = [leaf["name"] for leaf in draft.content["tree"][2]["children"][0]["children"]]
    assert names[:3] == ["产出数量", "培训人次", "资金到位率"]
    page.keyboard.press("Alt+KeyL")
    page.keyboard.press("Escape")
    expect(rows).to_have_count(33)


def test_a_rule_shows_what_its_kind_needs(site, people):
    draft = worlds.pack_draft(people["caizheng"])
    page = site.enter(people["caizheng"])
    page.goto(f"/rule-packs/drafts/{draft.pk}/rules/")
    kind, line = page.locator("[name='row-2-rule_kind']"), page.locator("[name='row-2-rule_line']")
    expect(kind).to_be_visible()
    expect(page.locator("[name='row-1-rule_kind']")).to_be_hidden()
    expect(line).to_be_hidden()
    kind.select_option("tiers")
    expect(line).to_have_attribute("placeholder", "例如：达成 80%、部分达成 60%、未达成 0%")
    line.fill("达成 80%")
    page.keyboard.press("Tab")
    expect(page.locator("#problems")).to_contain_text("最低一档的下限应为 0")
    line.fill("达成 80%、未达成 0%")
    page.keyboard.press("Tab")
    expect(page.locator("#row-2-rule-sentence")).to_have_text(
        "按实际完成值所写的判断分档：达成、未达成"
    )
    expect(page.locator("#problems")).to_have_text("")
    kind.select_option("manual")
    expect(line).to_be_hidden()
    expect_saved(page.locator("form[data-autosave]"))


def test_a_unit_builds_its_tree_from_the_library(site, people):
    evaluation = worlds.opened(people, pack="national-2020")
    page = site.enter(people["caiwu"])
    page.goto(f"/evaluations/{evaluation.pk}/indicators/")
    page.get_by_role("link", name="从指标库").nth(1).click()
    expect(page.locator("[data-library-where]")).to_have_text("加到「质量指标」下面")
    search(page, "可用率", "系统可用率")
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("已加入「系统可用率」")).to_be_visible()
    row = page.locator("tr.leaf").filter(has=page.locator("textarea", has_text="系统可用率"))
    expect(row.get_by_label("指标", exact=True)).to_be_focused()
    expect(row.get_by_label("指标值")).to_have_attribute("placeholder", "指标值，例如 ≥99.9%")
    row.get_by_label("分值").fill("20")
    row.get_by_label("分值").press("Alt+KeyL")
    expect(page.locator("[data-library-where]")).to_have_text("加到「质量指标」下面")
    search(page, "故障 修复", "故障平均修复时间")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已加入「故障平均修复时间」")).to_be_visible()
    names = evaluation.indicators.filter(level=3).values_list("name", "weight")
    assert list(names) == [("系统可用率", 20), ("故障平均修复时间", None)]


def test_the_library_without_a_script(site, people):
    evaluation = worlds.opened(people, pack="national-2020")
    row = evaluation.indicators.get(key="quality")
    page = site.enter(people["caiwu"])
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto(f"/evaluations/{evaluation.pk}/library/?under={row.pk}&q=可用率")
    assert faults(page) == []
    page.get_by_role("button", name="系统可用率").click()
    expect(page.get_by_text("已加入「系统可用率」")).to_be_visible()


def test_the_next_year_begins_with_the_last(site, people):
    signed = load_stage(State.SIGNED, people)
    page = site.enter(people["caiwu"])
    page.goto(f"/projects/{signed.project_id}/")
    page.get_by_role("link", name="开始一个年度的自评").click()
    page.get_by_label("预算年度").fill("2020")
    page.get_by_label("规则包").select_option(value=str(signed.rule_pack_id))
    expect(page.get_by_label("从这个项目以前的自评复制")).to_be_checked()
    page.get_by_role("button", name="开始填报").click()
    expect(page.get_by_role("heading", name="从 2019 年度的自评复制")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("checkbox", name="项目基本情况").uncheck()
    page.get_by_role("button", name="复制选中的部分").click()
    expect(page.get_by_text("请逐页核对后改成本年度的")).to_be_visible()
    open_tab(page, "绩效目标表")
    expect(page.locator("[name='row-0-target']")).to_have_value(
        "机构编制统计实名制系统维护量 ≥ 180 次"
    )
    open_tab(page, "基本信息表")
    expect(page.get_by_label("联系电话")).to_have_value("")
    draft = Evaluation.objects.get(fiscal_year=2020)

    page.goto(f"/evaluations/{draft.pk}/")
    page.get_by_role("link", name="换规则包").click()
    page.get_by_label("换成").select_option(
        label="项目支出绩效自评（2020年版，10/50/30/10）（第 1 版）（部分未核实）"
    )
    page.get_by_role("button", name="看会怎样变").click()
    expect(page.get_by_role("region", name="会丢掉的内容")).to_contain_text("项目资金到位情况分析")
    assert faults(page) == []
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert faults(page) == []
    page.get_by_label("会丢掉的内容我看过了").check()
    page.get_by_role("button", name="换成项目支出绩效自评").click()
    expect(page.get_by_text("现在用的是项目支出绩效自评")).to_be_visible()
    draft.refresh_from_db()
    assert draft.rule_pack.code == "national-2020"
