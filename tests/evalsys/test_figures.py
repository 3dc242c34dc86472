"""Rates and money by published vectors."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsys import figures

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "rates.json").read_text())["cases"]


def amount(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("name", ["arrival_rate", "execution_rate", "balance"])
def test_rate_vectors(name):
    for first, second, expected in CASES[name]:
        outcome = getattr(figures, name)(amount(first), amount(second))
        assert (None if outcome is None else str(outcome)) == expected, (first, second)


def test_percent_vectors():
    for rate, places, expected in CASES["percent_text"]:
        assert figures.percent_text(Fraction(rate), places) == expected
    assert figures.percent_text(Fraction(1284, 2176)) == "59.0%"


def test_money_vectors():
    for yuan, expected in CASES["wan_text"]:
        assert figures.wan_text(Decimal(yuan)) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("1/2", 0, "1"),
        ("-1/2", 0, "-1"),
        ("-1/3", 2, "-0.33"),
        ("89995/1000", 2, "90.00"),
        ("89994999/1000000", 2, "89.99"),
        ("0", 2, "0.00"),
    ],
)
def test_a_half_goes_away_from_zero(value, places, expected):
    assert str(figures.half_up(Fraction(value), places)) == expected


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 6))
def test_rounding_moves_nothing_further_than_half_a_unit(value, places):
    printed = figures.half_up(value, places)
    assert abs(Fraction(printed) - value) * 10**places <= Fraction(1, 2)
    assert printed.as_tuple().exponent == -places


def test_totals_add_what_is_given_and_say_when_nothing_is():
    assert figures.total([]) is None
    assert figures.total([None, None]) is None
    assert str(figures.total([Decimal("1.10"), None, Decimal("2.25")])) == "3.35"
    assert figures.total([Decimal(0)]) == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [("100", "100"), ("90.330", "90.33"), ("1E+2", "100"), ("5.00", "5"), ("0.50", "0.5")],
)
def test_figures_are_written_as_a_person_writes_them(value, text):
    assert figures.plain(Decimal(value)) == text
