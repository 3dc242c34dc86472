"""利益冲突: an evaluator steps out before handing in; the seat stays, its sheet counts nowhere."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from evalsys.audit.journal import record
from projects.models import Evaluation
from scoring.permissions import can_mark
from scoring.sheets import complete_if_all_in

if TYPE_CHECKING:
    from evalsys.accounts.models import User


class StepOutRefusedError(Exception):
    """The member cannot step out; the message says why, in Chinese."""


@transaction.atomic
def step_out(evaluation: Evaluation, user: "User", *, reason: str) -> None:
    """Keep the seat without its say; scoring may be complete with the others' sheets.

    Raises StepOutRefusedError without a reason, or when the sheet is in or scoring is closed.
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",)).with_project().get(pk=evaluation.pk)
    )
    decision = can_mark(user, evaluation)
    if not decision:
        raise StepOutRefusedError(decision.reason)
    if not reason.strip():
        raise StepOutRefusedError("声明利益冲突须写明原因。")
    member = evaluation.panel.get(user=user)
    member.recused_at, member.recusal_reason = timezone.now(), reason
    member.save(update_fields=["recused_at", "recusal_reason"])
    record(
        evaluation.journal_stream,
        "stepped_out",
        actor=user,
        name=member.name,
        leader=member.is_leader,
        reason=reason,
    )
    complete_if_all_in(evaluation)
