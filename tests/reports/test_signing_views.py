"""签字 on the page: what each person sees and may press, the stored files, scans and seals."""

import io
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from evalsys.audit.models import JournalEntry
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, perform
from reports.demo import PASSWORD, sign_all
from reports.dossier.importer import import_dossier
from reports.dossier.seed import seed_dossier
from reports.issuing import scans
from reports.issuing.models import IssuedDocument, Scan, Slot, UnitSeal
from reports.issuing.seals import SealImageError, clean_image, current_seal
from reports.issuing.signing import content_of, issued_digest
from tests import worlds
from tests.reports.signed import seal_image

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def keys(people):
    return {
        state: worlds.evaluation_at(state, people).pk for state in (State.REVIEWING, State.SIGNED)
    }


@pytest.fixture
def issued(keys):
    return Evaluation.objects.get(pk=keys[State.SIGNED])


@pytest.fixture
def enter(client, people):
    def sign_in(username):
        client.force_login(people[username])
        return client

    return sign_in


@pytest.fixture
def page(enter, issued):
    return lambda username: enter(username).get(address(issued)).content.decode()


def address(evaluation, name="signing", **kwargs):
    return reverse(f"reports:{name}", kwargs={"pk": evaluation.pk} | kwargs)


def newest(evaluation):
    return IssuedDocument.objects.filter(evaluation=evaluation).latest()


def slot_of(evaluation, user, kind="evaluator"):
    return Slot.objects.get(document=newest(evaluation), user=user, kind=kind)


def press(client, evaluation, slot, password=PASSWORD, seen=None):
    data = {
        "password": password,
        "seen": issued_digest(newest(evaluation)) if seen is None else seen,
    }
    return client.post(address(evaluation, "sign", slot=slot.pk), data, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


# --- signing


def test_the_page_shows_the_digests_to_whom_it_waits_for(issued, page):
    document = newest(issued)
    text = page("pingjia2")
    assert "轮到您签字：评价人员 陈成章" in text
    assert text.count(issued_digest(document)) >= 2
    assert document.snapshot.digest in text
    assert 'name="password"' in text


@pytest.mark.parametrize("username", ["zhuguan", "caiwu", "fuzeren", "caizheng"])
def test_the_others_see_who_is_missing(username, page):
    text = page(username)
    assert "轮到您签字" not in text
    assert text.count("还没有签") == 4


def test_it_says_what_kind_of_signature_it_is(page):
    assert "《电子签名法》第十三条" in page("zhuguan")
    assert "系统内的电子签名确认" in page("zhuguan")


def test_the_office_certificate_says_what_it_is(issued, page, monkeypatch):
    monkeypatch.setattr("reports.views.signing.EmbeddedProvider.name", "something else")
    assert "单位的数字证书" in page("zhuguan")


def test_one_signs_with_the_password(issued, people, enter):
    answer = press(enter("pingjia2"), issued, slot_of(issued, people["pingjia2"]))
    assert told(answer) == ["评价人员 陈成章：已签，写进了文件。"]
    assert "轮到您签字" not in answer.content.decode()
    assert newest(issued).revisions.count() == 2


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.lower()])
def test_without_the_password_nothing_is_signed(password, issued, people, enter):
    answer = press(enter("pingjia2"), issued, slot_of(issued, people["pingjia2"]), password)
    assert told(answer)[0] in {"密码不对，没有签。", "这个字段是必填项。"}
    assert newest(issued).revisions.count() == 1


def test_wrong_passwords_lock_the_account_as_at_sign_in(issued, people, enter):
    client, slot = enter("pingjia2"), slot_of(issued, people["pingjia2"])
    for _ in range(4):
        assert told(press(client, issued, slot, "wrong")) == ["密码不对，没有签。"]
    assert press(client, issued, slot, "wrong").status_code == 429
    assert newest(issued).revisions.count() == 1
    assert JournalEntry.objects.filter(action="locked_out").exists()
    press(client, issued, slot)
    assert newest(issued).revisions.count() == 1


@pytest.mark.parametrize("seen", ["", "0" * 64, "x"])
def test_a_page_of_an_older_file_signs_nothing(seen, issued, people, enter):
    answer = press(enter("pingjia2"), issued, slot_of(issued, people["pingjia2"]), seen=seen)
    assert told(answer) == ["文件已经换了新的版本，请刷新页面，看过新文件再签。"]
    assert newest(issued).revisions.count() == 1


def test_anothers_place_is_refused(issued, people, enter):
    answer = press(enter("pingjia3"), issued, slot_of(issued, people["pingjia2"]))
    assert told(answer) == ["这一处由陈成章本人签。"]


def test_a_place_of_another_evaluation_is_missing(issued, people, enter):
    other = worlds.evaluation_at(State.SIGNED, worlds.next_door(people))
    slot = slot_of(other, people["pingjia4"])
    for name in ("sign", "waive"):
        assert enter("zhuguan").post(address(issued, name, slot=slot.pk)).status_code == 404
    assert enter("pingjia4").post(address(issued, "sign", slot=slot.pk)).status_code == 404


def test_a_place_of_a_withdrawn_version_is_missing(issued, people, enter):
    slot = slot_of(issued, people["pingjia2"])
    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason="更正")
    assert enter("pingjia2").post(address(issued, "sign", slot=slot.pk)).status_code == 404


def test_the_supervisor_gives_up_a_signature(issued, people, enter):
    slot = slot_of(issued, people["pingjia3"])
    where = address(issued, "waive", slot=slot.pk)
    assert told(enter("zhuguan").post(where, {"reason": " "}, follow=True)) == [
        "改为纸质签字须写明原因。"
    ]
    assert "第 1 个字是" in told(enter("zhuguan").post(where, {"reason": "\u202e"}, follow=True))[0]
    answer = enter("zhuguan").post(where, {"reason": "已调离"}, follow=True)
    assert told(answer) == ["评价人员 骆树军：不再等电子签名，请用纸质签字。"]
    assert "改为纸质签字：已调离" in answer.content.decode()
    assert "还没有签" in answer.content.decode()


def test_nobody_else_is_offered_to_give_up(page):
    assert "不再等，改为纸质" in page("zhuguan")
    for username in ("caiwu", "zuzhang", "caizheng"):
        assert "不再等，改为纸质" not in page(username)


def test_people_without_accounts_are_said_plainly(people, enter):
    evaluation = import_dossier(seed_dossier("scored"), unit=people["caiwu"].unit, actor=None)
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])
    text = enter("zhuguan").get(address(evaluation)).content.decode()
    assert text.count("没有可用的账号，不在系统里签；在纸上签，或者不签") == 4
    assert "签完，已封存" in text


def test_an_evaluation_signed_before_there_were_signatures_says_so(issued, enter, people):
    bare = import_dossier(seed_dossier("scored"), unit=people["caiwu"].unit, actor=None)
    Evaluation.objects.filter(pk=bare.pk).update(state=State.SIGNED)
    assert "没有签字文件" in enter("zhuguan").get(address(bare)).content.decode()


def test_the_overview_leads_there(issued, enter):
    overview = reverse("projects:overview", kwargs={"pk": issued.pk})
    text = enter("pingjia2").get(overview).content.decode()
    assert "轮到您签字" in text
    assert address(issued) in text
    assert "现在：签发，由签字人办理" in text
    sign_all(issued)
    text = enter("zhuguan").get(overview).content.decode()
    assert "下载签字的文件" in text
    assert "签字完成，封存：第 1 版" in text


# --- files


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ({}, "已签", "inline"),
        ({"download": ""}, "已签", "attachment"),
        ({"print": "", "download": ""}, "打印稿", "attachment"),
    ],
)
def test_the_stored_bytes_are_handed_out(query, name, kind, issued, enter):
    sign_all(issued)
    answer = enter("zhuguan").get(address(issued, "signed_file", number=1), query)
    document = newest(issued)
    upto = 0 if "print" in query else None
    assert b"".join(answer) == content_of(document, upto=upto)
    assert answer["Content-Disposition"].startswith(kind)
    assert unquote(answer["Content-Disposition"]).endswith(f"三份合一-第1版-{name}.pdf")
    assert answer["Cache-Control"] == "no-store"
    entry = JournalEntry.objects.filter(stream=issued.journal_stream).latest("sequence")
    assert (entry.action, entry.detail["version"]) == ("downloaded", 1)


def test_old_versions_stay_readable_for_the_unit_and_say_why_they_went(issued, people, enter):
    sign_all(issued)
    content = content_of(newest(issued))
    perform(issued, Action.WITHDRAW, user=people["zhuguan"], reason="金额填错")
    answer = enter("caiwu").get(address(issued, "signed_file", number=1))
    assert b"".join(answer) == content
    text = enter("caiwu").get(address(issued, "documents")).content.decode()
    assert "签发过的版本" in text
    assert "金额填错" in text
    assert enter("pingjia2").get(address(issued, "signed_file", number=1)).status_code == 404
    assert enter("caiwu").get(address(issued)).status_code == 403


def test_there_is_no_other_version(issued, enter):
    assert enter("zhuguan").get(address(issued, "signed_file", number=2)).status_code == 404


# --- scans


def upload(client, content=PDF, name="扫描.pdf", code="", **data):
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("reports:scan_add"), {"file": file, "code": code, **data}, follow=True
    )


@pytest.fixture(autouse=True)
def _empty_storage():
    yield
    shutil.rmtree(scans.storage().location, ignore_errors=True)


def stored_files():
    folder = Path(scans.storage().location)
    return [file.name for file in folder.iterdir()] if folder.exists() else []


def jpeg():
    output = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(output, "JPEG")
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (jpeg(), "a.jpg", "image/jpeg"),
        (seal_image(), "no ending", "image/png"),
    ],
)
def test_a_scan_is_kept_beside_its_version(content, name, media_type, issued, people, enter):
    document = newest(issued)
    answer = upload(enter("caiwu"), content, name, document.code)
    assert told(answer) == [f"扫描件已存到《{document}》旁边。"]
    scan = Scan.objects.get()
    assert (scan.document, scan.name, scan.media_type, scan.added_by) == (
        document,
        name,
        media_type,
        people["caiwu"],
    )
    assert stored_files() == [scan.stored_as]
    assert name not in scan.stored_as
    entry = JournalEntry.objects.filter(stream=issued.journal_stream).latest("sequence")
    assert (entry.action, entry.detail["digest"]) == ("scan_added", scan.digest)
    answer = enter("zhuguan").get(address(issued, "scan", scan=scan.pk))
    assert b"".join(answer) == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    entry = JournalEntry.objects.filter(stream=issued.journal_stream).latest("sequence")
    assert (entry.action, entry.actor, entry.detail["document"]) == (
        "downloaded",
        people["zhuguan"],
        "scan",
    )
    assert scan.name in enter("zhuguan").get(address(issued)).content.decode()


@pytest.mark.parametrize("shape", ["{}", "扫描件 {} 第1页", "{}(2)"])
def test_the_code_may_stand_in_the_name_of_the_file(shape, issued, enter):
    name = f"{shape.format(newest(issued).code)}.pdf"
    upload(enter("zhuguan"), name=name)
    assert Scan.objects.get().document == newest(issued)


def test_a_typed_code_counts_before_the_name(issued, enter):
    answer = upload(enter("caiwu"), name=f"{newest(issued).code}.pdf", code="乱填")
    assert "请填页脚的 28 位验证码" in answer.content.decode()
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.pdf"),
        (b"%PDF-1.4 without an end", "a.pdf"),
        (b"GIF89a", "a.gif"),
        (b"MZ\x90\x00", "a.pdf"),
        (b"<html>", "a.jpg"),
        (b"\x89PNG\r\n\x1a\n broken", "a.png"),
    ],
)
def test_anything_else_is_refused_and_not_stored(content, name, issued, enter):
    answer = upload(enter("caiwu"), content, name, newest(issued).code)
    assert answer.context["form"].errors["file"]
    assert not Scan.objects.exists()
    assert stored_files() == []


def test_too_large_a_file_is_refused(issued, enter, monkeypatch):
    monkeypatch.setattr("reports.views.scans.LARGEST", 10)
    answer = upload(enter("caiwu"), PDF, "a.pdf", newest(issued).code)
    assert "文件过大" in answer.content.decode()


def test_an_unknown_code_and_a_foreign_one_answer_alike(issued, people, enter):
    other = worlds.evaluation_at(State.SIGNED, worlds.next_door(people))
    texts = {
        upload(enter("caiwu"), code=code).context["form"].errors["code"][0]
        for code in ("0000-0000-0000-0000-0000-0000-0000", newest(other).code)
    }
    assert texts == {"没有找到这个验证码的文件，请对照页脚核对。"}
    assert not Scan.objects.exists()


@pytest.mark.parametrize("username", ["zuzhang", "pingjia2", "caizheng"])
def test_who_sees_it_and_does_not_file_it_is_refused(username, issued, enter):
    assert upload(enter(username), code=newest(issued).code).status_code == 403
    assert not Scan.objects.exists()


def test_a_scan_that_was_changed_is_not_handed_out(issued, enter):
    upload(enter("caiwu"), code=newest(issued).code)
    scan = Scan.objects.get()
    Path(scans.storage().location, scan.stored_as).write_bytes(PDF + b" ")
    answer = enter("zhuguan").get(address(issued, "scan", scan=scan.pk))
    assert answer.status_code == 403
    assert "与上传时不一致" in answer.content.decode()
    Path(scans.storage().location, scan.stored_as).unlink()
    assert enter("zhuguan").get(address(issued, "scan", scan=scan.pk)).status_code == 403


def test_a_scan_whose_row_fails_leaves_no_file(issued, people, monkeypatch):
    def fail(*args, **values):
        raise RuntimeError("no journal")

    monkeypatch.setattr(scans, "record", fail)
    with pytest.raises(RuntimeError):
        scans.keep_scan(
            newest(issued), scans.Upload(PDF, "a.pdf", scans.PDF_TYPE), user=people["caiwu"]
        )
    assert stored_files() == []


# --- seals


def seal_post(client, unit, image=None, **data):
    file = SimpleUploadedFile("seal.png", seal_image() if image is None else image)
    values = {"image": file, "width_mm": "40", "password": PASSWORD} | data
    return client.post(reverse("reports:seal", kwargs={"pk": unit.pk}), values, follow=True)


def test_the_units_head_gives_and_removes_the_seal(issued, people, enter):
    unit = issued.unit
    answer = seal_post(enter("fuzeren"), unit)
    assert "印章已启用" in told(answer)[0]
    seal = current_seal(unit)
    assert (seal.width_mm, seal.given_by) == (40, people["fuzeren"])
    picture = enter("fuzeren").get(reverse("reports:seal_image", kwargs={"pk": unit.pk}))
    assert picture.content == bytes(seal.image)
    assert "已启用，宽 40 毫米" in enter("fuzeren").get(reverse("reports:seals")).content.decode()
    enter("fuzeren").post(reverse("reports:seal_remove", kwargs={"pk": unit.pk}))
    assert current_seal(unit) is None
    assert "没有启用" in enter("fuzeren").get(reverse("reports:seals")).content.decode()
    assert (
        enter("fuzeren").get(reverse("reports:seal_image", kwargs={"pk": unit.pk})).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"password": "wrong"}, "password"),
        ({"width_mm": "0"}, "width_mm"),
        ({"width_mm": "19"}, "width_mm"),
        ({"width_mm": "61"}, "width_mm"),
        ({"width_mm": "4e1"}, "width_mm"),
        ({"image": b"not an image"}, "image"),
        ({"image": b""}, "image"),
    ],
)
def test_a_seal_that_cannot_be_used_is_told(data, field, issued, enter):
    answer = seal_post(enter("fuzeren"), issued.unit, **data)
    assert answer.context["form"].errors[field]
    assert not UnitSeal.objects.exists()


def test_the_paper_of_a_scanned_seal_becomes_transparent():
    image = Image.new("RGB", (100, 100), "white")
    for x in range(20, 80):
        image.putpixel((x, 50), (200, 20, 20))
    file = io.BytesIO()
    image.save(file, "PNG")
    with Image.open(io.BytesIO(clean_image(io.BytesIO(file.getvalue())))) as kept:
        assert (kept.mode, kept.format) == ("RGBA", "PNG")
        assert kept.getpixel((5, 5))[3] == 0
        red, green, blue, alpha = kept.getpixel((50, 50))
        assert (red, green, blue, alpha) == (200, 20, 20, 255)


def test_a_seal_is_drawn_anew_and_made_small():
    image = Image.new("RGB", (3000, 2000), (200, 0, 0))
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=None)
    with Image.open(
        io.BytesIO(clean_image(io.BytesIO(file.getvalue() + b"something behind")))
    ) as kept:
        assert max(kept.size) == 800
    assert b"something behind" not in clean_image(io.BytesIO(file.getvalue() + b"something behind"))


@pytest.mark.parametrize(
    ("size", "colour", "sentence"),
    [((4001, 10), "red", "宽和高最多"), ((50, 50), "white", "图片是空白的")],
)
def test_seals_that_are_none(size, colour, sentence):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    with pytest.raises(SealImageError, match=sentence):
        clean_image(file)
