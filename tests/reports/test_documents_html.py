import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from reports.documents import build
from reports.documents.blocks import (
    Cell,
    Document,
    Kind,
    PageBreak,
    Paragraph,
    RowGroup,
    SignatureCell,
    Table,
    texts,
)
from reports.documents.text import paper_text
from reports.dossier.seed import seed_dossier
from reports.renderers.html import PAPER_CSS, document_body, page, render_html
from reports.renderers.order import Draft
from reports.renderers.paper_tags import whole_figures
from tests.reports.dossiers import small_dossier

HOSTILE = "<img src=x onerror=alert(1)><script>1</script>{{ x }}{% now 'Y' %}&\"'"


class Reader(HTMLParser):
    """Collects the text, the names of elements and the names of attributes."""

    def __init__(self, html):
        super().__init__()
        self.text, self.elements, self.attributes = "", set(), set()
        self.feed(html)

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}


def without_space(text):
    return re.sub(r"\s", "", text)


def hostile_dossier():
    dossier = small_dossier(project_name=HOSTILE, sections={"overview_nature": HOSTILE})
    return replace(
        dossier,
        basic=replace(dossier.basic, implementing_unit=HOSTILE, address=HOSTILE),
        targets=(replace(dossier.targets[0], target=HOSTILE, standards=(HOSTILE,) * 4),),
        panel=tuple(replace(person, name=HOSTILE) for person in dossier.panel),
        indicators=tuple(replace(node, name=HOSTILE) for node in dossier.indicators),
    )


@pytest.mark.parametrize("dossier", [seed_dossier("as_published"), hostile_dossier()])
def test_the_page_says_what_the_blocks_say(dossier):
    documents = build(dossier, "all")
    said = without_space(Reader(document_body(documents)).text)
    assert said == without_space("".join(text for one in documents for text in texts(one)))


def test_typed_markup_and_template_syntax_are_text():
    reader = Reader(document_body(build(hostile_dossier(), "all")))
    assert paper_text(HOSTILE) in reader.text
    assert not reader.elements & {"img", "script"}


def test_the_page_needs_no_inline_style_or_script():
    reader = Reader(page(build(seed_dossier("scored"), "all"), stamp=Draft("ab")))
    assert not reader.elements & {"style", "script", "link"}
    assert not {name for name in reader.attributes if name == "style" or name.startswith("on")}


def test_every_column_width_has_a_class_in_the_style_sheet():
    html = document_body(build(small_dossier(), "all"))
    css = PAPER_CSS.read_text(encoding="utf-8")
    used = set(re.findall(r'<col class="(wide-\d+)">', html))
    assert used
    assert not [name for name in used if f".sheet .{name} {{" not in css]


def test_the_file_carries_its_style_and_language():
    html = render_html(build(small_dossier(), "goals"))
    assert html.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in html
    assert "<title>项目绩效目标表</title>" in html
    assert PAPER_CSS.read_text(encoding="utf-8") in html


def test_a_draft_is_marked_and_carries_its_digest():
    documents = build(small_dossier(), "goals")
    html = page(documents, stamp=Draft('ab"c'))
    assert '<p class="sheet-draft">草稿</p>' in html
    assert "草稿　数据摘要 ab&quot;c" in html
    assert "草稿" not in document_body(documents)


def test_signatures_have_ids_and_page_breaks_a_place():
    table = Table((100,), (), (RowGroup(((SignatureCell("sign-x"),), (Cell("<"),))),))
    document = Document("x", "表", Kind.FORM, (PageBreak(), table, Paragraph("文")))
    html = document_body((document,))
    assert '<td id="sign-x" class="sign"' in html
    assert '<div class="page-break"></div>' in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("拨款21.76万元，", '拨款<span class="whole">21.76万元</span>，'),
        ("2019年12月底", '<span class="whole">2019年</span><span class="whole">12月</span>底'),
        ("占59.1%", '占<span class="whole">59.1%</span>'),
        ("计划投资额（万元）", '计划投资额<span class="whole">（万元）</span>'),
        ("<b>", "&lt;b&gt;"),
        ("9" * 40, "<wbr>".join(["9" * 8] * 5)),
    ],
)
def test_a_figure_stays_with_its_unit(text, html):
    assert whole_figures(text) == html
