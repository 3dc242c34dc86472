"""An evaluator learns nothing of the others' marks before every sheet is in (docs: Peeking)."""

import re
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from projects.enums import State
from projects.workflow import Action, perform
from reports.renderers.order import Typeset
from reports.views import documents
from scoring.engine import MarkState
from scoring.models import Mark
from scoring.sheets import hand_in, save_mark
from tests import worlds

WHO = ("pingjia2", "zuzhang")
OTHER = "pingjia3"
NOW = "2020-04-10T09:30:00+08:00"
CSRF_TOKEN = re.compile(r"\b\w{64}\b")
PAGES = (
    "projects:overview",
    "scoring:evidence",
    "scoring:sheet",
    "reports:results",
    "reports:documents",
)
PARTS = ("goals", "basic", "report")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    """Both onlookers have marked half of their sheets."""
    with time_machine.travel(NOW, tick=False):
        evaluation = worlds.evaluation_at(State.SCORING, people)
        for username in WHO:
            sheet = worlds.sheet_of(evaluation, people[username])
            for mark in sheet.marks.select_related("indicator")[:10]:
                save_mark(mark, seen=1, state=MarkState.SCORED, value=Decimal("0.5"), remark="我的")
    return evaluation


@pytest.fixture(autouse=True)
def _pdf_is_its_blocks(monkeypatch):
    monkeypatch.setattr(
        documents,
        "render_pdf_limited",
        lambda *args, **kwargs: Typeset(f"{args} {kwargs}".encode(), {}),
    )


def addresses(evaluation):
    key = {"pk": evaluation.pk}
    yield reverse("tasks")
    yield reverse("projects:list")
    yield from (reverse(name, kwargs=key) for name in PAGES)
    yield from (reverse("reports:fragment", kwargs=key | {"document": part}) for part in PARTS)
    yield reverse("reports:download", kwargs=key | {"document": "all"})


def everything_shown_to(user, evaluation):
    """What each page answers, and what saving a mark of one's own answers."""
    client = Client()
    client.force_login(user)
    shown = {}
    with transaction.atomic():
        for url in addresses(evaluation):
            response = client.get(url)
            text = b"".join(response).decode()
            shown[url] = (response.status_code, CSRF_TOKEN.sub("", text))
        mark = worlds.sheet_of(evaluation, user).marks.order_by("pk")[0]
        saved = client.post(
            reverse("scoring:mark", kwargs={"pk": evaluation.pk, "mark": mark.pk}),
            {"value": "1", "version": mark.version},
            headers={"X-Autosave": "1"},
        )
        shown["save"] = (saved.status_code, saved.content)
        transaction.set_rollback(True)
    return shown


@pytest.mark.parametrize("username", WHO)
def test_unsubmitted_marks_of_others_change_nothing(username, people, evaluation):
    with time_machine.travel(NOW, tick=False):
        before = everything_shown_to(people[username], evaluation)
        for seed in range(6):
            with transaction.atomic():
                worlds.mark_at_random(worlds.sheet_of(evaluation, people[OTHER]), seed)
                assert everything_shown_to(people[username], evaluation) == before, seed
                transaction.set_rollback(True)


@pytest.mark.parametrize("username", WHO)
def test_a_sheet_handed_in_shows_that_it_is_and_nothing_else(username, people, evaluation):
    with time_machine.travel(NOW, tick=False):
        shown = []
        for share in ("0", "0.5", "1"):
            with transaction.atomic():
                sheet = worlds.sheet_of(evaluation, people[OTHER])
                worlds.give_marks(sheet, share)
                hand_in(sheet, user=people[OTHER])
                shown.append(everything_shown_to(people[username], evaluation))
                transaction.set_rollback(True)
    assert shown[0] == shown[1] == shown[2]


def test_ones_own_marks_do_change_what_one_sees(people, evaluation):
    with time_machine.travel(NOW, tick=False):
        before = everything_shown_to(people["pingjia2"], evaluation)
        worlds.mark_at_random(worlds.sheet_of(evaluation, people["pingjia2"]), 1)
        after = everything_shown_to(people["pingjia2"], evaluation)
    changed = {url for url in before if before[url] != after[url]}
    assert changed == {reverse("scoring:sheet", kwargs={"pk": evaluation.pk}), "save"}


def results(client, user, evaluation):
    client.force_login(user)
    return client.get(reverse("reports:results", kwargs={"pk": evaluation.pk}))


def test_results_open_with_the_last_sheet_and_close_when_scoring_reopens(
    client, people, evaluation
):
    shares = {"zuzhang": "1", "pingjia2": "0.5", "pingjia3": "0"}
    for username, share in shares.items():
        assert results(client, people[username], evaluation).status_code == 403
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, share)
        hand_in(sheet, user=people[username])
    evaluation.refresh_from_db()
    for username in shares:
        assert results(client, people[username], evaluation).status_code == 200
    assert results(client, people["caiwu"], evaluation).status_code == 403

    perform(evaluation, Action.REOPEN_SCORING, user=people["zuzhang"], reason="漏看了附件")
    for username in shares:
        response = results(client, people[username], evaluation)
        assert response.status_code == 403
        assert "全部评价人员提交评分之前，不显示任何评分结果。" in response.content.decode()


@pytest.mark.parametrize("username", ["caiwu", "fuzeren", "zhuguan", "caizheng"])
def test_the_unit_and_those_above_see_no_marks_before_the_leader_confirmed(
    username, people, evaluation
):
    """Nor in the printed forms, which are theirs to read all along."""
    with time_machine.travel(NOW, tick=False):
        shown = []
        for share in ("0", "1"):
            with transaction.atomic():
                for evaluator in (*WHO, OTHER):
                    worlds.give_marks(worlds.sheet_of(evaluation, people[evaluator]), share)
                worlds.hand_in_all(evaluation, people)
                assert evaluation.state == State.CONFIRMING
                client = Client()
                client.force_login(people[username])
                answers = [client.get(url) for url in addresses(evaluation)]
                shown.append([CSRF_TOKEN.sub("", b"".join(answer).decode()) for answer in answers])
                transaction.set_rollback(True)
            evaluation.refresh_from_db()
    assert Mark.objects.filter(sheet__evaluation=evaluation, value=None).exists()
    assert shown[0] == shown[1]
