"""The published form of 2019 is copied from paper by keyboard, and the page says what it implies."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from reports.dossier.seed import seed_dossier
from tests import worlds
from tests.browser.site import expect_saved, open_tab
from tests.browser.test_pages import look

pytestmark = pytest.mark.browser

SEED = seed_dossier("as_published")


def start(page: Page, evaluation) -> None:
    page.goto(reverse("projects:panel", args=[evaluation.pk]))
    page.get_by_role("link", name="改为旧表录入").click()
    page.get_by_role("button", name="改为旧表录入").click()
    expect(page.get_by_text("已改为旧表录入，请照原表填写。")).to_be_visible()


def test_the_published_form_is_copied_beside_what_it_implies(site, people):
    evaluation = worlds.opened(people, pack="haikou-2019", name="信息系统运行维护", year=2019)
    evaluation.funding.filter(source="municipal").update(
        planned=217600, received=217600, spent=128400
    )
    page = site.enter(people["caiwu"])
    start(page, evaluation)
    rows = page.locator("tr[data-row]")
    for number, member in enumerate(SEED.panel):
        rows.nth(number).get_by_label("姓名").fill(member.name)
        rows.nth(number).get_by_label("职务/职称").fill(member.title)
        rows.nth(number).get_by_label("项目评分").fill(str(member.sheet.total_only))
    rows.nth(0).get_by_label("组长").check()
    page.get_by_label("平均分", exact=True).fill("88")
    page.get_by_label("总分", exact=True).fill("88")
    page.get_by_label("评价等次").fill("良好")
    page.get_by_label("预算执行率（%）").fill("59.1")
    leaves = [one for one in SEED.indicators if one.level == 3]
    page.get_by_label(leaves[0].name, exact=True).focus()
    for leaf in leaves:
        expect(page.get_by_label(leaf.name, exact=True)).to_be_focused()
        page.keyboard.type(str(SEED.consensus.marks[leaf.key].value))
        page.keyboard.press("Enter")
    form = page.locator("form[data-autosave]")
    expect_saved(form)
    implied = page.get_by_role("complementary", name="据此算出")
    expect(implied.locator("[data-figure=mean]")).to_have_text("90.33")
    expect(implied.locator("[data-figure=grade]")).to_have_text("优")
    expect(implied.locator("[data-figure=execution-rate]")).to_have_text("59.0%")
    expect(implied).to_contain_text("与印出的不一致 7 处")
    expect(page.locator("#column-total")).to_have_text("88")

    page.reload()
    expect(rows).to_have_count(3)
    expect(page.get_by_label("预算执行率（%）")).to_have_value("59.1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("旧表录入")
    assert look(page) == []
    open_tab(page, "评分结果")
    expect(page.locator("[data-figure=total]")).to_have_text("90.33")
    expect(page.get_by_text("不是评价人员在本系统中评定的")).to_be_visible()
    open_tab(page, "文档")
    expect(page.get_by_text("旧表录入：本表照原有的纸质表或文件抄录").first).to_be_visible()
    assert Facts(load_dossier(evaluation.pk)).consensus_total == 88


def test_two_windows_that_copy_one_form(site, people):
    site.expected.append("409 (Conflict)")
    evaluation = worlds.opened(people, pack="haikou-2019", name="信息系统运行维护", year=2019)
    first = site.enter(people["caiwu"])
    start(first, evaluation)
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("平均分", exact=True).fill("88")
    first.keyboard.press("Tab")
    expect_saved(first.locator("form[data-autosave]"))
    second.get_by_label("平均分", exact=True).fill("90.33")
    second.get_by_label("评价等次").fill("优")
    second.keyboard.press("Tab")
    conflict = second.get_by_role("group", name="与您填的不同")
    expect(conflict.locator("[data-value=theirs]")).to_have_text("88")
    conflict.get_by_role("button", name="采用对方的").click()
    expect_saved(second.locator("form[data-autosave]"))
    evaluation.printed.refresh_from_db()
    assert (evaluation.printed.mean, evaluation.printed.grade) == (88, "优")
