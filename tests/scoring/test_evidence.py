"""佐证材料: put in by finance staff while the forms are open, found beside the leaf by everybody."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from projects.enums import State
from projects.evidence import domain
from projects.models import Evidence
from projects.workflow import Action, RefusedError, perform
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.importer import import_dossier
from reports.dossier.loader import load_dossier, load_dossiers
from scoring.evidence import evidence_linked, save_evidence
from scoring.tree_editing import add_under, remove
from tests import worlds
from tests.projects.test_evidence_files import PDF, picture, xlsx

AUTOSAVE = {"X-Autosave": "1"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def drafting(people):
    return worlds.evaluation_at(State.DRAFTING, people)


@pytest.fixture(scope="module")
def scoring(people):
    evaluation = worlds.evaluation_at(State.SCORING, people)
    worlds.add_evidence(evaluation, people["caiwu"])
    return evaluation


@pytest.fixture
def staff(client, people):
    client.force_login(people["caiwu"])
    return client


def page(evaluation, name="evidence", **kwargs):
    return reverse(f"scoring:{name}", kwargs={"pk": evaluation.pk, **kwargs})


def upload(client, evaluation, *files, title="", leaves=("goal_content",)):
    data = {"upload": list(files), "title": title, "indicators": list(leaves)}
    return client.post(page(evaluation), data, follow=True)


def pdf(name="维护合同.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def entries(evaluation, action):
    return JournalEntry.objects.filter(stream=evaluation.journal_stream, action=action)


# Putting in.


def test_a_file_is_kept_with_its_digest_and_its_leaves(staff, drafting, people):
    answer = upload(staff, drafting, pdf(), leaves=["goal_content", "output_quantity"])
    assert "已上传 1 个文件。" in answer.text
    kept = drafting.evidence.get()
    assert (kept.title, kept.kind, kept.size) == ("维护合同", "pdf", len(PDF))
    assert (kept.added_by, kept.sha256) == (people["caiwu"], domain.Checked("", PDF).sha256)
    assert [leaf.key for leaf in kept.indicators.all()] == ["goal_content", "output_quantity"]
    assert "合同" not in kept.file.name
    with default_storage.open(kept.file.name) as stored:
        assert stored.read() == PDF
    entry = entries(drafting, "evidence_added").get()
    assert (entry.actor, entry.detail["sha256"]) == (people["caiwu"], kept.sha256)


def test_several_files_at_once_share_title_and_leaves(staff, drafting):
    upload(staff, drafting, pdf("a.pdf"), pdf("b.pdf", PDF + b"%%EOF"), title="发票")
    assert [kept.title for kept in drafting.evidence.all()] == ["发票（1）", "发票（2）"]


def test_one_bad_file_keeps_no_good_one_from_being_kept(staff, drafting):
    answer = upload(staff, drafting, pdf(), pdf("网页.pdf", b"<html>"))
    assert "已上传 1 个文件。" in answer.text
    assert "「网页.pdf」没有上传：文件名以 .pdf 结尾，内容却不是PDF。" in answer.text
    assert drafting.evidence.count() == 1


@pytest.mark.parametrize(
    ("files", "leaves", "sentence"),
    [
        ([], ["goal_content"], "请选择文件。"),
        (["a.pdf"], [], "请至少选一个对应的指标。"),
        (["a.pdf"], ["decision"], "指标体系刚刚有变动"),
        (["a.pdf"], ["nothing"], "指标体系刚刚有变动"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(staff, drafting, files, leaves, sentence):
    answer = upload(staff, drafting, *map(pdf, files), title="写好的标题", leaves=leaves)
    assert sentence in answer.text
    assert 'value="写好的标题"' in answer.text
    assert not drafting.evidence.exists()


def test_a_name_that_cannot_be_a_title_asks_for_one(staff, drafting):
    answer = upload(staff, drafting, pdf(f"{'长' * 201}.pdf"))
    assert "标题不能用" in answer.text
    assert not drafting.evidence.exists()


def test_a_name_that_reads_backwards_loses_what_turns_it(staff, drafting):
    upload(staff, drafting, pdf("合同\u202efdp.pdf"))
    assert drafting.evidence.get().title == "合同fdp"


def test_the_same_file_is_kept_once(staff, drafting):
    upload(staff, drafting, pdf())
    answer = upload(staff, drafting, pdf("别名.pdf"))
    assert "与已上传的「维护合同」是同一个文件" in answer.text
    assert drafting.evidence.count() == 1


@pytest.mark.parametrize(
    "case",
    [
        ("LARGEST_FILE", 10, "每个最多 0 MB"),
        ("MOST_FILES", 1, "每份自评最多 1 个文件"),
        ("MOST_BYTES", len(PDF) + 9, "放不下了"),
    ],
)
def test_limits(staff, drafting, monkeypatch, case):
    limit, value, sentence = case
    upload(staff, drafting, pdf("另一份.pdf", PDF + b"%%EOF"))
    monkeypatch.setattr(domain, limit, value)
    assert sentence in upload(staff, drafting, pdf()).text
    assert drafting.evidence.count() == 1


def test_a_picture_is_kept_without_its_metadata(staff, drafting):
    upload(staff, drafting, SimpleUploadedFile("现场.jpg", picture("JPEG", comment=b"secret")))
    with drafting.evidence.get().file.open() as stored:
        assert b"secret" not in stored.read()


def test_a_body_that_is_too_large_is_not_read(staff, drafting, settings):
    settings.LARGEST_REQUEST = 100
    answer = staff.post(page(drafting), {"upload": pdf()})
    assert answer.status_code == 400
    assert not drafting.evidence.exists()


# While the forms are open, and by whom.


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFTING])
def test_locked_like_the_forms(staff, people, state):
    evaluation = worlds.evaluation_at(state, people)
    file = worlds.add_evidence(evaluation, people["caiwu"])
    assert upload(staff, evaluation, pdf()).status_code == 403
    for name in ("evidence_edit", "evidence_remove"):
        assert staff.post(page(evaluation, name, file=file.pk)).status_code == 403
    assert evaluation.evidence.get() == file


def test_a_file_that_comes_too_late_is_not_kept(staff, drafting, people, monkeypatch):
    """The evaluation left the unit while a picture was being encoded."""
    check = domain.checked

    def slowly(file):
        perform(drafting, Action.SUBMIT, user=people["caiwu"])
        return check(file)

    monkeypatch.setattr(domain, "checked", slowly)
    answer = upload(staff, drafting, pdf())
    assert "这次改动没有保存" in answer.text
    assert not drafting.evidence.exists()


def test_the_head_of_the_unit_reads_and_does_not_write(client, people, drafting):
    file = worlds.add_evidence(drafting, people["caiwu"])
    client.force_login(people["fuzeren"])
    assert "上传</button>" not in client.get(page(drafting)).text
    assert upload(client, drafting, pdf()).status_code == 403
    assert client.get(page(drafting, "evidence_file", file=file.pk)).status_code == 200


# Changing and taking away.


def test_title_and_leaves_save_themselves(staff, drafting, people):
    file = worlds.add_evidence(drafting, people["caiwu"])
    url = page(drafting, "evidence_edit", file=file.pk)
    data = {"title": "合同正本", "indicators": ["output_quantity"], "version": 1}
    assert staff.post(url, data, headers=AUTOSAVE).json()["version"] == 2
    file.refresh_from_db()
    assert file.title == "合同正本"
    assert [leaf.key for leaf in file.indicators.all()] == ["output_quantity"]
    assert entries(drafting, "evidence_changed").get().detail["indicators"] == ["output_quantity"]


def test_a_refused_half_leaves_the_other_to_be_saved(staff, drafting, people):
    file = worlds.add_evidence(drafting, people["caiwu"])
    url = page(drafting, "evidence_edit", file=file.pk)
    answer = staff.post(url, {"title": "新标题", "version": 1}, headers=AUTOSAVE).json()
    assert answer["errors"] == {"indicators": ["请至少选一个对应的指标。"]}
    answer = staff.post(
        url, {"title": "", "indicators": ["output_quantity"], "version": 2}, headers=AUTOSAVE
    ).json()
    assert list(answer["errors"]) == ["title"]
    file.refresh_from_db()
    assert (file.title, file.indicators.get().key) == ("新标题", "output_quantity")


def test_two_windows_that_change_one_file_are_told(staff, drafting, people):
    file = worlds.add_evidence(drafting, people["caiwu"])
    leaves = list(file.indicators.all())
    save_evidence(file, seen=1, title="先改的", leaves=leaves, actor=people["caiwu"])
    url = page(drafting, "evidence_edit", file=file.pk)
    data = {"title": "后改的", "indicators": ["goal_content"], "version": 1}
    answer = staff.post(url, data, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json()["theirs"] == {"title": "先改的", "indicators": leaves[0].key}


def test_removal_takes_the_bytes_along_and_leaves_a_trace(
    staff, drafting, people, django_capture_on_commit_callbacks
):
    file = worlds.add_evidence(drafting, people["caiwu"])
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(page(drafting, "evidence_remove", file=file.pk))
    assert not drafting.evidence.exists()
    assert not default_storage.exists(file.file.name)
    entry = entries(drafting, "evidence_removed").get()
    assert (entry.detail["title"], entry.detail["sha256"]) == (file.title, file.sha256)


def test_a_removal_that_fails_leaves_the_bytes(drafting, people):
    file = worlds.add_evidence(drafting, people["caiwu"])
    with transaction.atomic():
        domain.remove(file, actor=people["caiwu"])
        transaction.set_rollback(True)
    assert default_storage.exists(drafting.evidence.get().file.name)


# Handing out.


@pytest.mark.parametrize("username", ["zuzhang", "pingjia2", "zhuguan", "caizheng", "fuzeren"])
def test_whoever_sees_the_evaluation_may_download(client, people, scoring, username):
    client.force_login(people[username])
    file = scoring.evidence.get()
    answer = client.get(page(scoring, "evidence_file", file=file.pk))
    content = b"".join(answer.streaming_content)
    assert domain.Checked("", content).sha256 == file.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    entry = entries(scoring, "evidence_downloaded").latest("pk")
    assert (entry.actor, entry.detail["sha256"]) == (people[username], file.sha256)


def test_nobody_else_learns_of_it(client, people, scoring):
    client.force_login(people["caiwu2"])
    file = scoring.evidence.get()
    assert client.get(page(scoring, "evidence_file", file=file.pk)).status_code == 404


def test_a_file_of_another_evaluation_is_missing(client, people, scoring, drafting):
    client.force_login(people["caiwu"])
    file = scoring.evidence.get()
    assert client.get(page(drafting, "evidence_file", file=file.pk)).status_code == 404


@pytest.mark.parametrize("damage", [b"other", None])
def test_what_is_not_what_was_kept_is_not_handed_out(staff, drafting, people, damage):
    file = worlds.add_evidence(drafting, people["caiwu"])
    default_storage.delete(file.file.name)
    if damage:
        default_storage.save(file.file.name, BytesIO(damage))
    answer = staff.get(page(drafting, "evidence_file", file=file.pk))
    assert answer.status_code == 403
    assert ("校验值不符" if damage else "系统里没有这个文件") in answer.text
    assert not entries(drafting, "evidence_downloaded").exists()


def test_an_evaluator_finds_it_beside_the_leaf(client, people, scoring):
    client.force_login(people["pingjia2"])
    text = client.get(reverse("scoring:sheet", args=[scoring.pk])).text
    file = scoring.evidence.get()
    row = text[text.index('id="leaf-') :]
    row = row[: row.index("</tr>")]
    assert page(scoring, "evidence_file", file=file.pk) in row
    assert text.count(page(scoring, "evidence_file", file=file.pk)) == 1


def test_leaves_without_any_are_named(staff, drafting, people):
    worlds.add_evidence(drafting, people["caiwu"])
    text = staff.get(page(drafting)).text
    bare = text[text.index("还没有佐证材料的指标") :]
    assert "19 项" in bare
    assert "目标内容" not in bare


# In the dossier, and when the tree changes under it.


def test_the_dossier_names_it_and_never_holds_it(drafting, people):
    file = worlds.add_evidence(drafting, people["caiwu"])
    dossier = load_dossier(drafting.pk)
    (named,) = dossier.evidence
    leaf = file.indicators.get()
    assert (named.title, named.sha256, named.size) == (file.title, file.sha256, file.size)
    assert named.indicators == (leaf.key,)
    (_, many) = next(load_dossiers(type(drafting).objects.filter(pk=drafting.pk)))
    assert many.evidence == dossier.evidence
    assert parse_dossier(dump_dossier(dossier)) == dossier


def test_what_was_signed_keeps_naming_it(people):
    evaluation = worlds.evaluation_at(State.REVIEWING, people)
    file = worlds.add_evidence(evaluation, people["caiwu"])
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])
    Evidence.objects.filter(pk=file.pk).update(title="换了名字")
    assert load_dossier(evaluation.pk).evidence[0].title == file.title


def test_an_import_knows_it_by_its_digest_only(staff, drafting, people):
    worlds.add_evidence(drafting, people["caiwu"])
    dossier = load_dossier(drafting.pk)
    copy = import_dossier(dossier, unit=drafting.unit, actor=people["caiwu"], remark="抄本")
    assert load_dossier(copy.pk).evidence == dossier.evidence
    file = copy.evidence.get()
    assert "原件没有随文件导入" in staff.get(page(copy)).text
    answer = staff.get(page(copy, "evidence_file", file=file.pk))
    assert answer.status_code == 403
    assert "系统里没有这个文件" in answer.text


def test_a_file_whose_leaf_is_gone_keeps_the_forms_from_leaving(staff, people):
    evaluation = worlds.opened(people, pack="national-2020")
    above = evaluation.indicators.select_related("evaluation").get(key="quantity")
    leaf = add_under(above)
    upload(staff, evaluation, SimpleUploadedFile("明细.xlsx", xlsx()), leaves=[leaf.key])
    assert evidence_linked(evaluation) == []
    remove(leaf)
    assert [str(problem) for problem in evidence_linked(evaluation)] == [
        "佐证材料「明细」没有对应的指标"
    ]
    assert load_dossier(evaluation.pk).evidence[0].indicators == ()
    with pytest.raises(RefusedError, match="佐证材料「明细」没有对应的指标"):
        perform(evaluation, Action.SUBMIT, user=people["caiwu"])
