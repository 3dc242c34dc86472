"""The report after GB/T 9704-2012, measured: the grid, the edges, what may begin and end a line."""

import io
import random
import re
from itertools import groupby, pairwise

import pdfplumber
import pytest

from reports.documents.blocks import Document, Heading, Kind, Paragraph
from reports.renderers.pdf import render_pdf
from tests.reports.layout import LEFT, lines

PLAIN = "本项目实际使用十二万元完成年度目标"
MIXED = (
    "本年度APP系统V2.0共处理123,456条记录，约占59.0%；㛃䶮𬭎喆堃昇珺璟祎旻赟等同志参加；完成√☑☒□■①Ⅳ㎡℃；"
    "“引号”《书名》——破折号……省略号；Windows Server 2016、someone@example.gov.cn。"
)
NEVER_FIRST = "，。、；：？！）》〉」』】〕’”％‰℃%·～,.;:?!)]}"
TENTH_MM = 72 / 254
NEVER_LAST = "（《〈「『【〔‘“([{￥"


def report(*blocks, title="题"):
    return Document("x", title, Kind.REPORT, blocks)


def test_a_page_is_22_lines_of_28_characters():
    second = [line for line in lines(report(Paragraph(PLAIN * 100))) if line.page == 1]
    assert [round(line.row, 2) for line in second] == list(range(22))
    assert {len(line.text) for line in second} == {28}


def test_a_paragraph_begins_two_characters_in():
    first, second, *_ = [
        line for line in lines(report(Paragraph(PLAIN * 5))) if line.element == "p"
    ]
    assert (len(first.text), len(second.text)) == (26, 28)
    assert first.left - second.left == pytest.approx(2 * 156 / 28, abs=0.05)
    assert second.left == pytest.approx(LEFT, abs=0.01)


def test_every_baseline_is_on_the_grid_whatever_stands_in_the_line():
    blocks = [
        block
        for times in range(1, 7)
        for block in (
            Heading(1, "一、项目概况ABC123㛃"),
            Heading(2, "（一）项目基本情况𬭎2019"),
            Heading(3, "1.项目的经济性分析"),
            Heading(4, "（1）项目成本（预算）控制情况"),
            Paragraph(MIXED * times),
            Paragraph("1.第一项；"),
            Paragraph("（2）第二项㛃√；"),
            Paragraph("ABC 123"),
        )
    ]
    title = "某某市某某局信息系统运行维护项目和政务云平台项目绩效评价报告"
    found = lines(report(*blocks, title=title))
    body = [line for line in found if line.element != "h1"]
    assert len({line.page for line in body}) > 4
    assert {round(line.row % 1, 2) % 1 for line in body} == {0}
    assert max(line.row for line in body) < 22
    titles = [line.row for line in found if line.element == "h1"]
    assert len(titles) == 2
    assert titles[1] - titles[0] == pytest.approx(1, abs=0.001)


def printed_rows(pdf):
    """Left and right end of each printed row of the type area, in points from its left edge."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for sheet in opened.pages:
            inside = [char for char in sheet.chars if char["bottom"] < (37 + 225) / 25.4 * 72 + 5]
            rows = groupby(
                sorted(inside, key=lambda char: -char["matrix"][5]),
                key=lambda char: round(char["matrix"][5]),
            )
            for _, row in rows:
                chars = list(row)
                yield (
                    min(char["x0"] for char in chars) - LEFT / 25.4 * 72,
                    max(char["x1"] for char in chars) - LEFT / 25.4 * 72,
                )


def test_lines_end_at_the_right_edge_of_the_type_area_on_paper():
    words = [
        "本项目",
        "使用12.84万元",
        "，",
        "Windows Server",
        "绩效",
        "（一）",
        "。",
        "㛃",
        "完成目标",
    ]
    text = "".join(random.Random(7).choices(words, weights=[4, 1, 1, 1, 4, 1, 1, 1, 4], k=400))
    rows = list(printed_rows(render_pdf((report(Paragraph(text)),)).pdf))[1:-1]
    assert len(rows) > 30
    assert max(abs(left) for left, _ in rows[1:]) < 0.1
    assert max(abs(right - 156 / 25.4 * 72) for _, right in rows) < TENTH_MM * 3


def test_latin_words_and_figures_are_not_spread():
    text = "本年度完成Windows升级和 Server 维护工作2016次，" * 6
    with pdfplumber.open(io.BytesIO(render_pdf((report(Paragraph(text)),)).pdf)) as opened:
        found = opened.pages[0].search(r"Windows", regex=True)
    widths = {round(one["x1"] - one["x0"], 0) for one in found}
    assert len(found) == 6
    assert len(widths) == 1


def random_text(seed):
    pool = ["国", "年度", "项目", *NEVER_FIRST[:20], *NEVER_LAST[:8], "——", "……", "12.84万元"]
    pool += ["59.0%", "2019年", "3万人次", "（万元）", "ABC", "10～20", "2019—2020年", "5‰", "·"]
    source = random.Random(seed)
    return "国" + "".join(
        source.choice(pool if source.random() < 0.5 else ["国", "项目"]) for _ in range(900)
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_line_begins_or_ends_with_what_may_not(seed):
    text = random_text(seed)
    found = [line.text for line in lines(report(Paragraph(text))) if line.element == "p"]
    assert "".join(found) == text
    for before, after in pairwise(found):
        assert after[0] not in NEVER_FIRST
        assert before[-1] not in NEVER_LAST
        assert before[-1] + after[0] not in {"——", "……"}
        assert not (after[0] == "—" and after[:2] != "——")


@pytest.mark.parametrize("seed", range(4))
def test_no_figure_is_parted_from_its_unit(seed):
    text = random_text(seed)
    wholes = {
        found.span()
        for found in re.finditer(r"12\.84万元|59\.0%|2019年|3万人次|（万元）|5‰|10～|2019—", text)
    }
    assert len(wholes) > 50
    position = 0
    for line in [line.text for line in lines(report(Paragraph(text))) if line.element == "p"]:
        position += len(line)
        assert not [span for span in wholes if span[0] < position < span[1]]


def test_no_heading_stands_alone_at_the_foot_of_a_page():
    """A chain of headings behind every possible number of lines."""
    for count in range(10, 22):
        filling = [Paragraph("行。")] * count
        headings = [Heading(1, "一、甲"), Heading(2, "（一）乙"), Heading(3, "1.丙")]
        found = lines(report(*filling, *headings, Paragraph(PLAIN * 4)))
        last = [list(group)[-1] for _, group in groupby(found, key=lambda line: line.page)]
        assert {line.element for line in last} == {"p"}


def test_page_numbers_stand_outside_seven_millimetres_below_the_text():
    pdf = render_pdf((report(Paragraph(PLAIN * 100)),)).pdf
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        places = [sheet.search("— [12] —", regex=True) for sheet in opened.pages[:2]]
        size = opened.pages[0].search("— 1 —")[0]["chars"][0]["size"]
    ((odd,), (even,)) = places
    assert size == pytest.approx(14, abs=0.01)
    assert (28 + 156) / 25.4 * 72 - odd["x1"] == pytest.approx(14, abs=0.5)
    assert even["x0"] - 28 / 25.4 * 72 == pytest.approx(14, abs=0.5)
    dash = (
        odd["chars"][0]["matrix"][5] / 72 * 25.4 + 1.5
    )  # its ink lies that much above the baseline
    assert 35 - dash == pytest.approx(7, abs=0.05)
