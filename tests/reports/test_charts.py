"""The charts say what the result says, in words and in lengths."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from reports.charts import PLOT_WIDTH, losses, spreads
from reports.dossier.facts import Facts
from reports.dossier.seed import seed_dossier
from scoring.engine import Mark, MarkState

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def scored():
    return Facts(seed_dossier("scored"))


def test_losses_of_the_seed(scored):
    """54/3 of 20, 62/3 of 25 and 155/3 of 55; the heaviest is as long as the plot."""
    rows = losses(scored).rows
    assert [(row.name, row.figures) for row in rows] == [
        ("项目决策", "失 2 分，满分 20"),
        ("项目管理", "失 4.33 分，满分 25"),
        ("项目绩效", "失 3.34 分，满分 55"),
    ]
    assert rows[2].full == PLOT_WIDTH
    assert [row.lost for row in rows] == [Decimal("11.6"), Decimal("25.2"), Decimal("19.4")]
    lost = sum(row.weight - row.printed for row in scored.result.leaves)
    assert lost == Decimal("9.67") == 100 - scored.result.total


def test_spreads_lie_where_the_marks_lie(scored):
    chart = spreads(scored)
    assert len(chart.rows) == 20
    for row, leaf in zip(chart.rows, scored.result.leaves, strict=True):
        assert chart.plot_start <= row.lowest <= row.score <= row.highest
        assert row.highest <= chart.plot_start + chart.plot_width
        apart = (row.highest - row.lowest) * leaf.weight / PLOT_WIDTH
        assert abs(apart - leaf.spread) < Decimal("0.02")


def test_what_does_not_apply_is_not_lost(scored):
    dossier = scored.dossier
    rules = replace(dossier.pack.scoring, not_applicable="scaled")
    skipped = Mark(MarkState.NOT_APPLICABLE, None, "本年度无此项")
    panel = tuple(
        replace(one, sheet=replace(one.sheet, marks=one.sheet.marks | {"goal_content": skipped}))
        for one in dossier.panel
    )
    facts = Facts(replace(dossier, pack=replace(dossier.pack, scoring=rules), panel=panel))
    assert losses(facts).rows[0].figures.endswith("满分 16")
    assert "目标内容" not in {row.name for row in spreads(facts).rows}


def test_without_a_result_nothing_is_drawn(scored):
    late = replace(scored.dossier.panel[0], sheet=None)
    facts = Facts(replace(scored.dossier, panel=(late, *scored.dossier.panel[1:])))
    assert (losses(facts).rows, spreads(facts).rows) == ((), ())


def test_totals_only_have_no_spread():
    facts = Facts(seed_dossier("as_published"))
    assert len(losses(facts).rows) == 3
    assert spreads(facts).rows == ()


@pytest.mark.parametrize(("name", "chart"), [("losses", losses), ("spreads", spreads)])
def test_the_drawing(name, chart, scored):
    """Sound XML with a title and a description; words are text; the policy finds no style."""
    hostile = "<script>目标&\"'" + "长" * 80
    indicators = tuple(replace(one, name=hostile) for one in scored.dossier.indicators)
    drawn = chart(Facts(replace(scored.dossier, indicators=indicators)))
    root = ET.fromstring(render_to_string(f"reports/charts/{name}.svg", {"chart": drawn}))
    assert root.get("role") == "img"
    ids = {root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")}
    assert set(root.get("aria-labelledby").split()) == ids
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert [row.figures for row in drawn.rows] == words[1::2]
    assert hostile in root.find(f"{SVG}desc").text
    assert all(len(word) <= 30 for word in words)
    assert not any("style" in element.attrib for element in root.iter())
    assert not list(root.iter("{*}script"))
