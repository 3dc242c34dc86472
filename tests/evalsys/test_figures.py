"""Rates and money by published vectors."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

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
