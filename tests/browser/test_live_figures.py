"""Live figures in the report's editor: shown as values, stored with braces, never lost.

Each story has a section of its own, so that several fit on one page.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from projects.domain import save_basic, save_section
from projects.models import Evaluation
from tests.browser.site import expect_saved

pytestmark = pytest.mark.browser

SPENT = "使用{{实际使用}}。"


def write(evaluation: Evaluation, **texts: str) -> None:
    for key, text in texts.items():
        row = evaluation.sections.get(key=key)
        save_section(row, seen=row.version, body=text)


def open_report(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/report/")


class Section:
    """One section of the report on the page and in the database."""

    def __init__(self, page: Page, evaluation: Evaluation, key: str) -> None:
        self.evaluation, self.key = evaluation, key
        self.whole = page.locator(f"#section-{key}")
        self.text = self.whole.locator("textarea")
        self.tinted = self.whole.locator(".live-figure")
        self.offers = self.whole.locator("[data-offer]")

    def shows(self, text: str) -> None:
        expect(self.text).to_have_value(text)

    def stores(self, body: str) -> None:
        expect_saved(self.whole.locator("form"))
        assert self.evaluation.sections.get(key=self.key).body == body

    def press(self, *keys: str) -> None:
        for key in keys:
            self.text.press(key)


@pytest.fixture
def report(site, people, drafting):
    """Opens the report with these texts in its sections."""

    def opened(**texts: str) -> tuple[Page, list[Section]]:
        write(drafting, **texts)
        page = site.enter(people["caiwu"])
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_report(page, drafting)
        return page, [Section(page, drafting, key) for key in texts]

    return opened


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="可引用的数据").get_by_role("option")


def test_a_figure_is_put_in_by_keyboard_and_from_the_palette(report):
    page, (shown, typed, left, placed) = report(
        funds_spent="使用{{实际使用}}，执行率{{预算执行率}}。",
        funds_received="",
        funds_management="全文",
        conclusion="到位。",
    )
    shown.shows("使用12.84万元，执行率59.0%。")
    expect(shown.tinted).to_have_text(["12.84万元", "59.0%"])
    shown.press("Control+End")
    shown.text.press_sequentially("余额留用。")
    shown.stores("使用{{实际使用}}，执行率{{预算执行率}}。余额留用。")

    typed.text.press_sequentially("实际使用{{使用")
    expect(options(page).first).to_contain_text("实际使用")
    typed.press("Enter")
    typed.text.press_sequentially("，结余")
    typed.press("Alt+i")
    typed.text.press_sequentially("结余")
    typed.press("Tab")
    typed.shows("实际使用12.84万元，结余8.92万元")
    expect(typed.text).to_be_focused()
    typed.stores("实际使用{{实际使用}}，结余{{结余}}")

    left.press("Control+End", "Alt+i", "ArrowDown", "Escape")
    expect(options(page)).to_have_count(0)
    left.shows("全文")

    placed.press("Control+End", "ArrowLeft")
    page.get_by_text("可引用的数据", exact=True).click()
    page.locator("#palette").get_by_role("button", name="到位率").click()
    placed.shows("到位100.0%。")
    placed.stores("到位{{到位率}}。")


def test_a_figure_is_edited_as_one_thing_and_every_edit_can_be_undone(report):
    page, (deleted, broken, moved, pasted) = report(
        funds_spent=SPENT,
        funds_received=SPENT,
        funds_management="使用{{实际使用}}。剩余{{结余}}。",
        conclusion="",
    )
    deleted.press("Control+End", "ArrowLeft", "Backspace")
    deleted.shows("使用。")
    deleted.stores("使用。")
    deleted.press("Control+z")
    expect(deleted.tinted).to_have_text("12.84万元")
    deleted.stores(SPENT)

    broken.press("Control+Home", *["ArrowRight"] * 4)
    broken.text.press_sequentially("9")
    expect(broken.tinted).to_have_count(0)
    broken.stores("使用129.84万元。")
    broken.press("Control+z")
    expect(broken.tinted).to_have_text("12.84万元")
    broken.stores(SPENT)

    moved.press("Control+Home", *["Shift+ArrowRight"] * 10, "Control+x", "Control+End", "Control+v")
    moved.shows("剩余8.92万元。使用12.84万元。")
    moved.stores("剩余{{结余}}。使用{{实际使用}}。")

    page.evaluate("navigator.clipboard.writeText('用｛｛实际使用｝｝，余{{结余}}，\\\\{{结余}}')")
    pasted.press("Control+v")
    pasted.shows("用12.84万元，余8.92万元，\\{{结余}}")
    pasted.stores("用｛｛实际使用｝｝，余{{结余}}，\\{{结余}}")


def test_a_wrong_figure_is_corrected_an_unknown_name_refused_a_typed_one_offered(report, drafting):
    typed = "𠮷庆：实际使用资金 12.84 万元，剩余 8.92 万元。"
    _, (unknown, one, both, wrong) = report(
        conclusion="旧文",
        funds_spent=typed,
        funds_received=typed,
        efficiency_progress="𠮷庆：使用{{实际使用}}，预算执行率59.1%。",
    )
    wrong.whole.locator("[data-correct]").click()
    wrong.shows("𠮷庆：使用12.84万元，预算执行率59.0%。")
    wrong.stores("𠮷庆：使用{{实际使用}}，预算执行率59.0%。")

    unknown.text.fill("用了{{实际支出}}。")
    unknown.text.blur()
    expect(unknown.whole.get_by_text("没有叫「实际支出」的数据")).to_be_visible()
    unknown.shows("用了{{实际支出}}。")
    assert drafting.sections.get(key="conclusion").body == "旧文"

    expect(one.offers).to_have_text([re.compile("12.84 万元 → 实际使用"), re.compile("结余")])
    one.offers.first.click()
    one.shows("𠮷庆：实际使用资金 12.84万元，剩余 8.92 万元。")
    one.stores("𠮷庆：实际使用资金 {{实际使用}}，剩余 8.92 万元。")
    expect(one.offers).to_have_count(1)

    both.whole.get_by_role("button", name="全部改为联动").click()
    both.stores("𠮷庆：实际使用资金 {{实际使用}}，剩余 {{结余}}。")
    unknown.text.fill("旧文")
    unknown.text.blur()
    unknown.stores("旧文")


def test_values_follow_the_forms_and_conflicts_keep_braces(site, report, drafting):
    site.expected.append("409 (Conflict)")
    page, (following, clashing) = report(funds_spent=SPENT, funds_received=SPENT)
    basic, line = drafting.basic, drafting.funding.get(source="municipal")
    save_basic(basic, seen=basic.version, values={}, amounts={line: {"spent": 150000}})
    following.press("Control+End")
    following.text.press_sequentially("完。")
    following.shows("使用15.00万元。完。")
    following.stores("使用{{实际使用}}。完。")

    write(drafting, funds_received="别人写的{{结余}}。")
    clashing.press("Control+End")
    clashing.text.press_sequentially("我写的。")
    conflict = page.get_by_role("group", name="改过")
    expect(conflict).to_contain_text("使用15.00万元。我写的。")
    expect(conflict).to_contain_text("别人写的6.76万元。")
    conflict.get_by_role("button", name="采用对方的").click()
    clashing.shows("别人写的6.76万元。")
    expect(clashing.tinted).to_have_text("6.76万元")
    assert drafting.sections.get(key="funds_received").body == "别人写的{{结余}}。"


def test_what_could_not_be_saved_comes_back_with_its_figures(site, report, drafting):
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    page, (section,) = report(funds_spent=SPENT)
    context = page.context
    context.set_offline(True)
    section.press("Control+End")
    section.text.press_sequentially("断网时写的。")
    expect(section.whole.locator("[data-save-state]")).to_contain_text("未连接")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    open_report(again, drafting)
    again.get_by_role("button", name="恢复").click()
    back = Section(again, drafting, "funds_spent")
    back.shows("使用12.84万元。断网时写的。")
    back.stores("使用{{实际使用}}。断网时写的。")
