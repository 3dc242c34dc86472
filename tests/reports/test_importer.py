"""From a file to rows and back: nothing is lost, and what contradicts itself is not approved."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings

from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.domain import ChangedVersionError
from projects.enums import State
from projects.models import Evaluation, Project
from projects.workflow import Action, RefusedError, offers, perform
from reports import demo
from reports.dossier.facts import Facts
from reports.dossier.importer import AlreadyThereError, import_dossier
from reports.dossier.loader import load_dossier
from reports.dossier.model import PrintedFigures
from reports.dossier.seed import SEED_NAMES, seed_dossier
from scoring.models import Mark, ScoreSheet
from scoring.tree_editing import add_under
from scoring.trees import LEAF_LEVEL
from tests import worlds
from tests.reports.test_dossier_codec import dossiers

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture
def unit(people):
    return people["caiwu"].unit


def without_keys(dossier):
    """A panel member's key is the row's; the state is that of the way the import took."""
    panel = tuple(
        replace(member, key="", sheet=member.sheet and replace(member.sheet, evaluator=""))
        for member in dossier.panel
    )
    consensus = dossier.consensus and replace(dossier.consensus, evaluator="")
    printed = None if dossier.printed == PrintedFigures() else dossier.printed
    return replace(
        dossier, state="", panel=panel, consensus=consensus, printed=printed, old_form=False
    )


@pytest.mark.parametrize("name", SEED_NAMES)
def test_the_seed_comes_back_from_its_rows(name, unit):
    dossier = seed_dossier(name)
    evaluation = import_dossier(dossier, unit=unit, actor=None)
    assert without_keys(load_dossier(evaluation.pk)) == without_keys(dossier)


@given(dossier=dossiers())
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_dossier_comes_back_from_its_rows(dossier, unit):
    assume(
        all(indicator.weight or indicator.level == LEAF_LEVEL for indicator in dossier.indicators)
    )
    with transaction.atomic():
        evaluation = import_dossier(dossier, unit=unit, actor=None)
        expected = _filled_out(dossier)
        if evaluation.old_form or evaluation.state == State.DRAFTING:
            expected = _with_sheets(expected, submitted=evaluation.old_form)
        assert without_keys(load_dossier(evaluation.pk)) == without_keys(expected)
        transaction.set_rollback(True)


def _with_sheets(dossier, *, submitted):
    """A draft can still change its panel; on paper all sheets are in."""
    panel = tuple(
        replace(one, sheet=one.sheet and replace(one.sheet, submitted=submitted))
        for one in dossier.panel
    )
    consensus = dossier.consensus and replace(dossier.consensus, submitted=submitted)
    return replace(dossier, panel=panel, consensus=consensus)


def _filled_out(dossier):
    """Rows have a body for every section of the outline."""
    blank = {section.key: "" for section in dossier.pack.outline if section.has_body}
    return replace(dossier, sections=blank | dossier.sections)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, State.REVIEWING),
        ({"panel": ()}, State.DRAFTING),
        ({"state": "signed"}, State.REVIEWING),
        ({"state": "archived"}, State.REVIEWING),
    ],
    ids=["complete", "no panel", "signed elsewhere", "archived elsewhere"],
)
def test_where_an_import_lands(change, state, unit):
    """Never as signed: what was signed elsewhere was not signed here."""
    evaluation = import_dossier(replace(seed_dossier("scored"), **change), unit=unit, actor=None)
    assert evaluation.state == state


@pytest.mark.parametrize("name", SEED_NAMES)
def test_scores_from_a_file_are_marked_as_copied(name, unit):
    """Nobody gave them here, whatever the file says."""
    assert not seed_dossier(name).old_form
    evaluation = import_dossier(seed_dossier(name), unit=unit, actor=None)
    assert load_dossier(evaluation.pk).old_form


def test_an_unfinished_sheet_makes_it_a_draft(unit):
    dossier = seed_dossier("scored")
    first, *others = dossier.panel
    unfinished = replace(first, sheet=replace(first.sheet, submitted=False))
    evaluation = import_dossier(
        replace(dossier, panel=(unfinished, *others)), unit=unit, actor=None
    )
    assert evaluation.state == State.DRAFTING


def test_the_import_is_journaled_with_its_actor(unit, people):
    evaluation = import_dossier(seed_dossier("scored"), unit=unit, actor=people["caiwu"])
    entry = JournalEntry.objects.get(stream=evaluation.journal_stream)
    assert (entry.action, entry.actor) == ("imported", people["caiwu"])


def test_the_same_year_is_not_imported_twice(unit):
    import_dossier(seed_dossier("scored"), unit=unit, actor=None)
    counts = Evaluation.objects.count(), Project.objects.count()
    with pytest.raises(AlreadyThereError, match="2019 年度的自评已经存在"):
        import_dossier(seed_dossier("as_published"), unit=unit, actor=None)
    assert (Evaluation.objects.count(), Project.objects.count()) == counts


def test_a_pack_that_contradicts_the_published_one_imports_nothing(unit):
    dossier = seed_dossier("scored")
    other = replace(dossier, pack=replace(dossier.pack, name="改过的", digest="0" * 64))
    projects = Project.objects.count()
    with pytest.raises(ChangedVersionError):
        import_dossier(other, unit=unit, actor=None)
    assert Project.objects.count() == projects


def test_a_draft_whose_points_are_not_set_yet_can_be_carried_over(unit, people):
    draft = worlds.opened(people, pack="national-2020")
    add_under(draft.indicators.select_related("evaluation").get(key="quantity"))
    dossier = load_dossier(draft.pk)
    copy = import_dossier(dossier, unit=people["caiwu2"].unit, actor=None)
    assert copy.indicators.get(key="quantity.1").weight is None
    assert without_keys(load_dossier(copy.pk)) == without_keys(dossier)


# The form as it was published.


@pytest.fixture(scope="module")
def published(people):
    return demo.load_as_published(people)


def test_it_waits_for_the_supervisor_with_totals_and_no_marks(published):
    assert published.state == State.REVIEWING
    sheets = ScoreSheet.objects.filter(evaluation=published, member__isnull=False)
    assert sorted(sheets.values_list("total_only", flat=True)) == [86, 89, 96]
    marks = Mark.objects.filter(sheet__evaluation=published)
    assert marks.count() == 20
    assert sum(mark.value for mark in marks) == 88


def test_it_says_what_is_true(published):
    result = Facts(load_dossier(published.pk)).result
    assert (str(result.total), result.grade) == ("90.33", "优")
    assert result.disagreements


def test_the_results_page_shows_each_disagreement(published, people, client):
    client.force_login(people["zhuguan"])
    page = client.get(reverse("reports:results", kwargs={"pk": published.pk}))
    text = page.content.decode()
    disagreements = page.context["result"].disagreements
    assert {(item.found, item.expected) for item in disagreements} >= {("88", "90.33")}
    for item in disagreements:
        assert item.what in text
        assert item.found in text
        assert item.expected in text


def test_it_cannot_be_approved(published, people):
    supervisor = people["zhuguan"]
    offered = {offer.transition.action: offer for offer in offers(supervisor, published)}
    said = [problem.text for problem in offered[Action.APPROVE].problems]
    assert any("90.33" in sentence and "88" in sentence for sentence in said)
    with pytest.raises(RefusedError, match=r"应为 90\.33"):
        perform(published, Action.APPROVE, user=supervisor)
    assert Evaluation.objects.get(pk=published.pk).state == State.REVIEWING
    assert not published.snapshots.exists()


def test_it_can_be_sent_back(published, people):
    perform(published, Action.RETURN_TO_UNIT, user=people["zhuguan"], reason="平均分有误")
    assert Evaluation.objects.get(pk=published.pk).state == State.DRAFTING


def test_loading_it_again_gives_the_same(published, people):
    assert demo.load_as_published(people) == published
