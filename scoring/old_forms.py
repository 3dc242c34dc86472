"""旧表录入: the scores of a form that was filled in on paper, copied as they stand there.

Nobody's marks are made here. The people of such a form have no accounts, an evaluation that was
ever scored in the system cannot become one, and one that is can be taken up anew only empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evalsys.audit.journal import record
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from evalsys.figures import plain
from evalsys.versioning import save_version
from projects.models import Evaluation, PanelMember
from projects.permissions import can_edit_forms
from projects.workflow import Act, Action, Problem, effect, guard
from scoring.engine import MarkState
from scoring.models import Indicator, Mark, PrintedFigures, ScoreSheet

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@dataclass(frozen=True)
class Person:
    """An evaluator as printed, with the total printed beside the name, in points."""

    name: str
    job_title: str = ""
    unit_name: str = ""
    is_leader: bool = False
    total: Decimal | None = None


def can_become_old_form(user: "User", evaluation: Evaluation) -> Decision:
    return first_refusal(
        can_edit_forms(user, evaluation), _is_ordinary(evaluation), _never_scored(evaluation)
    )


def can_enter_old_form(user: "User", evaluation: Evaluation) -> Decision:
    """While the forms are open; marks of single leaves came from a file and stay as they came."""
    return first_refusal(can_leave_old_form(user, evaluation), _holds_only_totals(evaluation))


def can_leave_old_form(user: "User", evaluation: Evaluation) -> Decision:
    return first_refusal(can_edit_forms(user, evaluation), _is_old(evaluation))


def _is_ordinary(evaluation: Evaluation) -> Decision:
    return refused("这份自评已经是旧表录入。") if evaluation.old_form else ALLOWED


def _is_old(evaluation: Evaluation) -> Decision:
    return ALLOWED if evaluation.old_form else refused("这份自评不是旧表录入。")


def _never_scored(evaluation: Evaluation) -> Decision:
    if evaluation.sheets.exists() or evaluation.sheet_versions.exists():
        return refused("这份自评已经在本系统里评过分，不能改为旧表录入。")
    if evaluation.panel.exists():
        return refused("评价工作组里已有人员。旧表上的评价人员不用账号，请先把他们移出。")
    return ALLOWED


def _holds_only_totals(evaluation: Evaluation) -> Decision:
    if Mark.objects.filter(sheet__in=_personal_sheets(evaluation)).exists():
        return refused("这份旧表由文件导入，带有每个人的各项得分，不在这里改。")
    return ALLOWED


@transaction.atomic
def become_old_form(evaluation: Evaluation, *, actor: "User | None") -> None:
    """Scores will be copied, not given; the caller has asked whether that may be."""
    evaluation.old_form = True
    evaluation.save(update_fields=["old_form"])
    PrintedFigures.objects.create(evaluation=evaluation)
    record(evaluation.journal_stream, "old_form_chosen", actor=actor)


@transaction.atomic
def leave_old_form(evaluation: Evaluation, *, actor: "User") -> None:
    """Back to an evaluation that people will score: nothing of what was copied stays."""
    record(evaluation.journal_stream, "old_form_left", actor=actor, **_journal_words(evaluation))
    evaluation.sheets.all().delete()
    evaluation.panel.all().delete()
    evaluation.printed.delete()
    evaluation.old_form = False
    evaluation.save(update_fields=["old_form"])


@transaction.atomic
def save_old_form(
    printed: PrintedFigures,
    *,
    seen: int,
    figures: Mapping[str, Any],
    people: Iterable[Person],
    column: Mapping[Indicator, Decimal],
) -> None:
    """All scores as one thing: ``column`` is the printed score of leaves, in points.

    Raises StaleVersionError.
    """
    save_version(printed, seen=seen, **figures)
    evaluation = printed.evaluation
    evaluation.sheets.all().delete()
    evaluation.panel.all().delete()
    for position, person in enumerate(people, start=1):
        _seat(evaluation, position, person)
    if column:
        sheet = ScoreSheet.objects.create(evaluation=evaluation)
        Mark.objects.bulk_create(
            Mark(sheet=sheet, indicator=leaf, state=MarkState.SCORED.value, value=value)
            for leaf, value in column.items()
        )


def _seat(evaluation: Evaluation, position: int, person: Person) -> None:
    member = PanelMember.objects.create(
        evaluation=evaluation,
        position=position,
        name=person.name,
        job_title=person.job_title,
        unit_name=person.unit_name,
        is_leader=person.is_leader,
    )
    ScoreSheet.objects.create(evaluation=evaluation, member=member, total_only=person.total)


@guard("old_form_complete")
def old_form_complete(evaluation: Evaluation) -> list[Problem]:
    """At least one evaluator, each with a name and a score; an ordinary form has no say here."""
    if not evaluation.old_form:
        return []
    sheets = list(_personal_sheets(evaluation).prefetch_related("marks"))
    found = [sentence for sheet in sheets if (sentence := _lack(sheet))]
    if not sheets:
        found.append("旧表得分里还没有评价人员")
    return [Problem(text, "reports:old_form") for text in found]


def _lack(sheet: ScoreSheet) -> str:
    """What keeps an evaluator's line from standing; "" when nothing does."""
    if not sheet.evaluator:
        return "旧表得分里有评价人员缺姓名"
    if sheet.total_only is None and not sheet.marks.all():
        return f"旧表得分里{sheet.evaluator}缺项目评分"
    return ""


def _personal_sheets(evaluation: Evaluation) -> QuerySet[ScoreSheet]:
    return evaluation.sheets.filter(member__isnull=False).select_related("member")


@effect(Action.ACCEPT_OLD_FORM)
def hold_what_was_copied(evaluation: Evaluation, act: Act) -> None:
    """From here on the triggers of sealed sheets refuse any change; the journal has the figures."""
    evaluation.sheets.update(submitted_at=timezone.now())
    record(
        evaluation.journal_stream, "old_form_accepted", actor=act.user, **_journal_words(evaluation)
    )


def _journal_words(evaluation: Evaluation) -> dict[str, Any]:
    printed = evaluation.printed
    return {
        "totals": [
            [sheet.evaluator, _text(sheet.total_only)] for sheet in _personal_sheets(evaluation)
        ],
        "printed": {
            "total": _text(printed.total),
            "mean": _text(printed.mean),
            "grade": printed.grade,
            "execution_rate": _text(printed.execution_rate),
        },
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
