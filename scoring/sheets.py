"""The life of a score sheet: opened with scoring, marked row by row, sealed, reopened."""

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from evalsys.audit.journal import record
from evalsys.canonical import canonical_json
from evalsys.figures import plain
from evalsys.seals import seal
from evalsys.versioning import StaleVersionError, save_version
from projects.enums import State
from projects.guards import panel_problems
from projects.models import Evaluation
from projects.workflow import Act, Action, RefusedError, perform_by_system
from scoring.engine import MarkState, Sheet, check_sheet
from scoring.models import Indicator, Mark, PrintedFigures, ScoreSheet, SheetVersion
from scoring.trees import in_use, load_tree, marks_of

if TYPE_CHECKING:
    from evalsys.accounts.models import User

PURPOSE = "score sheet"
SUBMITTED, REOPENED = "sheet_submitted", "sheet_reopened"
MARKS_WITH_LEAVES = Prefetch("marks", queryset=Mark.objects.select_related("indicator"))


class SealedError(Exception):
    """The sheet was handed in; nothing in it may change."""


class IncompleteError(Exception):
    """The sheet cannot be handed in; ``problems`` maps leaf keys to sentences."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("incomplete sheet")
        self.problems = problems


def sheet_for(evaluation: Evaluation, user: "User") -> ScoreSheet:
    return ScoreSheet.objects.visible_to(user).select_related("member").get(evaluation=evaluation)


def open_sheets(evaluation: Evaluation) -> None:
    """Every member gets a sheet with a row per leaf; marks given before are kept.

    What an old form printed ends here: from now on the marks say what the result is.
    """
    evaluation.sheets.filter(member__isnull=True).delete()
    PrintedFigures.objects.filter(evaluation=evaluation).delete()
    leaves = leaf_rows(evaluation)
    for member in evaluation.panel.seated():
        sheet, _ = ScoreSheet.objects.get_or_create(evaluation=evaluation, member=member)
        marked = set(sheet.marks.values_list("indicator", flat=True))
        Mark.objects.bulk_create(
            Mark(sheet=sheet, indicator=leaf) for leaf in leaves if leaf.pk not in marked
        )


def leaf_rows(evaluation: Evaluation) -> list[Indicator]:
    rows = in_use(evaluation.indicators.all())
    parents = {row.parent_id for row in rows}
    return [row for row in rows if row.pk not in parents]


def reopen_sheets(evaluation: Evaluation, act: Act) -> None:
    """Lift the seals of the seats the act names, or of all; what was sealed is kept as it was.

    Marks stay as they are; each evaluator hands the sheet in again. Must run inside the
    transaction of the act.
    """
    sealed = evaluation.sheets.filter(submitted_at__isnull=False)
    if act.seats is not None:
        sealed = sealed.filter(member__in=act.seats)
    for sheet in sealed.select_related("member"):
        version = _keep_version(sheet, act)
        evaluation.sheets.filter(pk=sheet.pk).update(
            submitted_at=None, seal="", version=F("version") + 1
        )
        record(
            evaluation.journal_stream,
            REOPENED,
            actor=act.user,
            name=sheet.evaluator,
            sheet=sheet.pk,
            seal=sheet.seal,
            reason=act.reason,
            content=hashlib.sha256(version.content.encode()).hexdigest(),
        )


def _keep_version(sheet: ScoreSheet, act: Act) -> SheetVersion:
    return SheetVersion.objects.create(
        evaluation_id=sheet.evaluation_id,
        sheet=sheet.pk,
        evaluator=sheet.evaluator,
        content=canonical_json(sealed_content(sheet)).decode(),
        seal=sheet.seal,
        submitted_at=sheet.submitted_at,  # type: ignore[misc]  # handed in, so it has one
        reopened_by=act.user,
        reason=act.reason,
    )


@transaction.atomic
def save_mark(
    mark: Mark, *, seen: int, state: MarkState, value: Decimal | None, remark: str
) -> None:
    """Save one row; raises SealedError once the sheet is in, StaleVersionError when it moved on.

    Saving again what is stored already is no conflict: a repeated request changes nothing.
    """
    sheet = ScoreSheet.objects.select_for_update().get(pk=mark.sheet_id)
    if sheet.submitted_at:
        raise SealedError
    wanted = {"state": state.value, "value": value, "remark": remark}
    try:
        save_version(mark, seen=seen, **wanted)
    except StaleVersionError:
        if {name: getattr(mark, name) for name in wanted} != wanted:
            raise


@transaction.atomic
def hand_in(sheet: ScoreSheet, *, user: "User") -> None:
    """Check, seal and journal the sheet; the last one moves the evaluation on to its leader.

    Raises IncompleteError with a sentence per leaf, SealedError when it was handed in before,
    RefusedError when the evaluation left scoring in the meantime.
    """
    evaluation = Evaluation.objects.select_for_update().get(pk=sheet.evaluation_id)
    if evaluation.state != State.SCORING:
        raise RefusedError(
            f"现在的环节是「{evaluation.get_state_display()}」，不能提交评分表；请刷新页面。"
        )
    sheet = ScoreSheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.submitted_at:
        raise SealedError
    _require_complete(evaluation, sheet)
    sheet.submitted_at = timezone.now()
    sheet.seal = seal_of(sheet)
    sheet.version += 1
    sheet.save(update_fields=["submitted_at", "seal", "version"])
    record(evaluation.journal_stream, SUBMITTED, actor=user, sheet=sheet.pk, seal=sheet.seal)
    complete_if_all_in(evaluation)


def complete_if_all_in(evaluation: Evaluation) -> None:
    """With the last sheet in, the leader goes on; a panel that is too small waits for the unit."""
    if not late_sheets(evaluation).exists() and not panel_problems(evaluation):
        perform_by_system(evaluation, Action.COMPLETE_SCORING)


def late_sheets(evaluation: Evaluation) -> QuerySet[ScoreSheet]:
    return evaluation.sheets.filter(
        member__isnull=False, member__recused_at__isnull=True, submitted_at__isnull=True
    )


def _require_complete(evaluation: Evaluation, sheet: ScoreSheet) -> None:
    marks = marks_of(sheet.marks.select_related("indicator"))
    problems = check_sheet(
        load_tree(evaluation), Sheet(sheet.evaluator, marks), evaluation.rule_pack.pack.scoring
    )
    if problems:
        raise IncompleteError(problems)


def seal_of(sheet: ScoreSheet) -> str:
    return seal(PURPOSE, sealed_content(sheet))


def sealed_content(sheet: ScoreSheet) -> dict[str, Any]:
    """What the seal of a handed-in sheet vouches for."""
    if sheet.submitted_at is None:
        raise ValueError("only a sheet that was handed in has sealed content")
    prefetch_related_objects([sheet], MARKS_WITH_LEAVES)
    marks = sorted(sheet.marks.all(), key=lambda mark: mark.indicator.position)
    return {
        "sheet": sheet.pk,
        "evaluation": sheet.evaluation_id,
        "evaluator": sheet.member.user_id if sheet.member else None,
        "submitted_at": int(sheet.submitted_at.timestamp()),
        "total_only": None if sheet.total_only is None else plain(sheet.total_only),
        "marks": [
            [
                mark.indicator.key,
                mark.state,
                None if mark.value is None else plain(mark.value),
                mark.remark,
            ]
            for mark in marks
        ],
    }
