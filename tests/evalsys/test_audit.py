"""The journal: appended with the act, refused to everyone else, and whole or seen not to be."""

from datetime import timedelta
from importlib import import_module
from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from evalsys.audit import journal as journal_module
from evalsys.audit.journal import broken_entries, record
from evalsys.audit.models import JournalEntry, JournalStream
from evalsys.rulepacks.models import RulePackVersion
from projects.enums import State
from reports.models import Snapshot
from tests import worlds
from tests.conftest import triggers_dropped

pytestmark = pytest.mark.django_db
STREAM = "proof:0"


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture
def journal(people):
    """Five entries of one stream; ``accounts`` has its own."""
    return [
        record(STREAM, "submit", actor=people["caiwu"], reason=f"第 {number} 次", source="drafting")
        for number in range(1, 6)
    ]


def test_the_journal_of_a_whole_life_is_whole(people):
    evaluation = worlds.evaluation_at(State.ARCHIVED, people)
    actions = (
        JournalEntry.objects.filter(stream=evaluation.journal_stream)
        .exclude(
            action__in=[
                "finding_explained",
                "document_issued",
                "document_signed",
                "document_completed",
            ]
        )
        .order_by("sequence")
    )
    assert list(actions.values_list("action", flat=True)) == [
        "opened",
        "appointed",
        "appointed",
        "appointed",
        "appointment_named",
        "submit",
        "open_scoring",
        "sheet_submitted",
        "sheet_submitted",
        "sheet_submitted",
        "complete_scoring",
        "confirm",
        "approve",
        "archive",
    ]
    assert list(broken_entries()) == []
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert out.getvalue() == (
        f"{JournalEntry.objects.count()} journal entries, all as they were written\n"
    )


@pytest.mark.usefixtures("journal")
def test_an_entry_names_actor_act_and_place_in_the_chain(people):
    entry = JournalEntry.objects.get(stream=STREAM, sequence=2)
    assert (entry.actor, entry.actor_name, entry.action) == (people["caiwu"], "吴敏", "submit")
    assert entry.detail == {"reason": "第 2 次", "source": "drafting"}
    assert record(STREAM, "expired", actor=None).actor_name == "系统"


@pytest.mark.usefixtures("journal")
def test_streams_do_not_depend_on_each_other():
    lengths = dict(JournalStream.objects.values_list("name", "length"))
    assert lengths[STREAM] == 5
    assert lengths["accounts"] == JournalEntry.objects.filter(stream="accounts").count()


def test_an_entry_belongs_into_the_transaction_of_its_act(monkeypatch):
    monkeypatch.setattr(journal_module, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError, match="transaction"):
        record(STREAM, "submit", actor=None)
    assert not JournalStream.objects.filter(name=STREAM).exists()


def test_an_act_undone_leaves_no_entry(people):
    with transaction.atomic():
        record(STREAM, "submit", actor=people["caiwu"])
        transaction.set_rollback(True)
    assert not JournalEntry.objects.filter(stream=STREAM).exists()
    assert list(broken_entries()) == []


GUARDED = ("audit_journalentry", "rulepacks_rulepackversion", "reports_snapshot")


@pytest.fixture(scope="module")
def guarded_rows(people):
    worlds.evaluation_at(State.SIGNED, people)
    return {
        model._meta.db_table: model.objects.first().pk
        for model in (JournalEntry, RulePackVersion, Snapshot)
    }


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {table} WHERE id = {pk}", "UPDATE {table} SET id = {pk} WHERE id = {pk}"],
)
def test_the_database_refuses_to_change_what_is_written(table, statement, guarded_rows):
    sql = statement.format(table=table, pk=guarded_rows[table])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.usefixtures("journal")
def test_the_orm_is_refused_too():
    entries = JournalEntry.objects.filter(stream=STREAM)
    for attempt in (
        lambda: entries.update(action="approve"),
        entries.delete,
        lambda: entries._raw_delete("default"),
        lambda: JournalEntry.objects.bulk_update(entries, ["detail"]),
        lambda: entries.first().save(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


def forged(field, entry, people):
    return {
        "at": entry.at + timedelta(microseconds=1),
        "actor": people["fuzeren"],
        "actor_name": "吴 敏",
        "action": "approve",
        "detail": {"reason": "第 3 次", "source": "Drafting"},
        "seal": "0" * 64,
    }[field]


@pytest.mark.parametrize("field", ["at", "actor", "actor_name", "action", "detail", "seal"])
@pytest.mark.parametrize("position", [1, 3, 5])
def test_a_forged_field_is_found(field, position, journal, people):
    entry = journal[position - 1]
    with triggers_dropped():
        JournalEntry.objects.filter(pk=entry.pk).update(**{field: forged(field, entry, people)})
    assert list(broken_entries()) == [f"{STREAM}: entry {position} was changed"]


@pytest.mark.parametrize("position", [1, 3, 4])
def test_a_hole_is_found(position, journal):
    with triggers_dropped():
        JournalEntry.objects.filter(pk=journal[position - 1].pk).delete()
    assert list(broken_entries()) == [f"{STREAM}: entry {position} is missing"]


def test_a_hole_closed_by_renumbering_is_found(journal):
    with triggers_dropped():
        JournalEntry.objects.filter(pk=journal[2].pk).delete()
        for sequence in (4, 5):
            JournalEntry.objects.filter(stream=STREAM, sequence=sequence).update(
                sequence=F("sequence") - 1
            )
    assert list(broken_entries()) == [f"{STREAM}: entry 3 was changed"]


def test_swapped_entries_are_found(journal):
    with triggers_dropped():
        for entry, sequence in ((journal[1], 99), (journal[2], 2), (journal[1], 3)):
            JournalEntry.objects.filter(pk=entry.pk).update(sequence=sequence)
    assert list(broken_entries()) == [f"{STREAM}: entry 2 was changed"]


@pytest.mark.parametrize("kept", [0, 1, 4])
@pytest.mark.parametrize("shorten_the_head", [False, True])
@pytest.mark.usefixtures("journal")
def test_cutting_off_the_newest_is_found(kept, shorten_the_head):
    with triggers_dropped():
        JournalEntry.objects.filter(stream=STREAM, sequence__gt=kept).delete()
    if shorten_the_head:
        JournalStream.objects.filter(name=STREAM).update(length=kept)
    assert list(broken_entries()) == [f"{STREAM}: entries after {kept} are missing"]


@pytest.mark.usefixtures("journal")
def test_an_entry_moved_to_another_stream_is_found():
    accounts = JournalStream.objects.get(name="accounts")
    with triggers_dropped():
        JournalEntry.objects.filter(stream=STREAM, sequence=5).update(
            stream=accounts, sequence=accounts.length + 1
        )
    assert list(broken_entries()) == [
        f"accounts: entry {accounts.length + 1} was changed",
        f"{STREAM}: entries after 4 are missing",
    ]


@pytest.mark.usefixtures("journal")
def test_another_seal_key_fits_no_entry(settings):
    settings.SEAL_KEY = "somebody else's"
    assert {
        "accounts: entry 1 was changed",
        f"{STREAM}: entry 1 was changed",
    } <= set(broken_entries())


def test_the_command_fails_on_a_broken_journal(journal):
    with triggers_dropped():
        JournalEntry.objects.filter(pk=journal[0].pk).update(action="approve")
    with pytest.raises(CommandError, match=f"{STREAM}: entry 1 was changed"):
        call_command("verify_journal")


# Taken away whole, or put back to where it was.


def test_streams_are_entered_where_they_begin(people):
    record(STREAM, "submit", actor=people["caiwu"])
    record(STREAM, "submit", actor=people["caiwu"])
    begun = JournalEntry.objects.filter(stream=journal_module.ROOT, detail__name=STREAM)
    assert [entry.label for entry in begun] == ["新开一卷日志"]


@pytest.mark.usefixtures("journal")
def test_a_stream_taken_away_whole_is_found():
    with triggers_dropped():
        JournalEntry.objects.filter(stream=STREAM).delete()
        JournalStream.objects.filter(name=STREAM).delete()
    assert list(broken_entries()) == [f"{STREAM}: the whole stream is missing"]


@pytest.mark.usefixtures("journal")
def test_the_list_of_streams_taken_away_is_found():
    with triggers_dropped():
        JournalEntry.objects.filter(stream=journal_module.ROOT).delete()
        JournalStream.objects.filter(name=journal_module.ROOT).delete()
    assert list(broken_entries()) == [f"{journal_module.ROOT}: the whole stream is missing"]


@pytest.mark.usefixtures("journal")
def test_an_empty_journal_is_found_where_there_are_accounts():
    with triggers_dropped():
        JournalEntry.objects.all().delete()
        JournalStream.objects.all().delete()
    assert list(broken_entries()) == [f"{journal_module.ROOT}: the whole stream is missing"]


def test_a_new_database_has_nothing_to_tell(people):
    with triggers_dropped(), transaction.atomic():
        for entries in (JournalEntry.objects.all(), JournalStream.objects.all()):
            entries.delete()
        type(people["caiwu"]).objects.update(is_active=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal_module, "get_user_model", lambda: JournalStream)
            assert list(broken_entries()) == []
        transaction.set_rollback(True)


def roll_back(entry, head):
    with triggers_dropped():
        JournalEntry.objects.filter(stream=STREAM, sequence__gt=entry.sequence).delete()
        JournalStream.objects.filter(name=STREAM).update(length=entry.sequence, head=head)


def test_a_stream_put_back_to_an_earlier_head_is_found_by_heads_kept_elsewhere(people, tmp_path):
    """Without them it is a database that never went further."""
    entry = record(STREAM, "submit", actor=people["caiwu"])
    earlier = JournalStream.objects.get(name=STREAM).head
    record(STREAM, "approve", actor=people["caiwu"])
    noted = tmp_path / "heads.json"
    call_command("verify_journal", write_heads=noted, stdout=StringIO())
    record(STREAM, "archive", actor=people["caiwu"])
    call_command("verify_journal", earlier=noted, stdout=StringIO())
    roll_back(entry, earlier)
    assert list(broken_entries()) == []
    with pytest.raises(CommandError, match=f"{STREAM}: the 2 entries of an earlier head"):
        call_command("verify_journal", earlier=noted)


def test_a_stream_rewritten_since_is_found_by_heads_kept_elsewhere(people):
    entry = record(STREAM, "submit", actor=people["caiwu"])
    earlier = JournalStream.objects.get(name=STREAM).head
    record(STREAM, "approve", actor=people["caiwu"])
    noted = journal_module.heads()
    roll_back(entry, earlier)
    record(STREAM, "return", actor=people["caiwu"])
    assert list(journal_module.broken_since(noted)) == [
        f"{STREAM}: the 2 entries of an earlier head are not there any more"
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": [1]}', '{"a": ["x", "y"]}', None])
def test_a_file_without_heads_is_refused_in_words(text, tmp_path, people):
    file = tmp_path / "heads.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(CommandError, match=r"heads\.json holds no heads of a journal"):
        call_command("verify_journal", earlier=file)


@pytest.mark.usefixtures("journal")
def test_an_older_database_gets_its_list_of_streams():
    names = set(
        JournalStream.objects.exclude(name=journal_module.ROOT).values_list("name", flat=True)
    )
    with triggers_dropped():
        JournalEntry.objects.filter(stream=journal_module.ROOT).delete()
        JournalStream.objects.filter(name=journal_module.ROOT).delete()
    migration = import_module("evalsys.audit.migrations.0002_streams_that_began")
    migration.enter_streams(apps, None)
    begun = JournalEntry.objects.filter(stream=journal_module.ROOT)
    assert {entry.detail["name"] for entry in begun} == names
    assert list(broken_entries()) == []
