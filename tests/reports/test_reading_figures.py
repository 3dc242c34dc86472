"""Figures as people write them in Chinese reports."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.reading.figures import Kind, fold, read_figures
from reports.reading.numbering import chinese
from reports.reading.numerals import chinese_number
from reports.reading.units import Hedge

MONEY, RATE, POINTS, COUNT = Kind.MONEY, Kind.RATE, Kind.POINTS, Kind.COUNT


def read(text):
    """Kind, value and step of each figure that counts something."""
    return [
        (one.kind, one.value, one.step)
        for one in read_figures(fold(text))
        if one.kind is not Kind.OTHER
    ]


def only(text):
    (figure,) = read_figures(fold(text))
    return figure


@pytest.mark.parametrize(
    ("text", "kind", "value", "step"),
    [
        ("12.84 万元", MONEY, 128400, 100),
        ("128,400元", MONEY, 128400, 1),
        ("１２８，４００元", MONEY, 128400, 1),
        ("十二点八四万元", MONEY, 128400, 100),
        ("二十一万七千六百元整", MONEY, 217600, 1),
        ("壹拾贰万捌仟肆佰元整", MONEY, 128400, 1),
        ("1.5亿元", MONEY, 150000000, 10000000),
        ("3千元", MONEY, 3000, 1000),
        ("59.1%", RATE, Fraction("0.591"), Fraction("0.001")),
        ("９５.８３ ％", RATE, Fraction("0.9583"), Fraction("0.0001")),
        ("百分之五十九", RATE, Fraction("0.59"), Fraction("0.01")),
        ("百分之59.1", RATE, Fraction("0.591"), Fraction("0.001")),
        ("五成九", RATE, Fraction("0.59"), Fraction("0.01")),
        ("六成", RATE, Fraction("0.6"), Fraction("0.1")),
        ("0.9‰", RATE, Fraction("0.0009"), Fraction("0.0001")),
        ("506 人次", COUNT, 506, 1),
        ("3.2万人次", COUNT, 32000, 1000),
        ("88 分", POINTS, 88, 1),
        ("九十分", POINTS, 90, 1),
    ],
)
def test_a_figure_is_read_with_its_unit_and_its_exactness(text, kind, value, step):
    assert read(text) == [(kind, value, step)]
    figure = only(text)
    assert (figure.start, figure.end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "2019年度",
        "2019年12月31日",
        "二〇一九年",
        "海编办〔2019〕63 号",
        "第12期",
        "一是做好",
        "统一管理",
        "十分重要",
        "完成成本控制",
        "8时30分",
        "12:30",
        "万一",
    ],
)
def test_words_and_dates_are_no_figures(text):
    assert read_figures(fold(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "每人300元",
        "120元/人",
        "单价1.2万元",
        "80%-90%",
        "3至5万元",
        "GB2260",
        "7×24小时",
        "人均196元",
    ],
)
def test_prices_ranges_and_codes_count_nothing_of_a_form(text):
    assert read(text) == []
    assert read_figures(fold(text)) != ()


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("约13万元", Hedge.ABOUT),
        ("近六成", Hedge.ABOUT),
        ("60%左右", Hedge.ABOUT),
        ("12万余元", Hedge.OVER),
        ("20多万元", Hedge.OVER),
        ("超过59%", Hedge.OVER),
        ("95%以上", Hedge.OVER),
        ("≥95%", Hedge.OVER),
        ("不足60%", Hedge.UNDER),
        ("不超过60%", Hedge.UNDER),
        ("60%以内", Hedge.UNDER),
        ("60%", Hedge.NONE),
    ],
)
def test_hedges_belong_to_the_figure(text, hedge):
    assert only(text).hedge is hedge


RATE_OF_THE_SEED = Fraction(1284, 2176)


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("59.0%", True),
        ("59%", True),
        ("59.01%", True),
        ("59.1%", False),
        ("58.9%", False),
        ("六成", True),
        ("近六成", True),
        ("近七成", False),
        ("不足60%", True),
        ("不足58%", False),
        ("59%以上", True),
        ("60%以上", False),
        ("约55%", True),
        ("约40%", False),
    ],
)
def test_a_figure_agrees_at_the_places_it_is_written_with(text, agrees):
    assert only(text).agrees(RATE_OF_THE_SEED) is agrees


@pytest.mark.parametrize(
    ("text", "exact", "digits"),
    [
        ("59.1%", RATE_OF_THE_SEED, "59.0"),
        ("12.48万元", Fraction(128400), "12.84"),
        ("13万元", Fraction(128400), "12.84"),
        ("12.80万元", Fraction(130000), "13.00"),
        ("12.84元", Fraction(128400), "128400"),
        ("88分", Fraction("90.33"), "90.33"),
        ("25次", Fraction(52), "52"),
    ],
)
def test_a_corrected_figure_keeps_its_unit_and_places(text, exact, digits):
    assert only(text).digits_for(exact) == digits


def test_figures_of_one_sentence_stand_in_order():
    text = "查询 56 次；实名制系统划转单位 81 家，续费金额 79000 元，占3‰。"
    assert [text[one.start : one.end] for one in read_figures(text)] == [
        "56 次",
        "81 家",
        "79000 元",
        "3‰",
    ]


@given(st.integers(1, 99))
def test_chinese_numbers_are_read_as_they_are_written(number):
    assert chinese_number(chinese(number)) == number


@pytest.mark.parametrize("text", ["", "万", "点五", "十二点"])
def test_what_is_no_number_is_none(text):
    assert chinese_number(text) is None


@settings(max_examples=60)
@given(
    st.text(
        alphabet="0123456789.,，%％‰万亿元成折分人次一二三十百千点约近不足以上年月日〔〕/-至第 \n",
        max_size=60,
    )
)
def test_any_text_is_read_into_figures_that_do_not_overlap(text):
    figures = read_figures(fold(text))
    assert all(one.start < one.end <= len(text) for one in figures)
    assert all(one.end <= other.start for one, other in pairwise(figures))
