"""Signed files by their bytes: who signed what, what may come after, what it is made with."""

import asyncio
import io
import logging
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import time_machine
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader

from reports.signing import names
from reports.signing.appearance import runs
from reports.signing.authority import Authority
from reports.signing.errors import SigningError
from reports.signing.names import Role
from reports.signing.sign import lock
from reports.signing.verify import UNKNOWN_FIELD, UNREADABLE, Examination, Trust, examine
from reports.signing.writer import QuietWriter
from tests.reports import archive_rules
from tests.reports.signed import (
    CODE,
    PASSPHRASE,
    PEOPLE,
    UNIT,
    Press,
    complete,
    embedded,
    paper,
    trust_in,
)

FIELDS = [
    names.CERTIFICATION,
    names.evaluator(1),
    names.evaluator(2),
    names.evaluator(3),
    names.LEADER,
    names.SEAL,
    names.LOCK,
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return embedded(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def press(provider):
    return complete(provider, seal=True)


@pytest.fixture(scope="module")
def trust(provider):
    return trust_in(provider)


def test_everybody_signs_in_order_and_the_last_locks(press, trust):
    found = examine(press.pdf, trust)
    assert found.complete
    assert found.sound
    assert not found.problem
    assert [one.field for one in found.signatures] == FIELDS
    assert [one.signer for one in found.signatures] == [
        "绩效自评系统",
        *PEOPLE,
        PEOPLE[0],
        UNIT,
        "绩效自评系统",
    ]
    assert [one.whole for one in found.signatures] == [False] * 6 + [True]
    assert [one.own for one in found.signatures] == [True, *[False] * 5, True]
    assert found.code == CODE


def test_each_step_only_appends(press):
    for before, after in zip(press.revisions, press.revisions[1:], strict=False):
        assert after.startswith(before)


def test_before_the_lock_a_file_is_sound_and_not_complete(press, trust):
    for revision in press.revisions[:-1]:
        found = examine(revision, trust)
        assert found.sound
        assert not found.complete


def test_what_allows_what(press):
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        certification, *_, lock = (field.V for field in pdf.Root.AcroForm.Fields)
        permissions = {
            str(ref.TransformMethod): ref.TransformParams
            for ref in (*certification.Reference, *lock.Reference)
        }
        assert certification.Reference[0].TransformParams.P == 2
        assert pdf.Root.Perms.DocMDP.objgen == certification.objgen
        assert permissions["/FieldMDP"].Action == "/All"
        assert permissions["/FieldMDP"].P == 1
        assert {str(field.V.SubFilter) for field in pdf.Root.AcroForm.Fields} == {
            "/ETSI.CAdES.detached"
        }


def test_what_a_check_in_many_years_needs_is_inside(press, provider):
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        store = pdf.Root.DSS
        assert len(store.Certs) == 7  # root, system, three evaluators, leader, seal
        assert [bytes(one.read_bytes()) for one in store.CRLs] == list(provider.revocations())


def test_names_stand_in_their_cells_in_the_documents_fonts(press):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(press.pdf)).pages)
    assert "电子签名" not in text  # signatures are annotations, not content
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        fields = {
            str(field.T): field.AP.N.Resources
            for field in pdf.Root.AcroForm.Fields
            if "/AP" in field
        }
        fonts = fields[names.evaluator(1)].Font.values()
        assert {str(font.BaseFont)[8:].split("-")[0] for font in fonts} == {"GovSong"}
        assert "/XObject" in fields[names.SEAL]
        assert "/Font" not in fields[names.SEAL]


def test_a_signed_file_is_still_archival_and_accessible(press):
    assert archive_rules.problems(press.pdf) == []


def test_poppler_draws_the_signatures(press, tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(press.pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    )
    # The paper names other people; the first of these signs as an evaluator and as the leader.
    assert [done.stdout.count(name) for name in PEOPLE] == [2, 1, 1]
    assert done.stdout.count("电子签名") == 4


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("李警南", ["gov-song"]),
        ("王喆", ["gov-song"]),
        ("𫖯", ["gov-song"]),
        ("㐂", ["gov-rare"]),
        ("王㐂南", ["gov-song", "gov-rare", "gov-song"]),
        ("2026-11-25 10:30", ["gov-song"]),
    ],
)
def test_each_character_is_set_in_a_font_that_has_it(text, fonts):
    assert [font for font, _ in runs(text)] == fonts
    assert "".join(piece for _, piece in runs(text)) == text


def test_rare_names_are_signed(provider, trust):
    """Certificates know Unicode 3.2; the page and the field show every name as it is written."""
    names_of = ("王㐂", "䶮堃", "欧阳𬭎")
    press = complete(provider, names_of)
    found = examine(press.pdf, trust)
    assert found.complete
    assert [one.signer for one in found.signatures[1:4]] == ["王㐂", "䶮堃", "欧阳U+2CB4E"]
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        assert [str(field.V.Name) for field in pdf.Root.AcroForm.Fields][1:4] == list(names_of)


def test_people_who_sign_on_paper_find_their_cell_empty(provider, trust):
    press = Press(provider).open((), leader=False).lock()
    found = examine(press.pdf, trust)
    assert found.complete
    assert [one.field for one in found.signatures] == [names.CERTIFICATION, names.LOCK]


def test_nobody_signs_after_the_lock(press):
    with pytest.raises(SigningError):
        Press(press.provider, revisions=[press.pdf]).person("李警南", names.evaluator(1))


def test_nobody_signs_twice(press):
    with pytest.raises(SigningError):
        Press(press.provider, revisions=[press.revisions[1]]).person("李警南", names.evaluator(1))


def test_nobody_signs_where_no_field_is(press):
    with pytest.raises(SigningError):
        Press(press.provider, revisions=[press.revisions[0]]).person("李警南", names.evaluator(9))


def test_signing_leaves_the_log_quiet(provider, caplog):
    with caplog.at_level(logging.WARNING):
        complete(provider, PEOPLE[:1])
    assert caplog.messages == []


def test_a_running_loop_is_no_obstacle(provider, trust):
    async def caller():
        return examine(Press(provider).open((), leader=False).lock().pdf, trust)

    assert asyncio.run(caller()).complete


# --- whom to believe


def test_a_strangers_authority_is_not_believed(press, tmp_path, trust):
    stranger = embedded(tmp_path)
    forged = complete(stranger)
    found = examine(forged.pdf, trust)
    assert not found.sound
    assert {(one.intact, one.trusted, one.own) for one in found.signatures} == {
        (True, False, False)
    }
    assert found.claims
    assert found.code == CODE


def test_our_root_without_our_system_is_not_enough(press, trust):
    """Somebody with a person's certificate of ours still cannot issue."""
    found = examine(press.pdf, replace(trust, own=frozenset()))
    assert all(one.sound for one in found.signatures)
    assert not found.sound


def test_a_lock_by_a_person_completes_nothing(provider, trust):
    press = Press(provider).open((), leader=False)
    press._with(lock, names.LOCK, Role.PERSON, "李警南")
    found = examine(press.pdf, trust)
    assert found.sound
    assert not found.complete


def test_a_signature_in_a_field_of_another_name_is_a_problem(provider, trust):
    writer = QuietWriter(paper().pdf)
    append_signature_field(writer, SigFieldSpec("Signature1"))
    output = io.BytesIO()
    writer.write(output)
    press = Press(provider, revisions=[output.getvalue()]).person("李警南", "Signature1")
    found = examine(press.pdf, trust)
    assert all(one.sound for one in found.signatures)
    assert (found.problem, found.sound, found.claims) == (UNKNOWN_FIELD, False, False)


def test_a_revoked_certificate_counts_until_it_was_revoked(tmp_path):
    provider = embedded(tmp_path)
    before = Press(provider).open((), leader=False).lock()
    authority = Authority(tmp_path / "authority", PASSPHRASE, "")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        authority.revoke(authority.system.certificate.serial_number)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        after = Press(provider).open((), leader=False).lock()
        trust = trust_in(provider)
        assert examine(before.pdf, trust).complete
        found = examine(after.pdf, trust)
    assert [(one.intact, one.trusted) for one in found.signatures] == [(True, False)] * 2
    assert not found.sound


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n%%EOF", b"\x00" * 100, b"%PDF-1.7\n1 0 obj\n<<>>"]
)
def test_what_cannot_be_read_is_unreadable(content, trust):
    assert examine(content, trust) == Examination(problem=UNREADABLE)


def test_an_unsigned_pdf_says_nothing_of_us(trust):
    found = examine(paper().pdf, trust)
    assert (found.signatures, found.claims, found.sound) == ((), False, False)


def test_no_root_no_trust(press):
    assert not examine(press.pdf, Trust(roots=(), own=frozenset())).sound
