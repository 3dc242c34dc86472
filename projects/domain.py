"""What is done to a project and to the drafts of its forms."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from evalsys.versioning import save_version
from projects.models import (
    BasicInfo,
    Evaluation,
    FundingLine,
    GoalForm,
    NarrativeSection,
    PanelMember,
    PerformanceTarget,
    Project,
)

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@transaction.atomic
def create_project(*, unit: Unit, name: str, remark: str = "", actor: "User | None") -> Project:
    project = Project.objects.create(unit=unit, name=name, remark=remark)
    record(f"project:{project.pk}", "project_created", actor=actor, name=name, unit=unit.pk)
    return project


@transaction.atomic
def save_basic(
    basic: BasicInfo,
    *,
    seen: int,
    values: dict[str, Any],
    amounts: dict[FundingLine, dict[str, Decimal | None]],
) -> None:
    """Save block 一 with its funding matrix (元) as one thing; raises StaleVersionError."""
    save_version(basic, seen=seen, **values)
    for line, columns in amounts.items():
        for column, amount in columns.items():
            setattr(line, column, amount)
    FundingLine.objects.bulk_update(amounts, ["planned", "received", "spent"])


@transaction.atomic
def save_targets(goals: GoalForm, *, seen: int, rows: Iterable[dict[str, str]]) -> None:
    """Replace the rows of 绩效目标表; raises StaleVersionError."""
    save_version(goals, seen=seen)
    goals.evaluation.targets.all().delete()
    PerformanceTarget.objects.bulk_create(
        PerformanceTarget(evaluation=goals.evaluation, position=position, **row)
        for position, row in enumerate(rows, start=1)
    )


def save_section(section: NarrativeSection, *, seen: int, body: str) -> None:
    save_version(section, seen=seen, body=body)


@transaction.atomic
def appoint(
    evaluation: Evaluation, person: "User", *, is_leader: bool, actor: "User | None"
) -> PanelMember:
    """Give a person a seat; a new leader takes the lead over from the old one."""
    if is_leader:
        evaluation.panel.update(is_leader=False)
    last = evaluation.panel.aggregate(last=Max("position"))["last"] or 0
    member = PanelMember.objects.create(
        evaluation=evaluation,
        user=person,
        position=last + 1,
        is_leader=is_leader,
        name=person.name,
        job_title=person.job_title,
        unit_name=person.unit.name,
    )
    record(evaluation.journal_stream, "appointed", actor=actor, name=person.name, leader=is_leader)
    return member


@transaction.atomic
def name_appointment(evaluation: Evaluation, document: str, *, actor: "User") -> None:
    """The 文号 of the document that appoints the panel."""
    if document == evaluation.appointed_by:
        return
    Evaluation.objects.filter(pk=evaluation.pk).update(appointed_by=document)
    evaluation.appointed_by = document
    record(evaluation.journal_stream, "appointment_named", actor=actor, name=document)


@transaction.atomic
def make_leader(member: PanelMember, *, actor: "User") -> None:
    member.evaluation.panel.update(is_leader=False)
    member.is_leader = True
    member.save(update_fields=["is_leader"])
    record(member.evaluation.journal_stream, "leader_chosen", actor=actor, name=member.name)


@transaction.atomic
def dismiss(member: PanelMember, *, actor: "User") -> None:
    record(member.evaluation.journal_stream, "dismissed", actor=actor, name=member.name)
    member.delete()
