"""Every page of every role: readable at the desk and on a phone, named, in reach of the keyboard, quiet in the console."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evalsys.accounts.models import User
from projects.domain import save_basic
from projects.enums import State
from projects.models import Evaluation
from reports.demo import PEOPLE, load_as_published, load_stage
from tests.browser.inspection import close_faults, faults
from tests.browser.site import DESK, PHONE

pytestmark = pytest.mark.browser

PUBLISHED = "as published"

# Per user name and stage of the seed; without a stage, pages that need no evaluation.
PAGES = {
    "caiwu": {
        None: (
            "tasks",
            "projects:list",
            "projects:create",
            "jobs:list",
            "password_change",
            "reports:scan_add",
        ),
        State.DRAFTING: (
            "projects:project",
            "scoring:open",
            "projects:overview",
            "projects:goals",
            "projects:basic",
            "scoring:indicators",
            "scoring:evidence",
            "reports:pack_move",
            "projects:report",
            "projects:panel",
            "reports:findings",
            "reports:documents",
        ),
        PUBLISHED: ("reports:results", "reports:findings"),
    },
    "fuzeren": {
        None: ("tasks", "projects:list", "reports:checks", "reports:seals", "reports:seal"),
        State.UNIT_REVIEW: ("projects:overview", "reports:findings", "reports:documents"),
    },
    "zuzhang": {
        None: ("tasks", "projects:list"),
        State.SCORING: ("projects:overview", "scoring:sheet"),
        State.CONFIRMING: ("projects:overview", "reports:results", "scoring:sheet"),
    },
    "zhuguan": {
        None: ("tasks", "projects:list"),
        State.REVIEWING: ("projects:overview", "reports:results"),
        State.SIGNED: (
            "projects:overview",
            "scoring:evidence",
            "reports:documents",
            "reports:signing",
        ),
    },
    "caizheng": {
        None: (
            "tasks",
            "projects:list",
            "scoring:packs",
            "scoring:library",
            "scoring:library_create",
        ),
        State.SIGNED: ("projects:project", "projects:overview", "reports:results"),
    },
    "xitong": {
        None: (
            "tasks",
            "accounts:units",
            "accounts:unit_create",
            "accounts:unit",
            "accounts:people",
            "accounts:person_create",
            "accounts:person",
        )
    },
    "anquan": {None: ("tasks", "accounts:units", "accounts:people", "accounts:person")},
    "shenji": {None: ("tasks", "accounts:journal")},
}


@pytest.mark.parametrize("username", PAGES)
def test_every_page_of_a_role(site, people, username):
    page = site.enter(people[username])
    found = {
        address: wrong
        for stage, names in PAGES[username].items()
        for address in addresses(stage, names, people)
        if (wrong := inspect(page, address))
    }
    assert found == {}


def test_every_role_is_here():
    evaluators_besides_the_leader = {"pingjia2", "pingjia3"}
    assert set(PAGES) == {person.username for person in PEOPLE} - evaluators_besides_the_leader


STRANGERS = ("/sign-in/", "/verify/", "/verify/0000/")


@pytest.mark.parametrize("address", [*STRANGERS, "/evaluations/0/", "/admin/journal/"])
def test_pages_of_strangers_and_pages_that_turn_people_away(site, people, address):
    site.expected += ["404 (Not Found)", "403 (Forbidden)"]
    page = site.window() if address in STRANGERS else site.enter(people["caiwu"])
    assert inspect(page, address) == []


def addresses(stage: str | None, names: tuple[str, ...], people: dict[str, User]) -> list[str]:
    evaluation = stage and evaluation_at(stage, people)
    return [address(name, evaluation, people["pingjia2"]) for name in names]


def evaluation_at(stage: str, people: dict[str, User]) -> Evaluation:
    return load_as_published(people) if stage == PUBLISHED else load_stage(stage, people)


def address(name: str, evaluation: Evaluation | None, person: User) -> str:
    if name in {"projects:project", "scoring:open"}:
        return reverse(name, args=[evaluation.project_id])
    if name == "accounts:person":
        return reverse(name, args=[person.pk])
    if name == "reports:seal":
        return reverse(name, args=[person.unit.children.first().pk])
    if name == "accounts:unit":
        return reverse(name, args=[person.unit_id])
    return reverse(name, args=[evaluation.pk] if evaluation else [])


def inspect(page: Page, address: str) -> list[str]:
    page.goto(address)
    expect(page.locator(".htmx-request")).to_have_count(0)
    return look(page)


def look(page: Page) -> list[str]:
    wide = [*faults(page), *close_faults(page)]
    page.set_viewport_size({"width": PHONE, "height": 740})
    narrow = [f"at {PHONE} px: {fault}" for fault in faults(page)]
    page.set_viewport_size({"width": DESK, "height": 900})
    return [*wide, *narrow]


def open_dialog(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/")
    page.get_by_role("button", name="送单位审核").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def open_menu(page: Page, evaluation: Evaluation) -> None:
    page.goto("/")
    page.get_by_role("button", name="吴敏").click()
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()


def refuse_values(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/basic/")
    page.get_by_label("邮编").fill("57010")
    page.get_by_label("实际使用情况：市县财政（万元）").fill("1.1234567")
    page.keyboard.press("Tab")
    expect(page.get_by_text("最多 6 位小数。")).to_be_visible()


def clash(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/basic/")
    seen = evaluation.basic.version
    save_basic(evaluation.basic, seen=seen, values={"phone": "1", "address": "2"}, amounts={})
    page.get_by_label("地址").fill("3")
    page.get_by_label("联系电话").fill("4")
    page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="与您填的不同")).to_be_visible()


def change_rows(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/goals/")
    page.get_by_role("button", name="加一行").click()
    page.get_by_role("button", name="删除这一行").first.click()
    expect(page.get_by_role("button", name="撤销")).to_be_visible()


def refuse_a_form(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/projects/{evaluation.project_id}/open/")
    page.get_by_label("预算年度").fill("2019")
    page.get_by_role("button", name="开始填报").click()
    expect(page.get_by_text("2019 年度的自评已经开始了")).to_be_visible()


def choose_a_live_figure(page: Page, evaluation: Evaluation) -> None:
    page.goto(f"/evaluations/{evaluation.pk}/report/")
    text = page.locator("[data-live-text]").first
    text.press("Alt+i")
    text.press("ArrowDown")
    expect(page.get_by_role("listbox", name="可引用的数据")).to_be_visible()


@pytest.mark.parametrize(
    "happen",
    [
        choose_a_live_figure,
        open_dialog,
        open_menu,
        refuse_values,
        clash,
        change_rows,
        refuse_a_form,
    ],
)
def test_what_appears_later_is_as_clean(site, people, drafting, happen):
    site.expected.append("409 (Conflict)")
    page = site.enter(people["caiwu"])
    happen(page, drafting)
    assert look(page) == []


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(site, people, drafting):
    page = site.enter(people["caiwu"])
    page.goto(f"/evaluations/{drafting.pk}/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_tabs_are_reached_and_opened_with_the_keyboard(site, people, drafting):
    page = site.enter(people["caiwu"])
    page.goto(f"/evaluations/{drafting.pk}/")
    tabs = page.get_by_role("navigation", name="本项目的页面").get_by_role("link")
    tabs.first.focus()
    for tab in tabs.all()[1:3]:
        page.keyboard.press("Tab")
        expect(tab).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("基本信息表")


def test_a_dialog_opens_keeps_the_focus_and_closes_with_the_keyboard(site, people):
    page = site.enter(people["zhuguan"])
    evaluation = load_stage(State.REVIEWING, people)
    page.goto(f"/evaluations/{evaluation.pk}/")
    opener = page.get_by_role("button", name="退回填报单位")
    dialog = page.get_by_role("dialog", name="退回填报单位")
    expect(dialog).to_have_count(0)
    opener.focus()
    page.keyboard.press("Enter")
    reason = dialog.get_by_label("原因")
    expect(reason).to_be_focused()
    for stop in (dialog.get_by_role("button", name="取消"), dialog.get_by_role("button").last):
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.type("结余 8.92 万元没有说明原因")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("退回填报单位：已办理")).to_be_visible()
    expect(page.get_by_text("结余 8.92 万元没有说明原因").first).to_be_visible()
    evaluation.refresh_from_db()
    assert evaluation.state == State.DRAFTING


def test_a_return_without_a_reason_is_not_sent(site, people):
    page = site.enter(people["fuzeren"])
    evaluation = load_stage(State.UNIT_REVIEW, people)
    page.goto(f"/evaluations/{evaluation.pk}/")
    page.get_by_role("button", name="退回填报").press("Enter")
    dialog = page.get_by_role("dialog", name="退回填报")
    dialog.get_by_role("button", name="退回填报").press("Enter")
    expect(dialog.get_by_label("原因")).to_be_focused()
    evaluation.refresh_from_db()
    assert evaluation.state == State.UNIT_REVIEW


def test_the_account_menu_works_with_the_keyboard(site, people):
    page = site.enter(people["shenji"])
    page.goto("/")
    menu = page.get_by_role("button", name="审计管理员")
    menu.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="修改密码")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("link", name="修改密码")).to_be_hidden()
