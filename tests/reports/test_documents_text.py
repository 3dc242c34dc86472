import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.documents.text import paper_text, paragraphs


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("拨款 21.76 万元", "拨款21.76万元"),
        ("截止 2019 年 12 月底", "截止2019年12月底"),
        ("完成 59.0 % 。", "完成59.0%。"),
        ("（海编办〔2019〕63 号）", "（海编办〔2019〕63号）"),
        ("使用 Word 编写", "使用Word编写"),
        ("1. 项目的经济性分析", "1.项目的经济性分析"),
        ("(1) 项目预期目标", "（1）项目预期目标"),
        ("环境(生态)效益", "环境（生态）效益"),
        ("(环境(生态)效益)", "（环境（生态）效益）"),
        ("郑 东", "郑 东"),
        ("Word 2016 (new) only", "Word 2016 (new) only"),
        ("f(x) = (a + b)", "f(x) = (a + b)"),
        ("甲) 乙 (", "甲)乙("),
        ("", ""),
    ],
)
def test_typed_text_is_set_as_on_paper(typed, printed):
    assert paper_text(typed) == printed


@given(st.text(alphabet="海口 1.a()（），%年\u00a0"))
def test_setting_again_changes_nothing(typed):
    assert paper_text(paper_text(typed)) == paper_text(typed)


@given(st.text(alphabet="海口 1.a()（），%年\u00a0"))
def test_only_spaces_and_brackets_change(typed):
    def bare(text):
        return text.replace(" ", "").replace("\u00a0", "").translate(str.maketrans("（）", "()"))

    assert bare(paper_text(typed)) == bare(typed)


def test_each_typed_line_is_a_paragraph_without_its_own_indent():
    assert paragraphs("　　甲 1 个\n\n  乙。\n") == ("甲1个", "乙。")
