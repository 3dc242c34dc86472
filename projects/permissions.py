"""Who may do what with an evaluation. Every function answers with a Decision."""

from typing import TYPE_CHECKING

from evalsys.accounts.enums import Role
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from projects.enums import State
from projects.models import Evaluation, Project

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_read(user: "User", evaluation: Evaluation) -> Decision:
    """Whoever sees the evaluation sees what the unit wrote; marks have a rule of their own."""
    return ALLOWED


def can_edit_forms(user: "User", evaluation: Evaluation) -> Decision:
    """Forms are open to the unit's finance staff until they submit; they lock after that."""
    return first_refusal(is_finance_staff(user, evaluation.project), is_drafting(evaluation))


def can_appoint(user: "User", evaluation: Evaluation) -> Decision:
    """People who will score; those of an old form have scored on paper, and have no accounts."""
    if evaluation.old_form:
        return refused("旧表录入不设评价工作组，评价人员照原表写在「旧表得分」页。")
    return can_edit_forms(user, evaluation)


def is_finance_staff(user: "User", project: Project) -> Decision:
    if user.has_role(Role.FINANCE_STAFF, unit=project.unit):
        return ALLOWED
    return refused("只有项目实施单位的财务人员可以填报。")


def is_drafting(evaluation: Evaluation) -> Decision:
    if evaluation.state == State.DRAFTING:
        return ALLOWED
    return refused(
        f"现在是「{evaluation.get_state_display()}」环节，表已锁定；需要改动请由当前办理人退回。"
    )


def can_see_results(user: "User", evaluation: Evaluation) -> Decision:
    """Nothing derived from marks is shown before the panel is complete.

    The panel sees results when every sheet is in; the unit and those above it when the leader
    has confirmed them. What an old form says was never secret.
    """
    if evaluation.old_form or evaluation.has_reached(State.REVIEWING):
        return ALLOWED
    if evaluation.state != State.CONFIRMING:
        return refused("全部评价人员提交评分之前，不显示任何评分结果。")
    if evaluation.panel.seated().filter(user=user).exists():
        return ALLOWED
    return refused("组长确认之后才能看到评分结果。")
