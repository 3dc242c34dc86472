"""Nothing typed is lost: not by a reload, a dead network, a second window, an ended session or a refusal."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from projects.models import BasicInfo, Evaluation
from projects.workflow import Action, perform
from tests.browser.site import expect_saved, fill_sign_in, open_tab

pytestmark = pytest.mark.browser

PLANNED = "计划投资额：市县财政（万元）"
SPENT = "实际使用情况：市县财政（万元）"


def open_page(page: Page, evaluation: Evaluation, name: str) -> Locator:
    """Go to a page of the evaluation; returns its (first) form that saves itself."""
    page.goto(f"/evaluations/{evaluation.pk}/{name}/")
    return page.locator("[data-autosave], [data-save-row]").first


def stored(evaluation: Evaluation) -> SimpleNamespace:
    """What the database holds now."""
    return SimpleNamespace(**BasicInfo.objects.filter(evaluation=evaluation).values().get())


def test_what_was_typed_is_there_after_a_reload(site, people, drafting):
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    page.get_by_label("联系电话").fill("0898-68716626")
    page.get_by_label("一次性项目").check()
    expect_saved(form)
    page.reload()
    expect(page.get_by_label("联系电话")).to_have_value("0898-68716626")
    expect(page.get_by_label("一次性项目")).to_be_checked()


def test_leaving_by_a_link_takes_the_last_keys_along(site, people, drafting):
    page = site.enter(people["caiwu"])
    open_page(page, drafting, "report")
    text = page.locator("form[data-autosave] textarea").first
    text.press("Control+End")
    text.press_sequentially("续写一句。")
    open_tab(page, "概览")
    open_tab(page, "评价报告")
    expect(text).to_have_value(re.compile("续写一句。$"))


def test_a_dead_network_loses_nothing(site, people, drafting):
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    page.context.set_offline(True)
    page.get_by_label("项目负责人").fill("郑冬")
    page.get_by_label(SPENT).fill("12.9")
    expect(form.locator("[data-save-state]")).to_contain_text("未连接")
    page.get_by_label("邮编").fill("570105")
    page.context.set_offline(False)
    expect_saved(form)
    expect(page.locator("#total-spent")).to_have_text("12.90")
    page.reload()
    expect(page.get_by_label("项目负责人")).to_have_value("郑冬")
    expect(page.get_by_label("邮编")).to_have_value("570105")


def test_a_window_closed_without_network_offers_its_text_again(site, people, drafting):
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "goals")
    context = page.context
    context.set_offline(True)
    page.get_by_role("button", name="加一行").click()
    page.locator("tr[data-row]").last.get_by_label("绩效目标").fill("断网时写的目标")
    expect(form.locator("[data-save-state]")).to_contain_text("未连接")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    form = open_page(again, drafting, "goals")
    expect(again.locator("tr[data-row]")).to_have_count(8)
    again.get_by_role("group", name="未保存的内容").get_by_role("button", name="恢复").click()
    expect(again.locator("tr[data-row]")).to_have_count(9)
    expect(again.locator("tr[data-row]").last.get_by_label("绩效目标")).to_have_value(
        "断网时写的目标"
    )
    expect_saved(form)
    assert drafting.targets.last().target == "断网时写的目标"


@pytest.mark.parametrize(
    ("choice", "kept"), [("保留我的", "第二个窗口"), ("采用对方的", "第一个窗口")]
)
def test_two_windows_at_odds_leave_the_choice_to_a_person(site, people, drafting, choice, kept):
    site.expected.append("409 (Conflict)")
    first = site.enter(people["caiwu"])
    second = first.context.new_page()
    first_form = open_page(first, drafting, "basic")
    second_form = open_page(second, drafting, "basic")
    first.get_by_label("联系电话").fill("第一个窗口")
    first.get_by_label("项目负责人").fill("只改第一处")
    first.keyboard.press("Tab")
    expect_saved(first_form)

    second.get_by_label("邮编").fill("570199")
    second.get_by_label("联系电话").fill("第二个窗口")
    second.keyboard.press("Tab")
    conflict = second.get_by_role("group", name="与您填的不同")
    expect(conflict).to_contain_text("第一个窗口")
    expect(conflict).to_contain_text("第二个窗口")
    assert stored(drafting).phone == "第一个窗口"
    conflict.get_by_role("button", name=choice).click()
    expect(conflict).to_have_count(0)
    expect_saved(second_form)
    basic = stored(drafting)
    assert (basic.phone, basic.project_leader, basic.postcode) == (kept, "只改第一处", "570199")


def test_an_ended_session_waits_for_the_next_sign_in(site, people, drafting):
    site.expected.append("403 (Forbidden)")
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    page.context.clear_cookies()
    page.get_by_label("联系电话").fill("登录过期后填的")
    page.keyboard.press("Tab")
    expect(form.locator("[data-save-state]")).to_contain_text("登录已过期")
    page.get_by_label("项目负责人").fill("等待时填的")
    with page.context.expect_page() as opened:
        form.get_by_role("link", name="登录").click()
    fill_sign_in(opened.value, people["caiwu"])
    expect(opened.value.get_by_role("button", name="吴敏")).to_be_visible()
    opened.value.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # headless windows always have it
    expect_saved(form)
    basic = stored(drafting)
    assert (basic.phone, basic.project_leader) == ("登录过期后填的", "等待时填的")


def test_a_stranger_who_signs_in_meanwhile_writes_nothing(site, people, drafting):
    site.expected.append("403 (Forbidden)")
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    before = stored(drafting)
    page.context.clear_cookies()
    page.get_by_label("联系电话").fill("不是他写的")
    page.keyboard.press("Tab")
    with page.context.expect_page() as opened:
        form.get_by_role("link", name="登录").click()
    fill_sign_in(opened.value, people["fuzeren"])
    expect(opened.value.get_by_role("button", name="郑东")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(form.locator("[data-save-state]")).to_contain_text("另一位用户")
    expect(page.get_by_label("联系电话")).to_have_value("不是他写的")
    assert stored(drafting) == before


def test_a_form_locked_meanwhile_says_so_and_keeps_the_text(site, people, drafting):
    site.expected.append("403 (Forbidden)")
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    perform(drafting, Action.SUBMIT, user=people["caiwu"])
    page.get_by_label("联系电话").fill("太晚了")
    page.keyboard.press("Tab")
    expect(form.locator("[data-save-state]")).to_contain_text("锁定")
    expect(page.get_by_label("联系电话")).to_have_value("太晚了")


def test_a_refused_number_stays_with_its_sentence(site, people, drafting):
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    planned = page.get_by_label(PLANNED)
    planned.fill("21.1234567")
    page.get_by_label("邮编").fill("57010")
    page.get_by_label(SPENT).fill("１２．９")
    page.keyboard.press("Tab")
    expect(form.locator("[data-save-state]")).to_have_text("有 2 处未保存，请按红字改正")
    expect(planned).to_have_value("21.1234567")
    expect(planned).to_have_attribute("aria-invalid", "true")
    expect(planned).to_have_accessible_description("最多 6 位小数。")
    expect(page.get_by_text("最多 6 位小数。")).to_be_visible()
    expect(page.get_by_label("邮编")).to_have_accessible_description("邮编应为 6 位数字。")
    expect(page.get_by_label(SPENT)).to_have_value("12.9")
    expect(page.locator("#total-spent")).to_have_text("12.90")
    expect(page.locator("#total-planned")).to_have_text("21.76")
    planned.fill("22")
    page.get_by_label("邮编").fill("570101")
    page.keyboard.press("Tab")
    expect_saved(form)
    expect(page.get_by_text("最多 6 位小数。")).to_have_count(0)
    expect(page.locator("#total-planned")).to_have_text("22.00")


def test_a_mark_above_its_weight_is_refused_beside_it(site, people, scoring):
    page = site.enter(people["zuzhang"])
    open_page(page, scoring, "sheet")
    mark = page.get_by_label("资金使用", exact=True)
    mark.fill("8")
    mark.press("Enter")
    expect(mark).to_have_attribute("aria-invalid", "true")
    expect(mark).to_have_value("8")
    expect(page.locator("#total")).to_have_text("0")
    mark.fill("5")
    mark.press("Enter")
    expect(page.locator("#total")).to_have_text("5")
    expect(mark).not_to_have_attribute("aria-invalid", "true")


def test_a_column_of_a_spreadsheet_fills_the_marks_downwards(site, people, scoring):
    page = site.enter(people["pingjia2"])
    open_page(page, scoring, "sheet")
    paste(page, page.get_by_label("目标内容", exact=True), "4\n３\n5\n无\n6\n")
    for name, value in {
        "目标内容": "4",
        "决策依据": "3",
        "决策程序": "5",
        "分配办法": "",
        "分配结果": "6",
        "到位率": "",
    }.items():
        expect(page.get_by_label(name, exact=True)).to_have_value(value)
    expect(page.get_by_role("status").filter(has_text="1 格不是数字")).to_have_count(1)
    expect(page.locator("#total")).to_have_text("18")
    expect(page.locator("#scored")).to_have_text("4")
    page.reload()
    expect(page.get_by_label("分配结果", exact=True)).to_have_value("6")


def test_a_range_of_a_spreadsheet_fills_the_funding_matrix(site, people, drafting):
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "basic")
    paste(page, page.get_by_label("计划投资额：中央财政（万元）"), "1,000.5\t2\t3\n4\t5\t6")
    expect(page.locator("#total-planned")).to_have_text("1026.26")
    expect(page.locator("#total-spent")).to_have_text("21.84")
    expect_saved(form)


def paste(page: Page, field: Locator, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("Control+V")


def test_goal_rows_are_added_moved_and_removed(site, people, drafting):
    page = site.enter(people["caiwu"])
    form = open_page(page, drafting, "goals")
    rows = page.locator("tr[data-row]")
    before = [row.target for row in drafting.targets.all()]

    page.get_by_role("button", name="加一行").click()
    rows.last.get_by_label("绩效目标").fill("新加的目标")
    rows.last.get_by_role("button", name="上移").click()
    rows.first.get_by_role("button", name="删除这一行").click()
    rows.first.get_by_label("绩效目标").press("Alt+ArrowDown")
    expect_saved(form)
    expect(rows).to_have_count(8)
    wanted = [before[2], before[1], *before[3:7], "新加的目标", before[7]]
    page.reload()
    for row, text in zip(rows.all(), wanted, strict=True):
        expect(row.get_by_label("绩效目标")).to_have_value(text)

    rows.nth(2).get_by_role("button", name="删除这一行").click()
    page.get_by_role("button", name="撤销").click()
    expect_saved(form)
    page.reload()
    expect(rows).to_have_count(8)


def goals_in_two_windows(site, people, drafting: Evaluation) -> tuple[Page, Page]:
    site.expected.append("409 (Conflict)")
    first = site.enter(people["caiwu"])
    second = first.context.new_page()
    for page in (first, second):
        open_page(page, drafting, "goals")
    return first, second


def goal_form(page: Page) -> Locator:
    return page.locator("form[data-autosave]")


def write_goal(page: Page, number: int, text: str) -> None:
    page.locator("tr[data-row]").nth(number).get_by_label("绩效目标").fill(text)
    page.keyboard.press("Tab")


def goals_of(evaluation: Evaluation) -> list[str]:
    return [row.target for row in evaluation.targets.all()]


@pytest.mark.parametrize("adds_first", [True, False])
def test_a_row_added_in_one_window_joins_a_change_in_the_other(site, people, drafting, adds_first):
    before = goals_of(drafting)
    adding, changing = goals_in_two_windows(site, people, drafting)

    def add() -> None:
        adding.get_by_role("button", name="加一行").click()
        write_goal(adding, 8, "这里加的一行")
        expect_saved(goal_form(adding))

    def change() -> None:
        write_goal(changing, 0, "那里改的一行")
        expect_saved(goal_form(changing))

    for act in (add, change) if adds_first else (change, add):
        act()
    wanted = ["那里改的一行", *before[1:], "这里加的一行"]
    expect(adding.locator(".conflict")).to_have_count(0)
    assert goals_of(drafting) == wanted
    late = changing if adds_first else adding
    for row, text in zip(late.locator("tr[data-row]").all(), wanted, strict=True):
        expect(row.get_by_label("绩效目标")).to_have_value(text)


@pytest.mark.parametrize("choice", ["保留我的", "采用对方的"])
def test_a_row_removed_in_one_window_asks_the_other(site, people, drafting, choice):
    before = goals_of(drafting)
    removing, changing = goals_in_two_windows(site, people, drafting)
    removing.get_by_role("button", name="删除这一行").nth(2).click()
    expect_saved(goal_form(removing))
    write_goal(changing, 5, "改过的第六行")
    conflict = changing.get_by_role("group", name="与您填的不同")
    expect(conflict).to_contain_text("改过的第六行")
    theirs = [*before[:2], *before[3:]]
    assert goals_of(drafting) == theirs
    conflict.get_by_role("button", name=choice).click()
    expect_saved(goal_form(changing))
    mine = [*before[:5], "改过的第六行", *before[6:]]
    wanted = mine if choice == "保留我的" else theirs
    assert goals_of(drafting) == wanted
    for row, text in zip(changing.locator("tr[data-row]").all(), wanted, strict=True):
        expect(row.get_by_label("绩效目标")).to_have_value(text)
