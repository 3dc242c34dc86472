"""The three forms on screen and as PDF: who reads which marks in them, and what a download leaves."""

from hashlib import sha256
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.urls import reverse
from pypdf import PdfReader

from evalsys.audit.models import JournalEntry
from projects.enums import State
from reports.dossier.codec import dossier_digest
from reports.dossier.loader import load_dossier
from reports.issuing.signing import content_of
from reports.renderers.errors import RenderError
from reports.renderers.order import Draft, Typeset
from reports.views import documents
from tests import worlds

TITLES = ["项目绩效目标表", "项目基本信息表", "绩效评价报告"]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluations(people):
    return {
        state: worlds.evaluation_at(state, people)
        for state in (State.DRAFTING, State.CONFIRMING, State.SIGNED)
    }


@pytest.fixture
def read(client, people, evaluations):
    """The page of the forms as somebody sees it at a state."""

    def get(username, state, pdf=None, **query):
        client.force_login(people[username])
        return client.get(address(evaluations[state], pdf), query)

    return get


@pytest.fixture
def render(monkeypatch):
    """What the renderer was asked for, instead of ten pages of paper."""
    asked = []

    def remember(blocks, *, stamp, enclosed):
        asked.append((blocks, stamp, enclosed))
        return Typeset(b"%PDF-1.7", {})

    monkeypatch.setattr(documents, "render_pdf_limited", remember)
    return asked


def address(evaluation, document=None):
    key = {"pk": evaluation.pk}
    if document:
        return reverse("reports:download", kwargs=key | {"document": document})
    return reverse("reports:documents", kwargs=key)


@pytest.mark.parametrize(
    ("document", "titles"),
    [
        ("all", TITLES),
        ("goals", ["项目绩效目标表"]),
        ("basic", ["项目基本信息表"]),
        ("report", ["绩效评价报告"]),
    ],
)
def test_the_forms_are_shown_one_by_one_or_together(document, titles, read):
    body = read("zhuguan", State.SIGNED, document=document).context["body"]
    assert [title for title in TITLES if title in body] == titles


@pytest.mark.parametrize("document", ["", "nothing", "ALL", "../all"])
def test_there_are_no_other_forms(document, read):
    assert read("zhuguan", State.SIGNED, document=document).status_code == 404


@pytest.mark.parametrize(
    ("username", "state", "shown"),
    [
        ("caiwu", State.DRAFTING, False),
        ("caiwu", State.CONFIRMING, False),
        ("zhuguan", State.CONFIRMING, False),
        ("pingjia2", State.CONFIRMING, True),
        ("zuzhang", State.CONFIRMING, True),
        ("caiwu", State.SIGNED, True),
        ("caizheng", State.SIGNED, True),
    ],
)
def test_marks_stand_in_the_form_only_for_whom_results_are_open(username, state, shown, read):
    body = read(username, state, document="basic").context["body"]
    assert ("90.33" in body) is shown


def test_a_download_is_journaled_and_named_after_its_form(client, people, evaluations, render):
    evaluation = evaluations[State.SIGNED]
    client.force_login(people["zhuguan"])
    answer = client.get(address(evaluation, "basic"), {"download": ""})
    assert b"".join(answer) == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    assert unquote(answer["Content-Disposition"]).endswith(
        "信息系统运行维护-2019年度-项目基本信息表.pdf"
    )
    entry = JournalEntry.objects.filter(stream=evaluation.journal_stream).latest("sequence")
    digest = dossier_digest(load_dossier(evaluation.pk))
    assert (entry.action, entry.actor, entry.detail) == (
        "downloaded",
        people["zhuguan"],
        {"document": "basic", "digest": digest},
    )
    ((blocks, stamp, (enclosed,)),) = render
    assert (len(blocks), stamp.code) == (1, evaluation.documents.get().code)
    assert "副本" in blocks[0].blocks[-1].text
    assert sha256(enclosed.content).hexdigest() == digest


def test_without_asking_for_a_file_the_browser_shows_it(client, people, evaluations, render):
    client.force_login(people["zhuguan"])
    answer = client.get(address(evaluations[State.CONFIRMING], "all"))
    assert answer["Content-Disposition"].startswith("inline")
    assert len(render[0][0]) == 3


@pytest.mark.parametrize(
    ("state", "draft"),
    [(State.DRAFTING, True), (State.CONFIRMING, True), (State.SIGNED, False)],
)
def test_what_is_not_signed_is_a_draft(state, draft, read, render):
    text = read("caiwu", state).content.decode()
    assert ("还没有签发：下载的 PDF 带「草稿」字样。" in text) is draft
    read("caiwu", state, pdf="basic")
    assert isinstance(render[0][1], Draft) is draft


def test_all_in_one_is_the_stored_file_once_it_is_signed(client, people, evaluations, render):
    evaluation = evaluations[State.SIGNED]
    client.force_login(people["zhuguan"])
    answer = client.get(address(evaluation, "all"), {"download": ""})
    assert b"".join(answer) == content_of(evaluation.documents.get())
    assert unquote(answer["Content-Disposition"]).endswith("-三份合一-第1版-签字中.pdf")
    assert render == []


def test_a_form_that_cannot_be_printed_is_told_and_not_journaled(
    client, people, evaluations, monkeypatch
):
    def refuse(blocks, **_):
        raise RenderError("排版超过 60 秒，已停止。")

    monkeypatch.setattr(documents, "render_pdf_limited", refuse)
    client.force_login(people["zhuguan"])
    entries = JournalEntry.objects.count()
    page = client.get(address(evaluations[State.SIGNED], "basic"), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["排版超过 60 秒，已停止。"]
    assert JournalEntry.objects.count() == entries


def test_a_real_pdf_comes_out(client, people, evaluations):
    client.force_login(people["zhuguan"])
    answer = client.get(address(evaluations[State.SIGNED], "basic"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(b"".join(answer))).pages)
    for figure in ("21.76", "12.84", "90.33"):
        assert figure in text


@pytest.mark.parametrize(
    ("asked", "printed", "name"),
    [
        (["all"], "goals basic report", "三份合一"),
        (["all", "charts", "findings"], "goals basic report findings charts", "三份合一及附件"),
        (["basic", "steps"], "basic steps", "项目基本信息表及附件"),
    ],
)
def test_annexes_come_behind_the_forms(asked, printed, name, read, render):
    document, *annexes = asked
    answer = read("zhuguan", State.CONFIRMING, pdf=document, annex=annexes)
    ((blocks, _, _),) = render
    assert " ".join(block.name for block in blocks) == printed
    assert unquote(answer["Content-Disposition"]).endswith(f"年度-{name}.pdf")
    entry = JournalEntry.objects.latest("pk")
    assert entry.detail["document"] == "+".join(asked)


def test_there_are_no_other_annexes(read, render):
    assert read("zhuguan", State.SIGNED, pdf="all", annex="../x").status_code == 404
    assert not render


def test_the_page_offers_every_annex(read):
    page = read("zhuguan", State.SIGNED).content.decode()
    for annex, title in (("findings", "检查发现与说明"), ("steps", "如何算出"), ("charts", "图表")):
        assert f'name="annex" value="{annex}"' in page
        assert title in page


def test_an_annex_holds_no_mark_before_results_are_open(read, render):
    read("caiwu", State.CONFIRMING, pdf="all", annex=["steps", "charts", "findings"])
    forms, annexes = render[0][0][:3], render[0][0][3:]
    assert len(annexes) == 3
    assert "90.33" in str(forms)  # typed into the report by hand
    assert "90.33" not in str(annexes)
