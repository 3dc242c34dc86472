"""A sheet that is in stays as it is, whoever asks the database; reopening keeps what it said."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from evalsys.seals import is_sealed
from projects.domain import dismiss
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_see_results
from projects.timeline import timeline
from projects.workflow import Action, RefusedError, perform
from reports.demo import AS_PUBLISHED, load_as_published
from scoring.engine import MarkState
from scoring.models import Mark, ScoreSheet, SheetVersion
from scoring.sheets import PURPOSE, save_mark, sealed_content
from tests import worlds
from tests.conftest import triggers_dropped

REASON = "目标内容评分依据不足，请复核。"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db):
    return worlds.build_world()


@pytest.fixture
def at(world):
    return lambda state: Evaluation.objects.get(pk=world.evaluations[state].pk)


def execute(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


CHANGES = {
    "a mark is raised": "UPDATE scoring_mark SET value = 0 WHERE sheet_id = {sheet}",
    "a remark is added": "UPDATE scoring_mark SET remark = 'x' WHERE id = {mark}",
    "a mark is moved away": "UPDATE scoring_mark SET sheet_id = {open} WHERE id = {mark}",
    "a mark is moved in": "UPDATE scoring_mark SET sheet_id = {sheet} WHERE id = {open_mark}",
    "marks are deleted": "DELETE FROM scoring_mark WHERE sheet_id = {sheet}",
    "a mark is added": "INSERT INTO scoring_mark (version, sheet_id, indicator_id, state, remark)"
    " VALUES (1, {sheet}, {leaf}, 'unscored', '')",
    "the sheet is deleted": "DELETE FROM scoring_scoresheet WHERE id = {sheet}",
    "the seal is replaced": "UPDATE scoring_scoresheet SET seal = 'x' WHERE id = {sheet}",
    "the time is changed": "UPDATE scoring_scoresheet SET submitted_at = CURRENT_TIMESTAMP"
    " WHERE id = {sheet}",
    "a total is written in": "UPDATE scoring_scoresheet SET total_only = 99 WHERE id = {sheet}",
    "the sheet changes hands": "UPDATE scoring_scoresheet SET member_id = NULL WHERE id = {sheet}",
    "the seal is lifted": "UPDATE scoring_scoresheet SET submitted_at = NULL, seal = ''"
    " WHERE id = {sheet}",
}
REPLACEMENTS = {
    "a mark": "REPLACE INTO scoring_mark (id, version, sheet_id, indicator_id, state, remark)"
    " VALUES ({mark}, 1, {open}, {leaf}, 'unscored', '')",
    "a mark by update": "UPDATE OR REPLACE scoring_mark SET id = {mark} WHERE id = {open_mark}",
    "a sheet": "REPLACE INTO scoring_scoresheet (id, version, evaluation_id, seal)"
    " VALUES ({sheet}, 1, {evaluation}, '')",
    "a seat's sheet": "REPLACE INTO scoring_scoresheet (version, evaluation_id, member_id, seal)"
    " VALUES (1, {evaluation}, {member}, '')",
    "a sheet by update": "UPDATE OR REPLACE scoring_scoresheet SET id = {sheet} WHERE id = {open}",
}


def aim(statement, world):
    """At a sealed sheet, beside an open one of another evaluation."""
    sealed = ScoreSheet.objects.filter(evaluation=world.evaluations[State.CONFIRMING]).first()
    open_sheet = ScoreSheet.objects.filter(evaluation=world.evaluations[State.SCORING]).first()
    return statement.format(
        sheet=sealed.pk,
        evaluation=sealed.evaluation_id,
        member=sealed.member_id,
        mark=sealed.marks.first().pk,
        open=open_sheet.pk,
        open_mark=open_sheet.marks.first().pk,
        leaf=open_sheet.marks.last().indicator_id,
    )


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses(change, world):
    statement = aim(CHANGES[change], world)
    before = stored()
    with pytest.raises(DatabaseError, match="the score sheet is sealed"):
        execute(statement)
    assert stored() == before
    if change == "the sheet is deleted":
        return  # its marks point at it
    with triggers_dropped(), transaction.atomic():
        assert execute(statement), "the statement itself is sound"
        transaction.set_rollback(True)


@pytest.mark.parametrize("replaced", REPLACEMENTS)
def test_nothing_takes_the_place_of_a_sealed_row(replaced, world):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has REPLACE")
    before = stored()
    with pytest.raises(DatabaseError, match="the score sheet is sealed"):
        execute(aim(REPLACEMENTS[replaced], world))
    assert stored() == before


def stored():
    return (
        list(ScoreSheet.objects.order_by("pk").values()),
        list(Mark.objects.order_by("pk").values()),
    )


def test_an_open_sheet_takes_every_change(world):
    sheet = ScoreSheet.objects.filter(evaluation=world.evaluations[State.SCORING]).first()
    assert execute("UPDATE scoring_mark SET remark = 'x' WHERE sheet_id = %s", sheet.pk) == 20
    assert execute("DELETE FROM scoring_mark WHERE sheet_id = %s", sheet.pk) == 20
    assert execute("DELETE FROM scoring_scoresheet WHERE id = %s", sheet.pk) == 1


def test_the_seal_lifts_only_while_the_same_version_is_kept(world, at):
    """A version of another sheet, seal or time opens nothing, and with the seal nothing else moves."""
    evaluation = at(State.CONFIRMING)
    sheet, other = evaluation.sheets.all()[:2]
    lift = "UPDATE scoring_scoresheet SET submitted_at = NULL, seal = ''{} WHERE id = %s"
    keep = {
        "evaluation": evaluation,
        "sheet": sheet.pk,
        "content": "{}",
        "seal": sheet.seal,
        "submitted_at": sheet.submitted_at,
        "reason": REASON,
    }
    for wrong in (
        {"sheet": other.pk},
        {"seal": other.seal},
        {"submitted_at": evaluation.created_at},
    ):
        SheetVersion.objects.create(**keep | wrong)
        with pytest.raises(DatabaseError, match="sealed"):
            execute(lift.format(""), sheet.pk)
    SheetVersion.objects.create(**keep)
    with pytest.raises(DatabaseError, match="sealed"):
        execute(lift.format(", total_only = 100"), sheet.pk)
    assert execute(lift.format(", version = version + 1"), sheet.pk) == 1


def test_versions_are_append_only(world, at):
    reopen(at(State.CONFIRMING), world)
    for statement in (
        "UPDATE scoring_sheetversion SET reason = 'x'",
        "DELETE FROM scoring_sheetversion",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(statement)


def reopen(evaluation, world, seats=None):
    perform(evaluation, Action.REOPEN_SCORING, user=world["zuzhang"], reason=REASON, seats=seats)


def test_reopening_keeps_what_was_sealed(world, at):
    evaluation = at(State.CONFIRMING)
    sealed = {sheet.pk: (sealed_content(sheet), sheet) for sheet in evaluation.sheets.all()}
    reopen(evaluation, world)
    versions = SheetVersion.objects.filter(evaluation=evaluation)
    assert {version.sheet for version in versions} == set(sealed)
    for version in versions:
        content, sheet = sealed[version.sheet]
        assert json.loads(version.content) == content
        assert version.seal == sheet.seal
        assert is_sealed(version.seal, PURPOSE, json.loads(version.content))
        assert len(json.loads(version.content)["marks"]) == 20
        assert version.submitted_at == sheet.submitted_at
        assert (version.evaluator, version.reopened_by, version.reason) == (
            sheet.evaluator,
            world["zuzhang"],
            REASON,
        )
    labels = [entry.label for entry in timeline(evaluation)]
    assert {"评分表解封：李警南", "评分表解封：陈成章", "评分表解封：骆树军"} <= set(labels)


def test_each_handing_in_is_kept_once(world, at):
    evaluation = at(State.CONFIRMING)
    reopen(evaluation, world)
    first = evaluation.sheets.first()
    mark = first.marks.select_related("indicator").first()
    save_mark(mark, seen=mark.version, state=MarkState.SCORED, value=0, remark="重新评定")
    worlds.hand_in_all(evaluation, world.people)
    reopen(evaluation, world)
    earlier, later = SheetVersion.objects.filter(sheet=first.pk)
    assert "重新评定" in later.content
    assert "重新评定" not in earlier.content


def test_only_the_chosen_sheets_are_reopened(world, at):
    evaluation = at(State.CONFIRMING)
    chosen = evaluation.panel.get(user=world["pingjia2"])
    reopen(evaluation, world, frozenset({chosen.pk}))
    late = evaluation.sheets.get(submitted_at=None)
    assert (late.member, evaluation.state) == (chosen, State.SCORING)
    for username in ("zuzhang", "pingjia2", "pingjia3", "caiwu"):
        assert not can_see_results(world[username], evaluation)
    worlds.hand_in_all(evaluation, world.people)
    assert evaluation.state == State.CONFIRMING
    assert can_see_results(world["pingjia3"], evaluation)


def test_the_dialog_asks_whose_sheets(world, at):
    evaluation = at(State.CONFIRMING)
    browser = Client()
    browser.force_login(world["zuzhang"])
    page = browser.get(reverse("projects:overview", args=[evaluation.pk])).content.decode()
    assert page.count('<input type="checkbox" name="seat"') == 3
    url = reverse("projects:perform", args=[evaluation.pk, "reopen_scoring"])
    browser.post(url, {"reason": REASON})
    assert at(State.CONFIRMING).state == State.CONFIRMING
    foreign = world.foreign.panel.first().pk
    browser.post(url, {"reason": REASON, "seat": [foreign]})
    assert at(State.CONFIRMING).state == State.CONFIRMING
    browser.post(url, {"reason": REASON, "seat": [evaluation.panel.first().pk]})
    assert at(State.CONFIRMING).state == State.SCORING
    assert evaluation.sheets.filter(submitted_at=None).count() == 1


def test_nobody_chosen_is_refused(world, at):
    with pytest.raises(RefusedError, match="至少选一位评价人员"):
        reopen(at(State.CONFIRMING), world, frozenset())


@pytest.mark.parametrize(
    ("state", "action", "actor"),
    [
        (State.SCORING, Action.RECALL_FORMS, "zuzhang"),
        (State.REVIEWING, Action.RETURN_TO_UNIT, "zhuguan"),
    ],
)
def test_no_seal_outlives_the_forms_it_was_given_to(state, action, actor, world, at):
    evaluation = at(state)
    if state == State.SCORING:
        worlds.give_marks(worlds.sheet_of(evaluation, world["pingjia2"]), "1")
        worlds.hand_in(worlds.sheet_of(evaluation, world["pingjia2"]), user=world["pingjia2"])
    sealed = evaluation.sheets.exclude(submitted_at=None).count()
    perform(evaluation, action, user=world[actor], reason=REASON)
    assert not evaluation.sheets.exclude(submitted_at=None, seal="").exists()
    assert evaluation.sheet_versions.count() == sealed > 0
    dismiss(evaluation.panel.first(), actor=world["caiwu"])
    assert evaluation.sheet_versions.count() == sealed


def test_an_old_form_that_goes_back_is_scored_anew(world):
    evaluation = load_as_published(world.people)
    assert evaluation.project.remark == AS_PUBLISHED
    perform(evaluation, Action.RETURN_TO_UNIT, user=world["zhuguan"], reason=REASON)
    assert evaluation.sheet_versions.count() == 4
    assert {version.seal for version in evaluation.sheet_versions.all()} == {""}
