"""The way from 填报 to 归档: who may take which step, what stands in its way, what it leaves."""

from dataclasses import replace

import pytest
from django.urls import reverse

from evalsys.accounts.domain import grant_role
from evalsys.accounts.enums import Role
from evalsys.audit.models import JournalEntry
from projects import workflow
from projects.domain import appoint, dismiss
from projects.enums import State
from projects.models import Evaluation, PanelMember
from projects.timeline import timeline
from projects.workflow import Action, RefusedError, offers, perform, perform_by_system, waits_for
from reports.demo import sign_all
from reports.documents import ALL, build
from reports.dossier.loader import current_dossier, load_dossier
from reports.models import Snapshot, SnapshotError
from scoring.models import Mark
from tests import worlds
from tests.conftest import triggers_dropped

# action: from, to, by whom, whether it takes a reason (DESIGN: each step can return with one).
STEPS = {
    Action.SUBMIT: (State.DRAFTING, State.UNIT_REVIEW, "caiwu", False),
    Action.RETURN_TO_FILLER: (State.UNIT_REVIEW, State.DRAFTING, "fuzeren", True),
    Action.OPEN_SCORING: (State.UNIT_REVIEW, State.SCORING, "fuzeren", False),
    Action.RECALL_FORMS: (State.SCORING, State.DRAFTING, "zuzhang", True),
    Action.REOPEN_SCORING: (State.CONFIRMING, State.SCORING, "zuzhang", True),
    Action.CONFIRM: (State.CONFIRMING, State.REVIEWING, "zuzhang", False),
    Action.RETURN_TO_PANEL: (State.REVIEWING, State.CONFIRMING, "zhuguan", True),
    Action.RETURN_TO_UNIT: (State.REVIEWING, State.DRAFTING, "zhuguan", True),
    Action.APPROVE: (State.REVIEWING, State.SIGNED, "zhuguan", False),
    Action.ARCHIVE: (State.SIGNED, State.ARCHIVED, "zhuguan", False),
    Action.WITHDRAW: (State.SIGNED, State.DRAFTING, "zhuguan", True),
    Action.WITHDRAW_ARCHIVED: (State.ARCHIVED, State.DRAFTING, "zhuguan", True),
}
REASON = "数字与附件不符，请核对。"
RETURNS = [action for action, step in STEPS.items() if step[3]]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db):
    return worlds.build_world()


@pytest.fixture
def at(world):
    """A fresh copy of the evaluation at a state."""
    return lambda state: Evaluation.objects.get(pk=world.evaluations[state].pk)


def last_entry(evaluation):
    return JournalEntry.objects.filter(stream=evaluation.journal_stream).latest("sequence")


def test_the_steps_are_all_in_the_table():
    """But those of the system and of old forms, which have tests of their own."""
    by_people = [
        step
        for step in workflow.TRANSITIONS
        if step.action is not Action.COMPLETE_SCORING and not step.old_form
    ]
    assert {step.action for step in by_people} == set(STEPS)
    assert {step.action: (step.source, step.target, step.needs_reason) for step in by_people} == {
        action: (source, target, reason) for action, (source, target, _, reason) in STEPS.items()
    }


@pytest.mark.parametrize("action", STEPS)
def test_its_actor_takes_the_step(action, world, at):
    source, target, actor, _ = STEPS[action]
    evaluation = at(source)
    if action is Action.ARCHIVE:
        sign_all(evaluation)
    version = evaluation.version
    perform(evaluation, action, user=world[actor], reason=REASON)
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.version) == (target, version + 1)
    entry = last_entry(evaluation)
    assert (entry.action, entry.actor, entry.detail) == (
        action,
        world[actor],
        {"source": source, "target": target, "reason": REASON},
    )


@pytest.mark.parametrize("action", Action)
def test_everyone_else_and_every_other_state_is_refused(action, world, at):
    source, _, actor, _ = STEPS.get(action, (None, None, None, None))
    entries = JournalEntry.objects.count()
    for state in State:
        evaluation = at(state)
        for username, user in world.people.items():
            if (state, username) != (source, actor):
                with pytest.raises(RefusedError) as refusal:
                    perform(evaluation, action, user=user, reason=REASON)
                assert str(refusal.value).endswith("。"), (state, username)
        assert at(state).state == state
    assert JournalEntry.objects.count() == entries


def test_refusals_say_why(world, at):
    drafting = at(State.DRAFTING)
    for user, action, reason in (
        ("fuzeren", Action.SUBMIT, "只有单位财务人员可以送单位审核。"),
        ("caiwu", Action.APPROVE, "现在的环节是「填报」，不能审核通过，签发；请刷新页面。"),
    ):
        with pytest.raises(RefusedError, match=reason):
            perform(drafting, action, user=world[user])


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
@pytest.mark.parametrize("action", RETURNS)
def test_a_return_takes_a_reason(action, reason, world, at):
    source, _, actor, _ = STEPS[action]
    with pytest.raises(RefusedError, match="须写明原因"):
        perform(at(source), action, user=world[actor], reason=reason)
    assert at(source).state == source


def test_the_second_of_two_deciders_is_told(world, at):
    first, second = at(State.REVIEWING), at(State.REVIEWING)
    perform(first, Action.APPROVE, user=world["zhuguan"])
    entries = JournalEntry.objects.count()
    with pytest.raises(RefusedError, match="刚刚已由别人处理"):
        perform(second, Action.RETURN_TO_UNIT, user=world["zhuguan"], reason=REASON)
    assert at(State.REVIEWING).state == State.SIGNED
    assert JournalEntry.objects.count() == entries


def test_a_failing_effect_leaves_nothing(world, at, monkeypatch):
    def fail(evaluation, act):
        raise ValueError("no more paper")

    monkeypatch.setitem(
        workflow._effects, Action.APPROVE, [*workflow._effects[Action.APPROVE], fail]
    )
    snapshots, entries = Snapshot.objects.count(), JournalEntry.objects.count()
    with pytest.raises(ValueError, match="no more paper"):
        perform(at(State.REVIEWING), Action.APPROVE, user=world["zhuguan"])
    assert at(State.REVIEWING).state == State.REVIEWING
    assert (Snapshot.objects.count(), JournalEntry.objects.count()) == (snapshots, entries)


@pytest.mark.parametrize(
    ("role", "action", "state"),
    [
        (Role.UNIT_HEAD, Action.OPEN_SCORING, State.UNIT_REVIEW),
        (Role.SUPERVISOR, Action.APPROVE, State.REVIEWING),
    ],
)
def test_whoever_filled_the_forms_in_does_not_pass_them(role, action, state, world, at):
    filler = world["caiwu"]
    grant_role(filler, role=role, unit=filler.unit, actor=None)
    filler = type(filler).objects.get(pk=filler.pk)
    evaluation = at(state)
    assert evaluation.filled_by == filler
    offered = {offer.transition.action: offer for offer in offers(filler, evaluation)}
    assert [problem.text for problem in offered[action].problems] == [
        "填报人不能审核自己填报的表。"
    ]
    with pytest.raises(RefusedError, match="填报人不能审核自己填报的表"):
        perform(evaluation, action, user=filler)


def test_what_waits_for_whom(world):
    waiting = {
        username: set(
            Evaluation.objects.visible_to(user)
            .filter(waits_for(user))
            .values_list("state", flat=True)
        )
        for username, user in world.people.items()
    }
    assert {username: states for username, states in waiting.items() if states} == {
        "caiwu": {State.DRAFTING},
        "fuzeren": {State.UNIT_REVIEW},
        "zuzhang": {State.SCORING, State.CONFIRMING, State.SIGNED},
        "pingjia2": {State.SCORING, State.SIGNED},
        "pingjia3": {State.SCORING, State.SIGNED},
        "zhuguan": {State.REVIEWING},
        "zuzhang2": {State.SCORING},
        "pingjia4": {State.SCORING},
        "pingjia5": {State.SCORING},
    }


# What must hold.


def _no_targets(evaluation):
    evaluation.targets.all().delete()


def _half_a_target(evaluation):
    evaluation.targets.filter(position=2).update(goal_class="")


def _no_postcode(evaluation):
    type(evaluation.basic).objects.filter(evaluation=evaluation).update(postcode="", phone="")


def _no_amounts(evaluation):
    evaluation.funding.update(spent=None)


def _empty_section(evaluation):
    evaluation.sections.filter(has_body=True, position__gt=3).exclude(key="").update(body=" \n")


def _two_people(evaluation):
    evaluation.panel.filter(is_leader=False).first().delete()


def _no_leader(evaluation):
    evaluation.panel.update(is_leader=False)


def _no_account(evaluation):
    evaluation.panel.filter(is_leader=False).update(user=None)


def _lighter_leaf(evaluation):
    leaf = evaluation.indicators.filter(children__isnull=True).first()
    leaf.weight /= 2
    leaf.save()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_no_targets, "绩效目标表还没有一行目标"),
        (_half_a_target, "绩效目标表第 2 行缺指标类型、指标名称或绩效目标"),
        (_no_postcode, "基本信息表缺：联系电话、邮编"),
        (_no_amounts, "基本信息表缺金额：实际使用情况（没有资金请填 0）"),
        (_empty_section, "评价报告还没有写："),
        (_two_people, "评价人员只有 2 人，至少要 3 人"),
        (_no_leader, "还没有指定评价工作组组长"),
        (_no_account, "有评价人员没有对应的账号，不能独立评分"),
        (_lighter_leaf, "分值"),
    ],
    ids=lambda value: getattr(value, "__name__", "."),
)
@pytest.mark.parametrize("action", [Action.SUBMIT, Action.OPEN_SCORING])
def test_forms_leave_only_complete(spoil, sentence, action, world, at):
    source, _, actor, _ = STEPS[action]
    evaluation = at(source)
    spoil(evaluation)
    evaluation = at(source)
    (offer,) = [o for o in offers(world[actor], evaluation) if o.transition.action is action]
    assert any(sentence in problem.text for problem in offer.problems)
    with pytest.raises(RefusedError, match=sentence.split("（")[0]):
        perform(evaluation, action, user=world[actor])
    assert at(source).state == source


def test_scoring_is_complete_when_every_sheet_is_in(world, at):
    with pytest.raises(RefusedError, match="李警南还没有提交评分表；陈成章还没有提交评分表"):
        perform_by_system(at(State.SCORING), Action.COMPLETE_SCORING)


def test_a_changed_mark_stops_the_leader(world, at):
    evaluation = at(State.CONFIRMING)
    mark = Mark.objects.filter(sheet__evaluation=evaluation, sheet__member__name="骆树军").first()
    with triggers_dropped():
        Mark.objects.filter(pk=mark.pk).update(value=0)
    with pytest.raises(RefusedError, match="骆树军的评分表与封存时不一致"):
        perform(evaluation, Action.CONFIRM, user=world["zuzhang"])


# What comes back.


def test_reopened_sheets_keep_their_marks_and_are_handed_in_again(world, at):
    evaluation = at(State.CONFIRMING)
    before = list(Mark.objects.filter(sheet__evaluation=evaluation).order_by("pk").values("value"))
    perform(evaluation, Action.REOPEN_SCORING, user=world["zuzhang"], reason=REASON)
    assert not evaluation.sheets.exclude(submitted_at=None, seal="").exists()
    marks = Mark.objects.filter(sheet__evaluation=evaluation).order_by("pk").values("value")
    assert list(marks) == before
    worlds.hand_in_all(evaluation, world.people)
    assert evaluation.state == State.CONFIRMING


def test_a_form_sent_back_to_the_unit_comes_again_with_its_marks(world, at):
    evaluation = at(State.REVIEWING)
    perform(evaluation, Action.RETURN_TO_UNIT, user=world["zhuguan"], reason=REASON)
    perform(evaluation, Action.SUBMIT, user=world["caiwu"])
    perform(evaluation, Action.OPEN_SCORING, user=world["fuzeren"])
    marks = Mark.objects.filter(sheet__evaluation=evaluation)
    assert (marks.count(), marks.filter(value=None).count()) == (60, 0)
    assert not evaluation.sheets.exclude(submitted_at=None).exists()


def test_a_new_member_gets_a_sheet_and_a_dismissed_one_loses_it(world, at):
    evaluation = at(State.SCORING)
    perform(evaluation, Action.RECALL_FORMS, user=world["zuzhang"], reason=REASON)
    seat = PanelMember.objects.get(evaluation=evaluation, user=world["pingjia3"])
    dismiss(seat, actor=world["caiwu"])
    appoint(evaluation, world["pingjia4"], is_leader=False, actor=world["caiwu"])
    perform(evaluation, Action.SUBMIT, user=world["caiwu"])
    perform(evaluation, Action.OPEN_SCORING, user=world["fuzeren"])
    assert set(evaluation.sheets.values_list("member__user__username", flat=True)) == {
        "zuzhang",
        "pingjia2",
        "pingjia4",
    }
    assert {sheet.marks.count() for sheet in evaluation.sheets.all()} == {20}


def test_a_return_to_the_panel_leaves_the_sheets_in(world, at):
    evaluation = at(State.REVIEWING)
    perform(evaluation, Action.RETURN_TO_PANEL, user=world["zhuguan"], reason=REASON)
    assert not evaluation.sheets.filter(submitted_at=None).exists()
    perform(evaluation, Action.CONFIRM, user=world["zuzhang"])
    assert evaluation.state == State.REVIEWING


# What is signed.


@pytest.mark.parametrize("state", [State.SIGNED, State.ARCHIVED])
def test_rows_behind_a_signed_evaluation_change_nothing(state, at):
    evaluation = at(state)
    before = load_dossier(evaluation.pk)
    documents = build(before, ALL)
    with triggers_dropped():
        Mark.objects.filter(sheet__evaluation=evaluation).update(value=0)
    evaluation.funding.update(spent=1)
    evaluation.sections.update(body="改写")
    evaluation.indicators.filter(parent=None).update(name="改名")
    evaluation.panel.update(name="换人")
    type(evaluation.project).objects.filter(pk=evaluation.project_id).update(name="换名")
    assert current_dossier(evaluation, with_marks=True) != before
    assert load_dossier(evaluation.pk) == before
    assert build(load_dossier(evaluation.pk), ALL) == documents


def test_what_was_frozen_is_what_was_approved(world, at):
    evaluation = at(State.REVIEWING)
    before = load_dossier(evaluation.pk)
    perform(evaluation, Action.APPROVE, user=world["zhuguan"])
    assert load_dossier(evaluation.pk) == replace(before, state=State.SIGNED)


def test_a_tampered_snapshot_is_found(at, client, world):
    evaluation = at(State.SIGNED)
    snapshot = evaluation.snapshots.get()
    with triggers_dropped():
        Snapshot.objects.filter(pk=snapshot.pk).update(
            content=snapshot.content.replace("12.84", "21.76")
        )
    with pytest.raises(SnapshotError):
        load_dossier(evaluation.pk)
    client.force_login(world["zhuguan"])
    for page in ("documents", "results"):
        answer = client.get(f"/evaluations/{evaluation.pk}/{page}/")
        assert answer.status_code == 403
        assert "封存的数据与签发时的校验值不符" in answer.content.decode()


# What people see of it.


def test_the_timeline_tells_each_step_and_who_holds_it(world, at):
    evaluation = at(State.REVIEWING)
    perform(evaluation, Action.RETURN_TO_PANEL, user=world["zhuguan"], reason=REASON)
    now, returned, confirmed, *_ = timeline(evaluation)
    assert (now.label, now.actor, now.current) == (
        "现在：组长确认，由评价工作组组长办理",
        "李警南",
        True,
    )
    assert (returned.label, returned.actor, returned.reason, returned.returned) == (
        "退回评价工作组",
        "林芳",
        REASON,
        True,
    )
    assert (confirmed.label, confirmed.actor, confirmed.returned) == (
        "确认结果，报主管部门",
        "李警南",
        False,
    )
    assert timeline(evaluation)[-1].label == "开始填报"


@pytest.mark.parametrize(
    ("state", "holders"),
    [
        (State.DRAFTING, "吴敏"),
        (State.UNIT_REVIEW, "郑东"),
        (State.SCORING, "李警南、陈成章、骆树军"),
        (State.CONFIRMING, "李警南"),
        (State.REVIEWING, "林芳"),
        (State.SIGNED, "李警南、陈成章、骆树军"),
    ],
)
def test_the_holder_is_named(state, holders, at):
    assert timeline(at(state))[0].actor == holders


def test_nobody_holds_what_is_finished(at):
    sign_all(at(State.SIGNED))
    for state in (State.SIGNED, State.ARCHIVED):
        assert not any(entry.current for entry in timeline(at(state)))


def _post(client, user, evaluation, action, **data):
    client.force_login(user)
    url = reverse("projects:perform", kwargs={"pk": evaluation.pk, "action": action})
    return client.post(url, data, follow=True)


def _messages(response):
    return [str(message) for message in response.context["messages"]]


def test_a_step_is_taken_on_the_page(client, world, at):
    response = _post(client, world["caiwu"], at(State.DRAFTING), "submit")
    assert _messages(response) == ["送单位审核：已办理，现在是「单位审核」。"]
    assert at(State.DRAFTING).state == State.UNIT_REVIEW


def test_a_refusal_is_told_on_the_page(client, world, at):
    response = _post(client, world["zhuguan"], at(State.REVIEWING), "return_to_unit", reason=" ")
    assert _messages(response) == ["退回填报单位须写明原因。"]
    response = _post(client, world["caiwu"], at(State.REVIEWING), "approve")
    assert _messages(response) == ["只有主管部门可以审核通过，签发。"]
    assert at(State.REVIEWING).state == State.REVIEWING


def test_hidden_characters_in_a_reason_are_refused(client, world, at):
    response = _post(
        client, world["zhuguan"], at(State.REVIEWING), "return_to_unit", reason="请\u202e核对"
    )
    assert "第 2 个字是改变文字方向的字符" in _messages(response)[0]
    assert at(State.REVIEWING).state == State.REVIEWING


def test_one_is_led_away_from_what_one_sent_out_of_sight(client, world, at):
    response = _post(client, world["zuzhang"], at(State.SCORING), "recall_forms", reason=REASON)
    assert response.redirect_chain == [(reverse("tasks"), 302)]


@pytest.mark.parametrize("action", ["complete_scoring", "sign", "drafting"])
def test_there_are_no_other_steps(action, client, world, at):
    assert _post(client, world["zhuguan"], at(State.SCORING), action).status_code == 404
