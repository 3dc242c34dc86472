"""A bureau makes its own pack in the browser, by keyboard, and a unit below opens an evaluation with it."""

import pytest
from playwright.sync_api import Page, expect

from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from tests.browser.site import expect_saved

pytestmark = pytest.mark.browser

PACK = "三亚市财政支出项目绩效自评"


def start(page: Page) -> None:
    page.get_by_role("link", name="规则包", exact=True).click()
    page.get_by_role("link", name="海口市").click()
    page.get_by_role("link", name="以它为底，起草新的规则包").click()
    page.get_by_label("代码").fill("sanya-2026")
    page.get_by_label("名称").fill(PACK)
    page.get_by_label("适用地区").fill("三亚市")
    page.get_by_role("button", name="开始起草").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{PACK}（第 1 版草稿）")


def row_of(page: Page, name: str):
    return page.locator("tr[data-row]").filter(has=page.locator(f"xpath=.//textarea[.='{name}']"))


def test_a_pack_of_ones_own_from_draft_to_evaluation(site, people):
    bureau = site.sign_in(people["caizheng"])
    start(bureau)
    tree = bureau.locator("[data-tree]")
    rows = tree.locator("tr[data-row]")
    expect(rows).to_have_count(31)

    row_of(bureau, "目标内容").get_by_label("分值").fill("5")
    bureau.keyboard.press("Enter")
    problem = "「项目目标」的下级分值之和 5 不等于 4，相差 1。"
    expect(
        row_of(bureau, "项目目标").locator(".cell-error").filter(has_text=problem)
    ).to_be_visible()
    expect(bureau.locator("#problems")).to_contain_text("还有 1 处问题，改好才能发布")
    bureau.get_by_role("link", name="核对并发布").click()
    expect(bureau.get_by_text(problem)).to_be_visible()
    expect(bureau.get_by_role("button", name="发布第 1 版")).to_have_count(0)
    bureau.go_back()

    row_of(bureau, "目标内容").get_by_label("分值").fill("3")
    row_of(bureau, "目标内容").get_by_label("分值").press("Alt+Insert")
    expect(rows).to_have_count(32)
    bureau.keyboard.type("目标依据")
    bureau.keyboard.press("Tab")
    bureau.keyboard.type("1")
    bureau.keyboard.press("Tab")
    expect_saved(bureau.locator("form[data-autosave]"))
    expect(bureau.locator("#problems")).to_have_text("")
    bureau.keyboard.press("Alt+ArrowUp")
    expect(bureau.locator("[name='row-2-name']")).to_have_value("目标依据")
    expect_saved(bureau.locator("form[data-autosave]"))

    bureau.get_by_role("link", name="核对并发布").click()
    expect(bureau.get_by_role("row").filter(has_text="目标依据").first).to_contain_text("新增")
    bureau.get_by_role("button", name="发布第 1 版").click()
    expect(bureau.get_by_text("已发布")).to_be_visible()
    assert not RulePackDraft.objects.exists()
    leaves = RulePackVersion.objects.get(code="sanya-2026").pack.tree[0].children[0].children
    assert [(leaf.name, str(leaf.weight)) for leaf in leaves] == [
        ("目标依据", "1"),
        ("目标内容", "3"),
    ]

    staff = site.sign_in(people["caiwu"])
    staff.get_by_role("link", name="项目", exact=True).click()
    staff.get_by_role("link", name="新建项目").click()
    staff.get_by_label("项目名称").fill("信息系统运行维护")
    staff.get_by_role("button", name="保存").click()
    staff.get_by_role("link", name="开始一个年度的自评").click()
    staff.get_by_label("预算年度").fill("2026")
    staff.get_by_label("规则包").select_option(label=f"{PACK}（第 1 版）")
    staff.get_by_role("button", name="开始填报").click()
    expect(staff.get_by_text(f"{PACK}（第 1 版）")).to_be_visible()


def test_a_subtree_moves_goes_and_comes_back(site, people):
    bureau = site.sign_in(people["caizheng"])
    start(bureau)
    rows = bureau.locator("[data-tree] tr[data-row]")
    names = bureau.locator("[data-tree] [name$='-name']")
    row_of(bureau, "项目决策").get_by_role("button", name="下移").click()
    expect(names.first).to_have_value("项目管理")
    row_of(bureau, "项目决策").get_by_role("button", name="删除").click()
    expect(rows).to_have_count(22)
    bureau.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(31)
    row_of(bureau, "到位率").get_by_role("button", name="升一级").click()
    expect_saved(bureau.locator("form[data-autosave]"))
    draft = RulePackDraft.objects.get()
    assert [node["name"] for node in draft.content["tree"]] == ["项目管理", "项目决策", "项目绩效"]
    second = draft.content["tree"][0]["children"]
    assert [node["name"] for node in second][:3] == ["资金到位", "到位率", "资金管理"]
    assert [node["name"] for node in second[1]["children"]] == ["到位时效"]
