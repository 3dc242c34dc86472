"""Opening an evaluation: everything its rule pack lays down is copied into rows of its own."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from evalsys.audit.journal import record
from evalsys.rulepacks.leafrules import dump_rule
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.schema import IndicatorTemplate
from projects.models import BasicInfo, Evaluation, FundingLine, GoalForm, NarrativeSection, Project
from scoring.models import DepartmentReview, Indicator

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@transaction.atomic
def open_evaluation(
    *,
    project: Project,
    fiscal_year: int,
    rule_pack: RulePackVersion,
    due_on: date | None = None,
    actor: "User | None",
) -> Evaluation:
    evaluation = Evaluation.objects.create(
        project=project, fiscal_year=fiscal_year, rule_pack=rule_pack, due_on=due_on
    )
    _lay_out_forms(evaluation)
    plant(evaluation, rule_pack.pack.tree)
    record(
        evaluation.journal_stream,
        "opened",
        actor=actor,
        rule_pack=rule_pack.code,
        version=rule_pack.version,
        digest=rule_pack.digest,
    )
    return evaluation


def _lay_out_forms(evaluation: Evaluation) -> None:
    pack, unit = evaluation.rule_pack.pack, evaluation.unit
    GoalForm.objects.create(evaluation=evaluation)
    DepartmentReview.objects.create(evaluation=evaluation)
    BasicInfo.objects.create(
        evaluation=evaluation,
        implementing_unit=unit.name,
        supervising_department=unit.parent.name if unit.parent else "",
    )
    FundingLine.objects.bulk_create(
        FundingLine(evaluation=evaluation, position=position, source=source.key, label=source.label)
        for position, source in enumerate(pack.funding_sources, start=1)
    )
    lay_out_report(evaluation, texts={})


def lay_out_report(evaluation: Evaluation, *, texts: dict[str, str]) -> None:
    """The pack's outline as rows; ``texts`` are bodies by section key."""
    NarrativeSection.objects.bulk_create(
        NarrativeSection(
            evaluation=evaluation,
            position=position,
            key=section.key,
            number=section.number,
            title=section.title,
            level=section.level,
            has_body=section.has_body,
            prompt=section.prompt,
            body=texts.get(section.key, ""),
        )
        for position, section in enumerate(evaluation.rule_pack.pack.outline, start=1)
    )


def plant(evaluation: Evaluation, roots: Iterable[IndicatorTemplate]) -> None:
    """Copy a pack's tree, level by level, keeping the printed order."""
    position = 0

    def copy(nodes: Iterable[IndicatorTemplate], parent: Indicator | None, level: int) -> None:
        nonlocal position
        for node in nodes:
            position += 1
            indicator = Indicator.objects.create(
                evaluation=evaluation,
                parent=parent,
                level=level,
                position=position,
                key=node.key,
                name=node.name,
                weight=node.weight,
                explanation=node.explanation,
                standard=node.standard,
                rule=dump_rule(node.rule) if node.rule else None,
                target_hint=node.target_hint,
                evidence_asked=node.evidence_asked,
            )
            copy(node.children, indicator, level + 1)

    copy(roots, None, 1)
