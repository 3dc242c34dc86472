"""The results page: every mark, the mean of each leaf, the total, the grade and how they came about."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from projects.enums import State
from reports import demo
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from reports.views.results import matrix
from scoring.models import Mark
from scoring.sheets import hand_in
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def confirming(people):
    """The seed, scored 89, 96 and 86."""
    return worlds.evaluation_at(State.CONFIRMING, people)


@pytest.fixture
def shown(client, people, confirming):
    client.force_login(people["zuzhang"])
    return client.get(reverse("reports:results", kwargs={"pk": confirming.pk}))


def figures(page):
    result, facts = page.context["result"], page.context["facts"]
    return str(result.total), result.grade, str(result.mean), facts.execution_rate


def test_total_grade_mean_and_rate(shown):
    total, grade, mean, rate = figures(shown)
    assert (total, grade, mean) == ("90.33", "优", "90.33")
    assert rate == Fraction(1284, 2176)
    text = shown.content.decode()
    assert 'data-figure="total">90.33<' in text
    assert 'data-figure="grade">优<' in text
    assert 'data-figure="execution-rate">59.0%<' in text


def test_the_evaluators_totals_are_the_published_ones(shown):
    assert [total.total for total in shown.context["totals"]] == [89, 96, 86]


def test_the_matrix_has_every_mark_of_every_leaf(shown, confirming):
    rows = {row.indicator.key: row for row in shown.context["matrix"]}
    assert len(rows) == confirming.indicators.count()
    for mark in Mark.objects.filter(sheet__evaluation=confirming).select_related(
        "sheet__member", "indicator"
    ):
        shown_mark = rows[mark.indicator.key].marks[mark.sheet.member.position - 1]
        assert shown_mark.value == mark.value


def test_printed_leaves_add_to_the_printed_total(shown):
    rows = shown.context["matrix"]
    leaves = [row.score for row in rows if row.leaf]
    roots = [row.score for row in rows if row.indicator.level == 1]
    assert len(leaves) == 20
    assert sum(leaves) == sum(roots) == Decimal("90.33")
    assert all(row.score <= row.indicator.weight for row in rows)


def test_every_step_is_told(shown):
    steps = shown.context["result"].steps
    text = shown.content.decode()
    assert steps
    for step in steps:
        assert step.title in text
        assert step.outcome in text


def test_a_wide_spread_is_marked(people):
    """Half the weight of a leaf between the highest and the lowest mark is the seed pack's limit."""
    evaluation = worlds.evaluation_at(State.SCORING, people)
    for username, share in zip(demo.PANEL, ("1", "1", "0"), strict=True):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, share)
        hand_in(sheet, user=people[username])
    rows = matrix(Facts(load_dossier(evaluation.pk)))
    assert {row.wide_spread for row in rows if row.leaf} == {True}
    assert {row.wide_spread for row in rows if not row.leaf} == {False}


def test_marks_that_agree_are_not(shown):
    agreed = [row for row in shown.context["matrix"] if row.leaf and row.leaf.spread == 0]
    assert agreed
    assert not any(row.wide_spread for row in agreed)


def test_the_page_is_the_same_before_and_after_signing(client, people):
    """What was confirmed is what is shown for good."""
    answers = []
    for state in (State.REVIEWING, State.SIGNED, State.ARCHIVED):
        evaluation = worlds.evaluation_at(state, people)
        client.force_login(people["zhuguan"])
        page = client.get(reverse("reports:results", kwargs={"pk": evaluation.pk}))
        answers.append(
            (
                figures(page),
                [(row.indicator, row.score) for row in page.context["matrix"]],
            )
        )
    assert answers[0] == answers[1] == answers[2]
