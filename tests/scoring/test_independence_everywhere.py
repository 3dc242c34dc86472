"""Every address, every kind of person: what others have marked and not handed in changes no byte.

The addresses and relations are those of tests/test_access.py, so a new page is asked at once.
"""

import io
import random
import re
import zipfile
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from projects.enums import State
from projects.models import Evaluation
from reports.demo import PANEL
from reports.documents import CHOICES
from reports.renderers.order import Typeset
from reports.views import documents
from scoring.sheets import hand_in
from tests import worlds
from tests.test_access import ADDRESSES, RELATIONS, Target, world  # noqa: F401

COMPARISONS = 50_000
NOW = datetime.fromisoformat("2020-04-10T09:30:00+08:00")
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value|csrf-token" content)="\w{64}"')
OF_THE_MOMENT = {"Set-Cookie", "Date"}
# Its entries tell when a sheet was handed in and its seal: to the audit administrator alone.
OF_HANDING_IN = "accounts:journal"

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(world):  # noqa: F811
    """The panel has begun: one has marked most leaves, the others some."""
    evaluation = Evaluation.objects.get(pk=world.evaluations[State.SCORING].pk)
    with time_machine.travel(NOW, tick=False):
        for number, username in enumerate(PANEL):
            worlds.mark_at_random(worlds.sheet_of(evaluation, world[username]), f"own {number}")
    return evaluation


@pytest.fixture(autouse=True)
def _pdf_is_its_blocks(monkeypatch):
    monkeypatch.setattr(
        documents,
        "render_pdf_limited",
        lambda blocks, **asked: Typeset(f"{blocks} {asked}".encode(), {}),
    )


def requests(evaluation, username):
    """Name, method, address, data and headers of everything that is asked."""
    target = Target(evaluation, username)
    for name, address in ADDRESSES.items():
        url = reverse(name, kwargs=address.kwargs(target))
        yield name, "get", url, {}, {}
        yield name, "post", url, address.data(target), {}
    key = {"pk": evaluation.pk}
    for part in CHOICES:
        yield part, "get", reverse("reports:fragment", kwargs=key | {"document": part}), {}, {}
        yield part, "get", reverse("reports:download", kwargs=key | {"document": part}), {}, {}
    for words in ("得分", "看法", "运行", "90"):
        yield words, "get", reverse("projects:list"), {"q": words, "state": "scoring"}, {}
    save = reverse("scoring:mark", kwargs=key | {"mark": target.mark})
    for version in (1, 2, 999):
        data = {"value": "1", "remark": "另有说明", "version": version}
        yield f"save {version}", "post", save, data, {"X-Autosave": "1"}


def shown_to(username, evaluation, world):  # noqa: F811
    """All answers as they are, but for tokens and the moment; what they changed is undone."""
    client = Client()
    if username:
        client.force_login(world[username])
    cookies, shown = client.cookies.copy(), {}
    with time_machine.travel(NOW, tick=False):
        for name, method, url, data, headers in requests(evaluation, username):
            with transaction.atomic():
                answer = getattr(client, method)(url, data, headers=headers)
                shown[name, method, url] = normalised(answer)
                transaction.set_rollback(True)
            client.cookies = cookies.copy()
    return shown


def normalised(answer):
    headers = {name: value for name, value in answer.items() if name not in OF_THE_MOMENT}
    return answer.status_code, headers, TOKEN.sub(rb"\1", unpacked(b"".join(answer)))


def unpacked(body):
    """An archive by what it holds; when a file was packed is of the moment."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return b"\0".join(name.encode() + archive.read(name) for name in archive.namelist())


def another_moment(seed):
    return NOW - timedelta(minutes=random.Random(seed).randint(1, 10_000))


def others_of(username):
    return [other for other in PANEL if other != username]


def worlds_apart(evaluation, username, world, seeds):  # noqa: F811
    """What the person is shown after the others marked anew, each time differently."""
    for seed in seeds:
        with transaction.atomic():
            for other in others_of(username):
                with time_machine.travel(another_moment(seed), tick=False):
                    worlds.mark_at_random(worlds.sheet_of(evaluation, world[other]), (seed, other))
            yield shown_to(username, evaluation, world)
            transaction.set_rollback(True)


def differences(one, other):
    return [request for request in one if one[request] != other[request]]


def compare(who, evaluation, world, seeds):  # noqa: F811
    """How many answers were compared; every one of them was the same."""
    username = RELATIONS[who]
    before, count = shown_to(username, evaluation, world), 0
    for shown in worlds_apart(evaluation, username, world, seeds):
        assert shown.keys() == before.keys()
        assert differences(before, shown) == []
        count += len(shown)
    return count


def test_others_marks_change_no_answer_and_ones_own_do(evaluation, world):  # noqa: F811
    before = shown_to("pingjia2", evaluation, world)
    (after,) = worlds_apart(evaluation, "pingjia2", world, ["once"])
    assert differences(before, after) == []
    assert len(after) > 100
    worlds.mark_at_random(worlds.sheet_of(evaluation, world["pingjia2"]), "anew")
    changed = differences(before, shown_to("pingjia2", evaluation, world))
    assert {name for name, _, _ in changed} >= {"scoring:sheet", "save 2"}


@pytest.mark.slow
@pytest.mark.parametrize("who", RELATIONS)
def test_no_answer_to_anybody_tells_what_is_not_handed_in(who, evaluation, world):  # noqa: F811
    share, count, seed = COMPARISONS / len(RELATIONS), 0, 0
    while count < share:
        count += compare(who, evaluation, world, range(seed, seed + 5))
        seed += 5
    assert count * len(RELATIONS) >= 50_000


@pytest.mark.slow
@pytest.mark.parametrize("who", ["panel leader", "evaluator", "finance staff", "supervisor"])
def test_a_sheet_that_is_in_tells_nobody_what_it_says(who, evaluation, world):  # noqa: F811
    """The others' sheets are in, each time with other marks; one's own is not."""
    username, shown = RELATIONS[who], []
    handed_in = [other for other in others_of(username) if other != "pingjia3"]
    for share in ("0", "0.25", "0.5", "0.75", "1"):
        with transaction.atomic():
            with time_machine.travel(NOW, tick=False):
                for other in handed_in:
                    sheet = worlds.sheet_of(evaluation, world[other])
                    worlds.give_marks(sheet, share)
                    hand_in(sheet, user=world[other])
            shown.append(shown_to(username, evaluation, world))
            transaction.set_rollback(True)
    for other in shown[1:]:
        assert [one for one in differences(shown[0], other) if one[0] != OF_HANDING_IN] == []
