"""From a Dossier to rows: an evaluation that came from a file."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from evalsys.rulepacks.domain import publish
from evalsys.rulepacks.leafrules import dump_rule
from projects import models as rows
from projects.enums import State
from projects.models import Evaluation, Project
from reports.dossier.codec import dump_indicator
from reports.dossier.model import Department, Dossier, PanelMember
from reports.dossier.model import PrintedFigures as Printed
from reports.dossier.printed import dump_lists
from reports.models import ApprovedTree, Explanation
from scoring.engine import Sheet
from scoring.models import DepartmentReview, Indicator, Mark, PrintedFigures, ScoreSheet
from scoring.opening import lay_out_report

if TYPE_CHECKING:
    from evalsys.accounts.models import User


class AlreadyThereError(Exception):
    """The project has an evaluation of that year; the message says so in Chinese."""


@transaction.atomic
def import_dossier(
    dossier: Dossier, *, unit: Unit, actor: "User | None", remark: str = "", draft: bool = False
) -> Evaluation:
    """Create the evaluation with everything the file holds.

    A form whose panel is complete goes to the supervisor, as an old form: its scores are copied.
    Anything else, and everything with ``draft``, is a draft. People of the file get seats without
    accounts, its evidence comes without bytes. Raises AlreadyThereError, and ChangedVersionError
    when the file's rule pack contradicts a published version.
    """
    project, _ = Project.objects.get_or_create(unit=unit, name=dossier.project_name, remark=remark)
    if project.evaluations.filter(fiscal_year=dossier.fiscal_year).exists():
        raise AlreadyThereError(f"「{project}」{dossier.fiscal_year} 年度的自评已经存在。")
    evaluation = Evaluation.objects.create(
        project=project,
        fiscal_year=dossier.fiscal_year,
        rule_pack=publish(dossier.pack),
        state=State.REVIEWING if _is_finished(dossier) and not draft else State.DRAFTING,
        due_on=dossier.due_on,
        submitted_at=_morning(dossier.submitted_on),
        appointed_by=dossier.appointed_by,
        old_form=dossier.old_form or _is_finished(dossier),
    )
    fill_forms(evaluation, dossier)
    _keep_what_was_said(evaluation, dossier)
    _fill_sheets(evaluation, dossier)
    _fill_evidence(evaluation, dossier)
    record(evaluation.journal_stream, "imported", actor=actor, state=evaluation.state)
    return evaluation


def _morning(day: date | None) -> datetime | None:
    """A file knows the day only."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time()))


def _keep_what_was_said(evaluation: Evaluation, dossier: Dossier) -> None:
    """The approved indicators, and the explanations of findings."""
    if approved := dossier.approved:
        ApprovedTree.objects.create(
            evaluation=evaluation,
            document=approved.document,
            approved_on=approved.approved_on,
            indicators=[dump_indicator(indicator) for indicator in approved.indicators],
        )
    Explanation.objects.bulk_create(
        Explanation(evaluation=evaluation, finding=key, text=said, written_at=timezone.now())
        for key, said in dossier.explanations.items()
    )


def _is_finished(dossier: Dossier) -> bool:
    sheets = [member.sheet for member in dossier.panel]
    return bool(sheets) and all(sheet is not None and sheet.submitted for sheet in sheets)


@transaction.atomic
def replace_forms(evaluation: Evaluation, dossier: Dossier) -> None:
    """Lay the dossier's forms and tree over those of a draft."""
    evaluation.basic.delete()
    evaluation.goals.delete()
    evaluation.department_review.delete()
    for related in (
        evaluation.funding,
        evaluation.targets,
        evaluation.sections,
        evaluation.indicators,
    ):
        related.all().delete()
    fill_forms(evaluation, dossier)


def fill_forms(evaluation: Evaluation, dossier: Dossier) -> None:
    """The three forms and the tree, as rows."""
    rows.BasicInfo.objects.create(
        evaluation=evaluation,
        annual_budget=dossier.annual_budget,
        initial_budget=dossier.initial_budget,
        adjustment=dossier.adjustment,
        adjustment_reason=dossier.adjustment_reason,
        execution_reason=dossier.execution_reason,
        **vars(dossier.basic),
    )
    rows.GoalForm.objects.create(evaluation=evaluation)
    said = dossier.department or Department()
    DepartmentReview.objects.create(evaluation=evaluation, score=said.score, opinion=said.opinion)
    rows.FundingLine.objects.bulk_create(
        rows.FundingLine(evaluation=evaluation, position=position, **vars(line))
        for position, line in enumerate(dossier.funding, start=1)
    )
    rows.PerformanceTarget.objects.bulk_create(
        rows.PerformanceTarget(
            evaluation=evaluation,
            position=position,
            goal_type=target.goal_type,
            goal_class=target.goal_class,
            target=target.target,
            **dict(zip(("excellent", "good", "fair", "poor"), target.standards, strict=True)),
        )
        for position, target in enumerate(dossier.targets, start=1)
    )
    lay_out_report(evaluation, texts=dossier.sections)
    _plant(evaluation, dossier)


def _plant(evaluation: Evaluation, dossier: Dossier) -> None:
    planted: dict[str, Indicator] = {}
    for position, indicator in enumerate(dossier.indicators, start=1):
        planted[indicator.key] = Indicator.objects.create(
            evaluation=evaluation,
            position=position,
            **vars(indicator)
            | {
                "parent": planted.get(indicator.parent),
                # A file has 0 where no points are set yet.
                "weight": indicator.weight or None,
                "rule": dump_rule(indicator.rule) if indicator.rule else None,
            },
        )


def _fill_sheets(evaluation: Evaluation, dossier: Dossier) -> None:
    leaves = {leaf.key: leaf for leaf in evaluation.indicators.all()}
    for position, person in enumerate(dossier.panel, start=1):
        member = _seat(evaluation, position, person)
        if person.sheet:
            store_sheet(evaluation, member, person.sheet, leaves)
    if dossier.consensus:
        store_sheet(evaluation, None, dossier.consensus, leaves)
    if dossier.printed or evaluation.old_form:
        printed = dossier.printed or Printed()
        PrintedFigures.objects.create(
            evaluation=evaluation,
            lists=dump_lists(printed),
            **{name: getattr(printed, name) for name in PrintedFigures.FIGURES},
        )


def _fill_evidence(evaluation: Evaluation, dossier: Dossier) -> None:
    leaves = {leaf.key: leaf for leaf in evaluation.indicators.all()}
    for file in dossier.evidence:
        row = rows.Evidence.objects.create(
            evaluation=evaluation, title=file.title, sha256=file.sha256, size=file.size
        )
        row.indicators.set(leaves[key] for key in file.indicators)


def _seat(evaluation: Evaluation, position: int, person: PanelMember) -> rows.PanelMember:
    return rows.PanelMember.objects.create(
        evaluation=evaluation,
        position=position,
        name=person.name,
        job_title=person.title,
        unit_name=person.unit,
        is_leader=person.is_leader,
    )


def store_sheet(
    evaluation: Evaluation,
    member: rows.PanelMember | None,
    sheet: Sheet,
    leaves: dict[str, Indicator],
) -> None:
    """An imported sheet is kept as given; it bears no seal, because nobody handed it in here.

    In a draft it is open again, so that the unit can still change its panel.
    """
    row = ScoreSheet.objects.create(
        evaluation=evaluation, member=member, total_only=sheet.total_only
    )
    Mark.objects.bulk_create(
        Mark(
            sheet=row,
            indicator=leaves[key],
            state=mark.state.value,
            value=mark.value,
            remark=mark.reason,
        )
        for key, mark in sheet.marks.items()
    )
    if sheet.submitted and evaluation.state == State.REVIEWING:
        ScoreSheet.objects.filter(pk=row.pk).update(submitted_at=timezone.now())
