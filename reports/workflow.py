"""What this room adds to the workflow: a result that stands, freezing what is approved, signing."""

from typing import TYPE_CHECKING

from django.db.models import Q

from evalsys.audit.labels import name_actions
from evalsys.decisions import ALLOWED, Decision
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_see_results
from projects.tabs import Tab, add_tab
from projects.timeline import name_steps
from projects.workflow import (
    Act,
    Action,
    Problem,
    effect,
    guard,
    holders,
    preparation,
    waiting,
)
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier
from reports.freezing import freeze
from reports.issuing.issue import issue, prepare, withdraw
from reports.issuing.models import Slot
from reports.issuing.permissions import can_see_signing
from scoring.department import can_score_for_department

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_read_documents(user: "User", evaluation: Evaluation) -> Decision:
    """Whoever sees the evaluation may read its forms; marks in them follow can_see_results."""
    return ALLOWED


add_tab(Tab(70, "评分结果", "reports:results", can_see_results))
add_tab(Tab(75, "主管部门评分", "reports:department", can_score_for_department))
add_tab(Tab(80, "文档", "reports:documents", can_read_documents))
add_tab(Tab(90, "签字", "reports:signing", can_see_signing))

name_steps(
    {
        "document_signed": "电子签名",
        "signature_waived": "改为纸质签字",
        "document_completed": "签字完成，封存",
        "scan_added": "上传签字扫描件",
    }
)
name_actions(
    {
        "document_issued": "生成签字文件",
        "seal_given": "启用单位印章",
        "seal_removed": "停用单位印章",
    }
)


@guard("result_stands")
def result_stands(evaluation: Evaluation) -> list[Problem]:
    """There is a result, and no figure of it contradicts another (source: checks.md A03–A06)."""
    result = Facts(current_dossier(evaluation, with_marks=True)).result
    contradictions = (
        f"{item.what}：写的是 {item.found}，应为 {item.expected}（{item.how}）"
        for item in result.disagreements
    )
    return [Problem(text, "reports:results") for text in (*result.missing, *contradictions)]


@guard("signatures_complete")
def signatures_complete(evaluation: Evaluation) -> list[Problem]:
    return [Problem(f"等{name}签字", "reports:signing") for name in waited_for(evaluation)]


@preparation(Action.APPROVE)
def make_the_file_to_sign(evaluation: Evaluation, user: "User") -> object:
    return prepare(evaluation, user)


@effect(Action.APPROVE)
def freeze_when_approved(evaluation: Evaluation, act: Act) -> None:
    issue(evaluation, freeze(evaluation), act)


@effect(Action.WITHDRAW)
@effect(Action.WITHDRAW_ARCHIVED)
def withdraw_the_version(evaluation: Evaluation, act: Act) -> None:
    withdraw(evaluation, act)


@waiting(State.SIGNED)
def signatures_to_give(user: "User") -> Q:
    return Q(pk__in=Slot.objects.due().of(user).values("document__evaluation"))


@holders(State.SIGNED)
def waited_for(evaluation: Evaluation) -> list[str]:
    """Those whose turn it is, each once."""
    due = Slot.objects.due().filter(document__evaluation=evaluation).order_by("position")
    return list(dict.fromkeys(slot.waited_name for slot in due))
