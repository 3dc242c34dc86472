"""A real Chromium in front of the live server. Every page is held to a clean console."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from projects.enums import State
from projects.models import Evaluation
from reports.demo import load_people, load_stage
from tests.browser.site import Site

FLAGS = [
    "--no-sandbox",  # a container runs as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 10_000


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the folder; Playwright's event loop ends with it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("These tests need Chromium: apt-get install chromium", pytrace=False)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Its loop runs in this thread, and Django would take every query for an asynchronous one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=WAIT_MS)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(chromium, live_server) -> Iterator[Site]:
    site = Site(chromium, live_server.url)
    yield site
    site.close()
    assert site.complaints == []


@pytest.fixture(autouse=True)
def _real_paper(fresh_paper):
    """What people download here is what production hands out."""


@pytest.fixture
def people(transactional_db):
    return load_people()


@pytest.fixture
def drafting(people) -> Evaluation:
    return load_stage(State.DRAFTING, people)


@pytest.fixture
def scoring(people) -> Evaluation:
    return load_stage(State.SCORING, people)
