"""The results page: every mark, the mean of each leaf, the total, the grade and how they came about."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from projects.enums import State
from reports import demo
from reports.discussion import disputed, is_disputed, remarked
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from reports.views.results import matrix
from scoring.engine import LeafScore
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
    assert {row.disputed for row in rows if row.leaf} == {True}
    assert {row.disputed for row in rows if not row.leaf} == {False}


def test_marks_that_agree_are_not(shown):
    agreed = [row for row in shown.context["matrix"] if row.leaf and row.leaf.spread == 0]
    assert agreed
    assert not any(row.disputed for row in agreed)


def test_each_evaluators_marks_add_to_the_subtotals_of_the_matrix(shown):
    """As the same page sums them up: 17, 19 and 18 of 项目决策."""
    rows = {row.indicator.key: row for row in shown.context["matrix"]}
    assert rows["decision"].sums == (17, 19, 18)
    assert rows["performance"].sums == (52, 54, 49)
    assert '<td class="num">17</td>' in shown.text


def marked(evaluation, people, key, points):
    """All give half of everything, and these points to one leaf, with a word about it."""
    for username, value in zip(demo.PANEL, points, strict=True):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "0.5")
        Mark.objects.filter(sheet=sheet).update(remark="")
        Mark.objects.filter(sheet=sheet, indicator__key=key).update(
            value=value, remark=f"{username}的理由"
        )
    return Facts(load_dossier(evaluation.pk))


@pytest.mark.parametrize(
    ("points", "names"),
    [((0, 3, 5), ["产出数量"]), ((0, 1, 2.5), []), ((0, 1, 3), ["产出数量"])],
)
def test_only_a_spread_above_the_packs_threshold_is_a_dispute(people, points, names):
    """5 points, half of them: 2.5 is not more than that, 3 is."""
    evaluation = worlds.evaluation_at(State.SCORING, people)
    facts = marked(evaluation, people, "output_quantity", points)
    leaf = next(one for one in facts.dossier.indicators if one.key == "output_quantity")
    spread = Decimal(str(max(points) - min(points)))
    score = LeafScore(leaf.key, leaf.weight, "", None, spread)
    assert is_disputed(facts, score) == bool(names)


def test_disputes_come_with_who_gave_what_and_why_widest_first(client, people):
    evaluation = worlds.evaluation_at(State.SCORING, people)
    for username, shares in zip(demo.PANEL, (("1", "0"), ("0", "0.5"), ("0", "1")), strict=True):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "0.5")
        for key, share in zip(("output_cost", "output_quantity"), shares, strict=True):
            mark = sheet.marks.select_related("indicator").get(indicator__key=key)
            mark.value = mark.indicator.weight * Decimal(share)
            mark.remark = f"{key} {share}"
            mark.save()
        sheet.marks.filter(indicator__key="funds_use").update(
            value=Decimal(7 if username == "zuzhang" else 3)
        )
        hand_in(sheet, user=people[username])
    facts = Facts(load_dossier(evaluation.pk))
    assert [one.indicator.key for one in disputed(facts)] == [
        "output_quantity",
        "output_cost",
        "funds_use",
    ]
    assert [one.share for one in disputed(facts)] == ["100%", "100%", "57%"]
    assert [
        (saying.name, saying.mark.value, saying.mark.reason)
        for saying in disputed(facts)[1].sayings
    ] == [
        ("李警南", Decimal(3), "output_cost 1"),
        ("陈成章", Decimal(0), "output_cost 0"),
        ("骆树军", Decimal(0), "output_cost 0"),
    ]
    client.force_login(people["zuzhang"])
    text = client.get(reverse("reports:results", args=[evaluation.pk])).text
    section = text[text.index('id="disputed"') : text.index('id="remarks"')]
    assert "3 项，分差超过分值的 50%" in section
    assert "<strong>李警南</strong> 3 分：output_cost 1" in section


def test_every_remark_can_be_read_where_results_can(client, people):
    evaluation = worlds.evaluation_at(State.SCORING, people)
    for username in demo.PANEL:
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "1")
        Mark.objects.filter(sheet=sheet).update(remark="")
        Mark.objects.filter(sheet=sheet, indicator__key="funds_use").update(
            remark=f"{username}看了账簿"
        )
        hand_in(sheet, user=people[username])
    (one,) = remarked(Facts(load_dossier(evaluation.pk)))
    assert [saying.name for saying in one.sayings] == ["李警南", "陈成章", "骆树军"]
    client.force_login(people["pingjia2"])
    text = client.get(reverse("reports:results", args=[evaluation.pk])).text
    section = text[text.index('id="remarks"') :]
    for username in demo.PANEL:
        assert f"{username}看了账簿" in section


def test_the_leader_is_led_on_to_the_decision(client, people, confirming):
    seen = {}
    for username in ("zuzhang", "pingjia2"):
        client.force_login(people[username])
        seen[username] = client.get(reverse("reports:results", args=[confirming.pk])).text
    assert "看过结果之后" in seen["zuzhang"]
    assert "看过结果之后" not in seen["pingjia2"]


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
