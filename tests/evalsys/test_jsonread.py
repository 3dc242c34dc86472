from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsys.canonical import canonical_json, decimal_text, digest
from evalsys.jsonread import DEPTH_LIMIT, JsonError, Problem, Reader, load_json


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("source", "path", "words"),
    [
        (b'{"a": 1', "", "第 1 行第 8 列"),
        ('{\n"a": 1,}', "", "第 2 行"),
        (b"", "", "不是合法的 JSON"),
        ("中文".encode("gb18030"), "", "UTF-8"),
        (b"\xff\xfe{\x00}\x00", "", "UTF-8"),
        ('{"a": {"b": 1, "b": 2}}', "a.b", "两次"),
        ('{"a": [0, NaN]}', "a[1]", "NaN"),
        ('{"a": -Infinity}', "a", "Infinity"),
        ("1e999", "", "数过大"),
        ("9" * 5000, "", "数过大"),
        ('{"a": -1000000000000000000}', "a", "数过大"),
        ("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1), "[0]" * DEPTH_LIMIT, None),
        ("[" * (DEPTH_LIMIT + 2) + "]" * (DEPTH_LIMIT + 2), "[0]" * (DEPTH_LIMIT + 1), "过深"),
        ('{"a":' * 16_000 + "1" + "}" * 16_000, "", "过深"),
        (r'{"a": ["\ud800"]}', "a[0]", "损坏"),
        (r'{"\udfff": 1}', r'["\udfff"]', "损坏"),
        ('"\ud800"', "", "损坏"),
        (b"[" + b" " * 100_000 + b"]", "", "过大"),
    ],
)
def test_hostile_json_is_refused_with_path_and_sentence(source, path, words):
    if words is None:
        assert load_json(source, limit_bytes=100_000) is not None
        return
    with pytest.raises(JsonError) as caught:
        load_json(source, limit_bytes=100_000)
    assert caught.value.path == path
    assert words in caught.value.message


def test_limit_counts_bytes_of_text_too():
    assert load_json('"字"', limit_bytes=5) == "字"
    with pytest.raises(JsonError, match="5 字节，最多 4 字节"):
        load_json('"字"', limit_bytes=4)


def test_byte_order_mark_and_surrogate_pairs_are_ordinary():
    assert load_json(b"\xef\xbb\xbf" + rb'{"a": "\ud841\udf0e"}', limit_bytes=100) == {"a": "𠜎"}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(json_values)
def test_canonical_json_reads_back_unchanged(value):
    assert load_json(canonical_json(value), limit_bytes=10**6) == value


@given(st.binary(max_size=60))
def test_any_bytes_give_data_or_problems(source):
    with suppress(JsonError):
        canonical_json(load_json(source.replace(b".", b""), limit_bytes=100))


def test_canonical_json_is_sorted_compact_utf8():
    assert canonical_json({"b": [1, None, True], "字": "a\n", "a": {}}) == (
        '{"a":{},"b":[1,null,true],"字":"a\\n"}'.encode()
    )


def test_digest_is_the_sha256_of_the_canonical_form():
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), Decimal(1), {1: "a"}, {"a": {True: 1}}, [{2}]]
)
def test_canonical_json_refuses_what_has_no_one_form(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_canonical_json_refuses_lone_surrogates():
    with pytest.raises(ValueError, match="surrogates"):
        canonical_json(["\ud800"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4.00", "4"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-0.00", "0"),
        ("0.000001", "0.000001"),
        ("1234567890123456789012345678901.5", "1234567890123456789012345678901.5"),
    ],
)
def test_decimal_text_is_plain_and_one_for_equal_numbers(value, text):
    assert decimal_text(Decimal(value)) == text


def test_decimal_text_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="NaN"):
        decimal_text(Decimal("NaN"))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimal_text_keeps_the_value(value):
    assert Decimal(decimal_text(value)) == value


def refused(value, read):
    reader = Reader(value)
    read(reader)
    return [problem.message for problem in reader.problems]


NUMBER = {"max_digits": 5, "places": 2}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, lambda r: r.text(max=9)),
        ("四个字符", lambda r: r.text(max=3)),
        ("\u200b", lambda r: r.text(max=9)),
        ("a\nb", lambda r: r.text(max=9)),
        ("\u202e", lambda r: r.text(max=9, multiline=True)),
        (" \u3000", lambda r: r.text(max=9, blank=False)),
        ("项", lambda r: r.identifier()),
        ("-a", lambda r: r.identifier()),
        ("", lambda r: r.identifier()),
        ("b", lambda r: r.constant("a")),
        (None, lambda r: r.constant("a")),
        (1, lambda r: r.decimal(**NUMBER)),
        (1.5, lambda r: r.decimal(**NUMBER)),
        *[
            (text, lambda r: r.decimal(**NUMBER))
            for text in [
                "", " 1", "1 ", "+1", "1_0", "1e0", "１", "٣", "01", ".5", "5.", "1,000", "-0",
                "-0.00", "NaN", "Infinity", "1.234", "1000", "1\n",
            ]
        ],
        ("-1", lambda r: r.decimal(**NUMBER, minimum=Decimal(0))),
        ("1.01", lambda r: r.decimal(**NUMBER, maximum=Decimal(1))),
        (True, lambda r: r.integer(minimum=0, maximum=9)),
        ("1", lambda r: r.integer(minimum=0, maximum=9)),
        (1.0, lambda r: r.integer(minimum=0, maximum=9)),
        (-1, lambda r: r.integer(minimum=0, maximum=9)),
        (10, lambda r: r.integer(minimum=0, maximum=9)),
        (1, lambda r: r.boolean()),
        (None, lambda r: r.boolean()),
        ("green", lambda r: r.choice(Colour)),
        (None, lambda r: r.choice(Colour)),
        ("2020-02-30", lambda r: r.date()),
        ("20200420", lambda r: r.date()),
        ("2020-4-20", lambda r: r.date()),
        (20200420, lambda r: r.date()),
        ({}, lambda r: r.items()),
        ([], lambda r: r.items(filled=True)),
        ("ab", lambda r: r.items()),
        ([], lambda r: r.object_items()),
        ([], lambda r: r.field("a").field("b").text(max=1)),
        ({}, lambda r: r.field("a").items(filled=True)),
        ({}, lambda r: r.field("a").choice(Colour)),
        ({}, lambda r: r.field("a").date()),
        ({}, lambda r: r.field("a").integer(minimum=1, maximum=2)),
        ({"a": 1}, lambda r: r.end()),
    ],
)  # fmt: skip
def test_reader_says_each_problem_once(value, read):
    messages = refused(value, read)
    assert len(messages) == 1
    assert messages[0].endswith("。")


def test_reader_returns_what_is_there():
    reader = Reader(
        {
            "text": "一\n二", "key": "a_1.b-2", "number": "-12.50", "count": 3, "yes": True,
            "colour": "blue", "day": "2020-04-20", "list": ["1"], "free": {"项": None}, "null": None,
        }
    )  # fmt: skip
    assert reader.field("text").text(max=3, multiline=True) == "一\n二"
    assert reader.field("key").identifier() == "a_1.b-2"
    assert reader.field("number").decimal(**NUMBER) == Decimal("-12.5")
    assert reader.field("count").integer(minimum=3, maximum=3) == 3
    assert reader.field("yes").boolean() is True
    assert reader.field("colour").choice(Colour) is Colour.BLUE
    assert reader.field("day").date() == date(2020, 4, 20)
    assert [
        item.or_null(lambda r: r.decimal(**NUMBER)) for item in reader.field("list").items()
    ] == [1]
    assert [(k, r.or_null(Reader.boolean)) for k, r in reader.field("free").object_items()] == [
        ("项", None)
    ]
    assert reader.optional("absent") is None
    assert reader.optional("null").or_null(Reader.boolean) is None
    reader.end()
    reader.finish()


def test_reader_collects_problems_with_their_paths():
    reader = Reader({"a": [{"b": 1}, {"b": "x"}], "c.d": 1, "\u202e": 2, "长" * 50: 3})
    for item in reader.field("a").items():
        item.field("b").boolean()
    reader.field("e")
    reader.end()
    with pytest.raises(JsonError) as caught:
        reader.finish()
    assert [problem.path for problem in caught.value.problems] == [
        "a[0].b", "a[1].b", "e", '["c.d"]', r'["\u202e"]', f'["{"长" * 40}…"]',
    ]  # fmt: skip
    assert str(caught.value).splitlines()[2] == "e：缺少这一项，请补上。"


def test_soundness_covers_a_place_and_what_is_inside():
    reader = Reader({"tree": [{"key": 1}], "tree_freedom": "x", "note": ""})
    assert reader.sound
    reader.field("tree").items()[0].field("key").identifier()
    assert not reader.sound
    assert not reader.field("tree").sound
    assert not reader.members_sound("note", "tree")
    assert reader.members_sound("note", "tree_freedom")
    assert not Reader(None, "", [Problem("", "")]).members_sound("note")


def test_problem_of_the_whole_file_shows_no_path():
    assert str(Problem("", "坏了。")) == "坏了。"
