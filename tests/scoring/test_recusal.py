"""A conflict of interest: the seat is kept, the sheet counts nowhere, the panel minimum holds."""

import pytest
from django.test import Client
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from projects.domain import appoint
from projects.enums import State
from projects.forms import candidates
from projects.models import Evaluation
from projects.permissions import can_see_results
from projects.timeline import timeline
from projects.workflow import Action, perform, waits_for
from reports.documents import ALL, build
from reports.documents.blocks import texts
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from scoring.models import Mark
from scoring.permissions import can_mark, can_open_sheet
from scoring.recusal import StepOutRefusedError, step_out
from scoring.sheets import hand_in
from tests import worlds

REASON = "配偶在项目承建单位任职。"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db):
    return worlds.build_world()


@pytest.fixture
def scoring(world):
    return Evaluation.objects.get(pk=world.evaluations[State.SCORING].pk)


@pytest.fixture
def four(world, scoring):
    """The same panel with a fourth member, appointed while the forms were back with the unit."""
    perform(scoring, Action.RECALL_FORMS, user=world["zuzhang"], reason="增加评价人员")
    fourth = worlds.person("pingjia9", world["zhuguan"].unit, name="第四人")
    appoint(scoring, fourth, is_leader=False, actor=world["caiwu"])
    perform(scoring, Action.SUBMIT, user=world["caiwu"])
    perform(scoring, Action.OPEN_SCORING, user=world["fuzeren"])
    for sheet in scoring.sheets.all():
        worlds.give_marks(sheet, "1")
    return scoring


def waiting(user):
    return set(Evaluation.objects.visible_to(user).filter(waits_for(user)))


def test_scoring_goes_on_without_the_member(world, four):
    for username in ("zuzhang", "pingjia2", "pingjia3"):
        hand_in(worlds.sheet_of(four, world[username]), user=world[username])
    fourth = four.panel.get(name="第四人")
    Mark.objects.filter(sheet=fourth.sheet).update(value=0)
    step_out(four, fourth.user, reason=REASON)
    four.refresh_from_db()
    assert four.state == State.CONFIRMING, "the last one out was the last one missing"
    dossier = load_dossier(four.pk)
    assert [member.name for member in dossier.panel] == ["李警南", "陈成章", "骆树军"]
    assert Facts(dossier).result.total == 100
    assert not any("第四人" in text for form in build(dossier, ALL) for text in texts(form))
    fourth.refresh_from_db()
    assert fourth.recusal_reason == REASON
    assert fourth.sheet.marks.count() == 20
    assert not can_see_results(fourth.user, four)
    assert not Evaluation.objects.visible_to(fourth.user).filter(pk=four.pk).exists()


def test_the_journal_and_the_timeline_say_so(world, four):
    step_out(four, world["pingjia2"], reason=REASON)
    entry = JournalEntry.objects.filter(stream=four.journal_stream).latest("sequence")
    assert (entry.action, entry.actor) == ("stepped_out", world["pingjia2"])
    assert entry.detail == {"name": "陈成章", "leader": False, "reason": REASON}
    assert ("声明利益冲突，回避：陈成章", REASON) in {
        (line.label, line.reason) for line in timeline(four)
    }


def test_a_panel_below_the_minimum_waits_for_its_leader(world, scoring):
    for sheet in scoring.sheets.all():
        worlds.give_marks(sheet, "1")
    step_out(scoring, world["pingjia2"], reason=REASON)
    for username in ("zuzhang", "pingjia3"):
        hand_in(worlds.sheet_of(scoring, world[username]), user=world[username])
    scoring.refresh_from_db()
    assert scoring.state == State.SCORING
    assert scoring in waiting(world["zuzhang"])
    assert scoring not in waiting(world["pingjia3"])
    assert scoring not in waiting(world["pingjia2"])
    leader = Client()
    leader.force_login(world["zuzhang"])
    page = leader.get(reverse("projects:overview", args=[scoring.pk])).content.decode()
    assert "评价人员只有 2 人，至少要 3 人" in page
    assert "退回填报" in page

    perform(scoring, Action.RECALL_FORMS, user=world["zuzhang"], reason="补足评价人员")
    assert not candidates(scoring).filter(pk=world["pingjia2"].pk).exists()
    substitute = worlds.person("pingjia8", world["zhuguan"].unit, name="替补")
    appoint(scoring, substitute, is_leader=False, actor=world["caiwu"])
    perform(scoring, Action.SUBMIT, user=world["caiwu"])
    perform(scoring, Action.OPEN_SCORING, user=world["fuzeren"])
    assert not can_open_sheet(world["pingjia2"], scoring)
    worlds.give_marks(worlds.sheet_of(scoring, substitute), "1")
    for user in (world["zuzhang"], world["pingjia3"], substitute):
        hand_in(worlds.sheet_of(scoring, user), user=user)
    scoring.refresh_from_db()
    assert scoring.state == State.CONFIRMING


def test_a_leader_who_steps_out_can_only_recall_the_forms(world, four):
    step_out(four, world["zuzhang"], reason=REASON)
    for username in ("pingjia2", "pingjia3", "pingjia9"):
        user = four.panel.get(user__username=username).user
        hand_in(worlds.sheet_of(four, user), user=user)
    four.refresh_from_db()
    assert four.state == State.SCORING, "nobody could confirm"
    assert four in waiting(world["zuzhang"])
    assert not can_mark(world["zuzhang"], four)
    leader = Client()
    leader.force_login(world["zuzhang"])
    assert (
        "还没有指定评价工作组组长"
        in leader.get(reverse("projects:overview", args=[four.pk])).content.decode()
    )
    perform(four, Action.RECALL_FORMS, user=world["zuzhang"], reason="请另行指定组长")
    staff = Client()
    staff.force_login(world["caiwu"])
    seats = {member.user.username: member for member in four.panel.all()}
    for action in ("lead", "dismiss"):
        url = reverse("projects:seat", args=[four.pk, seats["zuzhang"].pk, action])
        assert staff.post(url).status_code == 403
    staff.post(reverse("projects:seat", args=[four.pk, seats["pingjia2"].pk, "lead"]))
    perform(four, Action.SUBMIT, user=world["caiwu"])
    assert not Evaluation.objects.visible_to(world["zuzhang"]).filter(pk=four.pk).exists()


@pytest.mark.parametrize(
    ("username", "reason", "why"),
    [
        ("pingjia2", "  ", "须写明原因"),
        ("pingjia3", REASON, "已提交并封存"),
        ("caiwu", REASON, "不是本项目的评价人员"),
        ("zuzhang2", REASON, "不是本项目的评价人员"),
    ],
)
def test_who_cannot_step_out(username, reason, why, world, scoring):
    sheet = worlds.sheet_of(scoring, world["pingjia3"])
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=world["pingjia3"])
    with pytest.raises(StepOutRefusedError, match=why):
        step_out(scoring, world[username], reason=reason)
    assert not scoring.panel.exclude(recused_at=None).exists()


def test_stepping_out_twice_is_refused(world, four):
    step_out(four, world["pingjia2"], reason=REASON)
    with pytest.raises(StepOutRefusedError, match="已经回避"):
        step_out(four, world["pingjia2"], reason=REASON)
