"""The PDFs, judged by their bytes."""

import io
import logging
import re
import subprocess
from dataclasses import replace

import pdfplumber
import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from reports.documents import build
from reports.documents.blocks import Document, Kind, PageBreak, Paragraph, texts
from reports.dossier.model import PerformanceTarget
from reports.dossier.seed import seed_dossier
from reports.renderers.errors import MissingGlyphError, RenderCrashError
from reports.renderers.order import Draft, Final, Order, Page
from reports.renderers.pdf import render_pdf
from reports.renderers.typeset import typeset
from tests.reports.dossiers import small_dossier

NAMES = ("goals", "basic", "report")
FOOTERS = {
    "goals": r"第\d+页共\d+页$",
    "basic": r"第\d+页共\d+页$",
    "report": r"—\d+—$",
}
HOSTILE = (
    "<img src=file:///etc/passwd><link rel=attachment href=file:///etc/passwd>"
    "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}<style>@import 'http://x.invalid/';</style>"
)


def pdf_of(documents, **options):
    return render_pdf(documents, **options).pdf


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def bare(text):
    return re.sub(r"\s", "", text)


def page_texts(pdf):
    return [bare(page.extract_text()) for page in read(pdf).pages]


def report_of(text):
    return build(small_dossier(sections={"overview_nature": text}), "report")


@pytest.fixture(scope="module")
def published():
    """Each document of the published seed, and that nothing was said in the log."""
    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = said.append
    logging.getLogger("weasyprint").addHandler(handler)
    pdfs = {name: pdf_of(build(seed_dossier("as_published"), name)) for name in NAMES}
    logging.getLogger("weasyprint").removeHandler(handler)
    assert said == []
    return pdfs


@pytest.fixture(scope="module")
def all_in_one():
    return pdf_of(build(seed_dossier("as_published"), "all"))


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_that_of_the_blocks(published, name):
    (document,) = build(seed_dossier("as_published"), name)
    printed = "".join(re.sub(FOOTERS[name], "", text) for text in page_texts(published[name]))
    assert printed == bare("".join(texts(document)))


@pytest.mark.parametrize(("name", "pages"), [("goals", 1), ("basic", 2), ("report", 6)])
def test_page_counts_and_numbers(published, name, pages):
    footers = [re.search(FOOTERS[name], text).group() for text in page_texts(published[name])]
    expected = {
        "goals": ["第1页共1页"],
        "basic": ["第1页共2页", "第2页共2页"],
        "report": [f"—{number}—" for number in range(1, 7)],
    }
    assert len(footers) == pages
    assert footers == expected[name]


def test_all_in_one_counts_pages_for_each_document(published, all_in_one):
    apart = [text for name in NAMES for text in page_texts(published[name])]
    assert page_texts(all_in_one) == apart


def test_titles_language_and_bookmarks(published, all_in_one):
    reader = read(published["report"])
    assert reader.metadata.title == "财政支出项目绩效评价报告"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    title, sections = reader.outline
    assert title.title == "财政支出项目绩效评价报告"
    assert [one.title for one in sections if not isinstance(one, list)] == [
        "一、项目概况",
        "二、项目资金使用及管理情况",
        "三、项目组织实施情况",
        "四、项目绩效情况",
        "五、综合评价情况及评价结论",
        "六、主要经验及做法、存在的问题和建议",
        "七、其他需说明的问题",
    ]
    assert (
        read(all_in_one).metadata.title
        == "项目绩效目标表、项目基本信息表、财政支出项目绩效评价报告"
    )


def test_every_font_is_a_bundled_one_and_embedded(all_in_one):
    fonts = {
        descendant.get_object()["/FontDescriptor"]["/FontName"]: descendant.get_object()
        for page in read(all_in_one).pages
        for font in page["/Resources"]["/Font"].values()
        for descendant in font["/DescendantFonts"]
    }
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts.values())
    assert {re.sub(r"^/\w{6}\+(Gov-\w+).*", r"\1", name) for name in fonts} == {
        "Gov-Title",
        "Gov-Song",
        "Gov-Hei",
        "Gov-Latin",
        "Gov-Fang",
        "Gov-Kai",
    }


def test_the_same_input_gives_the_same_bytes(published):
    assert pdf_of(build(seed_dossier("as_published"), "basic")) == published["basic"]


def test_pages_are_a4(all_in_one):
    assert {
        (round(page.mediabox.width), round(page.mediabox.height)) for page in read(all_in_one).pages
    } == {(595, 842)}


def test_typed_markup_prints_and_fetches_nothing():
    """Braces that mean no live figure are written with a backslash."""
    pdf = pdf_of(report_of(HOSTILE.replace("{{", r"\{{")))
    assert bare(HOSTILE) in "".join(page_texts(pdf))
    assert not read(pdf).attachments
    assert b"root:" not in pdf


def test_a_page_that_asks_for_anything_is_not_made():
    with pytest.raises(RenderCrashError):
        typeset(Order((Page("<p>x<img src=file:///etc/passwd>"),), "x"))


@pytest.mark.parametrize("name", NAMES)
def test_rare_names_and_boxes_print(name):
    rare = "㛃䶮𬭎☑☒√"
    dossier = small_dossier(project_name=rare, sections={"overview_nature": rare})
    dossier = replace(dossier, basic=replace(dossier.basic, project_leader=rare))
    assert rare in "".join(page_texts(pdf_of(build(dossier, name))))


def test_a_character_no_font_has_is_named():
    with pytest.raises(MissingGlyphError, match=r"字库里没有“😀”（U\+1F600）") as caught:
        pdf_of(report_of("完成😀"))
    assert caught.value.char == "😀"


def test_a_missing_glyph_does_not_spoil_the_next_document():
    with pytest.raises(MissingGlyphError):
        pdf_of(report_of("😀"))
    assert pdf_of(report_of("完成")) == pdf_of(report_of("完成"))


def test_a_long_section_prints_whole():
    text = "".join(f"第{number}句，实际使用{number}万元。" for number in range(1200))[:20000]
    assert len(text) > 15000
    printed = "".join(
        re.sub(FOOTERS["report"], "", one) for one in page_texts(pdf_of(report_of(text)))
    )
    assert text in printed


def test_a_long_cell_prints_whole_under_a_repeated_head():
    target = "".join(f"{number}号路灯" for number in range(1000))[:5000]
    row = PerformanceTarget("产出指标", "数量指标", target)
    pages = page_texts(pdf_of(build(small_dossier(targets=(row,)), "goals")))
    head = "指标类型指标名称绩效目标绩效标准优良中差"
    assert len(pages) > 3
    assert all(head in page for page in pages)
    printed = "".join(re.sub(FOOTERS["goals"], "", page).partition(head)[2] for page in pages)
    assert re.sub(r"\D", "", target) in re.sub(r"\D", "", printed)


def test_a_long_table_repeats_its_head_and_prints_every_row():
    target = small_dossier().targets[0]
    targets = tuple(replace(target, target=f"目标{number}。") for number in range(90))
    pages = page_texts(pdf_of(build(small_dossier(targets=targets), "goals")))
    assert len(pages) > 2
    assert all("指标类型指标名称绩效目标绩效标准优良中差" in page for page in pages)
    assert re.findall(r"目标(\d+)。", "".join(pages)) == [str(number) for number in range(90)]


def test_a_draft_says_so_on_every_page_with_its_digest():
    pages = page_texts(pdf_of(build(small_dossier(), "all"), stamp=Draft("3f2a" * 16)))
    assert all(f"草稿数据摘要{'3f2a' * 16}" in page for page in pages)
    assert all(page.count("草稿") == 1 for page in pages)


def test_a_page_break_starts_a_page():
    document = Document("x", "题", Kind.FORM, (Paragraph("甲"), PageBreak(), Paragraph("乙")))
    assert page_texts(pdf_of((document,))) == ["题甲第1页共2页", "乙第2页共2页"]


FINAL = Final("7K3QM-9XW2R", "https://x.example/verify/", "https://x.example/verify/7K3QM9XW2R/")


def test_a_final_document_carries_page_x_of_y_code_and_address_on_every_page():
    pages = page_texts(pdf_of(build(small_dossier(), "all"), stamp=FINAL))
    for text in pages:
        assert "验证码7K3QM-9XW2R" in text
        assert "查验网址https://x.example/verify/" in text
        assert "草稿" not in text
    counts = [re.findall(r"第(\d+)页共(\d+)页", text) for text in pages]
    assert counts == [[("1", "1")], [("1", "1")], [("1", "3")], [("2", "3")], [("3", "3")]]


def test_the_printed_qr_code_is_that_of_the_link(tmp_path):
    pdf = pdf_of(build(small_dossier(), "goals"), stamp=FINAL)
    expected = segno.make(FINAL.link, error="m", micro=False).matrix
    printed = modules(page_image(pdf, tmp_path, dpi=300), side_mm=12, count=len(expected))
    assert printed == [[bool(module) for module in row] for row in expected]


def page_image(pdf, folder, *, dpi):
    (folder / "x.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-l", "1", "-gray", "-singlefile", "x.pdf", "x"]
    subprocess.run(command, cwd=folder, check=True)
    return Image.open(folder / "x.pgm")


def modules(page, *, side_mm, count):
    """The dark and light squares of the code, which stands first in the foot of a form."""
    dpi = page.width / 210 * 25.4
    foot = page.crop((0, page.height - round(18 / 25.4 * dpi), page.width, page.height))
    dark = foot.point(lambda value: 255 * (value < 128))
    left = dark.getbbox()[0]
    side = side_mm / 25.4 * dpi
    top = dark.crop((left, 0, left + round(side), foot.height)).getbbox()[1]
    step = side / count
    return [
        [
            dark.getpixel((round(left + (x + 0.5) * step), round(top + (y + 0.5) * step))) > 0
            for x in range(count)
        ]
        for y in range(count)
    ]


def test_signature_cells_are_found_on_their_page():
    """Each name at the height of its signature cell, by the text positions of the PDF."""
    done = render_pdf(build(small_dossier(), "all"), stamp=FINAL)
    assert set(done.anchors) == {
        "sign-evaluator-1",
        "sign-evaluator-2",
        "sign-evaluator-3",
        "sign-leader",
    }
    for number, member in enumerate(small_dossier().panel, 1):
        anchor = done.anchors[f"sign-evaluator-{number}"]
        x, y = place_of(done.pdf, anchor.page, member.name)
        left, bottom, right, top = anchor.box
        assert bottom < y < top
        assert x < left < right < 595
    leader = done.anchors["sign-leader"]
    x, y = place_of(done.pdf, leader.page, "评价工作组组长（签字并单位盖章）")
    assert leader.box[0] < x < leader.box[2]
    assert leader.box[1] < y < leader.box[3]


def place_of(pdf, page, text):
    """Where a text begins, in points from the lower left corner."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        sheet = opened.pages[page]
        (found,) = sheet.search(re.escape(text), regex=True)
        return found["x0"], sheet.height - (found["top"] + found["bottom"]) / 2
