"""The inspection finds what it looks for: a clean page has no fault, and each fault here is told."""

import pytest

from tests.browser.inspection import close_faults, faults

pytestmark = pytest.mark.browser

HEAD = "<!doctype html><html lang=zh-CN><meta name=viewport content='width=device-width'><title>表</title>"
CLEAN = "<main><h1>表</h1><label>姓名 <input></label> <a href='#a'>去看</a></main>"
UNSEEN = "<style>button:focus { outline: none }</style><button>保存</button>"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (CLEAN, []),
        (CLEAN + "<h1>又一张表</h1>", ["2 h1"]),
        (CLEAN.replace("h1", "h2"), ["0 h1"]),
        (CLEAN + "<style>p { width: 400px }</style><p>宽", ["wider than the window"]),
        (CLEAN + "<input>", ["without a name: textbox", "axe label"]),
        (CLEAN + "<a href='#b'></a>", ["without a name: link", "axe link-name"]),
        (CLEAN + UNSEEN, ["focus cannot be seen: <button>"]),
        (CLEAN + "<style>p { color: #999 }</style><p>浅色的字", ["axe color-contrast"]),
    ],
)
def test_each_fault_is_told(site, body, told):
    page = site.window(width=360)
    page.set_content(HEAD + body)
    found = [*faults(page), *close_faults(page)]
    assert len(found) == len(told), found
    assert all(any(part in fault for fault in found) for part in told), found


def test_a_refusing_policy_and_a_script_error_reach_the_complaints(site, people):
    page = site.enter(people["shenji"])
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    with page.context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('broken on purpose') })")
    assert any("Content Security Policy" in complaint for complaint in site.complaints)
    assert any("broken on purpose" in complaint for complaint in site.complaints)
    site.complaints.clear()
