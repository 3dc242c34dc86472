import pytest

from evalsys.glyphs import unprintable


@pytest.mark.parametrize(
    "text",
    [
        "海口市2019年（21.76万元）",
        "㛃䶮𬭎喆堃祎旻赟",
        "☑☒√□",
        "m²、㎥、μ、Ω、é",
        "一行\n二行\t",
        "葛\U000e0100",
        "",
    ],
)
def test_what_the_fonts_have_is_printable(text):
    assert unprintable(text) == []


def test_each_unknown_character_is_named_once_in_order():
    assert unprintable("甲😀乙\ue000丙😀\x07") == ["😀", "\ue000", "\x07"]


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\ufeff", "\u2028"])
def test_characters_without_a_shape_are_not_printable(char):
    assert unprintable(f"甲{char}") == [char]
