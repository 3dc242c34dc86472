"""Every entrance for numbers and text: taken exactly, or refused with a sentence and kept as typed."""

from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from evalsys.fields import StrictDecimalField, TextField, WanYuanField
from evalsys.figures import wan_text
from projects.models import LARGEST_AMOUNT

NOT_A_NUMBER = "请填数字，例如 21.76；不要写单位、正负号或其他符号。"
TOO_FINE = "最多 4 位小数。"
TOO_LARGE = "不能大于 1000。"


class NumberForm(forms.Form):
    number = StrictDecimalField(places=4, maximum=Decimal(1000), required=False)


class MoneyForm(forms.Form):
    amount = WanYuanField(required=False)


class ChangeForm(forms.Form):
    amount = WanYuanField(required=False, signed=True)


class LineForm(forms.Form):
    text = TextField(max_length=20, required=False)


class ProseForm(forms.Form):
    text = TextField(multiline=True, required=False)


def judged(form_class, typed):
    """The cleaned value and the sentences; what was typed is still in the box."""
    (name,) = form_class.base_fields
    form = form_class({name: typed})
    form.is_valid()
    assert form[name].value() == typed
    return form.cleaned_data.get(name), [str(error) for error in form.errors.get(name, [])]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", None),
        ("   ", None),
        ("0", "0"),
        ("0.0", "0.0"),
        ("007", "7"),
        ("21.76", "21.76"),
        (" 21.76\t", "21.76"),
        ("999.9999", "999.9999"),
        ("1000", "1000"),
        ("1,000", "1000"),
        ("２１．７６", "21.76"),
        ("２1.7６", "21.76"),
        ("1，000", "1000"),
        ("0.0000", "0.0000"),
    ],
)
def test_numbers_taken(typed, number):
    assert judged(NumberForm, typed) == (number if number is None else Decimal(number), [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1_0", NOT_A_NUMBER),
        ("1e0", NOT_A_NUMBER),
        ("1E2", NOT_A_NUMBER),
        ("-0", NOT_A_NUMBER),
        ("-1", NOT_A_NUMBER),
        ("+1", NOT_A_NUMBER),
        ("－1", NOT_A_NUMBER),
        ("NaN", NOT_A_NUMBER),
        ("sNaN", NOT_A_NUMBER),
        ("Infinity", NOT_A_NUMBER),
        ("∞", NOT_A_NUMBER),
        ("0x10", NOT_A_NUMBER),
        ("١٢", NOT_A_NUMBER),  # Arabic-Indic
        ("۱۲", NOT_A_NUMBER),  # Persian
        ("१२", NOT_A_NUMBER),  # Devanagari
        ("𝟏𝟐", NOT_A_NUMBER),  # mathematical bold
        ("1٢", NOT_A_NUMBER),
        ("1.٢", NOT_A_NUMBER),
        ("1,٢٣٤", NOT_A_NUMBER),
        ("²", NOT_A_NUMBER),
        ("①", NOT_A_NUMBER),
        ("½", NOT_A_NUMBER),
        ("五", NOT_A_NUMBER),
        ("〇", NOT_A_NUMBER),
        ("12,34", NOT_A_NUMBER),
        ("1,2345", NOT_A_NUMBER),
        (",123", NOT_A_NUMBER),
        ("1,,000", NOT_A_NUMBER),
        ("1234,567", NOT_A_NUMBER),
        ("1.234,5", NOT_A_NUMBER),
        ("1.5,000", NOT_A_NUMBER),
        ("1.", NOT_A_NUMBER),
        (".5", NOT_A_NUMBER),
        ("1..2", NOT_A_NUMBER),
        ("1 000", NOT_A_NUMBER),
        ("1 2", NOT_A_NUMBER),
        ("1\u00a0000", NOT_A_NUMBER),
        ("12万", NOT_A_NUMBER),
        ("59%", NOT_A_NUMBER),
        ("¥12", NOT_A_NUMBER),
        ("1\u200b2", NOT_A_NUMBER),
        ("\u202e12", NOT_A_NUMBER),
        ("1\x002", NOT_A_NUMBER),
        ("1\ud800", NOT_A_NUMBER),
        ("1\n2", NOT_A_NUMBER),
        ("1/3", NOT_A_NUMBER),
        ("=1+1", NOT_A_NUMBER),
        ("9" * 14, NOT_A_NUMBER),
        ("9" * 5000, NOT_A_NUMBER),
        ("0.00001", TOO_FINE),
        ("0.0000001", TOO_FINE),
        ("0." + "0" * 5000, TOO_FINE),
        ("1000.0001", TOO_LARGE),
        ("1001", TOO_LARGE),
        ("9999999999999", TOO_LARGE),
    ],
)
def test_numbers_refused(typed, sentence):
    assert judged(NumberForm, typed) == (None, [sentence])


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("21.76", "217600.00"),
        ("0", "0.00"),
        ("0.000001", "0.01"),
        ("1,234.5", "12345000.00"),
        ("999999999.999999", "9999999999999.99"),
    ],
)
def test_money_is_typed_in_wan_and_kept_in_yuan(typed, yuan):
    amount, errors = judged(MoneyForm, typed)
    assert errors == []
    assert str(amount) == yuan


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0.0000001", "最多 6 位小数。"),
        ("1000000000", "不能大于 999999999.999999。"),
        ("21.76万", NOT_A_NUMBER),
    ],
)
def test_money_refused(typed, sentence):
    assert judged(MoneyForm, typed) == (None, [sentence])


def test_a_blank_amount_is_blank_and_not_zero():
    assert judged(MoneyForm, "") == (None, [])


yuan = st.decimals(min_value=0, max_value=LARGEST_AMOUNT, places=2)


@given(yuan)
def test_money_shown_and_typed_again_is_the_same_money(amount):
    shown = MoneyForm(initial={"amount": amount})["amount"].value()
    assert shown == wan_text(amount)
    retyped, errors = judged(MoneyForm, shown)
    assert (retyped, errors) == (amount, [])


@given(st.decimals(min_value=0, max_value=1000, places=4))
def test_a_number_shown_and_typed_again_is_the_same_number(number):
    shown = NumberForm(initial={"number": number})["number"].value()
    assert judged(NumberForm, shown) == (number, [])


@given(st.text())
def test_a_number_field_takes_exactly_or_says_why(typed):
    number, errors = judged(NumberForm, typed)
    if number is not None:
        plain = typed.strip().translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
        assert (
            plain.replace(",", "") == format(number, "f")
            or Decimal(plain.replace(",", "")) == number
        )
        assert plain.isascii()
    else:
        assert errors or not typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "信息系统运行维护",
        "A<B & C 改造 \"引号\" '单引'",
        "=SUM(A1:A9)",
        "㛃、䶮、𬭎",
        "王\u3000明",
        "１２台，≥98％",
    ],
)
def test_text_taken_as_it_is(typed):
    assert judged(LineForm, typed) == (typed, [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("收\u202e支", "第 2 个字是改变文字方向的字符（U+202E），请删去后再试。"),
        ("\u200f收支", "第 1 个字是改变文字方向的字符（U+200F），请删去后再试。"),
        ("收\u200b支", "第 2 个字是不可见字符（U+200B），请删去后再试。"),
        ("收\ufeff支", "第 2 个字是不可见字符（U+FEFF），请删去后再试。"),
        ("收\u00ad支", "第 2 个字是不可见字符（U+00AD），请删去后再试。"),
        ("收\u3164支", "第 2 个字是不可见字符（U+3164），请删去后再试。"),
        ("收\x07支", "第 2 个字是控制字符（U+0007），请删去后再试。"),
        ("收\x7f支", "第 2 个字是控制字符（U+007F），请删去后再试。"),
        ("收\ud800支", "第 2 个字是残缺字符（U+D800），请删去后再试。"),
        ("收\ufffe支", "第 2 个字是残缺字符（U+FFFE），请删去后再试。"),
        ("收\u2028支", "第 2 个字是特殊换行符（U+2028），请删去后再试。"),
        ("收\n支", "第 2 个字是换行或制表符（U+000A），请删去后再试。"),
        ("收\t支", "第 2 个字是换行或制表符（U+0009），请删去后再试。"),
    ],
)
def test_hidden_characters_are_named_with_their_place(typed, sentence):
    assert judged(LineForm, typed) == (None, [sentence])


def test_a_null_character_is_refused():
    value, errors = judged(LineForm, "收\x00支")
    assert value is None
    assert errors


def test_the_place_counts_lines_in_prose():
    assert judged(ProseForm, "第一行\n第二\u200b行") == (
        None,
        ["第 2 行第 3 个字是不可见字符（U+200B），请删去后再试。"],
    )


@pytest.mark.parametrize(
    ("typed", "unknown"), [("一😀二", "😀"), ("\ue000", "\ue000"), ("甲𓀀乙𓀁", "𓀀𓀁")]
)
def test_characters_without_a_glyph_are_named(typed, unknown):
    value, (sentence,) = judged(LineForm, typed)
    assert value is None
    assert f"打印会成方框：{unknown}。" in sentence


@pytest.mark.parametrize("typed", ["一\n二", "一\r\n二", "一\r二", "一\n\n\t二"])
def test_prose_keeps_its_lines(typed):
    value, errors = judged(ProseForm, typed)
    assert errors == []
    assert value == typed.replace("\r\n", "\n").replace("\r", "\n")


def test_text_is_never_cut():
    assert judged(LineForm, "字" * 20) == ("字" * 20, [])
    value, errors = judged(LineForm, "字" * 21)
    assert value is None
    assert "20" in errors[0]


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("-3.24", "-32400"),
        ("－３.24", "-32400"),
        ("− 3.24", "-32400"),
        ("3.24", "32400"),
        ("", None),
    ],
)
def test_a_change_of_an_amount_may_be_negative(typed, yuan):
    assert judged(ChangeForm, typed) == (None if yuan is None else Decimal(yuan), [])


@pytest.mark.parametrize("typed", ["--1", "-", "1-", "- -1", "+1"])
def test_a_sign_stands_once_and_first(typed):
    assert judged(ChangeForm, typed) == (
        None,
        ["请填数字，例如 21.76，调减写 -21.76；不要写单位或其他符号。"],
    )
