"""A form that agrees with itself is left alone; one figure of it changed is found, where it stands."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.checks import Phase, Severity, Verdict, examine
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.facts import Facts
from scoring.engine.disagreements import same_rate
from tests.reports.consistent import consistent, packs
from tests.reports.mutations import changed, figures, mistyped, right_places

ARITHMETICAL = ("A", "B01", "B02", "B04")
REQUIRED_SHARE = 0.99


def findings(dossier):
    return {
        (answer.check.code, finding.key, finding.found): finding
        for answer in examine(Facts(dossier))
        for finding in answer.findings
    }


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from(packs()))
def test_a_consistent_form_has_no_arithmetical_finding_and_nothing_that_blocks(chance, pack):
    found = [
        answer.check.code
        for answer in examine(Facts(consistent(chance, pack)))
        if answer.verdict is Verdict.FOUND
        and (answer.severity is Severity.BLOCK or answer.check.code.startswith(ARITHMETICAL))
    ]
    assert found == []


def test_a_consistent_form_is_compared_and_not_passed_over():
    """Every check of arithmetic has something to compare on one of them."""
    passed = {
        answer.check.code
        for seed in range(40)
        for answer in examine(Facts(consistent(random.Random(seed))), phases=list(Phase))
        if answer.verdict is Verdict.PASSED
    }
    unreached = {"A08", "A14"}  # a zero budget, a share of a whole
    assert {f"A{n:02}" for n in range(1, 15)} | {"B01", "B02", "B04"} <= passed | unreached


def test_a_consistent_form_is_a_dossier():
    for seed in range(20):
        dossier = consistent(random.Random(seed))
        assert parse_dossier(dump_dossier(dossier)) == dossier


def is_right_too(dossier, figure, written):
    """A rate that lost or gained a digit may be right at its new precision."""
    facts = Facts(dossier)
    rates = {
        "printed execution_rate": facts.execution_rate,
        "printed arrival_rate": facts.arrival_rate,
    }
    return figure.kind in rates and same_rate(rates[figure.kind], Decimal(written))


def mutated(seeds, each):
    """For each kind of figure: how many were changed, and how many of them were found."""
    changes, caught, missed = Counter(), Counter(), []
    for seed in seeds:
        chance = random.Random(seed)
        dossier = consistent(chance)
        data, before = dump_dossier(dossier), findings(dossier)
        everywhere = figures(data)
        for figure in chance.sample(everywhere, min(each, len(everywhere))):
            wrong = mistyped(chance, figure)
            if is_right_too(dossier, figure, wrong):
                continue
            after = findings(changed(data, figure, wrong))
            new = [after[key] for key in after.keys() - before.keys()]
            changes[figure.kind] += 1
            if any(finding.place.field in right_places(data, figure) for finding in new):
                caught[figure.kind] += 1
            else:
                missed.append((seed, figure.path, figure.text, wrong, [f.place.field for f in new]))
    return changes, caught, missed


def test_one_wrong_figure_is_found_where_it_stands():
    changes, caught, missed = mutated(range(25), each=14)
    assert len(changes) >= 22
    assert caught.total() >= REQUIRED_SHARE * changes.total(), missed


@pytest.mark.slow
def test_tens_of_thousands_of_wrong_figures_are_found(record_property):
    """The shares are those of docs/checks.md."""
    changes, caught, missed = mutated(range(1000, 2000), each=25)
    shares = {kind: f"{caught[kind]}/{changes[kind]}" for kind in sorted(changes)}
    record_property("caught", f"{caught.total()}/{changes.total()} {shares}")
    assert caught.total() >= REQUIRED_SHARE * changes.total(), missed[:20]
    assert all(caught[kind] >= 0.95 * changes[kind] for kind in changes), shares
