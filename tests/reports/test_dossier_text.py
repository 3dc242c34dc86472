import pytest

from evalsys.text import find_forbidden, fold_digits, forbidden_sentence


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\x00", "控制字符"),
        ("\r", "控制字符"),
        ("\x7f", "控制字符"),
        ("\x85", "控制字符"),
        ("\u202e", "改变文字方向的字符"),
        ("\u2066", "改变文字方向的字符"),
        ("\u200f", "改变文字方向的字符"),
        ("\u200b", "不可见字符"),
        ("\u200d", "不可见字符"),
        ("\ufeff", "不可见字符"),
        ("\u00ad", "不可见字符"),
        ("\U000e0041", "不可见字符"),
        ("\u3164", "不可见字符"),
        ("\u2028", "特殊换行符"),
        ("\ud800", "残缺字符"),
        ("\uffff", "残缺字符"),
        ("\U0010fffe", "残缺字符"),
        ("\ufdd0", "残缺字符"),
    ],
)
def test_a_hidden_character_is_found_at_its_place(char, name):
    assert find_forbidden(f"项目{char}名称") == (2, char, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "第一行\n\t第二行",
        "㛃䶮𬭎",
        "\U000323b0",  # ideograph extension J, not in the tables of every supported Python
        "葛\U000e0100",  # ideographic variation sequence
        "☑\ufe0e",
        "“政务”、（１）　√ × 〔2019〕63 号",
        "\ue000",  # private use: a local character set's rare name
    ],
)
def test_ordinary_text_passes(text):
    assert find_forbidden(text) is None
    assert forbidden_sentence(text) is None


@pytest.mark.parametrize("char", ["\n", "\t"])
def test_one_line_text_has_no_newline_or_tab(char):
    assert find_forbidden(f"海口{char}", multiline=False) == (2, char, "换行或制表符")


def test_the_sentence_says_line_column_and_code_point():
    assert forbidden_sentence("甲\u200b") == "第 2 个字是不可见字符（U+200B），请删去后再试。"
    assert (
        forbidden_sentence("甲\n\n乙丙\u202e")
        == "第 3 行第 3 个字是改变文字方向的字符（U+202E），请删去后再试。"
    )


def test_only_full_width_digits_and_stop_are_folded():
    assert fold_digits("２１．７６") == "21.76"
    assert fold_digits("٣ 一 ５，６ 1_0") == "٣ 一 5，6 1_0"
