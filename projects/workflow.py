"""The way of an evaluation from 填报 to 归档: one table, and the few functions that read it.

Guards, effects and waiting rules that need a later room are named here and registered there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from evalsys.accounts.enums import Role
from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from projects.enums import State
from projects.models import Evaluation, PanelMember

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@dataclass(frozen=True)
class Problem:
    """Why a step cannot be made yet, and the name of the page where it is put right."""

    text: str
    page: str = ""

    def __str__(self) -> str:
        return self.text


class Action(StrEnum):
    SUBMIT = "submit"
    RETURN_TO_FILLER = "return_to_filler"
    OPEN_SCORING = "open_scoring"
    ACCEPT_OLD_FORM = "accept_old_form"
    RECALL_FORMS = "recall_forms"
    COMPLETE_SCORING = "complete_scoring"
    REOPEN_SCORING = "reopen_scoring"
    CONFIRM = "confirm"
    RETURN_TO_PANEL = "return_to_panel"
    RETURN_TO_UNIT = "return_to_unit"
    APPROVE = "approve"
    ARCHIVE = "archive"
    WITHDRAW = "withdraw"
    WITHDRAW_ARCHIVED = "withdraw_archived"


class Actor(StrEnum):
    """Who holds an evaluation: a role in the project's unit, a seat on the panel, or nobody."""

    FINANCE_STAFF = "单位财务人员"
    UNIT_HEAD = "单位负责人"
    EVALUATORS = "评价人员"
    LEADER = "评价工作组组长"
    SUPERVISOR = "主管部门"
    SIGNERS = "签字人"
    SYSTEM = "系统"


UNIT_ROLES = {
    Actor.FINANCE_STAFF: Role.FINANCE_STAFF,
    Actor.UNIT_HEAD: Role.UNIT_HEAD,
    Actor.SUPERVISOR: Role.SUPERVISOR,
}

HOLDERS = {
    State.DRAFTING: Actor.FINANCE_STAFF,
    State.UNIT_REVIEW: Actor.UNIT_HEAD,
    State.SCORING: Actor.EVALUATORS,
    State.CONFIRMING: Actor.LEADER,
    State.REVIEWING: Actor.SUPERVISOR,
    State.SIGNED: Actor.SIGNERS,
}


@dataclass(frozen=True)
class Transition:
    action: Action
    label: str
    source: State
    target: State
    actor: Actor
    guards: tuple[str, ...] = ()
    needs_reason: bool = False
    names_seats: bool = False
    old_form: bool | None = None

    def is_for(self, evaluation: Evaluation) -> bool:
        """Some steps are only for forms whose scores were copied, or only for others."""
        return self.old_form in {None, evaluation.old_form}


TRANSITIONS = (
    Transition(
        Action.SUBMIT,
        "送单位审核",
        State.DRAFTING,
        State.UNIT_REVIEW,
        Actor.FINANCE_STAFF,
        guards=(
            "forms_complete",
            "panel_complete",
            "weights_add_up",
            "old_form_complete",
            "evidence_linked",
            "findings_settled",
        ),
    ),
    Transition(
        Action.OPEN_SCORING,
        "审核通过，开始评分",
        State.UNIT_REVIEW,
        State.SCORING,
        Actor.UNIT_HEAD,
        guards=(
            "forms_complete",
            "panel_complete",
            "weights_add_up",
            "evidence_linked",
            "findings_settled",
        ),
        old_form=False,
    ),
    Transition(
        Action.ACCEPT_OLD_FORM,
        "审核通过，报主管部门",
        State.UNIT_REVIEW,
        State.REVIEWING,
        Actor.UNIT_HEAD,
        guards=("weights_add_up", "old_form_complete", "evidence_linked"),
        old_form=True,
    ),
    Transition(
        Action.RETURN_TO_FILLER,
        "退回填报",
        State.UNIT_REVIEW,
        State.DRAFTING,
        Actor.UNIT_HEAD,
        needs_reason=True,
    ),
    Transition(
        Action.COMPLETE_SCORING,
        "评分全部提交",
        State.SCORING,
        State.CONFIRMING,
        Actor.SYSTEM,
        guards=("all_sheets_in",),
    ),
    Transition(
        Action.RECALL_FORMS,
        "退回填报",
        State.SCORING,
        State.DRAFTING,
        Actor.LEADER,
        needs_reason=True,
    ),
    Transition(
        Action.CONFIRM,
        "确认结果，报主管部门",
        State.CONFIRMING,
        State.REVIEWING,
        Actor.LEADER,
        guards=("all_sheets_in", "result_stands"),
    ),
    Transition(
        Action.REOPEN_SCORING,
        "退回评分",
        State.CONFIRMING,
        State.SCORING,
        Actor.LEADER,
        needs_reason=True,
        names_seats=True,
    ),
    Transition(
        Action.APPROVE,
        "审核通过，签发",
        State.REVIEWING,
        State.SIGNED,
        Actor.SUPERVISOR,
        guards=("result_stands",),
    ),
    Transition(
        Action.RETURN_TO_PANEL,
        "退回评价工作组",
        State.REVIEWING,
        State.CONFIRMING,
        Actor.SUPERVISOR,
        guards=("leader_can_act",),
        needs_reason=True,
    ),
    Transition(
        Action.RETURN_TO_UNIT,
        "退回填报单位",
        State.REVIEWING,
        State.DRAFTING,
        Actor.SUPERVISOR,
        needs_reason=True,
    ),
    Transition(
        Action.ARCHIVE,
        "归档",
        State.SIGNED,
        State.ARCHIVED,
        Actor.SUPERVISOR,
        guards=("signatures_complete",),
    ),
    Transition(
        Action.WITHDRAW,
        "撤回更正",
        State.SIGNED,
        State.DRAFTING,
        Actor.SUPERVISOR,
        needs_reason=True,
    ),
    Transition(
        Action.WITHDRAW_ARCHIVED,
        "撤回更正",
        State.ARCHIVED,
        State.DRAFTING,
        Actor.SUPERVISOR,
        needs_reason=True,
    ),
)

BY_ACTION = {transition.action: transition for transition in TRANSITIONS}


@dataclass(frozen=True)
class Act:
    """Who takes a step and why; ``seats`` of the panel it concerns by number, None for all.

    ``prepared`` is what the step's preparation made.
    """

    user: "User | None"
    reason: str = ""
    seats: frozenset[int] | None = None
    prepared: object = None


Guard = Callable[[Evaluation], "list[Problem]"]
Preparation = Callable[[Evaluation, "User"], object]
Effect = Callable[[Evaluation, Act], None]
Waiting = Callable[["User"], Q]
Holders = Callable[[Evaluation], "list[str]"]

_preparations: dict[Action, Preparation] = {}
_holders: dict[State, Holders] = {}
_guards: dict[str, Guard] = {}
_effects: dict[Action, list[Effect]] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register what must hold; the function returns what is wrong."""

    def register(function: Guard) -> Guard:
        _guards[name] = function
        return function

    return register


def preparation(action: Action) -> Callable[[Preparation], Preparation]:
    """Register what takes too long for the transition's transaction: it runs before it begins.

    Nothing may be written there. Effects find its result in ``Act.prepared`` and have to see for
    themselves that nothing has changed since; RefusedError keeps the step from being made.
    """

    def register(function: Preparation) -> Preparation:
        _preparations[action] = function
        return function

    return register


def effect(action: Action) -> Callable[[Effect], Effect]:
    """Register what happens in the same transaction as the transition."""

    def register(function: Effect) -> Effect:
        _effects.setdefault(action, []).append(function)
        return function

    return register


def _in_units(actor: Actor) -> Waiting:
    return lambda user: Q(project__unit__in=Unit.objects.where(user, UNIT_ROLES[actor]))


def _leads(user: "User") -> Q:
    return Q(pk__in=PanelMember.objects.filter(user=user, is_leader=True).values("evaluation"))


_waiting: dict[State, Waiting] = {
    State.DRAFTING: _in_units(Actor.FINANCE_STAFF),
    State.UNIT_REVIEW: _in_units(Actor.UNIT_HEAD),
    State.CONFIRMING: _leads,
    State.REVIEWING: _in_units(Actor.SUPERVISOR),
}


def waiting(state: State) -> Callable[[Waiting], Waiting]:
    """Register which evaluations of a state wait for a user."""

    def register(function: Waiting) -> Waiting:
        _waiting[state] = function
        return function

    return register


def holders(state: State) -> Callable[[Holders], Holders]:
    """Register the names of those a state waits for; nobody, when all is done."""

    def register(function: Holders) -> Holders:
        _holders[state] = function
        return function

    return register


def registered_holders(evaluation: Evaluation) -> list[str] | None:
    """None where nothing is registered for the state."""
    rule = _holders.get(State(evaluation.state))
    return None if rule is None else rule(evaluation)


def waits_for(user: "User") -> Q:
    """The condition on evaluations that wait for something only this user can do."""
    condition = Q(pk__in=[])
    for state, rule in _waiting.items():
        condition |= Q(state=state) & rule(user)
    return condition


def is_actor(user: "User", evaluation: Evaluation, actor: Actor) -> bool:
    if actor in UNIT_ROLES:
        return user.has_role(UNIT_ROLES[actor], unit=evaluation.unit)
    if actor is Actor.LEADER:
        return evaluation.panel.filter(user=user, is_leader=True).exists()
    return False


@dataclass(frozen=True)
class Offer:
    """A transition the user is in charge of; ``problems`` say what stands in its way."""

    transition: Transition
    problems: tuple[Problem, ...]

    @property
    def announcement(self) -> str:
        return f"办理后进入「{self.transition.target.label}」环节。"


def offers(user: "User", evaluation: Evaluation) -> list[Offer]:
    """What this user may decide now, with what is still missing for it."""
    return [
        Offer(transition, tuple(_obstacles(user, evaluation, transition)))
        for transition in TRANSITIONS
        if transition.source == evaluation.state
        and transition.is_for(evaluation)
        and is_actor(user, evaluation, transition.actor)
    ]


def _obstacles(user: "User", evaluation: Evaluation, transition: Transition) -> list[Problem]:
    decision = not_own_work(user, evaluation, transition)
    return problems(evaluation, transition) if decision else [Problem(decision.reason)]


def not_own_work(user: "User", evaluation: Evaluation, transition: Transition) -> Decision:
    """Whoever filled the forms in does not pass them (source: checks.md F01)."""
    passes = transition.action in {Action.OPEN_SCORING, Action.ACCEPT_OLD_FORM, Action.APPROVE}
    if passes and evaluation.filled_by_id == user.pk:
        return refused("填报人不能审核自己填报的表。")
    return ALLOWED


def problems(evaluation: Evaluation, transition: Transition) -> list[Problem]:
    return [problem for name in transition.guards for problem in _guards[name](evaluation)]


class RefusedError(Exception):
    """The transition cannot be made; the message says why, in Chinese."""


def can_perform(user: "User", evaluation: Evaluation, transition: Transition) -> Decision:
    return first_refusal(
        _decision(
            evaluation.state == transition.source,
            f"现在的环节是「{evaluation.get_state_display()}」，不能{transition.label}；请刷新页面。",
        ),
        _decision(
            transition.is_for(evaluation),
            "旧表录入的得分照原表，不在本系统里评分。"
            if evaluation.old_form
            else "只有旧表录入才走这一步。",
        ),
        _decision(
            is_actor(user, evaluation, transition.actor),
            f"只有{transition.actor.value}可以{transition.label}。",
        ),
        not_own_work(user, evaluation, transition),
    )


def _decision(condition: bool, reason: str) -> Decision:
    return ALLOWED if condition else refused(reason)


def still_in_state(evaluation: Evaluation) -> bool:
    """Whether no transition has come between; holds the evaluation until the transaction ends."""
    current = Evaluation.objects.select_for_update().values_list("state", "old_form")
    return current.get(pk=evaluation.pk) == (evaluation.state, evaluation.old_form)


def perform(
    evaluation: Evaluation,
    action: Action,
    *,
    user: "User",
    reason: str = "",
    seats: frozenset[int] | None = None,
) -> None:
    """Make the transition, run its effects and write the journal, all or nothing.

    ``seats`` of the panel are read by transitions that name some. Raises RefusedError when the
    user, the state, a guard, a missing reason or choice forbids it, and when somebody else was
    faster.
    """
    transition = BY_ACTION[action]
    decision = can_perform(user, evaluation, transition)
    if not decision:
        raise RefusedError(decision.reason)
    if transition.needs_reason and not reason.strip():
        raise RefusedError(f"{transition.label}须写明原因。")
    if not transition.names_seats:
        seats = None
    if seats is not None and not evaluation.panel.seated().filter(pk__in=seats).exists():
        raise RefusedError(f"{transition.label}须至少选一位评价人员。")
    _move(evaluation, transition, Act(user, reason, seats, _prepared(evaluation, action, user)))


def _prepared(evaluation: Evaluation, action: Action, user: "User") -> object:
    prepare = _preparations.get(action)
    if prepare is None:
        return None
    _require(problems(evaluation, BY_ACTION[action]))
    return prepare(evaluation, user)


def perform_by_system(evaluation: Evaluation, action: Action) -> None:
    """A transition that follows from what somebody else just did."""
    _move(evaluation, BY_ACTION[action], Act(user=None))


def _require(found: list[Problem]) -> None:
    if found:
        raise RefusedError("；".join(map(str, found)))


@transaction.atomic
def _move(evaluation: Evaluation, transition: Transition, act: Act) -> None:
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    _require(problems(evaluation, transition))
    moved = Evaluation.objects.filter(pk=evaluation.pk, state=transition.source).update(
        state=transition.target, version=F("version") + 1
    )
    if not moved:
        raise RefusedError("这一步刚刚已由别人处理，请刷新页面。")
    if transition.action is Action.SUBMIT:
        Evaluation.objects.filter(pk=evaluation.pk).update(
            filled_by=act.user, submitted_at=timezone.now()
        )
    evaluation.refresh_from_db()
    for run in _effects.get(transition.action, []):
        run(evaluation, act)
    record(
        evaluation.journal_stream,
        transition.action,
        actor=act.user,
        source=transition.source,
        target=transition.target,
        reason=act.reason,
    )
