"""What can be said of any page, whoever looks at it: its head, its width, its names, its focus, its axe findings."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa"]
GRAVE = {"serious", "critical"}
NAMED_ROLES = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "radio",
    "searchbox",
    "spinbutton",
    "textbox",
}

PAGE_HEADINGS = "[...document.querySelectorAll('h1')].filter(h1 => !h1.closest('article')).length"
# Every stop of the Tab key that looks the same with the focus as without it.
LOST_FOCUS = """() => {
  const stops = "a[href], button, input, select, textarea, summary, [tabindex]";
  const can = (element) => element.tabIndex >= 0 && !element.disabled && element.type !== "hidden"
    && element.getClientRects().length > 0;
  const parts = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor"];
  const look = (element) => [element, element.parentElement].map((each) => {
    const style = getComputedStyle(each);
    return parts.map((part) => style[part]).join(" ");
  }).join(" | ");
  const lost = [];
  for (const element of [...document.querySelectorAll(stops)].filter(can)) {
    document.activeElement.blur();
    const before = look(element);
    element.focus();
    if (document.activeElement === element && look(element) === before) lost.push(element.outerHTML.slice(0, 120));
  }
  return lost;
}"""


def faults(page: Page) -> list[str]:
    """One sentence per thing that is wrong at any width. A paper shown on the page has its own head."""
    headings = page.evaluate(PAGE_HEADINGS)
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [
        *([f"{headings} h1"] if headings != 1 else []),
        *([f"{too_wide} px wider than the window"] if too_wide > 0 else []),
    ]


def close_faults(page: Page) -> list[str]:
    """What takes longer and does not change with the width."""
    return [
        *(f"without a name: {control}" for control in nameless(page)),
        *(f"focus cannot be seen: {element}" for element in lost_focus(page)),
        *axe_findings(page),
    ]


def nameless(page: Page) -> list[str]:
    """Controls for which Chromium itself computes no accessible name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"{node['role']['value']} {node.get('backendDOMNodeId')}"
        for node in nodes
        if not node.get("ignored")
        and node["role"]["value"] in NAMED_ROLES
        and not node.get("name", {}).get("value", "").strip()
    ]


def lost_focus(page: Page) -> list[str]:
    page.keyboard.press("Tab")  # from here on focus is the keyboard's
    found: list[str] = page.evaluate(LOST_FOCUS)
    return found


def axe_findings(page: Page) -> list[str]:
    """Violations of WCAG 2 A and AA that axe calls serious or critical."""
    page.evaluate(_axe())
    options = {
        "runOnly": {"type": "tag", "values": AXE_RULES},
        "resultTypes": ["violations"],
    }
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"axe {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
