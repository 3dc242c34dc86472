from typing import TYPE_CHECKING

from evalsys.accounts.enums import BUSINESS_ROLES, Role
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from evalsys.library.models import LibraryEntry
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.schema import TreeFreedom
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_edit_forms
from scoring.last_year import previous_of

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_open_sheet(user: "User", evaluation: Evaluation) -> Decision:
    """An evaluator sees the own sheet from the opening of scoring on."""
    if not evaluation.has_reached(State.SCORING):
        return refused("评分还没有开始。")
    if not evaluation.panel.seated().filter(user=user).exists():
        return refused("您不是本项目的评价人员，或者已经回避。")
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


def can_copy_last_year(user: "User", evaluation: Evaluation) -> Decision:
    """Into a draft, from an earlier evaluation of the same project."""
    decision = can_edit_forms(user, evaluation)
    if decision and previous_of(evaluation) is None:
        return refused("这个项目没有更早年度的自评，没有可复制的内容。")
    return decision


def can_keep_packs(user: "User") -> Decision:
    """Rule packs are read, drafted and published by finance bureaus."""
    if user.has_role(Role.FINANCE_BUREAU):
        return ALLOWED
    return refused("只有财政部门人员可以查看和起草规则包。")


def can_read_library(user: "User") -> Decision:
    """The indicator library is there for everyone who fills in, reviews or keeps rules."""
    if user.has_role(*BUSINESS_ROLES):
        return ALLOWED
    return refused("指标库供填报、审核和财政部门人员使用。")


def can_keep_library(user: "User") -> Decision:
    if user.has_role(Role.FINANCE_BUREAU):
        return ALLOWED
    return refused("只有财政部门人员可以维护指标库。")


def can_change_entry(user: "User", entry: LibraryEntry) -> Decision:
    """An entry is changed by the bureau it belongs to, or one above it."""
    if user.has_role(Role.FINANCE_BUREAU, unit=entry.owner):
        return ALLOWED
    return refused(f"这个指标由{entry.owner}维护，只有它能改。")


def can_start_next_version(user: "User", version: RulePackVersion) -> Decision:
    """A pack goes on under its code only by the bureau that published it."""
    if version.owner is None:
        return refused("随系统提供的规则包不能改版；可以用新代码起草自己的规则包。")
    if not user.has_role(Role.FINANCE_BUREAU, unit=version.owner):
        return refused(f"这个规则包由{version.owner}发布，只有它能发布下一版。")
    return ALLOWED


def _scoring_open(evaluation: Evaluation) -> Decision:
    if evaluation.state == State.SCORING:
        return ALLOWED
    return refused(f"现在是「{evaluation.get_state_display()}」环节，不能评分。")


def _not_in(user: "User", evaluation: Evaluation) -> Decision:
    if evaluation.sheets.filter(member__user=user, submitted_at__isnull=False).exists():
        return refused("您的评分表已提交并封存；需要改动请由组长退回。")
    return ALLOWED
