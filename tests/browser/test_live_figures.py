"""Live figures in the report's editor: shown as values, stored with braces, never lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from projects.domain import save_basic, save_section
from projects.models import Evaluation, NarrativeSection
from tests.browser.site import expect_saved

pytestmark = pytest.mark.browser

SPENT_SECTION = "funds_spent"


def section(evaluation: Evaluation, key: str = SPENT_SECTION) -> NarrativeSection:
    return evaluation.sections.get(key=key)


def body(evaluation: Evaluation, key: str = SPENT_SECTION) -> str:
    return section(evaluation, key).body


def write(evaluation: Evaluation, text: str) -> None:
    row = section(evaluation)
    save_section(row, seen=row.version, body=text)


def open_report(site, people, evaluation: Evaluation) -> Page:
    page = site.enter(people["caiwu"])
    page.goto(f"/evaluations/{evaluation.pk}/report/")
    return page


def editor(page: Page, key: str = SPENT_SECTION) -> Locator:
    return page.locator(f"#id_{key}_body")


def form(page: Page, key: str = SPENT_SECTION) -> Locator:
    return page.locator(f"#section-{key} form")


def tinted(page: Page, key: str = SPENT_SECTION) -> Locator:
    return page.locator(f"#section-{key} .live-figure")


def test_braces_are_stored_and_values_are_shown(site, people, drafting):
    write(drafting, "使用{{实际使用}}，执行率{{预算执行率}}。")
    page = open_report(site, people, drafting)
    text = editor(page)
    expect(text).to_have_value("使用12.84万元，执行率59.0%。")
    expect(tinted(page)).to_have_text(["12.84万元", "59.0%"])
    text.press("Control+End")
    text.press_sequentially("余额留用。")
    expect_saved(form(page))
    assert body(drafting) == "使用{{实际使用}}，执行率{{预算执行率}}。余额留用。"


def test_a_figure_is_chosen_with_the_keyboard_alone(site, people, drafting):
    write(drafting, "")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.press_sequentially("实际使用{{使用")
    options = page.get_by_role("listbox", name="可引用的数据").get_by_role("option")
    expect(options.first).to_contain_text("实际使用")
    text.press("Enter")
    text.press_sequentially("，结余")
    text.press("Alt+i")
    text.press_sequentially("结余")
    text.press("Tab")
    expect(text).to_have_value("实际使用12.84万元，结余8.92万元")
    expect_saved(form(page))
    assert body(drafting) == "实际使用{{实际使用}}，结余{{结余}}"
    expect(text).to_be_focused()


def test_escape_leaves_no_braces_behind(site, people, drafting):
    write(drafting, "全文")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.press("Control+End")
    text.press("Alt+i")
    expect(page.get_by_role("listbox")).to_be_visible()
    text.press("ArrowDown")
    text.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(text).to_have_value("全文")


def test_the_palette_puts_a_figure_where_the_caret_was(site, people, drafting):
    write(drafting, "到位。")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.press("Control+End")
    text.press("ArrowLeft")
    page.locator("#palette").get_by_role("button", name="到位率", exact=False).click()
    expect(text).to_have_value("到位100.0%。")
    expect_saved(form(page))
    assert body(drafting) == "到位{{到位率}}。"


def test_a_figure_goes_whole_and_comes_back_by_undo(site, people, drafting):
    write(drafting, "使用{{实际使用}}。")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.press("Control+End")
    text.press("ArrowLeft")
    text.press("Backspace")
    expect(text).to_have_value("使用。")
    expect_saved(form(page))
    assert body(drafting) == "使用。"
    text.press("Control+z")
    expect(text).to_have_value("使用12.84万元。")
    expect(tinted(page)).to_have_count(1)
    expect_saved(form(page))
    assert body(drafting) == "使用{{实际使用}}。"


def test_typing_inside_makes_plain_text_and_undo_makes_it_live_again(site, people, drafting):
    write(drafting, "使用{{实际使用}}。")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.press("Control+Home")
    for _ in range(4):
        text.press("ArrowRight")
    text.press_sequentially("9")
    expect(text).to_have_value("使用129.84万元。")
    expect(tinted(page)).to_have_count(0)
    expect_saved(form(page))
    assert body(drafting) == "使用129.84万元。"
    text.press("Control+z")
    expect(tinted(page)).to_have_count(1)
    expect_saved(form(page))
    assert body(drafting) == "使用{{实际使用}}。"


def test_cutting_and_pasting_keeps_a_figure_live(site, people, drafting):
    write(drafting, "使用{{实际使用}}。剩余{{结余}}。")
    page = open_report(site, people, drafting)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = editor(page)
    text.press("Control+Home")
    for _ in range(10):
        text.press("Shift+ArrowRight")
    text.press("Control+x")
    text.press("Control+End")
    text.press("Control+v")
    expect(text).to_have_value("剩余8.92万元。使用12.84万元。")
    expect_saved(form(page))
    assert body(drafting) == "剩余{{结余}}。使用{{实际使用}}。"


def test_pasted_braces_become_figures(site, people, drafting):
    write(drafting, "")
    page = open_report(site, people, drafting)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('用｛｛实际使用｝｝，余{{结余}}，\\\\{{结余}}')")
    text = editor(page)
    text.press("Control+v")
    expect(text).to_have_value("用12.84万元，余8.92万元，\\{{结余}}")
    expect_saved(form(page))
    assert body(drafting) == "用｛｛实际使用｝｝，余{{结余}}，\\{{结余}}"


def test_an_unknown_name_is_refused_beside_the_field_and_stays(site, people, drafting):
    write(drafting, "旧文")
    page = open_report(site, people, drafting)
    text = editor(page)
    text.fill("用了{{实际支出}}。")
    text.blur()
    expect(form(page).get_by_text("没有叫「实际支出」的数据")).to_be_visible()
    expect(text).to_have_value("用了{{实际支出}}。")
    assert body(drafting) == "旧文"


def test_a_typed_figure_is_offered_to_become_live(site, people, drafting):
    write(drafting, "实际使用资金 12.84 万元，剩余 8.92 万元。")
    page = open_report(site, people, drafting)
    offers = page.locator("#remarks-funds_spent [data-offer]")
    expect(offers).to_have_text(
        [re.compile("12.84 万元 → 实际使用"), re.compile("8.92 万元 → 结余")]
    )
    offers.first.click()
    expect(editor(page)).to_have_value("实际使用资金 12.84万元，剩余 8.92 万元。")
    expect_saved(form(page))
    assert body(drafting) == "实际使用资金 {{实际使用}}，剩余 8.92 万元。"
    expect(offers).to_have_count(1)


def test_all_offers_are_taken_at_once(site, people, drafting):
    write(drafting, "实际使用资金 12.84 万元，剩余 8.92 万元。")
    page = open_report(site, people, drafting)
    page.locator("#remarks-funds_spent").get_by_role("button", name="全部改为联动").click()
    expect_saved(form(page))
    assert body(drafting) == "实际使用资金 {{实际使用}}，剩余 {{结余}}。"


def test_the_shown_value_follows_the_form(site, people, drafting):
    write(drafting, "使用{{实际使用}}。")
    page = open_report(site, people, drafting)
    basic, line = drafting.basic, drafting.funding.get(source="municipal")
    save_basic(basic, seen=basic.version, values={}, amounts={line: {"spent": 150000}})
    text = editor(page)
    text.press("Control+End")
    text.press_sequentially("完。")
    expect(text).to_have_value("使用15.00万元。完。")
    expect_saved(form(page))
    assert body(drafting) == "使用{{实际使用}}。完。"


def test_a_conflict_shows_values_and_keeps_braces(site, people, drafting):
    site.expected.append("409 (Conflict)")
    write(drafting, "使用{{实际使用}}。")
    page = open_report(site, people, drafting)
    write(drafting, "别人写的{{结余}}。")
    text = editor(page)
    text.press("Control+End")
    text.press_sequentially("我写的。")
    conflict = page.get_by_role("group", name="改过")
    expect(conflict).to_contain_text("使用12.84万元。我写的。")
    expect(conflict).to_contain_text("别人写的8.92万元。")
    conflict.get_by_role("button", name="采用对方的").click()
    expect(text).to_have_value("别人写的8.92万元。")
    expect(tinted(page)).to_have_text(["8.92万元"])
    assert body(drafting) == "别人写的{{结余}}。"


def test_what_could_not_be_saved_comes_back_with_its_figures(site, people, drafting):
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    write(drafting, "使用{{实际使用}}。")
    page = open_report(site, people, drafting)
    page.context.set_offline(True)
    text = editor(page)
    text.press("Control+End")
    text.press_sequentially("断网时写的。")
    expect(form(page).locator("[data-save-state]")).to_contain_text("未连接")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/evaluations/{drafting.pk}/report/")
    again.get_by_role("button", name="恢复").click()
    expect(editor(again)).to_have_value("使用12.84万元。断网时写的。")
    expect_saved(form(again))
    assert body(drafting) == "使用{{实际使用}}。断网时写的。"
