"""A sheet is scored without the mouse, and no accident takes a mark away or brings an old one back."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from evalsys.rulepacks.codec import dump_pack, parse_pack
from evalsys.rulepacks.domain import publish
from evalsys.rulepacks.schema import NotApplicable
from projects.models import Evaluation
from reports import demo
from reports.demo import PASSWORD
from reports.dossier.seed import seed_dossier
from scoring.models import Mark
from scoring.sheets import hand_in
from tests import worlds
from tests.browser.site import PHONE, expect_saved, fill_sign_in

pytestmark = pytest.mark.browser

SEED = seed_dossier("scored")
LEAVES = [one.key for one in SEED.indicators if one.level == 3]
NAMES = {one.key: one.name for one in SEED.indicators}
GIVEN = {key: SEED.panel[1].sheet.marks[key].value for key in LEAVES}  # 96 points
WHO = "pingjia2"


def open_sheet(page: Page, evaluation: Evaluation) -> None:
    page.goto(reverse("scoring:sheet", args=[evaluation.pk]))
    expect(page.get_by_role("region", name="表的内容")).not_to_be_empty()


def field(page: Page, key: str) -> Locator:
    return page.get_by_label(NAMES[key], exact=True)


def row(page: Page, key: str) -> Locator:
    return page.locator("tr.leaf").filter(has=field(page, key))


def type_marks(page: Page, keys: list[str]) -> None:
    """From the focused mark on: the mark, Enter, the next one."""
    for key in keys:
        expect(field(page, key)).to_be_focused()
        page.keyboard.type(str(GIVEN[key]))
        page.keyboard.press("Enter")


def stored(evaluation: Evaluation, people, username: str = WHO) -> dict[str, Decimal | None]:
    marks = Mark.objects.filter(sheet=worlds.sheet_of(evaluation, people[username]))
    return {mark.indicator.key: mark.value for mark in marks.select_related("indicator")}


def set_elsewhere(evaluation: Evaluation, people, key: str, value: str) -> None:
    """Another device of the same evaluator was faster."""
    sheet = worlds.sheet_of(evaluation, people[WHO])
    mark = sheet.marks.get(indicator__key=key)
    worlds.save_mark(
        mark, seen=mark.version, state=worlds.MarkState.SCORED, value=Decimal(value), remark=""
    )


# Without the mouse.

COUNT_POINTERS = """
addEventListener("pointerdown", () => sessionStorage.setItem("pointers", "used"), true);
addEventListener("wheel", () => sessionStorage.setItem("pointers", "used"), true);
"""
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element.matches("a, button, input")) return "";
  return (element.labels && element.labels[0] ? element.labels[0].textContent : element.textContent || element.value).trim();
}"""


class Keyboard:
    """Counts the keys it presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def type(self, text: str) -> None:
        for key in text:
            self.press(key)

    def tab_to(self, words: str) -> None:
        for _ in range(40):
            if words in self.page.evaluate(FOCUSED):
                return
            self.press("Tab")
        raise AssertionError(f"40 tabs do not lead to {words}")


def test_a_whole_sheet_by_keyboard_alone(site, people, scoring):
    """From the sign-in to the seal; what 20 leaves take is the digits and one key each."""
    page = site.window()
    page.context.add_init_script(COUNT_POINTERS)
    page.goto("/")
    keys = Keyboard(page)
    keys.tab_to("用户名")
    keys.type(people[WHO].username)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的任务")
    keys.tab_to("信息系统运行维护")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="下一步")).to_be_visible()
    keys.tab_to("去评分")
    keys.press("Enter")
    expect(page.get_by_role("region", name="表的内容")).not_to_be_empty()

    keys.press("Alt+g")
    before = keys.presses
    for key in LEAVES:
        expect(field(page, key)).to_be_focused()
        full = GIVEN[key] == next(one.weight for one in SEED.indicators if one.key == key)
        if full:
            keys.press("*")
        else:
            keys.type(str(GIVEN[key]))
            keys.press("Enter")
    scoring_presses = keys.presses - before
    expect(page.locator("#scored")).to_have_text("20")
    expect(page.locator("#total")).to_have_text("96")
    assert scoring_presses <= 30

    keys.press("ArrowUp")
    keys.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="提交评分表")
    expect(dialog.get_by_text("各项都已评分，可以提交。")).to_be_visible()
    expect(dialog.get_by_label("登录密码")).to_be_focused()
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_text("评分表已提交并封存。")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('pointers')") is None
    assert stored(scoring, people) == GIVEN
    assert keys.presses < 110


def test_what_is_missing_is_listed_before_the_password_and_leads_there(site, people, scoring):
    sheet = worlds.sheet_of(scoring, people[WHO])
    worlds.give_marks(sheet, "1")
    sheet.marks.filter(indicator__key__in=["goal_content", "output_cost"]).update(
        state="unscored", value=None
    )
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    field(page, "output_quality").fill("2")
    field(page, "goal_content").fill("4")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="提交评分表")
    # What was typed last is saved first, so it is not on the list any more.
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("link", name="产出成本").click()
    expect(dialog).to_have_count(0)
    expect(field(page, "output_cost")).to_be_focused()
    expect(field(page, "output_cost")).to_be_in_viewport()


def test_totals_stay_in_view_and_are_said_aloud(site, people, scoring):
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    status = page.get_by_role("status").filter(has_text="总分")
    page.keyboard.press("Alt+g")
    for key in LEAVES[:12]:
        expect(field(page, key)).to_have_accessible_description(re.compile(r"^满分 [\d.]+ 分$"))
        page.keyboard.type(str(GIVEN[key]))
        page.keyboard.press("Enter")
        expect(status).to_be_in_viewport()
    total = sum(GIVEN[key] for key in LEAVES[:12])
    expect(status).to_have_text(re.compile(rf"总分\s*{total}\s*/\s*100\s*已评\s*12\s*/\s*20\s*项"))
    for part, points in (("项目决策", 19), ("项目管理", 23), ("项目绩效", GIVEN[LEAVES[11]])):
        shown = page.locator(".total-parts .total-figure").filter(has_text=part)
        expect(shown).to_be_in_viewport()
        expect(shown.locator("b")).to_have_text(str(points))


def test_on_a_phone(site, people, scoring):
    page = site.enter(people[WHO])
    page.set_viewport_size({"width": PHONE, "height": 640})
    open_sheet(page, scoring)
    mark = field(page, "output_quantity")
    mark.scroll_into_view_if_needed()
    mark.fill("4.5")
    mark.press("Enter")
    expect_saved(row(page, "output_quantity"))
    expect(field(page, "output_quality")).to_be_focused()
    expect(field(page, "output_quality")).to_be_in_viewport()
    expect(page.locator("#total")).to_have_text("4.5")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar = page.locator(".totals-bar").bounding_box()
    assert bar["height"] < 640 / 4
    page.get_by_role("button", name="提交评分表").click()
    expect(page.get_by_role("dialog")).to_be_in_viewport()


# The network and the session.


def test_offline_in_the_middle_and_back(site, people, scoring):
    """Seven marks before, seven without network, six after it is back: all twenty are there."""
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    page.keyboard.press("Alt+g")
    type_marks(page, LEAVES[:7])
    expect(page.locator("#scored")).to_have_text("7")
    page.context.set_offline(True)
    type_marks(page, LEAVES[7:14])
    expect(page.locator("[data-save-summary]")).to_contain_text("未连接，内容留在本机")
    expect(page.locator("#scored")).to_have_text("7")
    for key in LEAVES[7:14]:
        expect(field(page, key)).to_have_value(str(GIVEN[key]))
    page.context.set_offline(False)
    type_marks(page, LEAVES[14:])
    expect(page.locator("#scored")).to_have_text("20")
    expect(page.locator("#total")).to_have_text("96")
    expect(page.locator("[data-save-summary]")).to_contain_text("已保存")
    assert stored(scoring, people) == GIVEN


def test_a_window_closed_without_network_asks_once_and_gives_all_back(site, people, scoring):
    site.expected.append("ERR_INTERNET_DISCONNECTED")
    page = site.enter(people[WHO])
    context = page.context
    open_sheet(page, scoring)
    context.set_offline(True)
    page.keyboard.press("Alt+g")
    type_marks(page, LEAVES[:9])
    expect(page.locator("[data-save-summary]")).to_contain_text("未连接")
    page.close()
    context.set_offline(False)
    assert set(stored(scoring, people).values()) == {None}

    again = context.new_page()
    open_sheet(again, scoring)
    offer = again.get_by_role("group", name="未保存的内容")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text("（9 处）")
    offer.get_by_role("button", name="恢复").click()
    expect(again.locator("#scored")).to_have_text("9")
    expect(offer).to_have_count(0)
    assert [stored(scoring, people)[key] for key in LEAVES[:9]] == [
        GIVEN[key] for key in LEAVES[:9]
    ]


def test_an_ended_session_in_the_middle_takes_nothing(site, people, scoring):
    site.expected.append("403 (Forbidden)")
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    page.keyboard.press("Alt+g")
    type_marks(page, LEAVES[:5])
    expect(page.locator("#scored")).to_have_text("5")
    page.context.clear_cookies()
    type_marks(page, LEAVES[5:11])
    summary = page.locator("[data-save-summary]")
    expect(summary).to_contain_text("登录已过期")
    with page.context.expect_page() as opened:
        summary.get_by_role("link", name="登录").click()
    fill_sign_in(opened.value, people[WHO])
    expect(opened.value.get_by_role("button", name="陈成章")).to_be_visible()
    opened.value.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # headless windows always have it
    expect(page.locator("#scored")).to_have_text("11")
    expect(summary).to_contain_text("已保存")
    assert [stored(scoring, people)[key] for key in LEAVES[:11]] == [
        GIVEN[key] for key in LEAVES[:11]
    ]


# Two tabs, two devices.


def two_tabs(site, people, scoring) -> tuple[Page, Page]:
    site.expected.append("409 (Conflict)")
    first = site.enter(people[WHO])
    second = first.context.new_page()
    for page in (first, second):
        open_sheet(page, scoring)
    return first, second


@pytest.mark.parametrize(("choice", "kept"), [("保留我的", "3"), ("采用对方的", "4.5")])
def test_two_tabs_in_conflict_show_both_marks_to_choose_from(site, people, scoring, choice, kept):
    first, second = two_tabs(site, people, scoring)
    field(first, "output_quantity").fill("4.5")
    first.keyboard.press("Enter")
    expect_saved(row(first, "output_quantity"))

    field(second, "output_quantity").fill("3")
    second.keyboard.press("Enter")
    conflict = second.get_by_role("group", name="与您填的不同")
    expect(conflict.locator("[data-value=mine]")).to_have_text("3")
    expect(conflict.locator("[data-value=theirs]")).to_have_text("4.5")
    assert stored(scoring, people)["output_quantity"] == Decimal("4.5")
    expect(second.locator("[data-save-summary]")).to_contain_text("冲突")

    button = conflict.get_by_role("button", name=choice)
    button.focus()
    second.keyboard.press("Enter")
    expect(conflict).to_have_count(0)
    expect_saved(row(second, "output_quantity"))
    expect(field(second, "output_quantity")).to_have_value(kept)
    expect(second.locator("#total")).to_have_text(kept)
    assert stored(scoring, people)["output_quantity"] == Decimal(kept)


def test_two_tabs_on_different_leaves_are_no_conflict(site, people, scoring):
    first, second = two_tabs(site, people, scoring)
    field(first, "output_quantity").fill("4")
    first.keyboard.press("Enter")
    expect_saved(row(first, "output_quantity"))
    field(second, "output_quality").fill("3")
    second.keyboard.press("Enter")
    expect_saved(row(second, "output_quality"))
    expect(second.locator("#total")).to_have_text("7")
    expect(second.locator(".conflict")).to_have_count(0)


def test_mark_here_and_remark_there_are_joined(site, people, scoring):
    first, second = two_tabs(site, people, scoring)
    first.get_by_label("产出数量的说明").fill("少一份记录")
    first.keyboard.press("Tab")
    expect_saved(row(first, "output_quantity"))
    field(second, "output_quantity").fill("4")
    second.keyboard.press("Enter")
    expect_saved(row(second, "output_quantity"))
    expect(second.get_by_label("产出数量的说明")).to_have_value("少一份记录")
    mark = worlds.sheet_of(scoring, people[WHO]).marks.get(indicator__key="output_quantity")
    assert (mark.value, mark.remark) == (Decimal(4), "少一份记录")


class Held:
    """Keeps the next save on its way until it is let go."""

    def __init__(self, page: Page) -> None:
        self.page, self.routes = page, []
        page.route(re.compile(r"/sheet/\d+/$"), self.keep)

    def keep(self, route: Route) -> None:
        self.routes.append(route)

    def wait(self) -> None:
        while not self.routes:
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()
        self.page.unroute(re.compile(r"/sheet/\d+/$"))


def test_a_request_that_comes_late_overwrites_nothing_newer(site, people, scoring):
    site.expected.append("409 (Conflict)")
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    held = Held(page)
    field(page, "output_quantity").fill("2")
    page.keyboard.press("Enter")
    held.wait()
    set_elsewhere(scoring, people, "output_quantity", "5")
    held.let_go()
    conflict = page.get_by_role("group", name="与您填的不同")
    expect(conflict.locator("[data-value=theirs]")).to_have_text("5")
    assert stored(scoring, people)["output_quantity"] == Decimal(5)


def test_a_request_that_comes_after_the_seal_changes_nothing(site, people, scoring):
    site.expected.append("403 (Forbidden)")
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    held = Held(page)
    field(page, "output_quantity").fill("2")
    page.keyboard.press("Enter")
    held.wait()
    sheet = worlds.sheet_of(scoring, people[WHO])
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=people[WHO])
    held.let_go()
    expect(page.locator("[data-save-summary]")).to_contain_text("已提交并封存")
    expect(field(page, "output_quantity")).to_have_value("2")
    assert stored(scoring, people)["output_quantity"] == Decimal(5)


def test_a_repeated_request_brings_no_old_mark_back(site, people, scoring):
    page = site.enter(people[WHO])
    open_sheet(page, scoring)
    with page.expect_request(re.compile(r"/sheet/\d+/$")) as sent:
        field(page, "output_quantity").fill("2")
        page.keyboard.press("Enter")
    expect_saved(row(page, "output_quantity"))
    field(page, "output_quantity").fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("3")
    request = sent.value
    answer = page.request.post(
        request.url, headers=request.all_headers(), data=request.post_data_buffer
    )
    assert answer.status == 409
    assert stored(scoring, people)["output_quantity"] == Decimal(3)


# 不适用.


@pytest.fixture
def lenient(people) -> Evaluation:
    """The seed under a pack that lets evaluators leave leaves out."""
    rules = replace(SEED.pack.scoring, not_applicable=NotApplicable.SCALED)
    pack = parse_pack(dump_pack(replace(SEED.pack, code="lenient", scoring=rules)))
    publish(pack)
    dossier = replace(SEED, pack=pack)
    evaluation = demo._draft(dossier, "可以不适用", people)
    demo._submit(evaluation, dossier, people)
    demo._open_scoring(evaluation, dossier, people)
    return evaluation


def test_not_applicable_by_keyboard_asks_for_its_reason(site, people, lenient):
    page = site.enter(people[WHO])
    open_sheet(page, lenient)
    mark, reason = field(page, "output_cost"), page.get_by_label("产出成本的说明")
    mark.focus()
    page.keyboard.type("2")
    expect(page.locator("#total")).to_have_text("2")
    page.keyboard.press("Tab")
    expect(row(page, "output_cost").get_by_role("checkbox", name="不适用")).to_be_focused()
    page.keyboard.press("Space")
    expect(mark).to_have_value("")
    expect(reason).to_be_focused()
    expect(row(page, "output_cost").get_by_text("请写明不适用的理由。")).to_be_visible()
    page.keyboard.type("本年没有成本目标")
    page.keyboard.press("Enter")
    expect_saved(row(page, "output_cost"))
    expect(page.locator("#total")).to_have_text("0")
    expect(page.locator("#scored")).to_have_text("1")

    mark.focus()
    page.keyboard.type("3")
    expect(row(page, "output_cost").get_by_role("checkbox")).not_to_be_checked()
    expect(page.locator("#total")).to_have_text("3")
    stored_mark = worlds.sheet_of(lenient, people[WHO]).marks.get(indicator__key="output_cost")
    assert (stored_mark.state, stored_mark.value) == ("scored", Decimal(3))
