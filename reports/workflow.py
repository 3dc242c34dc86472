"""What this room adds to the workflow: a result that stands, and freezing what is approved."""

from projects.models import Evaluation
from projects.permissions import can_read, can_see_results
from projects.tabs import Tab, add_tab
from projects.workflow import Act, Action, Problem, effect, guard
from reports import past  # noqa: F401  provides the scores of the year before
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier
from reports.freezing import freeze
from scoring.department import can_score_for_department
from scoring.old_forms import can_leave_old_form

add_tab(Tab(55, "旧表得分", "reports:old_form", can_leave_old_form))
add_tab(Tab(70, "评分结果", "reports:results", can_see_results))
add_tab(Tab(75, "主管部门评分", "reports:department", can_score_for_department))
add_tab(Tab(80, "文档", "reports:documents", can_read))


@guard("result_stands")
def result_stands(evaluation: Evaluation) -> list[Problem]:
    """There is a result, and no figure of it contradicts another (source: checks.md A03–A06)."""
    result = Facts(current_dossier(evaluation, with_marks=True)).result
    contradictions = (
        f"{item.what}：写的是 {item.found}，应为 {item.expected}（{item.how}）"
        for item in result.disagreements
    )
    return [Problem(text, "reports:results") for text in (*result.missing, *contradictions)]


@effect(Action.APPROVE)
def freeze_when_approved(evaluation: Evaluation, act: Act) -> None:
    freeze(evaluation)
