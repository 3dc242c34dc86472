from typing import TYPE_CHECKING

from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from evalsys.rulepacks.schema import TreeFreedom
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_edit_forms

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_open_sheet(user: "User", evaluation: Evaluation) -> Decision:
    """An evaluator sees the own sheet from the opening of scoring on."""
    if not evaluation.has_reached(State.SCORING):
        return refused("评分还没有开始。")
    if not evaluation.panel.filter(user=user).exists():
        return refused("您不是本项目的评价人员。")
    return ALLOWED


def can_mark(user: "User", evaluation: Evaluation) -> Decision:
    """Marks may be given while scoring is open and the own sheet is not handed in."""
    return first_refusal(
        can_open_sheet(user, evaluation), _scoring_open(evaluation), _not_in(user, evaluation)
    )


def can_edit_tree(user: "User", evaluation: Evaluation) -> Decision:
    """The unit shapes the tree as far as the pack leaves it free."""
    if evaluation.rule_pack.pack.tree_freedom is TreeFreedom.LOCKED:
        return refused("本套规则的指标体系是固定的，只能填写指标值。")
    return can_edit_forms(user, evaluation)


def _scoring_open(evaluation: Evaluation) -> Decision:
    if evaluation.state == State.SCORING:
        return ALLOWED
    return refused(f"现在是「{evaluation.get_state_display()}」环节，不能评分。")


def _not_in(user: "User", evaluation: Evaluation) -> Decision:
    if evaluation.sheets.filter(member__user=user, submitted_at__isnull=False).exists():
        return refused("您的评分表已提交并封存；需要改动请由组长退回。")
    return ALLOWED
