"""The product as people at their browsers see it."""

import re

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from evalsys.accounts.models import User
from reports.demo import PASSWORD

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
DESK, PHONE = 1440, 360
SAVED = re.compile(r"^已保存( \d\d:\d\d)?$")


class Site:
    """Opens windows and collects what they complain about: errors, refusals of the policy, 500s.

    ``expected`` are parts of complaints that a test provokes on purpose.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def window(self, *, width: int = DESK) -> Page:
        """A browser of its own: no cookie, no storage of another window."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._complain(f"script: {error.error}"))
        context.on("response", self._on_response)
        return context.new_page()

    def enter(self, user: User) -> Page:
        """A window in which ``user`` has signed in before."""
        client = Client()
        client.force_login(user, backend=MODEL_BACKEND)
        name = settings.SESSION_COOKIE_NAME
        page = self.window()
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.address}]
        )
        return page

    def sign_in(self, user: User) -> Page:
        page = self.window()
        page.goto("/")
        fill_sign_in(page, user)
        expect(page.get_by_role("heading", level=1)).to_have_text("我的任务")
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"console: {message.text} {message.location['url']}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._complain(f"{response.status}: {response.url}")

    def _complain(self, text: str) -> None:
        if not any(part in text for part in self.expected):
            self.complaints.append(text)


def fill_sign_in(page: Page, user: User) -> None:
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="本项目的页面").get_by_role("link", name=name).click()
    expect(
        page.get_by_role("navigation", name="本项目的页面").locator("[aria-current=page]")
    ).to_have_text(name)


def open_task(page: Page, project: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=project).click()


def decide(page: Page, action: str) -> None:
    """Click a step of the workflow on the overview and say yes in its dialog."""
    page.get_by_role("button", name=action, exact=True).click()
    page.get_by_role("dialog", name=action).get_by_role("button", name=action).click()
    expect(page.get_by_text(f"{action}：已办理")).to_be_visible()


def expect_saved(scope: Locator) -> None:
    """The save state beside a form or a row says so, and nothing typed since waits."""
    expect(scope.locator("[data-save-state]")).to_have_text(SAVED)
