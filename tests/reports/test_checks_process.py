"""C13 and F01–F03: who did what when, and what the public reads."""

from dataclasses import replace
from datetime import date

import pytest

from reports.checks import Step
from tests.reports.checking import (
    NOT_APPLICABLE,
    NOT_ENOUGH_DATA,
    PASSED,
    answer,
    fields,
    found,
    verdict,
)
from tests.reports.dossiers import small_dossier

MARCH = date(2025, 3, 31)


def day(number):
    return date(2025, 4, number)


# C13.


@pytest.mark.parametrize(
    ("submitted", "today", "expected"),
    [
        (MARCH, None, []),
        (day(2), None, ["晚了 2 天"]),
        (None, MARCH, []),
        (None, day(1), ["晚了 1 天"]),
    ],
)
def test_the_forms_are_submitted_in_time(submitted, today, expected):
    dossier = small_dossier(due_on=MARCH, submitted_on=submitted)
    assert [one.how for one in answer("C13", dossier, today=today).findings] == expected


def test_lateness_is_not_told_without_a_day():
    assert verdict("C13", small_dossier()) is NOT_APPLICABLE
    assert verdict("C13", small_dossier(due_on=MARCH)) is NOT_ENOUGH_DATA


# F01.

SUBMIT = Step("submit", "1", day(1))


@pytest.mark.parametrize(
    ("steps", "places"),
    [
        ((), []),
        ((SUBMIT, Step("open_scoring", "2", day(2)), Step("approve", "3", day(9))), []),
        ((SUBMIT, Step("open_scoring", "1", day(2))), ["steps[1]"]),
        ((SUBMIT, Step("open_scoring", "2", day(2)), Step("approve", "1", day(9))), ["steps[2]"]),
        ((SUBMIT, Step("submit", "2", day(2)), Step("open_scoring", "1", day(3))), []),
        ((SUBMIT, Step("return_to_filler", "2", day(2), " ", needs_reason=True)), ["steps[1]"]),
        ((SUBMIT, Step("return_to_filler", "2", day(2), "缺", needs_reason=True)), []),
    ],
)
def test_who_fills_in_does_not_pass(steps, places):
    assert fields("F01", small_dossier(), steps=steps) == places


def test_what_happened_is_not_known_of_a_file():
    assert verdict("F01", small_dossier()) is NOT_ENOUGH_DATA


# F02.


def public(**changes):
    masked = replace(small_dossier().basic, phone="6555****")
    return small_dossier(basic=masked, **changes)


def test_a_masked_copy_passes():
    assert verdict("F02", small_dossier(), published_copy=public()) is PASSED
    assert verdict("F02", small_dossier()) is NOT_ENOUGH_DATA


def test_a_phone_left_in_is_told():
    assert fields("F02", small_dossier(), published_copy=small_dossier()) == ["basic.phone"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("联系人张三，13800138000。", "13800138000"),
        ("电话 0898-68716626", "0898-68716626"),
        ("身份证 46010019900101123X", "46010019900101123X"),
        ("账号 6222020000000000000", "6222020000000000000"),
        ("资金 217600000000 元，2019 年 12 月", None),
    ],
)
def test_personal_numbers_in_the_text_are_told(text, number):
    findings = answer(
        "F02", small_dossier(), published_copy=public(sections={"other": text})
    ).findings
    assert [one.found for one in findings] == ([number] if number else [])
    for one in findings:
        assert text[one.place.start : one.place.end] == number


# F03.

SIGNED = (Step("approve", "3", day(1)),)


@pytest.mark.parametrize(
    ("published", "today", "is_found"),
    [(day(21), None, False), (day(22), None, True), (None, day(21), False), (None, day(22), True)],
)
def test_what_is_signed_is_published_within_twenty_days(published, today, is_found):
    told = found("F03", small_dossier(), steps=SIGNED, published_on=published, today=today)
    assert bool(told) is is_found


def test_publication_waits_for_the_signature():
    assert verdict("F03", small_dossier(), steps=()) is NOT_APPLICABLE
    assert verdict("F03", small_dossier(), steps=SIGNED) is NOT_ENOUGH_DATA
    assert verdict("F03", small_dossier()) is NOT_ENOUGH_DATA
