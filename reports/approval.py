"""Approving the indicators of an evaluation as they stand; later changes need a new approval."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from evalsys.accounts.enums import Role
from evalsys.audit.journal import record
from evalsys.canonical import digest
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from projects.enums import State
from projects.models import Evaluation
from reports.dossier.codec import dump_indicator
from reports.dossier.loader import load_indicators
from reports.dossier.model import Indicator
from reports.models import ApprovedTree

if TYPE_CHECKING:
    from evalsys.accounts.models import User

OPEN = (State.DRAFTING, State.UNIT_REVIEW)
APPROVED = "indicators_approved"


def can_approve_indicators(user: "User", evaluation: Evaluation) -> Decision:
    """The supervising department, until the forms lock."""
    return first_refusal(_is_supervisor(user, evaluation), _is_open(evaluation))


def _is_supervisor(user: "User", evaluation: Evaluation) -> Decision:
    if user.has_role(Role.SUPERVISOR, unit=evaluation.unit):
        return ALLOWED
    return refused("只有主管部门可以批复指标体系。")


def _is_open(evaluation: Evaluation) -> Decision:
    if evaluation.state in OPEN:
        return ALLOWED
    return refused(f"现在是「{evaluation.get_state_display()}」环节，指标体系已锁定，不能再批复。")


def tree_digest(indicators: tuple[Indicator, ...]) -> str:
    return digest([dump_indicator(indicator) for indicator in indicators])


class ChangedTreeError(Exception):
    """The indicators are no longer those that were shown."""


@transaction.atomic
def approve_indicators(
    evaluation: Evaluation, *, seen: str, document: str, approved_on: date, actor: "User"
) -> None:
    """Keep the tree as the approved one (source: checks.md D07).

    ``seen`` is the digest of the tree that was shown; ChangedTreeError when it is another now.
    """
    tree = load_indicators(evaluation)
    if tree_digest(tree) != seen:
        raise ChangedTreeError
    indicators = [dump_indicator(indicator) for indicator in tree]
    ApprovedTree.objects.update_or_create(
        evaluation=evaluation,
        defaults={"document": document, "approved_on": approved_on, "indicators": indicators},
    )
    record(
        evaluation.journal_stream,
        APPROVED,
        actor=actor,
        name=document,
        indicators=len(indicators),
    )
