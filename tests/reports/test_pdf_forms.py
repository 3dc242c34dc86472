"""Forms on paper: tables over page ends, one sheet where one is enough, signatures together."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pdfplumber
import pytest

from reports.documents import build
from reports.dossier.model import Indicator
from reports.dossier.seed import seed_dossier
from reports.renderers.continued import CONTINUED
from reports.renderers.pdf import render_pdf
from tests.reports.dossiers import small_dossier

LEFT, RIGHT = (edge / 25.4 * 72 for edge in (20, 190))


def tree(*sizes, name="指标"):
    """For each size an indicator with that many below it, with that many leaves each."""
    for first, (seconds, leaves) in enumerate(sizes, 1):
        yield Indicator(f"i{first}", "", 1, f"一级{name}{first}", Decimal(10))
        for second in range(seconds):
            key = f"i{first}-{second}"
            yield Indicator(key, f"i{first}", 2, f"二级{name}{first}之{second}", Decimal(5))
            for leaf in range(leaves):
                text = f"三级指标{first}之{second}之{leaf}"
                yield Indicator(f"{key}-{leaf}", key, 3, text, Decimal(1))


def form(*sizes, name="指标", panel=()):
    dossier = small_dossier(indicators=tuple(tree(*sizes, name=name)), panel=panel)
    return build(dossier, "basic")


@pytest.fixture(scope="module")
def stress():
    return render_pdf(form((3, 4), (6, 9), (2, 12), (1, 45)))


def sheets(pdf):
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        yield from opened.pages


def bare(text):
    return re.sub(r"\s", "", text)


def test_the_head_is_on_every_page_of_the_table(stress):
    pages = [bare(sheet.extract_text()) for sheet in sheets(stress.pdf)]
    with_leaves = [text for text in pages if "三级指标" in text]
    assert len(with_leaves) == 4
    head = "二、绩效评价指标评分（参考）一级指标分值二级指标分值三级指标分值得分"
    assert all(head in text for text in with_leaves)


def test_a_name_cut_by_the_page_end_is_on_the_next_page_again(stress):
    second = next(one for number, one in enumerate(sheets(stress.pdf)) if number == 1)
    cells = [bare(cell or "") for row in second.extract_table() for cell in row]
    assert f"一级指标2{CONTINUED}" in cells
    assert f"二级指标2之1{CONTINUED}" in cells
    first_leaf = re.search(r"三级指标\d之\d之\d", bare(second.extract_text())).group()
    assert first_leaf == "三级指标2之1之5"


def test_every_leaf_is_printed_once_and_every_page_is_full(stress):
    leaves = [
        leaf
        for sheet in sheets(stress.pdf)
        for leaf in re.findall(r"三级指标\d+之\d+之\d+", bare(sheet.extract_text()))
    ]
    assert len(leaves) == len(set(leaves)) == 12 + 54 + 24 + 45
    bottoms = [
        max(one["bottom"] for one in sheet.rects + sheet.lines) for sheet in sheets(stress.pdf)
    ]
    assert min(bottoms[:3]) > (297 - 19 - 2 * 7) / 25.4 * 72


def rules_across(sheet):
    """Horizontal strokes by height: what of the width each covers, in points."""
    covered = {}
    for one in sheet.lines + sheet.rects:
        if one["height"] < 1:
            covered.setdefault(round(one["top"]), []).append((one["x0"], one["x1"]))
    return covered


@pytest.mark.parametrize("name", ["指标", "很长很长很长很长很长很长很长很长很长很长很长的指标"])
def test_the_border_is_closed_at_the_foot_of_every_page(name):
    pdf = render_pdf(form((6, 9), (1, 45), name=name)).pdf
    for sheet in sheets(pdf):
        strokes = rules_across(sheet)
        last = sorted(strokes[max(strokes)])
        assert last[0][0] == pytest.approx(LEFT, abs=1)
        assert max(end for _, end in last) == pytest.approx(RIGHT, abs=1)
        assert all(start <= end + 1 for (_, end), (start, _) in pairwise(last))


def test_the_seed_has_scores_and_signatures_on_one_sheet():
    done = render_pdf(build(seed_dossier("scored"), "basic"))
    (only,) = sheets(done.pdf)
    assert "90.33" in only.extract_text()
    assert {anchor.page for anchor in done.anchors.values()} == {0}
    for anchor in done.anchors.values():
        left, bottom, right, top = anchor.box
        assert right - left > 25 / 25.4 * 72
        assert top - bottom > 7.5 / 25.4 * 72


def test_a_form_that_needs_two_sheets_anyway_keeps_its_size():
    done = render_pdf(form((3, 4), (3, 5)))
    first, _ = sheets(done.pdf)
    assert {round(char["size"], 1) for char in first.chars if char["text"] == "三"} == {10.5}


@pytest.mark.parametrize("people", [3, 8, 15])
@pytest.mark.parametrize("leaves", range(8, 24, 5))
def test_signatures_stay_with_the_leader(people, leaves):
    member = small_dossier().panel[0]
    panel = tuple(
        replace(member, key=f"m{n}", name=f"评{n}", sheet=None, is_leader=n == 0)
        for n in range(people)
    )
    done = render_pdf(form((2, leaves), (2, 9), panel=panel))
    last = [done.anchors[f"sign-evaluator-{n}"].page for n in range(max(1, people - 7), people + 1)]
    assert set(last) == {done.anchors["sign-leader"].page}
