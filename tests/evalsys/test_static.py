"""What the browser is given: vendored files as published, nothing newer than Chromium 86, nothing the CSP refuses."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
VENDORED = [entry for package in MANIFEST["packages"] for entry in package["files"]]

SCRIPTS = sorted((STATIC / "js").glob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
# Documents become PDF, where a policy for pages does not reach.
SCREEN_PAGES = [page for page in PAGES if TEMPLATES / "documents" not in page.parents]
OURS = [*SCRIPTS, *STYLES, *PAGES, *sorted((STATIC / "img").iterdir()), VENDOR / "manifest.json"]

# Feature → the Chromium that brought it, for everything above 86 and what is close to it.
LATE_SCRIPT = {
    r"\.at\(": "at() 92",
    r"\.replaceAll\(": "replaceAll 85",
    r"\?\?=|\|\|=|&&=": "logical assignment 85",
    r"(?:this|\w)\.#\w|^\s*(?:static |async |get |set )*#\w+\s*[(=;]": "private members 84",
    r"\bstatic\s*\{": "static blocks 94",
    r"\bstructuredClone\(": "structuredClone 98",
    r"\bObject\.(?:hasOwn|groupBy)\(": "Object.hasOwn 93",
    r"\.(?:findLast|findLastIndex|toSorted|toReversed|toSpliced|with)\(": "97 and later",
    r"\bPromise\.(?:any|try|withResolvers)\(": "Promise.any 85",
    r"\bcrypto\.randomUUID\(": "randomUUID 92",
    r"\bAbortSignal\.(?:timeout|any|abort)\(": "93 and later",
    r"\.(?:checkVisibility|showPicker|showPopover|togglePopover)\(": "99 and later",
    r":has\(|:is\(|:where\(": "selectors 88 and later",
    r"\bnew FormData\([^()]+,": "FormData with submitter 112",
    r"\bIntl\.Segmenter\b": "Segmenter 87",
    r"^\s*(?:import|export)\b": "modules are not hashed by the static storage",
}
FORBIDDEN_SCRIPT = {
    r"\beval\(|\bnew Function\(": "refused by the policy",
    r"setAttribute\(\s*[\"']style|\.cssText\b": "refused by the policy",
    r"\bdocument\.write\(": "writes over the page",
}
LATE_STYLE = {
    r":has\(": ":has 105",
    r":is\(|:where\(": ":is 88",
    r":not\([^()]*,": ":not with a list 88",
    r"\baspect-ratio\s*:": "aspect-ratio 88",
    r"(?:^|[;{\s])inset(?:-\w+)*\s*:": "inset 87",
    r"\b(?:margin|padding)-(?:inline|block)\s*:": "logical shorthand 87",
    r"@(?:layer|container|scope|property|starting-style)\b": "99 and later",
    r"\b(?:color-mix|oklch|oklab|light-dark)\(": "111 and later",
    r"\baccent-color\s*:|\bfield-sizing\s*:|\btext-wrap\s*:": "93 and later",
    r"\d(?:d|s|l)v[hw]\b": "dvh 108",
    r"\boverflow(?:-[xy])?\s*:\s*clip": "overflow clip 90",
    r"@import|\burl\(": "one file, nothing fetched",
}
REFUSED_BY_POLICY = {
    r"\sstyle\s*=": "style attribute",
    r"<style\b": "inline style sheet",
    r"<script\b(?![^>]*\bsrc=)": "inline script",
    r"\son[a-z]+\s*=\s*[\"']": "inline handler",
    r"\bhx-on\b": "inline handler of htmx",
    r"javascript:": "script address",
}
NAMESPACE = "http://www.w3.org/"


def uncommented(path):
    return re.sub(
        r"/\*.*?\*/|^\s*//[^\n]*",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )


def found(text, patterns):
    return [why for pattern, why in patterns.items() if re.search(pattern, text, re.MULTILINE)]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["path"])
def test_vendored_file_is_the_one_in_the_manifest(entry):
    data = (VENDOR / entry["path"]).read_bytes()
    assert sha256(data) == entry["sha256"]
    if "removed_tail" in entry:
        assert sha256(data + entry["removed_tail"].encode()) == entry["upstream_sha256"]


def test_every_vendored_file_is_in_the_manifest():
    stored = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert stored - {"manifest.json"} == {entry["path"] for entry in VENDORED}


@pytest.mark.parametrize("package", MANIFEST["packages"], ids=lambda package: package["name"])
def test_package_states_version_licence_and_integrity(package):
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"] in {"MIT", "0BSD"}
    algorithm, digest = package["integrity"].split("-", 1)
    assert (algorithm, len(base64.b64decode(digest, validate=True))) == ("sha512", 64)
    assert any(entry["path"].endswith("/LICENSE") for entry in package["files"])


def test_sprite_holds_the_icons_the_manifest_lists():
    entry = next(entry for entry in VENDORED if "icons" in entry)
    sprite = (VENDOR / entry["path"]).read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == entry["icons"]


def test_templates_use_icons_of_the_sprite():
    icons = {icon for entry in VENDORED for icon in entry.get("icons", ())}
    used = {
        name
        for page in PAGES
        for name in re.findall(
            r'components/icon\.html" with name="([^"]+)"', page.read_text(encoding="utf-8")
        )
    }
    assert used, "no template uses an icon: has the component moved?"
    assert used <= icons


def test_templates_name_static_files_that_exist():
    used = {
        name
        for page in PAGES
        for name in re.findall(
            r"{% static ['\"]([^'\"]+)['\"] %}", page.read_text(encoding="utf-8")
        )
    }
    assert {name for name in used if not (STATIC / name).is_file()} == set()


def test_every_script_is_loaded_once():
    """By the base page, or by the one page it is for."""
    loaded = [
        name
        for page in PAGES
        for name in re.findall(r"'js/([\w.]+)'", page.read_text(encoding="utf-8"))
    ]
    assert sorted(loaded) == [script.name for script in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_runs_on_chromium_86_and_under_the_policy(script):
    assert found(uncommented(script), LATE_SCRIPT | FORBIDDEN_SCRIPT) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_leaks_no_global(script):
    text = uncommented(script)
    assert set(re.findall(r"\b(?:window|globalThis|self)\.(\w+)\s*=[^=]", text)) <= {"evalsys"}
    top_level = re.sub(r"^(?: .*|[)}].*|)$", "", text, flags=re.MULTILINE).split("\n")
    opening = [line for line in top_level if line]
    assert opening[0] == '"use strict";'
    assert opening[1:] in (["(function (evalsys) {"], ["window.evalsys = (function () {"])


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_style_sheet_needs_nothing_later_than_chromium_86(style):
    assert found(uncommented(style), LATE_STYLE) == []


@pytest.mark.parametrize("page", SCREEN_PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_page_holds_nothing_the_policy_refuses(page):
    assert found(page.read_text(encoding="utf-8"), REFUSED_BY_POLICY) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_comment_ends_on_its_line(page):
    unfinished = [
        line
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.count("{#") != line.count("#}")
    ]
    assert unfinished == [], "Django prints a comment that spans lines"


def test_our_files_name_no_host():
    hosts = {
        (str(path.relative_to(ROOT)), address)
        for path in OURS
        for address in re.findall(
            r"(?:https?:)?//[\w-]+\.[\w.-]+[^\s\"'<>)]*", path.read_text(encoding="utf-8")
        )
        if not address.startswith(NAMESPACE)
    }
    assert hosts == set()


@pytest.mark.parametrize(
    ("patterns", "bad"),
    [
        (LATE_SCRIPT, "marks.at(-1)"),
        (LATE_SCRIPT, "a ||= b"),
        (LATE_SCRIPT, "  #send() {"),
        (LATE_SCRIPT, "return this.#queue"),
        (FORBIDDEN_SCRIPT, "field.setAttribute('style', x)"),
        (LATE_STYLE, "a { inset: 0 }"),
        (LATE_STYLE, "a:not(.b, .c) {}"),
        (REFUSED_BY_POLICY, '<td style="width: 1px">'),
        (REFUSED_BY_POLICY, '<a onclick="go()">'),
        (REFUSED_BY_POLICY, "<script>go()</script>"),
    ],
)
def test_a_refused_feature_is_noticed(patterns, bad):
    assert found(bad, patterns)


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_needs_no_context(code):
    page = render_to_string(f"{code}.html")
    assert '<html lang="zh-CN">' in page
    assert page.count("<h1") == 1
