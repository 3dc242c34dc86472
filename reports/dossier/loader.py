"""From rows to a Dossier, in a fixed number of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from evalsys.jsonread import Reader
from evalsys.rulepacks.leafrules import parse_rule
from projects.enums import State
from projects.models import BasicInfo as BasicInfoRow
from projects.models import Evaluation, EvaluationQuerySet
from projects.models import Evidence as EvidenceRow
from reports.checks import Phase, phase_of
from reports.dossier.codec import load_dossier_text, parse_indicators
from reports.dossier.model import (
    CONSENSUS,
    Approved,
    BasicInfo,
    Department,
    Dossier,
    Evidence,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    PrintedFigures,
    ProjectType,
)
from reports.dossier.printed import read_lists
from reports.models import ApprovedTree, Snapshot
from scoring import models as scoring_rows
from scoring.engine import Sheet, grade_for
from scoring.trees import in_use, sheet_of

MARKS = Prefetch(
    "marks",
    scoring_rows.Mark.objects.select_related("indicator").order_by("indicator__position"),
)
SHEETS = Prefetch("sheets", scoring_rows.ScoreSheet.objects.prefetch_related(MARKS))


EVIDENCE = Prefetch("evidence", EvidenceRow.objects.prefetch_related("indicators"))


def load_dossier(
    evaluation_pk: int, *, with_marks: bool = True, with_department: bool = True
) -> Dossier:
    """The evaluation as it stands; from signing on, as it was frozen.

    Without marks, nothing in it is derived from any score sheet; without department, nothing
    from what the department has drafted. Raises
    Evaluation.DoesNotExist, and SnapshotError when the frozen content was tampered with.
    """
    evaluation = (
        Evaluation.objects.with_project()
        .select_related("basic", "department_review", "approved_tree")
        .get(pk=evaluation_pk)
    )
    if evaluation.has_reached(State.SIGNED):
        return load_dossier_text(
            Snapshot.objects.filter(evaluation=evaluation).latest().verified_content()
        )
    return current_dossier(evaluation, with_marks=with_marks, with_department=with_department)


def load_dossiers(
    evaluations: EvaluationQuerySet, *, with_marks: bool = True
) -> Iterator[tuple[Evaluation, Dossier]]:
    """Many evaluations, in a number of queries that does not grow with them.

    The caller has asked whether their results may be seen; drafts of departments are left out.
    Raises SnapshotError.
    """
    rows = list(
        evaluations.with_project()
        .select_related("basic", "printed", "approved_tree")
        .prefetch_related(
            "explanations",
            "funding",
            "targets",
            "sections",
            "indicators",
            "panel",
            EVIDENCE,
            *([SHEETS] if with_marks else []),
        )
    )
    frozen = [row.pk for row in rows if row.has_reached(State.SIGNED)]
    snapshots = {
        snapshot.evaluation_id: snapshot
        for snapshot in Snapshot.objects.filter(evaluation__in=frozen).order_by("pk")
    }
    for row in rows:
        if row.pk in snapshots:
            yield row, load_dossier_text(snapshots[row.pk].verified_content())
        else:
            yield row, _current(row, with_marks=with_marks)


def _current(row: Evaluation, *, with_marks: bool) -> Dossier:
    if not with_marks:
        return _dossier(row, {}, None)
    return _dossier(row, _sheets(row, row.sheets.all()), getattr(row, "printed", None))


def current_dossier(
    evaluation: Evaluation, *, with_marks: bool, with_department: bool = True
) -> Dossier:
    department = _department(evaluation) if with_department else None
    if not with_marks:
        return _before_results(_dossier(evaluation, {}, None, department))
    printed = scoring_rows.PrintedFigures.objects.filter(evaluation=evaluation).first()
    sheets = _sheets(evaluation, evaluation.sheets.prefetch_related(MARKS))
    return _dossier(evaluation, sheets, printed, department)


def _before_results(dossier: Dossier) -> Dossier:
    """Without what was said to findings that follow from marks."""
    said = {
        key: text
        for key, text in dossier.explanations.items()
        if phase_of(key.partition(":")[0]) is not Phase.RESULTS
    }
    return replace(dossier, explanations=said)


def figures_dossier(evaluation: Evaluation) -> Dossier:
    """What the sums and rates of the forms take: no text, tree or panel, in two queries."""
    basic: BasicInfoRow = evaluation.basic
    return Dossier(
        project_name=evaluation.project.name,
        fiscal_year=evaluation.fiscal_year,
        state=evaluation.state,
        pack=evaluation.rule_pack.pack,
        basic=_basic(basic),
        funding=_funding(evaluation),
        annual_budget=basic.annual_budget,
        initial_budget=basic.initial_budget,
        adjustment=basic.adjustment,
        targets=(),
        sections={},
        indicators=(),
        panel=(),
    )


def _funding(evaluation: Evaluation) -> tuple[FundingLine, ...]:
    return tuple(
        FundingLine(line.source, line.label, line.planned, line.received, line.spent)
        for line in evaluation.funding.all()
    )


def _dossier(
    evaluation: Evaluation,
    sheets: dict[int | None, Sheet],
    printed: scoring_rows.PrintedFigures | None,
    department: Department | None = None,
) -> Dossier:
    basic: BasicInfoRow = evaluation.basic
    indicators = load_indicators(evaluation)
    return Dossier(
        project_name=evaluation.project.name,
        fiscal_year=evaluation.fiscal_year,
        state=evaluation.state,
        pack=evaluation.rule_pack.pack,
        basic=_basic(basic),
        funding=_funding(evaluation),
        annual_budget=basic.annual_budget,
        initial_budget=basic.initial_budget,
        adjustment=basic.adjustment,
        adjustment_reason=basic.adjustment_reason,
        execution_reason=basic.execution_reason,
        appointed_by=evaluation.appointed_by,
        due_on=evaluation.due_on,
        submitted_on=_day(evaluation.submitted_at),
        approved=load_approved(evaluation),
        explanations={row.finding: row.text for row in evaluation.explanations.all()},
        targets=tuple(
            PerformanceTarget(
                row.goal_type,
                row.goal_class,
                row.target,
                (row.excellent, row.good, row.fair, row.poor),
            )
            for row in evaluation.targets.all()
        ),
        sections={
            section.key: section.body for section in evaluation.sections.all() if section.has_body
        },
        indicators=indicators,
        panel=tuple(
            PanelMember(
                str(member.pk),
                member.name,
                member.job_title,
                member.unit_name,
                member.is_leader,
                sheets.get(member.pk),
            )
            for member in evaluation.panel.all()
            if member.recused_at is None
        ),
        consensus=sheets.get(None),
        printed=_printed(printed),
        department=department,
        evidence=_evidence(evaluation, indicators),
        old_form=evaluation.old_form,
    )


def _evidence(evaluation: Evaluation, indicators: tuple[Indicator, ...]) -> tuple[Evidence, ...]:
    """With the leaves it stands behind now; the tree may have changed under it."""
    parents = {indicator.parent for indicator in indicators}
    leaves = {indicator.key for indicator in indicators} - parents
    # On the rows, not on the evaluation, which would go on showing them after a change.
    rows = list(evaluation.evidence.all())
    prefetch_related_objects(rows, "indicators")
    return tuple(
        Evidence(
            row.title,
            row.sha256,
            row.size,
            tuple(leaf.key for leaf in row.indicators.all() if leaf.key in leaves),
        )
        for row in rows
    )


def _department(evaluation: Evaluation) -> Department | None:
    row, rules = evaluation.department_review, evaluation.rule_pack.pack.scoring
    if row.score is None and not row.opinion:
        return None
    grade = None if row.score is None else grade_for(row.score, rules)
    return Department(row.score, grade or "", row.opinion)


def _basic(row: BasicInfoRow) -> BasicInfo:
    return BasicInfo(
        implementing_unit=row.implementing_unit,
        supervising_department=row.supervising_department,
        project_leader=row.project_leader,
        phone=row.phone,
        address=row.address,
        postcode=row.postcode,
        project_type=ProjectType(row.project_type),
        evaluated_on=row.evaluated_on,
    )


def load_indicators(evaluation: Evaluation) -> tuple[Indicator, ...]:
    rows = in_use(evaluation.indicators.all())
    keys = {row.pk: row.key for row in rows}
    parents = {row.parent_id for row in rows}
    return tuple(
        Indicator(
            key=row.key,
            parent="" if row.parent_id is None else keys[row.parent_id],
            level=row.level,
            name=row.name,
            weight=row.weight or Decimal(0),
            explanation=row.explanation,
            standard=row.standard,
            target_value=row.target_value,
            actual_value=row.actual_value,
            rule=None if row.pk in parents else parse_rule(row.rule),
            target_hint=row.target_hint,
            evidence_asked=row.evidence_asked,
            deviation_reason=row.deviation_reason,
            improvement=row.improvement,
        )
        for row in rows
    )


def load_approved(evaluation: Evaluation) -> Approved | None:
    row: ApprovedTree | None = getattr(evaluation, "approved_tree", None)
    if row is None:
        return None
    return Approved(parse_indicators(row.indicators), row.document, row.approved_on)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)


def _sheets(
    evaluation: Evaluation, rows: Iterable[scoring_rows.ScoreSheet]
) -> dict[int | None, Sheet]:
    """By panel member; under None the consensus column of an old form.

    What stands on an old form was handed in on paper, long before it is locked here.
    """
    sheets = {
        row.member_id: sheet_of(row, str(row.member_id) if row.member_id else CONSENSUS)
        for row in rows
    }
    if not evaluation.old_form:
        return sheets
    return {key: replace(sheet, submitted=True) for key, sheet in sheets.items()}


def _printed(row: scoring_rows.PrintedFigures | None) -> PrintedFigures | None:
    """None also where an old form printed none of them."""
    if row is None:
        return None
    figures = PrintedFigures(
        **{name: getattr(row, name) for name in scoring_rows.PrintedFigures.FIGURES},
        **read_lists(Reader(row.lists)),
    )
    return None if figures == PrintedFigures() else figures
