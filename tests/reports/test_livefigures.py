"""Figures that a text takes from the forms: printed as values, kept as braces."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.checks import examine
from reports.documents import build
from reports.documents.blocks import texts
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.facts import Facts
from reports.dossier.model import FundingLine
from reports.dossier.seed import seed_dossier
from reports.livefigures import escape, expand, palette, parse, unknown_names
from tests.reports.dossiers import small_dossier

SECTION = "funds_spent"


@pytest.fixture(scope="module")
def facts():
    return Facts(seed_dossier("scored"))


def report_of(dossier):
    (report,) = build(dossier, "report")
    return "\n".join(texts(report))


def with_text(text, **changes):
    return replace(seed_dossier("scored"), sections={SECTION: text}, **changes)


def test_the_palette_has_each_figure_as_it_prints(facts):
    printed = {figure.name: figure.value for figure in palette(facts).values()}
    assert printed["计划投资额"] == "21.76万元"
    assert printed["实际使用"] == "12.84万元"
    assert printed["结余（元）"] == "89200元"
    assert printed["预算执行率"] == "59.0%"
    assert printed["市县财政实际使用"] == "12.84万元"
    assert (printed["总分"], printed["平均分"], printed["等次"]) == ("90.33分", "90.33分", "优")
    assert printed["项目名称"] == "信息系统运行维护"


def test_what_does_not_exist_yet_is_said_to_be_missing():
    unscored = replace(seed_dossier("scored"), panel=(), consensus=None, printed=None)
    blank = replace(unscored, funding=(FundingLine("other", "其他"),))
    shown = expand("使用{{实际使用}}，得{{总分}}，等次{{等次}}", Facts(blank)).text
    assert shown == "使用〔实际使用：未填〕，得〔总分：评分后生成〕，等次〔等次：评分后生成〕"


def test_braces_are_read_in_both_widths_and_with_blanks(facts):
    text = "{{实际使用}}｛｛结余｝｝{{ 预算执行率 }}{{结余(元)}}"
    assert expand(text, facts).text == "12.84万元8.92万元59.0%89200元"


def test_a_brace_may_be_meant(facts):
    assert expand("写作\\{{实际使用}}", facts).text == "写作{{实际使用}}"
    assert expand(escape("原文{{实际使用}}"), facts).text == "原文{{实际使用}}"
    assert escape(escape("{{a}}")) == escape("{{a}}")


def test_an_unknown_name_is_told_and_never_printed_raw(facts):
    text = "{{实际支出}}和{{实际使用}}和\\{{随意}}和{{实际支出}}"
    assert unknown_names(text, lambda: palette(facts)) == ("实际支出",)
    assert expand(text, facts).text.startswith("〔没有「实际支出」这个数据〕和12.84万元")


def test_the_palette_is_not_asked_for_nothing():
    assert unknown_names("没有花括号", lambda: pytest.fail("asked")) == ()


def test_open_braces_are_ordinary_text(facts):
    assert expand("{{实际使用 {a} }}{{\n}}", facts).text == "{{实际使用 {a} }}{{\n}}"


def test_documents_print_values_and_the_dossier_keeps_braces():
    dossier = with_text("使用{{实际使用}}，执行率{{预算执行率}}，得{{总分}}。")
    assert "使用12.84万元，执行率59.0%，得90.33分。" in report_of(dossier)
    assert dump_dossier(dossier)["sections"][SECTION].startswith("使用{{实际使用}}")
    assert parse_dossier(dump_dossier(dossier)) == dossier


def test_without_marks_no_document_tells_the_result():
    dossier = with_text("得{{总分}}，平均{{平均分}}，等次{{等次}}。")
    panel = tuple(replace(member, sheet=None) for member in dossier.panel)
    shown = report_of(replace(dossier, panel=panel))
    assert "90.33" not in shown
    assert "优" not in shown.partition("得")[2].partition("。")[0]


def test_a_live_figure_follows_the_form():
    changed = FundingLine(
        "municipal", "市县财政", Decimal(217600), Decimal(217600), Decimal(150000)
    )
    dossier = with_text("使用{{实际使用}}，占{{预算执行率}}。", funding=(changed,))
    assert "使用15.00万元，占68.9%。" in report_of(dossier)


def test_a_value_that_holds_braces_is_not_read_again():
    facts = Facts(small_dossier(project_name="{{实际使用}}"))
    assert expand("{{项目名称}}", facts).text == "{{实际使用}}"


# The way back to what was typed.


def test_checks_point_into_the_typed_text():
    text = "到位{{实际到位}}，使用{{实际使用}}，结余9.82万元，执行率 59.1%。"
    dossier = with_text(text)
    found = {
        text[one.place.start : one.place.end]: one.correction.text
        for answer in examine(Facts(dossier))
        if answer.check.code == "E01"
        for one in answer.findings
    }
    assert found == {"9.82万元": "8.92万元", "59.1%": "59.0%"}


def test_what_a_live_figure_shows_points_to_its_braces(facts):
    text = "使用{{实际使用}}，\\{{a}}，完。"
    shown = expand(text, facts)

    def typed(words):
        start = shown.text.index(words)
        from_, to = shown.typed(start, start + len(words))
        return text[from_:to], shown.is_live(start, start + len(words))

    assert typed("84万") == ("{{实际使用}}", True)
    assert typed("使用") == ("使用", False)
    assert typed("{{a}}") == ("\\{{a}}", False)
    assert typed("，完。") == ("，完。", False)


PIECES = st.sampled_from(
    ["{{实际使用}}", "{{不存在}}", "\\{{x}}", "｛｛结余｝｝", "{{", "}}", "甲", "12", "\n"]
)


PUBLISHED = Facts(seed_dossier("as_published"))


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_span_of_the_shown_text_has_a_typed_one(text):
    shown = expand(text, PUBLISHED)
    assert len(shown.pieces) == len(list(parse(text)))
    last = 0
    for position in range(len(shown.text)):
        start, end = shown.typed(position, position + 1)
        assert last <= start < end <= len(text)
        last = start
        if not any(piece.start <= position < piece.end for piece in shown.pieces):
            assert text[start:end] == shown.text[position]
