"""Last year's printed score stands beside the same leaf, once last year is signed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, perform
from reports.demo import sign_all
from reports.dossier.importer import replace_forms
from reports.dossier.seed import seed_dossier
from reports.models import Snapshot
from scoring.opening import open_evaluation
from scoring.past import PastScore, past_scores
from tests import worlds
from tests.conftest import triggers_dropped

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def last_year(people):
    return worlds.evaluation_at(State.SIGNED, people)


@pytest.fixture
def this_year(last_year, people):
    return open_evaluation(
        project=last_year.project,
        fiscal_year=last_year.fiscal_year + 1,
        rule_pack=last_year.rule_pack,
        actor=people["caiwu"],
    )


def test_the_printed_score_of_the_same_leaf(this_year):
    past = past_scores(this_year)
    assert len(past) == 20
    assert past["funds_use"] == PastScore(2019, "资金使用", Decimal("3.67"), Decimal(7))
    assert past["output_quantity"].points == Decimal(5)


def test_a_year_between_stands_in_its_way(this_year, last_year, people):
    """The previous evaluation counts, not the last signed one."""
    later = open_evaluation(
        project=last_year.project,
        fiscal_year=this_year.fiscal_year + 1,
        rule_pack=last_year.rule_pack,
        actor=people["caiwu"],
    )
    assert past_scores(later) == {}


@pytest.mark.parametrize("state", [State.DRAFTING, State.REVIEWING])
def test_nothing_before_it_is_signed(this_year, last_year, state):
    Evaluation.objects.filter(pk=last_year.pk).update(state=state)
    assert past_scores(this_year) == {}


def test_an_archived_year_counts(this_year, last_year, people):
    sign_all(last_year)
    perform(last_year, Action.ARCHIVE, user=people["zhuguan"])
    assert past_scores(this_year)


def test_a_project_without_a_past_has_none(people):
    assert past_scores(worlds.opened(people, pack="haikou-2019")) == {}


def test_a_snapshot_that_was_tampered_with_says_nothing(this_year, last_year):
    with triggers_dropped():
        Snapshot.objects.filter(evaluation=last_year).update(digest="0" * 64)
    assert past_scores(this_year) == {}


def test_it_stands_beside_the_leaf_for_whoever_scores(client, this_year, people):
    seed = seed_dossier("scored")
    basic = replace(seed.basic, evaluated_on=date(this_year.fiscal_year + 1, 4, 20))
    replace_forms(this_year, replace(seed, basic=basic))
    worlds.seat_panel(this_year, people)
    worlds.explain_all(this_year, people)
    worlds.advance(this_year, State.SCORING, people)
    this_year.indicators.filter(key="funds_use").update(name="资金使用合规性")
    client.force_login(people["pingjia3"])
    text = client.get(reverse("scoring:sheet", args=[this_year.pk])).text
    assert text.count("2019 年度得") == 20
    row = text[text.index("资金使用合规性") :]
    assert '2019 年度得 <span class="leaf-value">3.67</span> / 7（当时名为「资金使用」）' in row
