"""From approval to a verdict: everybody signs in the browser, a stranger checks the file they are given."""

import re

import pytest
from playwright.sync_api import Page, expect

from projects.enums import State
from projects.workflow import Action, perform
from reports.demo import PASSWORD, load_stage
from reports.issuing.models import IssuedDocument
from reports.issuing.seals import give_seal
from tests.browser.site import decide, open_tab, open_task
from tests.browser.test_pages import look
from tests.reports.signed import seal_image

pytestmark = pytest.mark.browser

PROJECT = "信息系统运行维护"
DIGEST = re.compile(r"^[0-9a-f]{64}$")


@pytest.fixture
def reviewing(people):
    return load_stage(State.REVIEWING, people)


def test_a_file_is_signed_by_all_and_checked_by_a_stranger(site, people, reviewing, tmp_path):
    give_seal(reviewing.unit, seal_image(), width_mm=42, user=people["fuzeren"])
    supervisor = site.sign_in(people["zhuguan"])
    open_task(supervisor, PROJECT)
    decide(supervisor, "审核通过，签发")
    expect(supervisor.get_by_text("还差 3 项：")).to_be_visible()

    pages = {}
    for username in ("pingjia2", "pingjia3", "zuzhang"):
        pages[username] = site.sign_in(people[username])
        go_to_sign(pages[username])
        sign(pages[username], f"评价人员 {people[username].name}", "签字")
    leader = pages["zuzhang"]
    sign(leader, "评价工作组组长 李警南", "签字")
    head = site.sign_in(people["fuzeren"])
    go_to_sign(head)
    sign(head, f"单位盖章 {reviewing.unit.name}", "盖章")
    expect(head.get_by_text("签完，已封存")).to_be_visible()

    supervisor.reload()
    expect(supervisor.get_by_role("button", name="归档")).to_be_enabled()
    open_tab(supervisor, "签字")
    file = tmp_path / "signed.pdf"
    file.write_bytes(download(supervisor, "签字的三份合一 PDF"))
    stranger = site.window()
    bring(stranger, file)
    expect_verdict(stranger, "真实有效")
    expect(stranger.get_by_text("7 个签名全部有效")).to_be_visible()

    changed = bytearray(file.read_bytes())
    changed[len(changed) // 3] ^= 1
    file.write_bytes(bytes(changed))
    bring(stranger, file)
    expect_verdict(stranger, "不是真实文件")


def test_a_paper_is_checked_by_its_code_until_it_is_replaced(site, people):
    load_stage(State.SIGNED, people)
    document = IssuedDocument.objects.get()
    stranger = site.window()
    ask(stranger, document.code.lower().replace("-", " "))
    expect_verdict(stranger, "真实有效")
    expect(stranger.get_by_text("现行有效", exact=True)).to_be_visible()

    supervisor = site.sign_in(people["zhuguan"])
    supervisor.goto(f"/evaluations/{document.evaluation_id}/")
    supervisor.get_by_role("button", name="撤回更正").click()
    dialog = supervisor.get_by_role("dialog", name="撤回更正")
    dialog.get_by_label("原因").fill("预算数填错。")
    dialog.get_by_role("button", name="撤回更正").click()
    expect(supervisor.get_by_text("撤回更正：已办理")).to_be_visible()

    ask(stranger, document.code)
    expect_verdict(stranger, "已撤回或被新版本替代")
    expect(stranger.get_by_text("预算数填错")).to_have_count(0)
    staff = site.sign_in(people["caiwu"])
    staff.goto(f"/evaluations/{document.evaluation_id}/documents/")
    expect(staff.get_by_text("原因：预算数填错。")).to_be_visible()


def test_a_wrong_password_signs_nothing(site, people, reviewing):
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    page = site.enter(people["pingjia2"])
    page.goto(f"/evaluations/{reviewing.pk}/signing/")
    page.get_by_role("button", name="签字", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("登录密码").fill("not the password")
    dialog.get_by_role("button", name="确认签字").click()
    expect(page.get_by_text("密码不对，没有签。")).to_be_visible()
    expect(page.get_by_text("轮到您签字")).to_be_visible()


def test_the_dialog_is_as_clean_and_works_with_the_keyboard(site, people, reviewing):
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    page = site.enter(people["pingjia2"])
    page.goto(f"/evaluations/{reviewing.pk}/signing/")
    page.get_by_role("button", name="签字", exact=True).press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("登录密码")).to_be_focused()
    assert look(page) == []
    dialog.get_by_label("登录密码").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已签，写进了文件")).to_be_visible()
    assert look(page) == []


def test_the_supervisors_page_is_as_clean(site, people, reviewing):
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    page = site.enter(people["zhuguan"])
    page.goto(f"/evaluations/{reviewing.pk}/signing/")
    assert look(page) == []
    page.get_by_role("button", name=re.compile("改为纸质.*陈成章")).click()
    assert look(page) == []


def go_to_sign(page: Page) -> None:
    open_task(page, PROJECT)
    page.get_by_role("link", name="去签字").click()


def sign(page: Page, who: str, act: str) -> None:
    """With the digest in view, the same on the page and in the dialog."""
    shown = page.locator(".sign-now code").first
    expect(shown).to_have_text(DIGEST)
    page.get_by_role("button", name=act, exact=True).click()
    dialog = page.get_by_role("dialog", name=who)
    expect(dialog.locator("code").first).to_have_text(shown.inner_text())
    dialog.get_by_label("登录密码").fill(PASSWORD)
    dialog.get_by_role("button", name=f"确认{act}").click()
    expect(page.get_by_text(f"{who}：已签，写进了文件。")).to_be_visible()


def download(page: Page, link: str) -> bytes:
    with page.expect_download(timeout=60_000) as started:
        page.get_by_role("link", name=link).click()
    return started.value.path().read_bytes()


def bring(page: Page, file) -> None:
    page.goto("/verify/")
    page.get_by_label("PDF 文件").set_input_files(file)
    page.get_by_role("button", name="核对文件").click()


def ask(page: Page, code: str) -> None:
    page.goto("/verify/")
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="查询").click()


def expect_verdict(page: Page, words: str) -> None:
    expect(page.locator(".verdict-word")).to_contain_text(words, timeout=60_000)
