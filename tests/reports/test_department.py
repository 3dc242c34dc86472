"""主管部门评分 beside the unit's own: whose it is, who sees it when, where it stands in the end."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from evalsys.jsonread import JsonError
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, perform
from reports.department import Beside, beside
from reports.documents import build
from reports.documents.blocks import texts
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.facts import Facts
from reports.dossier.importer import import_dossier
from reports.dossier.loader import load_dossier
from reports.dossier.model import Department
from reports.dossier.seed import seed_dossier
from tests import worlds

OPINION = "预算执行率偏低，下年度应据实编制预算。"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db):
    return worlds.build_world()


@pytest.fixture
def reviewing(world):
    return Evaluation.objects.get(pk=world.evaluations[State.REVIEWING].pk)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def save(client, evaluation, **values):
    version = Evaluation.objects.get(pk=evaluation.pk).department_review.version
    return client.post(
        reverse("reports:department", args=[evaluation.pk]),
        {"version": version, "score": "", "opinion": ""} | values,
        headers={"X-Autosave": "1"},
    )


def test_a_saved_draft_answers_with_grade_and_difference(world, reviewing):
    answer = save(browser(world["zhuguan"]), reviewing, score="８５.5", opinion=OPINION).json()
    assert (answer["status"], answer["errors"]) == ("saved", {})
    assert answer["fragments"] == {"#department-grade": "良", "#department-difference": "−4.83"}
    assert load_dossier(reviewing.pk).department == Department(Decimal("85.5"), "良", OPINION)


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("100.01", "不能大于 100。"),
        ("85.555", "最多 2 位小数。"),
        ("-1", "请填数字"),
        ("1e2", "请填数字"),
        ("八十五", "请填数字"),
    ],
)
def test_what_is_no_score_is_not_stored(score, sentence, world, reviewing):
    answer = save(browser(world["zhuguan"]), reviewing, score=score, opinion=OPINION).json()
    assert sentence in answer["errors"]["score"][0]
    assert load_dossier(reviewing.pk).department == Department(None, "", OPINION)


def test_a_stale_save_shows_both(world, reviewing):
    client = browser(world["zhuguan"])
    save(client, reviewing, score="85")
    answer = save(client, reviewing, score="70", version="1")
    assert answer.status_code == 409
    assert answer.json()["theirs"]["score"] == "85"


PAGES = [("reports:results", []), ("reports:documents", [])]


def test_the_draft_is_the_supervisors_until_signing(world, reviewing):
    save(browser(world["zhuguan"]), reviewing, score="71.25", opinion=OPINION)
    others = ("caiwu", "fuzeren", "zuzhang", "pingjia2", "caizheng")
    for name, extra in PAGES:
        url = reverse(name, args=[reviewing.pk, *extra])
        assert "71.25" in browser(world["zhuguan"]).get(url).content.decode()
        for username in others:
            page = browser(world[username]).get(url).content.decode()
            assert "71.25" not in page, (name, username)
            assert OPINION not in page, (name, username)
    perform(reviewing, Action.APPROVE, user=world["zhuguan"])
    for name, extra in PAGES:
        url = reverse(name, args=[reviewing.pk, *extra])
        for username in others:
            page = browser(world[username]).get(url).content.decode()
            assert "71.25" in page, (name, username)
            assert OPINION in page, (name, username)
    results = browser(world["caiwu"]).get(reverse("reports:results", args=[reviewing.pk]))
    assert "−19.08" in results.content.decode()


def test_signing_journals_what_the_department_said(world, reviewing):
    save(browser(world["zhuguan"]), reviewing, score="71.25", opinion=OPINION)
    perform(reviewing, Action.APPROVE, user=world["zhuguan"])
    entry = JournalEntry.objects.get(stream=reviewing.journal_stream, action="department_reviewed")
    assert entry.detail == {"score": "71.25", "opinion": OPINION}
    assert load_dossier(reviewing.pk).department == Department(Decimal("71.25"), "中", OPINION)


def test_nothing_said_is_nothing_printed(world, reviewing):
    perform(reviewing, Action.APPROVE, user=world["zhuguan"])
    assert not JournalEntry.objects.filter(
        stream=reviewing.journal_stream, action="department_reviewed"
    ).exists()
    dossier = load_dossier(reviewing.pk)
    assert dossier.department is None
    assert not any("主管部门意见" in text for text in texts(build(dossier, "basic")[0]))


@pytest.fixture
def dossier():
    said = Department(Decimal(85), "良", f"一、{OPINION}\n二、无。")
    return replace(seed_dossier("scored"), department=said)


def test_paper(dossier):
    printed = list(texts(build(dossier, "basic")[0]))
    assert printed[printed.index("主管部门评分") + 1] == "85"
    assert printed[printed.index("主管部门评定等次") + 1] == "良"


def test_file_and_rows(dossier, world):
    assert parse_dossier(dump_dossier(dossier)) == dossier
    evaluation = import_dossier(dossier, unit=world["caiwu"].unit, actor=None, remark="文件")
    assert load_dossier(evaluation.pk).department == dossier.department
    older = dump_dossier(dossier)
    del older["department"]
    assert parse_dossier(older).department is None


@pytest.mark.parametrize(("score", "grade"), [("85", "优"), ("85", ""), (None, "良")])
def test_a_grade_that_does_not_follow_is_refused(score, grade, dossier):
    data = dump_dossier(dossier)
    data["department"] |= {"score": score, "grade": grade}
    with pytest.raises(JsonError, match=r"department\.grade"):
        parse_dossier(data)


@pytest.mark.parametrize(
    ("score", "difference"), [("90.33", "0"), ("100", "+9.67"), ("0", "−90.33"), (None, "")]
)
def test_difference(score, difference, dossier):
    said = Department(None if score is None else Decimal(score), "x")
    assert beside(Facts(replace(dossier, department=said))).difference == difference
    assert beside(Facts(replace(dossier, department=None))) == Beside()
