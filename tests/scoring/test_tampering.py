"""Somebody with every right to the database changes what was sealed or journaled: it is found.

Every column of every row, and every way to take rows away, to add, to swap, to put back old ones.
What is looked with is what `manage.py verify_journal` looks with.
"""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from evalsys.audit.journal import contradictions
from evalsys.audit.models import JournalEntry, JournalStream
from projects.enums import State
from projects.models import Evaluation, PanelMember
from projects.workflow import Action, perform
from reports.demo import load_as_published
from scoring.engine import MarkState
from scoring.models import Mark, ScoreSheet, SheetVersion
from scoring.sheets import save_mark
from tests import worlds
from tests.conftest import triggers_dropped

pytestmark = pytest.mark.django_db

# What says nothing of what was judged or done: a row's number, and how often it was saved.
NO_CONTENT = {Mark: {"id", "version"}, ScoreSheet: {"version"}, JournalEntry: {"id"}}
NO_CONTENT[SheetVersion] = {"id"}
GUARDED = (ScoreSheet, Mark, SheetVersion, JournalEntry, JournalStream)


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def confirming(people):
    """Handed in, one sheet reopened and handed in again with another mark."""
    evaluation = worlds.evaluation_at(State.CONFIRMING, people)
    seat = evaluation.panel.get(user=people["pingjia2"])
    perform(
        evaluation,
        Action.REOPEN_SCORING,
        user=people["zuzhang"],
        reason="请复核目标内容。",
        seats=frozenset({seat.pk}),
    )
    mark = seat.sheet.marks.select_related("indicator").first()
    save_mark(mark, seen=mark.version, state=MarkState.SCORED, value=Decimal(1), remark="复核后")
    worlds.hand_in_all(evaluation, people)
    return evaluation


@pytest.fixture(scope="module")
def everything(confirming, people):
    """Beside it a signed form, one that is scored right now, and an old one."""
    worlds.evaluation_at(State.SIGNED, people)
    worlds.evaluation_at(State.SCORING, people)
    load_as_published(people)
    return confirming


def sealed_rows(model):
    rows = model.objects.order_by("pk")
    if model is Mark:
        return rows.exclude(sheet__seal="")
    return rows.exclude(seal="") if model is ScoreSheet else rows


def columns():
    return [
        (model, field)
        for model in GUARDED
        for field in model._meta.concrete_fields
        if field.attname not in NO_CONTENT.get(model, ())
    ]


def another(field, value):
    """A value that the column would take, as near as may be."""
    if isinstance(field, models.ForeignKey):
        others = field.related_model.objects.exclude(pk=value).order_by("pk")
        return others.values_list("pk", flat=True).first()
    if isinstance(field, models.JSONField):
        return value | {"forged": True}
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + timedelta(minutes=2)
    if isinstance(field, models.DecimalField):
        return Decimal(1) if value is None else value + Decimal("0.0001")
    if isinstance(field, (models.CharField, models.TextField)):
        return MarkState.UNSCORED.value if field.name == "state" else f"{value[1:]}x"
    return value + 1


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def set_column(row, field, value):
    table, key = row._meta.db_table, row._meta.pk.column
    written = field.get_db_prep_save(value, connection)
    return execute(f"UPDATE {table} SET {field.column} = %s WHERE {key} = %s", written, row.pk)


def undone(tamper):
    """What is found after a change, which is taken back; "refused" where the tables refuse it."""
    try:
        with transaction.atomic():
            assert tamper(), "the statement itself changes something"
            found = list(contradictions())
            transaction.set_rollback(True)
    except DatabaseError as error:
        return [f"refused: {error}"]
    return found


def changes(rows_of):
    for model, field in columns():
        for row in rows_of(model):
            value = getattr(row, field.attname)
            yield f"{model.__name__} {row.pk} {field.name}", row, field, another(field, value)


def missed(rows_of):
    """Names of the changes that nobody would notice, and how many there were."""
    names, count = [], 0
    with triggers_dropped():
        for name, row, field, value in changes(rows_of):
            count += 1
            if not undone(lambda row=row, field=field, value=value: set_column(row, field, value)):
                names.append(name)
    return names, count


@pytest.mark.usefixtures("everything")
def test_nothing_is_found_where_nothing_was_changed():
    assert list(contradictions()) == []


@pytest.mark.usefixtures("everything")
def test_a_change_of_any_column_is_found():
    names, count = missed(lambda model: sealed_rows(model)[:1])
    assert names == []
    assert count == len(columns()) > 30


@pytest.mark.slow
@pytest.mark.usefixtures("everything")
def test_a_change_of_any_column_of_any_row_is_found():
    names, count = missed(sealed_rows)
    assert names == []
    assert count > 1_000


@pytest.mark.slow
@pytest.mark.usefixtures("everything")
def test_the_triggers_refuse_every_change_of_a_sealed_row():
    """All but the heads of the journal, which move with it."""
    let_through = [
        name
        for name, row, field, value in changes(sealed_rows)
        if not isinstance(row, JournalStream)
        and not any("refused" in one for one in undone(lambda: set_column(row, field, value)))  # noqa: B023
    ]
    assert let_through == []


def delete(queryset):
    return lambda: queryset._raw_delete(queryset.db)


def of_a_table(model):
    """Each of its rows alone, and all of them."""
    rows = sealed_rows(model)
    return [rows.filter(pk=row.pk) for row in rows] + [rows]


@pytest.mark.parametrize("model", [Mark, SheetVersion, JournalEntry])
@pytest.mark.usefixtures("everything")
def test_rows_taken_away_are_found(model):
    with triggers_dropped():
        for rows in of_a_table(model)[::7]:
            assert undone(delete(rows)), str(rows.query)


@pytest.mark.slow
@pytest.mark.parametrize("model", [Mark, SheetVersion, JournalEntry])
@pytest.mark.usefixtures("everything")
def test_any_row_taken_away_is_found(model):
    with triggers_dropped():
        for rows in of_a_table(model):
            assert undone(delete(rows)), str(rows.query)


def take_sheet(sheet):
    return lambda: delete(sheet.marks.all())() and delete(ScoreSheet.objects.filter(pk=sheet.pk))()


def test_a_sheet_taken_away_is_found(everything):
    with triggers_dropped():
        for sheet in everything.sheets.all():
            who = f"{everything.journal_stream}: sheet {sheet.pk} of {sheet.evaluator}"
            assert undone(take_sheet(sheet)) == [f"{who} is not what was handed in"]


def truncate(*tables):
    def everything_gone():
        return sum(execute(f"DELETE FROM {model._meta.db_table}") for model in tables)

    return everything_gone


@pytest.mark.parametrize(
    "tables",
    [
        (Mark,),
        (Mark, ScoreSheet),
        (SheetVersion,),
        (JournalEntry,),
        (JournalEntry, JournalStream),
        (Mark, ScoreSheet, SheetVersion, JournalEntry, JournalStream),
    ],
    ids=lambda tables: "+".join(model.__name__ for model in tables),
)
@pytest.mark.usefixtures("everything")
def test_emptied_tables_are_found(tables):
    with triggers_dropped():
        assert undone(truncate(*tables))


@pytest.mark.usefixtures("everything")
def test_every_stream_taken_away_is_found():
    with triggers_dropped():
        for stream in JournalStream.objects.all():
            entries = JournalEntry.objects.filter(stream=stream)
            row = JournalStream.objects.filter(pk=stream.pk)
            found = undone(lambda rows=entries, row=row: delete(rows)() and delete(row)())
            assert f"{stream.name}: the whole stream is missing" in found


def cuts_missed(streams):
    """Every cut, with the head as it was and with a head that tells of the shorter stream."""
    names, count = [], 0
    with triggers_dropped():
        for stream in streams:
            row = JournalStream.objects.filter(pk=stream.pk)
            for kept in range(stream.length):
                cut = delete(JournalEntry.objects.filter(stream=stream, sequence__gt=kept))
                for tamper in (cut, lambda cut=cut, kept=kept: cut() and row.update(length=kept)):  # noqa: B023
                    count += 1
                    if not undone(tamper):
                        names.append(f"{stream.name} after {kept}")
    return names, count


def test_a_cut_of_the_stream_is_found(everything):
    names, count = cuts_missed(JournalStream.objects.filter(pk=everything.journal_stream))
    assert names == []
    assert count > 20


@pytest.mark.slow
@pytest.mark.usefixtures("everything")
def test_every_cut_of_every_stream_is_found():
    names, count = cuts_missed(JournalStream.objects.all())
    assert names == []
    assert count > 100


# Rows that are right by themselves and wrong here.


def lift_seals(evaluation):
    return evaluation.sheets.update(submitted_at=None, seal="")


def put_back_the_first_version(evaluation):
    """Marks, time and seal as they once were: the seal itself is good."""
    version = evaluation.sheet_versions.get()
    content = json.loads(version.content)
    for key, state, value, remark in content["marks"]:
        Mark.objects.filter(sheet=version.sheet, indicator__key=key).update(
            state=state, value=value, remark=remark
        )
    return evaluation.sheets.filter(pk=version.sheet).update(
        seal=version.seal, submitted_at=version.submitted_at
    )


def swap_seals(evaluation):
    one, other = evaluation.sheets.order_by("pk")[:2]
    evaluation.sheets.filter(pk=one.pk).update(seal=other.seal)
    return evaluation.sheets.filter(pk=other.pk).update(seal=one.seal)


def swap_marks(evaluation):
    one, other = evaluation.sheets.first().marks.order_by("pk")[:2]
    Mark.objects.filter(pk=one.pk).update(value=other.value, remark="x")
    return Mark.objects.filter(pk=other.pk).update(value=one.value)


def swap_evaluators(evaluation):
    one, other = evaluation.panel.order_by("pk")[:2]
    PanelMember.objects.filter(pk=one.pk).update(user=None)
    PanelMember.objects.filter(pk=other.pk).update(user=one.user)
    return PanelMember.objects.filter(pk=one.pk).update(user=other.user)


def make_it_an_old_form(evaluation):
    """An old form's people have no accounts, and their sheets no seals."""
    evaluation.panel.update(user=None)
    return evaluation.sheets.update(seal="")


def hand_in_for_somebody(evaluation):
    scored_now = Evaluation.objects.get(state=State.SCORING)
    return scored_now.sheets.update(submitted_at=timezone.now(), seal="0" * 64)


def hand_in_without_a_seal(evaluation):
    return Evaluation.objects.get(state=State.SCORING).sheets.update(submitted_at=timezone.now())


def add_a_version(evaluation):
    version = evaluation.sheet_versions.get()
    version.pk, version.reason = None, "别的原因"
    version.save(force_insert=True)
    return True


def add_a_mark(evaluation):
    parent = evaluation.indicators.filter(level=1).first()
    return Mark.objects.create(sheet=evaluation.sheets.first(), indicator=parent).pk


def repeat_an_entry(evaluation):
    stream = JournalStream.objects.get(pk=evaluation.journal_stream)
    entry = stream.entries.last()
    entry.pk, entry.sequence = None, entry.sequence + 1
    entry.save(force_insert=True)
    return JournalStream.objects.filter(pk=stream.pk).update(length=entry.sequence)


def go_on_without_a_word(evaluation):
    return Evaluation.objects.filter(pk=evaluation.pk).update(state=State.REVIEWING)


def take_the_evaluation_out_of_the_story(evaluation):
    """As far as one can without the key: it becomes a story of another evaluation."""
    other = Evaluation.objects.get(state=State.SCORING)
    return JournalEntry.objects.filter(stream=evaluation.journal_stream).update(
        stream=other.journal_stream, sequence=models.F("sequence") + 1000
    )


SCHEMES = (
    lift_seals,
    put_back_the_first_version,
    swap_seals,
    swap_marks,
    swap_evaluators,
    make_it_an_old_form,
    hand_in_for_somebody,
    hand_in_without_a_seal,
    add_a_version,
    add_a_mark,
    repeat_an_entry,
    go_on_without_a_word,
    take_the_evaluation_out_of_the_story,
)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.__name__)
def test_a_scheme_is_found(scheme, everything):
    with triggers_dropped():
        found = undone(lambda: scheme(everything))
    assert found
    assert not any("refused" in one for one in found)


def test_a_confirmed_sheet_put_back_to_an_earlier_version_stops_the_leader(confirming, people):
    with triggers_dropped(), transaction.atomic():
        put_back_the_first_version(confirming)
        with pytest.raises(Exception, match="陈成章的评分表与封存时不一致"):
            perform(confirming, Action.CONFIRM, user=people["zuzhang"])
        transaction.set_rollback(True)
