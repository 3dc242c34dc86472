"""What this room adds to the workflow: a result that stands, freezing what is approved, signing."""

from typing import TYPE_CHECKING

from django.db.models import Q

from evalsys.audit.labels import name_actions
from projects.enums import State
from projects.listing import Column, ListAction, add_action, add_column
from projects.models import Evaluation
from projects.permissions import can_edit_forms, can_read, can_see_results
from projects.tabs import Tab, add_tab
from projects.timeline import name_steps
from projects.tools import Tool, add_tool
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
from reports import past  # noqa: F401  provides the scores of the year before
from reports.anchors import FINDINGS, page_of
from reports.approval import can_approve_indicators
from reports.checks import Answer, Finding, Severity
from reports.checks.settling import unsettled
from reports.checks.words import BLANK
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier
from reports.dossier.model import Dossier
from reports.examination import examine_forms, summarize
from reports.freezing import freeze
from reports.issuing.issue import issue, prepare, withdraw
from reports.issuing.models import Slot
from reports.issuing.permissions import can_see_signing
from scoring.department import can_score_for_department
from scoring.moving import newer_version
from scoring.old_forms import can_leave_old_form

if TYPE_CHECKING:
    from evalsys.accounts.models import User


add_tab(Tab(32, "指标批复", "reports:approval", can_approve_indicators))
add_tab(Tab(55, "旧表得分", "reports:old_form", can_leave_old_form))
add_tab(Tab(65, "核对", "reports:findings", can_read))
add_tab(Tab(70, "评分结果", "reports:results", can_see_results))
add_tab(Tab(75, "主管部门评分", "reports:department", can_score_for_department))
add_tab(Tab(80, "文档", "reports:documents", can_read))
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
        "system_key_renewed": "系统签名换密钥",
        "document_issued": "生成签字文件",
        "seal_given": "启用单位印章",
        "seal_removed": "停用单位印章",
    }
)


def pack_tool(user: "User", evaluation: Evaluation) -> str:
    """Only a draft is moved to another pack; a newer version of its own is pointed out."""
    if not can_edit_forms(user, evaluation):
        return ""
    newer = newer_version(evaluation)
    return f"规则包有第 {newer} 版，可以换用" if newer else "换规则包"


add_tool(Tool(20, "reports:pack_move", pack_tool))


@guard("findings_settled")
def findings_settled(evaluation: Evaluation) -> list[Problem]:
    """What the examiner finds on the forms: what blocks is put right, warnings are explained.

    An old form is kept as it was printed, with its mistakes.
    """
    if evaluation.old_form:
        return []
    dossier, answers = examine_forms(evaluation)
    blocking: dict[Answer, list[Finding]] = {}
    unexplained = 0
    for answer, finding in unsettled(answers, dossier.explanations):
        if answer.severity is Severity.WARN:
            unexplained += 1
        elif not said_by_another_guard(answer.check.code, finding):
            blocking.setdefault(answer, []).append(finding)
    problems = [_blocking(dossier, answer, findings) for answer, findings in blocking.items()]
    if unexplained:
        text = f"核对出 {unexplained} 处须改正或说明的问题，还没有说明"
        problems.append(Problem(text, FINDINGS))
    return problems


def _blocking(dossier: Dossier, answer: Answer, findings: list[Finding]) -> Problem:
    where = f"，共 {len(findings)} 处" if len(findings) > 1 else ""
    first = findings[0]
    text = f"{answer.check.title}：现为 {first.found}，应为 {first.expected}{where}"
    return Problem(text, page_of(first.place, dossier))


def said_by_another_guard(code: str, finding: Finding) -> bool:
    """Sums of weights and blank cells have guards of their own, which say them in one line."""
    if code in {"A01", "C10"}:
        return True
    blank = code in {"C05", "C06", "C07"} and finding.found == BLANK
    return blank and finding.place.field != "basic.evaluated_on"


@effect(Action.SUBMIT)
@effect(Action.CONFIRM)
def keep_summary(evaluation: Evaluation, act: Act) -> None:
    summarize(evaluation)


add_column(
    Column("核对", "reports/findings/cell.html", "check_summary", lambda user: user.oversees)
)
add_action(ListAction("全部重新核对", "reports:examine_all", lambda user: user.oversees))


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
