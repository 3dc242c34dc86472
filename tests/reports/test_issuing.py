"""From approval to a locked file: who signs when, what is stored, what becomes of old versions."""

import io
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from evalsys.audit.models import JournalEntry
from evalsys.canonical import digest as digest_of
from projects.domain import appoint
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, RefusedError, perform, waits_for
from reports.demo import sign_all
from reports.dossier.codec import dump_dossier
from reports.dossier.importer import import_dossier
from reports.dossier.loader import load_dossier
from reports.dossier.seed import seed_dossier
from reports.issuing import house, issue, signing
from reports.issuing.enums import RevisionKind, SlotKind
from reports.issuing.models import (
    HouseCertificate,
    IssuedDocument,
    Revision,
    Slot,
    UnitSeal,
    Waiver,
    Withdrawal,
    sha256,
)
from reports.issuing.seals import give_seal, remove_seal
from reports.issuing.signing import (
    NotSignedError,
    content_of,
    issued_digest,
    sign_slot,
    waive,
)
from reports.issuing.verdicts import Verdict, check_code, check_file
from reports.models import Snapshot
from reports.renderers.errors import RenderError
from reports.signing import names
from reports.signing.errors import TimeStampError
from reports.signing.verify import examine
from scoring.sheets import hand_in
from tests import worlds
from tests.reports import archive_rules
from tests.reports.signed import seal_image

REASON = "金额填错，撤回更正。"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluations(people):
    return {
        state: worlds.evaluation_at(state, people).pk for state in (State.REVIEWING, State.SIGNED)
    }


@pytest.fixture
def reviewing(evaluations):
    return Evaluation.objects.get(pk=evaluations[State.REVIEWING])


@pytest.fixture
def issued(evaluations):
    """Approved, and nobody has signed."""
    return Evaluation.objects.get(pk=evaluations[State.SIGNED])


def document_of(evaluation):
    return IssuedDocument.objects.with_fate().filter(evaluation=evaluation).latest("number")


def slot_of(evaluation, user, kind=SlotKind.EVALUATOR):
    slots = Slot.objects.select_related("document__evaluation__project__unit", "document__seal")
    return slots.get(document=document_of(evaluation), user=user, kind=kind)


def give(evaluation, user, kind=SlotKind.EVALUATOR):
    slot = slot_of(evaluation, user, kind)
    sign_slot(slot, user=user, seen=issued_digest(slot.document))


def entries(evaluation, action):
    return JournalEntry.objects.filter(stream=evaluation.journal_stream, action=action)


# --- issuing


def test_approval_freezes_renders_once_and_certifies(issued, people):
    document = document_of(issued)
    assert (document.number, document.issued_by, document.completed_at) == (
        1,
        people["zhuguan"],
        None,
    )
    assert (document.unit_name, document.fiscal_year, document.grade) == (
        issued.unit.name,
        2019,
        "优",
    )
    (revision,) = document.revisions.all()
    content = content_of(document)
    assert (revision.kind, revision.digest, revision.size) == (
        RevisionKind.CERTIFICATION,
        sha256(content),
        len(content),
    )
    assert (revision.provider, revision.algorithm) == ("embedded", "ecdsa secp256r1 sha256")
    found = examine(content, house.trust())
    assert found.sound
    assert found.signatures[0].field == names.CERTIFICATION
    assert found.code == document.code


@pytest.mark.usefixtures("fresh_paper")
def test_the_data_is_inside_and_is_what_was_frozen(reviewing, people):
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    document = document_of(reviewing)
    with pikepdf.open(io.BytesIO(content_of(document))) as pdf:
        (name,) = pdf.attachments
        enclosed = pdf.attachments[name].get_file().read_bytes()
    assert sha256(enclosed) == document.snapshot.digest
    assert enclosed.decode() == document.snapshot.content
    assert digest_of(dump_dossier(load_dossier(reviewing.pk))) == document.snapshot.digest


def test_the_journals_head_is_anchored_in_the_file(issued):
    with pikepdf.open(io.BytesIO(content_of(document_of(issued)))) as pdf:
        reason = str(pdf.Root.Perms.DocMDP.Reason)
    assert document_of(issued).snapshot.digest in reason
    confirmed = entries(issued, "confirm").get()
    assert f"操作日志第 {confirmed.sequence} 条" in reason


@pytest.mark.usefixtures("fresh_paper")
def test_the_code_is_printed_on_every_page(reviewing, people):
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    document = document_of(reviewing)
    pages = PdfReader(io.BytesIO(content_of(document))).pages
    assert len(pages) > 3
    assert all(document.code in page.extract_text() for page in pages)
    assert archive_rules.problems(content_of(document)) == []


def test_everybody_has_a_place_in_the_order_of_the_form(issued):
    slots = document_of(issued).slots.all()
    assert [(slot.kind, slot.name, slot.field, slot.rank, slot.on_paper) for slot in slots] == [
        ("evaluator", "李警南", "evalsys-evaluator-1", 1, False),
        ("evaluator", "陈成章", "evalsys-evaluator-2", 1, False),
        ("evaluator", "骆树军", "evalsys-evaluator-3", 1, False),
        ("leader", "李警南", "evalsys-leader", 2, False),
    ]


def test_what_changed_while_rendering_is_not_issued(reviewing, people, monkeypatch):
    def change(*args, **values):
        made = prepared(*args, **values)
        reviewing.basic.__class__.objects.filter(evaluation=reviewing).update(phone="改过的电话")
        return made

    prepared = issue._prepare
    monkeypatch.setattr(issue, "_prepare", change)
    with pytest.raises(RefusedError, match="刚刚有改动"):
        perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    assert Evaluation.objects.get(pk=reviewing.pk).state == State.REVIEWING
    assert not Snapshot.objects.filter(evaluation=reviewing).exists()


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("render_final", RenderError("文档没有生成完。")),
        ("certification", TimeStampError("时间戳服务没有回应。")),
    ],
)
def test_what_cannot_be_made_stops_the_approval(where, error, reviewing, people, monkeypatch):
    def fail(*args, **values):
        raise error

    monkeypatch.setattr(issue, where, fail)
    with pytest.raises(RefusedError, match="签发的文件没有做成"):
        perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    assert Evaluation.objects.get(pk=reviewing.pk).state == State.REVIEWING


def test_nothing_is_rendered_for_whom_it_is_refused(reviewing, people, monkeypatch):
    monkeypatch.setattr(issue, "render_final", lambda *args, **values: pytest.fail("rendered"))
    with pytest.raises(RefusedError):
        perform(reviewing, Action.APPROVE, user=people["caiwu"])


# --- signing


def test_evaluators_sign_in_any_order_then_the_leader_and_the_last_locks(issued, people):
    for username in ("pingjia3", "zuzhang", "pingjia2"):
        give(issued, people[username])
        assert document_of(issued).completed_at is None
    give(issued, people["zuzhang"], SlotKind.LEADER)
    document = document_of(issued)
    found = examine(content_of(document), house.trust())
    assert found.complete
    assert [one.field for one in found.signatures] == [
        "evalsys-certification",
        "evalsys-evaluator-3",
        "evalsys-evaluator-1",
        "evalsys-evaluator-2",
        "evalsys-leader",
        "evalsys-lock",
    ]
    assert document.completed_at is not None
    newest = document.revisions.latest()
    assert (newest.kind, newest.signer) == (RevisionKind.LOCK, None)
    assert newest.digest == sha256(content_of(document))


def test_the_leader_waits_for_the_evaluators(issued, people):
    give(issued, people["zuzhang"])
    with pytest.raises(NotSignedError, match="前面还有人没有签"):
        give(issued, people["zuzhang"], SlotKind.LEADER)


def test_nobody_signs_for_another(issued, people):
    slot = slot_of(issued, people["pingjia2"])
    for username in ("pingjia3", "zuzhang", "zhuguan", "caiwu", "fuzeren"):
        with pytest.raises(NotSignedError, match="由陈成章本人签"):
            sign_slot(slot, user=people[username], seen=issued_digest(slot.document))
    assert document_of(issued).revisions.count() == 1


def test_nobody_signs_twice(issued, people):
    give(issued, people["pingjia2"])
    with pytest.raises(NotSignedError, match="已经签过"):
        give(issued, people["pingjia2"])


def test_one_signs_what_was_on_the_screen(issued, people):
    slot = slot_of(issued, people["pingjia2"])
    for seen in ("", "0" * 64, document_of(issued).snapshot.digest):
        with pytest.raises(NotSignedError, match="文件已经换了"):
            sign_slot(slot, user=people["pingjia2"], seen=seen)


def test_each_signature_is_journaled_with_the_digest_of_the_file(issued, people):
    give(issued, people["pingjia2"])
    entry = entries(issued, "document_signed").get()
    newest = document_of(issued).revisions.latest()
    assert (entry.actor, entry.detail["field"], entry.detail["digest"]) == (
        people["pingjia2"],
        "evalsys-evaluator-2",
        newest.digest,
    )
    assert (newest.signer, newest.slot.name, newest.certificate_name) == (
        people["pingjia2"],
        "陈成章",
        "陈成章",
    )
    sign_all(issued)
    completed = entries(issued, "document_completed").get()
    assert (completed.actor, completed.detail["digest"]) == (
        None,
        document_of(issued).revisions.latest().digest,
    )


def test_every_signature_has_a_key_of_its_own(issued):
    sign_all(issued)
    revisions = document_of(issued).revisions.all()
    people_keys = [one.key_id for one in revisions if one.kind == RevisionKind.SIGNATURE]
    system_keys = {one.key_id for one in revisions if one.kind != RevisionKind.SIGNATURE}
    assert len(set(people_keys)) == 4
    assert len(system_keys) == 1
    assert set(HouseCertificate.objects.values_list("kind", flat=True)) == {"root", "own"}


def test_who_is_overtaken_signs_the_newer_file(issued, people, monkeypatch):
    """Two press the button at once: both signatures are in, one after the other."""
    made = signing.signature
    overtaken = []

    def meanwhile(pdf, slot, *, user):
        result = made(pdf, slot, user=user)
        if not overtaken:
            overtaken.append(user)
            give(issued, people["pingjia3"])
        return result

    monkeypatch.setattr(signing, "signature", meanwhile)
    give(issued, people["pingjia2"])
    found = examine(content_of(document_of(issued)), house.trust())
    assert found.sound
    assert [one.signer for one in found.signatures[1:]] == ["骆树军", "陈成章"]


def test_whoever_is_overtaken_again_and_again_is_told(issued, people, monkeypatch):
    numbers = iter(range(1000))
    monkeypatch.setattr(signing, "_newest", lambda document: next(numbers))
    with pytest.raises(NotSignedError, match="请再试一次"):
        give(issued, people["pingjia2"])


def test_a_time_stamp_service_that_fails_leaves_nothing(issued, people, monkeypatch):
    def fail(*args, **values):
        raise TimeStampError("时间戳服务没有给出可用的回应，这次没有签。")

    monkeypatch.setattr(signing, "signature", fail)
    with pytest.raises(NotSignedError, match="这次没有签"):
        give(issued, people["pingjia2"])
    assert document_of(issued).revisions.count() == 1


def test_it_waits_for_those_whose_turn_it_is(issued, people):
    def waiting():
        return {
            username
            for username, user in people.items()
            if Evaluation.objects.filter(waits_for(user), pk=issued.pk).exists()
        }

    assert waiting() == {"zuzhang", "pingjia2", "pingjia3"}
    for username in ("zuzhang", "pingjia2", "pingjia3"):
        give(issued, people[username])
    assert waiting() == {"zuzhang"}
    give(issued, people["zuzhang"], SlotKind.LEADER)
    assert waiting() == set()


def test_it_is_archived_when_all_have_signed(issued, people):
    with pytest.raises(RefusedError, match="等李警南签字；等陈成章签字；等骆树军签字"):
        perform(issued, Action.ARCHIVE, user=people["zhuguan"])
    sign_all(issued)
    perform(issued, Action.ARCHIVE, user=people["zhuguan"])
    assert issued.state == State.ARCHIVED


# --- people without accounts, and paper


def test_a_signature_that_does_not_come_is_left_to_paper(issued, people):
    for username in ("zuzhang", "pingjia2"):
        give(issued, people[username])
    slot = slot_of(issued, people["pingjia3"])
    waive(slot, user=people["zhuguan"], reason="已调离")
    give(issued, people["zuzhang"], SlotKind.LEADER)
    document = document_of(issued)
    found = examine(content_of(document), house.trust())
    assert found.complete
    assert "evalsys-evaluator-3" not in [one.field for one in found.signatures]
    assert entries(issued, "signature_waived").get().detail["reason"] == "已调离"
    with pytest.raises(NotSignedError, match="不再需要签"):
        give(issued, people["pingjia3"])


def test_giving_up_the_last_signature_locks(issued, people):
    for username in ("zuzhang", "pingjia2", "pingjia3"):
        give(issued, people[username])
    waive(
        slot_of(issued, people["zuzhang"], SlotKind.LEADER),
        user=people["zhuguan"],
        reason="在纸上签",
    )
    assert document_of(issued).completed_at is not None
    assert check_file(content_of(document_of(issued)), examine).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("username", "reason"), [("zuzhang", "x"), ("caiwu", "x"), ("zhuguan", " ")]
)
def test_only_the_supervisor_gives_up_a_signature_and_says_why(username, reason, issued, people):
    with pytest.raises(NotSignedError):
        waive(slot_of(issued, people["pingjia3"]), user=people[username], reason=reason)
    assert not Waiver.objects.exists()


def test_a_form_of_people_without_accounts_is_locked_at_once(people):
    evaluation = import_dossier(seed_dossier("scored"), unit=people["caiwu"].unit, actor=None)
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])
    document = document_of(evaluation)
    assert {slot.on_paper for slot in document.slots.all()} == {True}
    assert document.completed_at is not None
    found = examine(content_of(document), house.trust())
    assert found.complete
    assert [one.field for one in found.signatures] == [names.CERTIFICATION, names.LOCK]
    perform(evaluation, Action.ARCHIVE, user=people["zhuguan"])


def test_an_account_that_was_closed_cannot_sign(people):
    evaluation = worlds.evaluation_at(State.REVIEWING, worlds.next_door(people))
    people["pingjia5"].is_active = False
    people["pingjia5"].save()
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])
    assert [slot.on_paper for slot in document_of(evaluation).slots.all()] == [
        False,
        False,
        True,
        False,
    ]


# --- the unit's seal


def test_without_a_seal_of_the_unit_none_is_on_the_file(issued):
    sign_all(issued)
    content = content_of(document_of(issued))
    assert names.SEAL.encode() not in content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        images = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
    assert images == []


def test_the_units_head_seals_after_the_leader(reviewing, people):
    give_seal(reviewing.unit, seal_image(), width_mm=42, user=people["fuzeren"])
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    for username in ("zuzhang", "pingjia2", "pingjia3"):
        give(reviewing, people[username])
    seal = Slot.objects.select_related("document__evaluation__project__unit", "document__seal").get(
        document=document_of(reviewing), kind=SlotKind.SEAL
    )
    digest = issued_digest(seal.document)
    with pytest.raises(NotSignedError, match="前面还有人没有签"):
        sign_slot(seal, user=people["fuzeren"], seen=digest)
    give(reviewing, people["zuzhang"], SlotKind.LEADER)
    assert document_of(reviewing).completed_at is None
    assert Evaluation.objects.filter(waits_for(people["fuzeren"]), pk=reviewing.pk).exists()
    with pytest.raises(NotSignedError, match="由单位负责人本人签"):
        sign_slot(seal, user=people["fuzeren2"], seen=digest)
    sign_slot(seal, user=people["fuzeren"], seen=digest)
    found = examine(content_of(document_of(reviewing)), house.trust())
    assert found.complete
    assert found.signatures[-2].field == names.SEAL
    assert found.signatures[-2].signer == reviewing.unit.name
    with pikepdf.open(io.BytesIO(content_of(document_of(reviewing)))) as pdf:
        box = next(one.Rect for one in pdf.Root.AcroForm.Fields if one.T == names.SEAL)
    assert abs(float(box[2] - box[0]) - 42 * 72 / 25.4) < 0.1
    assert archive_rules.problems(content_of(document_of(reviewing))) == []


def test_a_seal_taken_out_of_use_is_not_asked_for(reviewing, people):
    give_seal(reviewing.unit, seal_image(), width_mm=42, user=people["fuzeren"])
    remove_seal(reviewing.unit, user=people["fuzeren"])
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    assert not Slot.objects.filter(document=document_of(reviewing), kind=SlotKind.SEAL).exists()
    assert [
        entry.action for entry in JournalEntry.objects.filter(stream=f"unit:{reviewing.unit.pk}")
    ] == ["seal_given", "seal_removed"]


# --- withdrawing and correcting


def again(evaluation, people):
    """From 填报 to 签发 once more."""
    for step, username in ((Action.SUBMIT, "caiwu"), (Action.OPEN_SCORING, "fuzeren")):
        perform(evaluation, step, user=people[username])
    worlds.hand_in_all(evaluation, people)
    perform(evaluation, Action.CONFIRM, user=people["zuzhang"])
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])


@pytest.mark.usefixtures("fresh_paper")
def test_a_correction_is_a_new_version_that_says_what_it_replaces(issued, people):
    sign_all(issued)
    first = document_of(issued)
    old = content_of(first)
    assert check_file(old, examine).verdict is Verdict.GENUINE

    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason=REASON)
    assert issued.state == State.DRAFTING
    assert Withdrawal.objects.get(document=first).reason == REASON
    answer = check_file(old, examine)
    assert (answer.verdict, answer.document.is_withdrawn, answer.document.successor_number) == (
        Verdict.REVOKED,
        True,
        None,
    )
    assert check_code(first.code).verdict is Verdict.REVOKED

    again(issued, people)
    second = document_of(issued)
    assert (second.number, second.code != first.code) == (2, True)
    assert check_code(first.code).document.successor_number is None
    assert check_code(second.code).verdict is Verdict.NOT_FOUND
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content_of(second))).pages)
    printed = text.replace("\n", "")
    assert (
        printed.count(f"本文件为第 2 版，替代{first.issued_at.astimezone():%Y年}") == 3
        or printed.count("替代") == 3
    )
    assert printed.count(first.code) == 3

    sign_all(issued)
    answer = check_code(first.code)
    assert (answer.verdict, answer.document.successor_number) == (Verdict.REVOKED, 2)
    assert check_code(second.code).verdict is Verdict.GENUINE
    assert check_file(content_of(second), examine).verdict is Verdict.GENUINE
    assert content_of(first) == old


def test_a_withdrawn_file_is_signed_no_further(issued, people):
    give(issued, people["pingjia2"])
    slot = slot_of(issued, people["pingjia3"])
    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason=REASON)
    with pytest.raises(NotSignedError):
        sign_slot(slot, user=people["pingjia3"], seen=issued_digest(slot.document))
    assert not Evaluation.objects.filter(waits_for(people["pingjia3"]), pk=issued.pk).exists()


def test_what_is_archived_can_be_corrected_too(issued, people):
    sign_all(issued)
    perform(issued, Action.ARCHIVE, user=people["zhuguan"])
    code = document_of(issued).code
    perform(issued, Action.WITHDRAW_ARCHIVED, user=people["zhuguan"], reason=REASON)
    assert (issued.state, check_code(code).verdict) == (State.DRAFTING, Verdict.REVOKED)
    assert not issued.sheets.exclude(submitted_at=None).exists()


def test_the_panel_may_change_with_the_correction(issued, people):
    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason=REASON)
    appoint(issued, people["pingjia4"], is_leader=False, actor=people["caiwu"])
    for step, username in ((Action.SUBMIT, "caiwu"), (Action.OPEN_SCORING, "fuzeren")):
        perform(issued, step, user=people[username])
    worlds.give_marks(worlds.sheet_of(issued, people["pingjia4"]), "0.5")
    worlds.hand_in_all(issued, people)
    hand_in(worlds.sheet_of(issued, people["pingjia4"]), user=people["pingjia4"])
    issued.refresh_from_db()
    perform(issued, Action.CONFIRM, user=people["zuzhang"])
    perform(issued, Action.APPROVE, user=people["zhuguan"])
    assert [slot.user for slot in document_of(issued).slots.all()][3] == people["pingjia4"]


# --- keys


def test_a_key_may_be_renewed_between_two_signatures(reviewing, people, settings, tmp_path):
    settings.SIGNING_KEYS = tmp_path
    perform(reviewing, Action.APPROVE, user=people["zhuguan"])
    give(reviewing, people["zuzhang"])
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        call_command("authority", "--renew", stdout=io.StringIO())
        sign_all(reviewing)
        document = document_of(reviewing)
        assert check_file(content_of(document), examine).verdict is Verdict.GENUINE
    keys = {one.kind: one.key_id for one in document.revisions.exclude(kind=RevisionKind.SIGNATURE)}
    assert keys[RevisionKind.CERTIFICATION] != keys[RevisionKind.LOCK]
    assert JournalEntry.objects.filter(stream="signing", action="system_key_renewed").exists()


def test_the_command_shows_what_is_signed_with(issued):
    output = io.StringIO()
    call_command("authority", stdout=output)
    for certificate in HouseCertificate.objects.all():
        assert certificate.fingerprint in output.getvalue()
    assert "embedded" in output.getvalue()


def test_the_offices_certificate_is_not_renewed_here(settings):
    settings.SIGNING_PROVIDER = "pkcs12"
    with pytest.raises(CommandError, match="单位自己的证书"):
        call_command("authority", "--renew")


def test_keys_that_cannot_be_opened_stop_the_approval(reviewing, people, settings, tmp_path):
    settings.SIGNING_PROVIDER = "pkcs12"
    with pytest.raises(RefusedError, match="签发的文件没有做成：没有设置证书文件"):
        perform(reviewing, Action.APPROVE, user=people["zhuguan"])


# --- rows that nobody changes


TABLES = {
    IssuedDocument: {"grade": "差"},
    Revision: {"digest": "0"},
    Slot: {"name": "别人"},
    HouseCertificate: {"fingerprint": "0"},
    UnitSeal: {"width_mm": 1},
    Withdrawal: {"reason": "x"},
    Waiver: {"reason": "x"},
}


def test_the_database_refuses_changes(issued, people):
    give_seal(issued.unit, seal_image(), width_mm=42, user=people["fuzeren"])
    waive(slot_of(issued, people["pingjia3"]), user=people["zhuguan"], reason="x")
    sign_all(issued)
    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason=REASON)
    for table, values in TABLES.items():
        rows = table.objects.filter(pk=table.objects.first().pk)
        before = rows.values().get()
        for act in (
            lambda rows, values: rows.update(**values),
            lambda rows, _: rows._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act(rows, values)
        assert rows.values().get() == before


def test_there_is_one_lock_and_one_revision_of_a_number(issued):
    sign_all(issued)
    lock = document_of(issued).revisions.latest()
    for values in (
        {"number": lock.number + 1},
        {"number": lock.number, "kind": RevisionKind.SIGNATURE},
    ):
        copy = Revision(
            **{
                field.attname: getattr(lock, field.attname)
                for field in Revision._meta.fields
                if field.name != "id"
            }
            | {"slot_id": None}
            | values
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save()


def test_a_revision_holds_only_what_was_appended(issued):
    sign_all(issued)
    document = document_of(issued)
    sizes = [len(bytes(one.appended)) for one in document.revisions.all()]
    assert sum(sizes) == document.revisions.latest().size
    assert max(sizes[1:]) < 30_000
    for revision in document.revisions.all():
        assert sha256(content_of(document, upto=revision.number)) == revision.digest
