"""The annexes as trees of blocks, and that they print."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from reports.checks import Place, examine
from reports.documents.annexes import ANNEX_TITLES, Annex, build_annexes
from reports.documents.blocks import ChartFigure, Note, Paragraph, Table, texts
from reports.documents.findings import place_text
from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from reports.dossier.seed import seed_dossier
from reports.renderers.html import document_body
from reports.renderers.pdf import render_pdf
from tests.reports.dossiers import member, small_dossier


def one(dossier, annex, **options):
    (document,) = build_annexes(dossier, [annex], **options)
    return document


def rows(table):
    return [[cell.text for cell in row] for group in table.groups for row in group.rows]


def tables(document):
    return [block for block in document.blocks if isinstance(block, Table)]


@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ([], []),
        (["charts", "findings"], ["附：检查发现与说明", "附：图表"]),
        (list(Annex), [f"附：{title}" for title in ANNEX_TITLES.values()]),
    ],
)
def test_only_what_was_chosen_in_its_order(chosen, titles):
    annexes = build_annexes(seed_dossier("scored"), [Annex(name) for name in chosen])
    assert [document.title for document in annexes] == titles


def test_each_names_the_project_and_the_year():
    for annex in build_annexes(small_dossier(), list(Annex)):
        assert annex.blocks[0].text == "项目名称：路灯维护　　预算年度：2024年"


def test_findings_are_all_of_the_checks_the_most_serious_first():
    dossier = seed_dossier("as_published")
    answers = examine(Facts(dossier))
    document = one(dossier, Annex.FINDINGS)
    (table,) = tables(document)
    printed = rows(table)
    parts = [row[0] for row in printed if len(row) == 1]
    assert parts == ["必须改正", "需要说明"]
    findings = [finding for answer in answers for finding in answer.findings]
    assert len(printed) - len(parts) == len(findings)
    assert any(row[-3].startswith("良好") for row in printed if len(row) > 1)
    note = document.blocks[-1]
    assert note.text.startswith(f"注：共检查{len(answers)}项：通过")


def test_what_was_said_to_a_finding_stands_beside_it():
    dossier = seed_dossier("as_published")
    finding = next(finding for answer in examine(Facts(dossier)) for finding in answer.findings)
    said = replace(dossier, explanations={finding.key: "已于 2020 年更正"})
    explained = [row[-1] for row in rows(tables(one(said, Annex.FINDINGS))[0]) if row[-1]]
    assert "已于2020年更正" in explained


def test_answers_that_know_more_than_the_dossier_are_taken():
    document = one(seed_dossier("as_published"), Annex.FINDINGS, answers=())
    assert document.blocks[1] == Paragraph("没有发现需要改正或说明的问题。", indented=False)
    assert document.blocks[2] == Note("注：共检查0项：通过0项，有发现0项，不适用0项，数据不足0项。")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("goals", "targets[2].target"), "绩效目标表：第3行"),
        (Place("basic", "funding[1].planned"), "基本信息表：省财政"),
        (Place("basic", "indicators[2].weight"), "基本信息表：目标内容"),
        (Place("report", "sections.other"), "评价报告：七、其他需说明的问题"),
        (Place("panel", "panel[0].sheet.marks.x.value"), "评价人员：李警南"),
        (Place("basic", "basic.phone"), "基本信息表"),
        (Place("basic", "funding[99].planned"), "基本信息表"),
        (Place("course", ""), "评价过程"),
    ],
)
def test_a_place_in_words(place, text):
    assert place_text(seed_dossier("as_published"), place) == text


def test_steps_are_those_of_the_result():
    facts = Facts(seed_dossier("scored"))
    steps, ruled = tables(one(facts.dossier, Annex.STEPS))
    assert [(row[1], row[4].replace(" ", "")) for row in rows(steps)] == [
        (step.title, step.outcome.replace(" ", "")) for step in facts.result.steps
    ]
    assert rows(ruled)[0][:4] == ["到位率", "3", "3", "3"]


def test_without_a_result_the_steps_say_what_is_missing():
    late = replace(small_dossier().panel[0], sheet=None)
    dossier = small_dossier(panel=(late, *small_dossier().panel[1:]))
    assert rows(tables(one(dossier, Annex.STEPS))[0])[0][1] == "没有结果"
    assert one(dossier, Annex.CHARTS).blocks[1].text.startswith("还没有评分结果")


def test_charts_say_in_words_what_they_draw():
    losses, spreads = one(seed_dossier("scored"), Annex.CHARTS).blocks[1:]
    assert losses.lines[1] == "项目管理：失 4.33 分，满分 25"
    assert len(spreads.lines) == 20


def test_many_leaves_are_drawn_in_several_pieces_of_their_own_height():
    leaves = [Indicator(f"l{n}", "a", 2, f"指标{n}", Decimal(1)) for n in range(100)]
    root = Indicator("a", "", 1, "全部", Decimal(100))
    marks = {f"l{n}": "1" for n in range(100)}
    panel = tuple(member(key, key, **marks) for key in "xyz")
    document = one(small_dossier(indicators=(root, *leaves), panel=panel), Annex.CHARTS)
    pieces = [block.drawing for block in document.blocks if isinstance(block, ChartFigure)][1:]
    assert [len(piece.rows) for piece in pieces] == [26, 26, 26, 22]
    assert {piece.rows[0].y for piece in pieces} == {pieces[0].rows[0].y}
    assert [row.name for piece in pieces for row in piece.rows] == [f"指标{n}" for n in range(100)]


def test_they_print_with_every_word():
    annexes = build_annexes(seed_dossier("scored"), list(Annex))
    pdf = render_pdf(annexes).pdf
    printed = re.sub(
        r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    )
    said = {re.sub(r"\s", "", text) for annex in annexes for text in texts(annex)}
    missing = [text for text in said if text not in printed and len(text) < 12]
    assert missing == []


def test_hostile_names_are_text_in_the_drawings():
    dossier = seed_dossier("scored")
    hostile = "<script>1</script>"
    indicators = tuple(replace(node, name=hostile) for node in dossier.indicators)
    body = document_body(build_annexes(replace(dossier, indicators=indicators), list(Annex)))
    assert "<script" not in body
    assert "&lt;script&gt;" in body
