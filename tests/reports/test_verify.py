"""/verify/ for strangers: five answers, nothing personal, alike for unknown and hidden, not too often."""

import io
import json
import re
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evalsys.addresses import client_address
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, perform
from reports.demo import sign_all
from reports.issuing import house, limits
from reports.issuing.models import AskedCount, IssuedDocument
from reports.issuing.signing import content_of
from reports.issuing.verdicts import Verdict, check_code, check_file
from reports.signing import limited
from reports.signing.codes import CODE, find_code, new_code, read_code
from reports.signing.limited import BusyError, examine_limited, read_answer
from reports.signing.verify import UNREADABLE, examine
from reports.workers import WorkerDiedError
from tests import worlds
from tests.reports.signed import complete, embedded

UNKNOWN = "0000-0000-0000-0000-0000-0000-0000"
CSRF = re.compile(r"\b\w{64}\b")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def keys(people):
    """One that all have signed, and one of the unit next door that nobody has."""
    signed = worlds.evaluation_at(State.SIGNED, people)
    sign_all(signed)
    return {
        "signed": signed.pk,
        "open": worlds.evaluation_at(State.SIGNED, worlds.next_door(people)).pk,
    }


@pytest.fixture
def document(keys):
    return IssuedDocument.objects.with_fate().get(evaluation=keys["signed"])


@pytest.fixture
def hidden(keys):
    return IssuedDocument.objects.with_fate().get(evaluation=keys["open"])


def ask(client, code):
    return client.get(reverse("reports:verify_code", args=[code]))


def bring(client, content, name="a.pdf", **extra):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("reports:verify_file"), {"file": file}, **extra)


def verdict(response):
    return response.context["answer"].verdict


# --- the five answers


def test_a_code_that_was_issued(client, document):
    answer = ask(client, document.code)
    text = answer.content.decode()
    assert verdict(answer) is Verdict.GENUINE
    for public in (document.unit_name, document.project_name, "2019 年", "优", "现行有效"):
        assert public in text


def test_the_file_that_was_issued(client, document):
    answer = bring(client, content_of(document))
    assert verdict(answer) is Verdict.GENUINE
    assert "一个字节也没有变，6 个签名全部有效" in answer.content.decode()


def test_a_file_before_its_last_signature_is_not_the_one_issued(client, document):
    answer = bring(client, content_of(document, upto=3))
    assert verdict(answer) is Verdict.ALTERED
    assert document.project_name in answer.content.decode()


def test_a_file_of_a_version_that_is_still_being_signed_tells_nothing(client, hidden):
    answer = bring(client, content_of(hidden))
    assert verdict(answer) is Verdict.ALTERED
    assert hidden.project_name not in answer.content.decode()


@pytest.mark.parametrize("by", ["code", "file"])
def test_what_was_withdrawn(by, client, document, people):
    evaluation = Evaluation.objects.get(pk=document.evaluation_id)
    perform(evaluation, Action.WITHDRAW, user=people["zhuguan"], reason="不公开的原因")
    answer = ask(client, document.code) if by == "code" else bring(client, content_of(document))
    text = answer.content.decode()
    assert verdict(answer) is Verdict.REVOKED
    assert "已撤回" in text
    assert "不公开的原因" not in text
    assert "林芳" not in text


def test_a_changed_file(client, document):
    changed = bytearray(content_of(document))
    changed[60_000] ^= 1
    answer = bring(client, bytes(changed))
    assert verdict(answer) is Verdict.FALSE
    assert document.project_name not in answer.content.decode()


def test_a_strangers_file_under_our_code(client, document, tmp_path):
    answer = bring(client, complete(embedded(tmp_path), code=document.code).pdf)
    assert verdict(answer) is Verdict.FALSE


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"],
)
def test_a_file_that_has_nothing_to_do_with_us(content, client, document):
    assert verdict(bring(client, content)) is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    "code", [UNKNOWN, "nothing", "ＡＢＣ", "%00", "a/b".replace("/", "-"), "x" * 500]
)
def test_a_code_that_nobody_gave(code, client, document):
    assert verdict(ask(client, code)) is Verdict.NOT_FOUND


# --- nothing personal, and nothing about what is not public


def test_nothing_personal_is_shown(client, document, people):
    for answer in (ask(client, document.code), bring(client, content_of(document))):
        text = answer.content.decode()
        for user in people.values():
            assert user.name not in text
            assert user.username not in text
        for private in ("68716626", "90.33", document.snapshot.digest, "evalsys-evaluator"):
            assert private not in text


def test_unknown_and_hidden_codes_answer_alike(client, hidden, document):
    unknown, not_public = ask(client, UNKNOWN), ask(client, hidden.code)
    texts = {
        CSRF.sub("", answer.content.decode()).replace(code, "")
        for answer, code in ((unknown, UNKNOWN), (not_public, hidden.code))
    }
    assert len(texts) == 1
    assert unknown.headers.keys() == not_public.headers.keys()


def test_unknown_and_hidden_codes_ask_the_database_alike(hidden, document):
    asked = []
    for code in (UNKNOWN, hidden.code):
        with CaptureQueriesContext(connection) as captured:
            check_code(code)
        asked.append([query["sql"].replace(code, "") for query in captured])
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1


def test_unknown_and_hidden_codes_take_alike_long(hidden, document):
    def median(code):
        times = []
        for _ in range(41):
            start = time.perf_counter()
            check_code(code)
            times.append(time.perf_counter() - start)
        return sorted(times)[20]

    check_code(UNKNOWN)
    for _ in range(5):
        ratio = median(UNKNOWN) / median(hidden.code)
        if 0.7 < ratio < 1.4:
            return
    pytest.fail(f"unknown takes {ratio:.2f} times as long as hidden")


def test_the_page_needs_no_account_and_keeps_no_file(client, document):
    assert client.get(reverse("reports:verify")).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        bring(client, content_of(document))
    written = {
        query["sql"].split('"')[1]
        for query in captured
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    }
    assert written == {"reports_askedcount"}


# --- typing the code


@pytest.mark.parametrize(
    "shape",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "—"),
        lambda code: f"  {code}\t",
        lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code),
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(shape, client, document):
    answer = client.post(reverse("reports:verify"), {"code": shape(document.code)})
    assert answer["Location"] == reverse("reports:verify_code", args=[document.code])


@pytest.mark.parametrize("text", ["", "123", "U" * 28, "7Q2M" * 8, "<script>"])
def test_what_is_no_code_is_told_and_kept_in_the_field(text, client):
    answer = client.post(reverse("reports:verify"), {"code": text})
    assert answer.status_code == 200
    assert answer.context["code_form"].errors["code"]
    assert answer.context["code_form"]["code"].value() == text


def test_codes_have_140_bits_and_never_repeat():
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(CODE.fullmatch(code) for code in codes)
    assert 28 * 5 >= 128
    assert {character for code in codes for character in code} == set(
        "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"
    )


def test_codes_are_found_in_names_and_addresses():
    code = new_code()
    assert find_code(f"http://a.example/verify/{code}/") == code
    assert find_code(f"扫描 {code.lower()} (1).pdf") == code
    assert find_code("no code") == read_code("no code") == ""


# --- bringing a file


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04", "这不是 PDF 文件"),
        (b"", "空"),
        (b"x" * 2000 + b"%PDF-1.7", "这不是 PDF 文件"),
    ],
)
def test_what_is_no_pdf_is_told(content, sentence, client):
    answer = bring(client, content)
    assert answer.status_code == 200
    assert sentence in str(answer.context["file_form"].errors["file"])


def test_a_file_that_is_too_large_is_told(client, monkeypatch):
    monkeypatch.setattr("reports.views.verify.LARGEST", 10)
    assert "文件过大" in bring(client, b"%PDF-1.7 and more").content.decode()


def test_no_file_is_told(client):
    answer = client.post(reverse("reports:verify_file"), {})
    assert answer.context["file_form"].errors["file"]


def test_the_child_agrees_with_the_examination_itself(document):
    content, trust = content_of(document), house.trust()
    assert examine_limited(content, trust) == examine(content, trust)


def test_a_file_that_takes_too_long_is_asked_to_come_again(document):
    trust = house.trust()
    with pytest.raises(BusyError):
        examine_limited(content_of(document), trust, seconds=0.02)
    assert examine_limited(content_of(document), trust).complete


def test_a_file_that_takes_the_child_down_is_unreadable(document, monkeypatch):
    def die(job, *, seconds):
        raise WorkerDiedError

    monkeypatch.setattr(limited.children, "ask", die)
    assert examine_limited(content_of(document), house.trust()).problem == UNREADABLE


@pytest.mark.parametrize(
    "answer",
    [b"", b"x", b"[]", b"{}", b'{"signatures": [{"field": 1}]}', b'{"signatures": 5, "code": ""}'],
)
def test_an_answer_that_is_none_is_of_an_unreadable_file(answer):
    assert read_answer(answer).problem == UNREADABLE


def test_the_child_says_yes_only_by_a_true():
    """A child that a file has taken over still writes into five flags of plain JSON."""
    signature = {"field": "evalsys-lock", "signer": "x", "said_at": None, "stamped_at": None}
    flags = {"intact": 1, "trusted": "yes", "own": True, "unchanged": [1], "whole": True}
    answer = {"code": "", "problem": "", "signatures": [signature | flags]}
    (found,) = read_answer(json.dumps(answer).encode()).signatures
    assert (found.intact, found.trusted, found.own, found.unchanged) == (False, False, True, False)
    assert not found.sound


def test_a_child_cannot_talk_a_file_into_being_genuine(document):
    """What it says of one file counts for nothing when the bytes are others."""
    good = examine(content_of(document), house.trust())
    assert check_file(b"%PDF-1.7 anything", lambda pdf, trust: good).verdict is Verdict.ALTERED


def test_the_child_may_write_no_file_and_take_no_more_than_its_memory(tmp_path):
    code = (
        "import sys; from reports.signing import child; child.serve = lambda *a: None;"
        "child.main(0); open(sys.argv[1], 'w').write('x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "file").read_bytes() == b""
    code = "from reports.signing import child; child.serve = lambda *a: None; child.main(0); bytearray(2**30)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode


def test_too_many_files_at_once_are_asked_to_come_again(client, document, monkeypatch):
    def busy(content):
        raise BusyError

    monkeypatch.setattr("reports.views.verify.check_file", busy)
    answer = bring(client, content_of(document))
    assert answer.status_code == 503
    assert "没有在规定时间内核对完" in answer.content.decode()


# --- not too often


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", {limits.CODE: 3, limits.FILE: 2})


def test_one_address_may_not_ask_too_often(strict, client, document):
    assert [ask(client, UNKNOWN).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = ask(client, document.code)
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert "查验得太频繁了" in refused.content.decode()
    assert document.project_name not in refused.content.decode()


def test_files_are_counted_apart(strict, client):
    for _ in range(4):
        ask(client, UNKNOWN)
    assert [bring(client, b"%PDF-1.7").status_code for _ in range(3)] == [200, 200, 429]


def test_another_address_is_not_held_up(strict, client, document):
    for _ in range(4):
        ask(client, UNKNOWN)
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert verdict(ask(other, document.code)) is Verdict.GENUINE


def test_after_a_while_one_may_ask_again(strict, client, document):
    for _ in range(4):
        ask(client, UNKNOWN)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert verdict(ask(client, document.code)) is Verdict.GENUINE


def test_addresses_are_kept_as_seals_and_not_for_long(client):
    ask(client, UNKNOWN)
    assert "127.0.0.1" not in AskedCount.objects.get().address
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ask(client, UNKNOWN)
    assert AskedCount.objects.count() == 1


def test_the_front_page_and_refused_forms_cost_nothing(strict, client):
    for _ in range(6):
        assert client.get(reverse("reports:verify")).status_code == 200
        assert client.get(reverse("reports:verify_file")).status_code == 200
    assert not AskedCount.objects.exists()


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "203.0.113.9", "192.0.2.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "192.0.2.1"),
    ],
)
def test_whose_address_counts(behind, forwarded, address, rf, settings):
    settings.BEHIND_PROXY = behind
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


# --- checking without us


def test_the_root_certificate_is_there_with_its_fingerprint(client, document):
    answer = client.get(reverse("reports:root_certificate"))
    root = x509.load_der_x509_certificate(answer.content)
    assert answer["Content-Type"] == "application/pkix-cert"
    fingerprint = root.fingerprint(SHA256()).hex()
    assert fingerprint in client.get(reverse("reports:verify")).content.decode()
    assert answer.content in house.trust().roots


def test_the_revocation_list_is_there(client, document):
    listed = x509.load_der_x509_crl(client.get(reverse("reports:revocations")).content)
    root = x509.load_der_x509_certificate(house.trust().roots[0])
    assert listed.is_signature_valid(root.public_key())


def test_the_page_tells_how(client, document):
    text = client.get(reverse("reports:verify")).content.decode()
    for word in ("Acrobat", "WPS", "pdfsig -nssdir", "certutil -A"):
        assert word in text


# --- the command


def run(path):
    output = io.StringIO()
    try:
        call_command("verify", str(path), stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue()
    return 0, output.getvalue()


def test_the_command_ends_well_only_for_the_genuine(document, people, tmp_path):
    content, changed = content_of(document), bytearray(content_of(document))
    changed[60_000] ^= 1
    file = tmp_path / "a.pdf"
    said = {}
    for name, bytes_ in {
        "genuine": content,
        "changed": bytes(changed),
        "early": content_of(document, upto=2),
        "none": b"%PDF-1.7",
    }.items():
        file.write_bytes(bytes_)
        said[name] = run(file)
    assert {name: code for name, (code, _) in said.items()} == {
        "genuine": 0,
        "changed": 1,
        "early": 1,
        "none": 1,
    }
    assert "结论：真实有效" in said["genuine"][1]
    assert said["genuine"][1].count("有效 evalsys-") == 6
    assert "无效 evalsys-certification" in said["changed"][1]
    assert "结论：签名有效，但不是签发的文件" in said["early"][1]
    assert "结论：查无此文件" in said["none"][1]

    evaluation = Evaluation.objects.get(pk=document.evaluation_id)
    perform(evaluation, Action.WITHDRAW, user=people["zhuguan"], reason="更正")
    file.write_bytes(content)
    code, text = run(file)
    assert (code, "已于" in text, "结论：已撤回或被新版本替代" in text) == (1, True, True)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="读不到") as error:
        call_command("verify", str(tmp_path / "none.pdf"))
    assert error.value.returncode == 2
