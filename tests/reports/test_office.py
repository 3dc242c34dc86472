"""The documents as Word and Excel files, judged by reopening them."""

import html
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import docx
import openpyxl
import pytest
from django.urls import reverse
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from projects.enums import State
from reports.documents import build
from reports.documents.blocks import Cell, Document, Kind, Paragraph, RowGroup, Table, texts
from reports.dossier.seed import seed_dossier
from reports.renderers.grids import common_edges, on_grid, runs
from reports.renderers.html import document_body
from reports.renderers.office import OFFICE_FORMATS, render_office
from reports.renderers.order import Draft
from tests import worlds
from tests.reports.dossiers import small_dossier

NAMES = ("goals", "basic", "report")
FONTS = {"仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"}


def bare(text):
    return re.sub(r"\s", "", text)


def word(documents):
    return docx.Document(BytesIO(render_office(documents, "docx")))


def book(documents):
    return openpyxl.load_workbook(BytesIO(render_office(documents, "xlsx")))


def word_text(file):
    """Every text of the body in order; a cell continued from above is empty."""
    return "".join(element.text for element in file.element.body.iter(qn("w:t")))


def shown(cell):
    """A figure as its number format shows it."""
    if isinstance(cell.value, str) or cell.value is None:
        return cell.value or ""
    places = len(cell.number_format.partition(".")[2])
    return format(Decimal(str(cell.value)), f".{places}f")


def book_text(file):
    return "".join(shown(cell) for sheet in file for row in sheet.iter_rows() for cell in row)


def html_text(documents):
    return html.unescape(re.sub(r"<[^>]+>", "", document_body(documents)))


@pytest.fixture(scope="module", params=["as_published", "scored"])
def seed(request):
    return seed_dossier(request.param)


@pytest.mark.parametrize("name", NAMES)
def test_words_and_figures_are_the_same_in_every_format(name, seed):
    """The PDF is made of this HTML; tests/reports/test_pdf.py holds it to the blocks too."""
    documents = build(seed, name)
    expected = bare("".join(texts(documents[0])))
    assert bare(html_text(documents)) == expected
    assert bare(word_text(word(documents))) == expected
    assert bare(book_text(book(documents))) == expected


@pytest.mark.parametrize("kind", OFFICE_FORMATS)
def test_the_same_input_gives_the_same_bytes(kind, seed):
    documents = build(seed, "all")
    assert render_office(documents, kind) == render_office(documents, kind)


def test_all_three_are_one_word_file_of_three_sections(seed):
    file = word(build(seed, "all"))
    assert len(file.sections) == 3
    report = file.sections[2]
    assert (round(report.left_margin.mm), round(report.top_margin.mm)) == (28, 37)
    assert [section.footer.paragraphs[0].alignment for section in file.sections] == [1, 1, 2]
    assert file.sections[2].even_page_footer.paragraphs[0].alignment == 0
    assert file.core_properties.language == "zh-CN"


def test_word_names_the_official_fonts(seed):
    file = word(build(seed, "all"))
    used = {fonts.get(qn("w:eastAsia")) for fonts in file.styles.element.iter(qn("w:rFonts"))}
    assert used >= FONTS


def test_merged_cells_are_merged_in_word_too(seed):
    (table,) = word(build(seed, "basic")).tables
    tree = [row for row in table.rows if row.cells[0].text == "项目决策"]
    assert len(tree) == 5
    assert len({row.cells[0]._tc for row in tree}) == 1


def test_figures_are_numbers_and_a_postcode_is_not(seed):
    sheet = book(build(seed, "basic"))["项目基本信息表"]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert 21.76 in values
    assert 12.84 in values
    assert "570100" in values
    assert "68716626" in values


def test_a_form_is_printed_on_one_page():
    sheet = book(build(seed_dossier("scored"), "basic"))["项目基本信息表"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_area == f"'项目基本信息表'!$A$1:$P${sheet.max_row}"


def test_a_draft_says_so_on_every_page():
    documents = build(small_dossier(), "all")
    file = docx.Document(BytesIO(render_office(documents, "docx", stamp=Draft("abc"))))
    assert all("草稿　数据摘要 abc" in one.header.paragraphs[0].text for one in file.sections)
    copy = openpyxl.load_workbook(BytesIO(render_office(documents, "xlsx", stamp=Draft("abc"))))
    assert all("草稿　数据摘要 abc" in sheet.oddHeader.center.text for sheet in copy)
    final = openpyxl.load_workbook(BytesIO(render_office(documents, "xlsx")))
    assert all("草稿" not in sheet.oddHeader.center.text for sheet in final)


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(0)", "+1", "@a", "<b>&amp;</b>", "-2"])
def test_text_is_never_a_formula(text):
    documents = build(replace(small_dossier(), project_name=text), "goals")
    cells = [
        cell
        for row in book(documents)["项目绩效目标表"].iter_rows()
        for cell in row
        if text in str(cell.value)
    ]
    assert [cell.data_type for cell in cells] == ["s"]
    assert text in word_text(word(documents))


def report(text):
    return Document("report", "长", Kind.REPORT, (Paragraph(text),))


@pytest.mark.parametrize("length", [1, 500, 20_000, 40_000])
def test_a_long_text_goes_on_in_the_next_rows(length):
    text = "绩效评价。" * (length // 5) or "短"
    sheet = book([report(text)])["长"]
    parts = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert "".join(parts).removeprefix("　　") == text
    assert all(line.height <= 409 for line in sheet.row_dimensions.values())
    assert all(len(part) < 32_767 for part in parts)


def test_a_long_cell_beside_merged_ones_goes_on_below():
    rows = (
        (Cell("左", rowspan=2), Cell("长" * 5_000), Cell("右")),
        (Cell("二"), Cell("=三")),
    )
    table = Table((20, 40, 40), head=(), groups=(RowGroup(rows),))
    sheet = book([Document("form", "表", Kind.FORM, (table,))])["表"]
    column = [sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)]
    assert "".join(text for text in column if text) == "长" * 5_000 + "二"
    (left,) = [
        merged
        for merged in sheet.merged_cells.ranges
        if merged.min_col == 1 and merged.min_row == 2
    ]
    assert (left.min_row, left.max_row) == (2, sheet.max_row)


@st.composite
def tables(draw):
    """One to three tables of plain cells, each with column widths of its own."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        cuts = draw(st.sets(st.integers(1, 99), max_size=5))
        edges = [0, *sorted(cuts), 100]
        widths = tuple(end - start for start, end in pairwise(edges))
        rows = tuple(
            tuple(Cell(f"{number}{row}{column}") for column in range(len(widths)))
            for row in range(draw(st.integers(1, 3)))
        )
        found.append(Table(widths, (), (RowGroup(rows),), joined=number > 0))
    return found


@given(tables())
def test_tables_on_one_grid_keep_their_cells_and_widths(found):
    grid = on_grid(found)
    assert sum(grid.widths) == 100
    edges = common_edges(found)
    rows = iter(grid.rows)
    for table in found:
        for row in table.groups[0].rows:
            placed = next(rows).cells
            assert [one.cell for one in placed] == list(row)
            assert [edges[one.end] - edges[one.first] for one in placed] == list(table.widths)
    assert next(rows, None) is None


@given(tables())
def test_joined_tables_are_one_run(found):
    blocks = (Paragraph("前"), *found, Paragraph("后"), *found)
    assert list(runs(blocks)) == [blocks[0], tuple(found), Paragraph("后"), tuple(found)]


@pytest.fixture(scope="module")
def signed(module_db):
    people = worlds.load_people()
    return people, worlds.evaluation_at(State.SIGNED, people)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", OFFICE_FORMATS)
def test_a_copy_is_downloaded_by_its_name(kind, signed, client):
    people, evaluation = signed
    client.force_login(people["zhuguan"])
    answer = client.get(reverse("reports:copy", args=[evaluation.pk, "basic", kind]))
    assert answer["Content-Type"] == OFFICE_FORMATS[kind]
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer)
    text = (
        word_text(docx.Document(BytesIO(content)))
        if kind == "docx"
        else book_text(openpyxl.load_workbook(BytesIO(content)))
    )
    assert "90.33" in text


@pytest.mark.django_db
@pytest.mark.parametrize(("document", "kind"), [("basic", "odt"), ("nothing", "docx")])
def test_other_copies_do_not_exist(document, kind, signed, client):
    people, evaluation = signed
    client.force_login(people["zhuguan"])
    assert (
        client.get(reverse("reports:copy", args=[evaluation.pk, document, kind])).status_code == 404
    )
