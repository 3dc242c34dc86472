"""The counting behind `bench --only load,kills`: a save that is not there must be seen."""

import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import call_command

from evalsys.bootstrap.common import SetupError
from evalsys.bootstrap.postgres import newest_binaries
from projects.enums import State
from reports.bench.clocks import WALL, Times
from reports.bench.editors import Ack, Desk, Editor, Leaf, lost
from reports.bench.kills import Chooser, settle
from reports.bench.load import figures_of
from reports.bench.visitors import Answer
from reports.management.commands.bench import faults_in
from scoring.engine import MarkState
from scoring.models import Mark
from scoring.sheets import save_mark
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    return worlds.evaluation_at(State.SCORING, people)


@pytest.fixture
def mark(evaluation, people):
    return worlds.sheet_of(evaluation, people["pingjia2"]).marks.select_related("indicator").first()


def saved(mark, value, remark):
    save_mark(
        mark,
        seen=mark.version,
        state=MarkState.SCORED,
        value=Decimal(value),
        remark=remark,
    )
    return Ack(mark.pk, mark.version, Decimal(value), remark)


@pytest.fixture
def acks(mark):
    return [saved(mark, value, f"save {value}") for value in ("1", "2", "1.5")]


def test_nothing_is_lost_where_the_row_tells_of_every_save(acks):
    assert lost(acks) == 0
    assert lost(reversed(acks)) == 0
    assert lost([]) == 0


LOSSES = {
    "the last one": lambda acks: [*acks, replace(acks[-1], version=5)],
    "the last one's words": lambda acks: [*acks[:-1], replace(acks[-1], remark="别的")],
    "the last one's points": lambda acks: [*acks[:-1], replace(acks[-1], value=Decimal(2))],
    "one that was told twice": lambda acks: [*acks, acks[0]],
    "one nobody was told of": lambda acks: acks[1:],
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_is_counted(loss, acks):
    assert lost(LOSSES[loss](acks)) > 0


class Window:
    """A browser to which the server gives these answers."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def post(self, path, data):
        self.sent.append(data)
        status, said = self.answers.pop(0)
        return Answer(status, json.dumps(said).encode(), 1.0)


def done(version, total):
    said = {"status": "saved", "version": version, "errors": {}, "fragments": {"#total": total}}
    return 200, said


def at_work(mark, *answers, alone=True):
    leaf = Leaf(mark.pk, Decimal(0))
    desk = Desk("pingjia2", mark.sheet.evaluation_id, (leaf,))
    return Editor("pingjia2", desk, Window(*answers), alone=alone)


def test_an_editor_remembers_what_was_acknowledged(mark):
    editor = at_work(mark, done(2, "0"), done(3, "0"))
    editor.work(2)
    assert [ack.version for ack in editor.acks] == [2, 3]
    assert [sent["version"] for sent in editor.visitor.sent] == [1, 2]
    assert (editor.errors, editor.attempt) == ([], None)


def test_a_conflict_is_tried_again_with_the_version_it_told(mark):
    editor = at_work(mark, (409, {"version": 7}), done(8, "0"), alone=False)
    editor.work(1)
    assert [sent["version"] for sent in editor.visitor.sent] == [1, 7]
    assert (editor.conflicts, editor.errors) == (1, [])


@pytest.mark.parametrize(
    "answer",
    [
        (409, {"version": 2}),
        (500, {}),
        done(3, "0"),
        done(2, "1"),
        (200, done(2, "0")[1] | {"errors": {"value": ["得分应在 0 到 4 分之间"]}}),
    ],
    ids=["a conflict with nobody", "an error", "a version too many", "a wrong total", "a refusal"],
)
def test_anything_else_is_an_error(answer, mark):
    editor = at_work(mark, answer)
    editor.work(1)
    assert len(editor.errors) == 1


def cut_off(mark, attempt, *acks):
    editor = at_work(mark)
    for ack in acks:
        editor.acknowledge(ack)
    editor.attempt = attempt
    return settle(editor), len(editor.acks)


def test_a_save_that_was_cut_off_is_there_or_not(mark):
    first = saved(mark, "1", "save 1")
    second = replace(first, version=3, value=Decimal(2), remark="save 2")
    assert cut_off(mark, None, first) == ((False, False), 1)
    assert cut_off(mark, second, first) == ((False, False), 1)
    saved(mark, "2", "save 2")
    assert cut_off(mark, second, first) == ((True, False), 2)


def test_half_of_a_save_is_seen(mark):
    first = saved(mark, "1", "save 1")
    second = replace(first, version=3, value=Decimal(2), remark="save 2")
    Mark.objects.filter(pk=mark.pk).update(remark="save 2")
    assert cut_off(mark, second, first) == ((False, True), 1)
    Mark.objects.filter(pk=mark.pk).update(value=2)
    assert cut_off(mark, second, first) == ((False, True), 1)


def test_half_of_a_new_leader_is_seen(people):
    evaluation = worlds.evaluation_at(State.DRAFTING, people)
    chooser = Chooser(evaluation, Window())
    assert chooser.settle() == 0
    chooser.asked = chooser.done = 1
    assert chooser.settle() == 1, "an act without its entry"
    evaluation.panel.update(is_leader=False)
    assert chooser.settle() == 1, "nobody leads"


def test_figures_tell_of_what_went_wrong(mark, acks):
    apart, shared = at_work(mark), at_work(mark, alone=False)
    apart.acks = [*acks[:-1], replace(acks[-1], remark="别的")]
    apart.waits, shared.waits, shared.errors = [2.0], [3.0], ["500"]
    figures = [one.as_data() for one in figures_of(Times((1.0,), WALL), [apart], [shared])]
    assert [one["ratio"] for one in figures] == [None, 2.0, 3.0]
    assert list(faults_in({"load": figures})) == [
        "1 lost at save, own sheet",
        "1 lost at save, shared leaves",
        "1 errors at save, shared leaves",
    ]


def engines():
    try:
        newest_binaries()
    except SetupError:
        return ["sqlite"]
    return ["sqlite", "postgres"]


@pytest.mark.slow
@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize(("part", "saves"), [("load", 2_000), ("kills", 20_000)])
def test_the_full_proof(part, saves, engine, tmp_path, monkeypatch):
    """The command itself fails when a save is lost, torn or answered with an error."""
    monkeypatch.setattr("django.conf.settings.VAR_DIR", tmp_path)
    file = tmp_path / "figures.json"
    options = {"postgres": engine == "postgres", "json": file, "stdout": io.StringIO()}
    call_command("bench", "--only", part, **options)
    told = [one["more"] for one in json.loads(file.read_text())["parts"][part] if one["more"]]
    assert all(one["saves"] >= saves for one in told)
    assert {one[fault] for one in told for fault in ("lost", "errors")} == {0}
