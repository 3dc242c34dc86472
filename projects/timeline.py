"""Who did what, when, and who holds the evaluation now, for people to read."""

from dataclasses import dataclass
from datetime import datetime

from evalsys.accounts.enums import Role
from evalsys.accounts.models import RoleGrant
from evalsys.audit.labels import name_actions
from evalsys.audit.models import JournalEntry
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import (
    BY_ACTION,
    HOLDERS,
    UNIT_ROLES,
    Action,
    Actor,
    registered_holders,
)

ACTIONS = frozenset(Action)
LABELS = {
    "opened": "开始填报",
    "imported": "由文件导入",
    "appointed": "加入评价工作组",
    "leader_chosen": "指定组长",
    "dismissed": "移出评价工作组",
    "appointment_named": "评价工作组成立文号",
    "stepped_out": "声明利益冲突，回避",
    "sheet_submitted": "提交评分表",
    "department_reviewed": "主管部门评分和意见",
    "indicators_approved": "批复指标体系",
    "sheet_reopened": "评分表解封",
    "copied_from_last_year": "从以前的自评复制",
    "pack_changed": "换规则包",
    "old_form_chosen": "改为旧表录入",
    "old_form_left": "改回由评价人员评分",
} | {transition.action.value: transition.label for transition in BY_ACTION.values()}
name_actions(
    LABELS
    | {
        "project_created": "新建项目",
        "downloaded": "下载 PDF",
        "old_form_accepted": "旧表得分封存",
        "evidence_added": "上传佐证材料",
        "evidence_changed": "修改佐证材料",
        "evidence_removed": "删除佐证材料",
        "evidence_downloaded": "下载佐证材料",
    }
)


@dataclass(frozen=True)
class TimelineEntry:
    label: str
    actor: str
    at: datetime | None
    reason: str = ""
    returned: bool = False
    current: bool = False


def timeline(evaluation: Evaluation) -> list[TimelineEntry]:
    """Newest first; the first line says who holds it now."""
    entries = JournalEntry.objects.filter(stream=evaluation.journal_stream).order_by("-sequence")
    return [*_now(evaluation), *(_past(entry) for entry in entries if entry.action in LABELS)]


def _past(entry: JournalEntry) -> TimelineEntry:
    transition = BY_ACTION.get(Action(entry.action)) if entry.action in ACTIONS else None
    about = entry.detail.get("name", "")
    return TimelineEntry(
        label=f"{LABELS[entry.action]}{f'：{about}' if about else ''}",
        actor=entry.actor_name,
        at=entry.at,
        reason=entry.detail.get("reason", ""),
        returned=transition is not None and transition.needs_reason,
    )


def name_steps(labels: dict[str, str]) -> None:
    """Acts of a later room that belong into the story of an evaluation."""
    LABELS.update(labels)
    name_actions(labels)


def current_holder(evaluation: Evaluation) -> Actor | None:
    """Nobody, when the evaluation is archived or everybody who had to sign has signed."""
    done = registered_holders(evaluation) == []
    return None if done else HOLDERS.get(State(evaluation.state))


def _now(evaluation: Evaluation) -> list[TimelineEntry]:
    holder, names = HOLDERS.get(State(evaluation.state)), registered_holders(evaluation)
    if holder is None or names == []:
        return []
    if names is None:
        names = holder_names(evaluation, holder)
    return [
        TimelineEntry(
            label=f"现在：{evaluation.get_state_display()}，由{holder.value}办理",
            actor="、".join(names),
            at=None,
            current=True,
        )
    ]


def holder_names(evaluation: Evaluation, holder: Actor) -> list[str]:
    if holder in UNIT_ROLES:
        return _role_names(evaluation, UNIT_ROLES[holder])
    panel = evaluation.panel.all()
    if holder is Actor.LEADER:
        panel = panel.filter(is_leader=True)
    if holder is Actor.EVALUATORS:
        panel = panel.seated().filter(sheet__submitted_at__isnull=True)
    return list(panel.values_list("name", flat=True))


def _role_names(evaluation: Evaluation, role: Role) -> list[str]:
    """People with the role in the unit itself or, failing that, nearest above it."""
    path = evaluation.unit.path or ""
    grants = [
        grant
        for grant in RoleGrant.objects.filter(role=role, user__is_active=True).select_related(
            "unit", "user"
        )
        if path.startswith(grant.unit.path or "-")
    ]
    nearest = max((len(grant.unit.path or "") for grant in grants), default=0)
    return [grant.user.name for grant in grants if len(grant.unit.path or "") == nearest]
