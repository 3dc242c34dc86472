"""主管部门评分: the supervisor's own score and opinion beside the result of the panel."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evalsys.accounts.enums import Role
from evalsys.audit.journal import record
from evalsys.decisions import ALLOWED, Decision, refused
from evalsys.figures import plain
from evalsys.versioning import save_version
from projects.enums import State
from projects.models import Evaluation
from scoring.models import DepartmentReview

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_score_for_department(user: "User", evaluation: Evaluation) -> Decision:
    """The supervisor, while reviewing, and not over forms filled in by the same person."""
    if not user.has_role(Role.SUPERVISOR, unit=evaluation.unit):
        return refused("只有主管部门可以填写主管部门评分。")
    if evaluation.state != State.REVIEWING:
        return refused(f"现在是「{evaluation.get_state_display()}」环节，不能填写主管部门评分。")
    if evaluation.filled_by_id == user.pk:
        return refused("填报人不能审核自己填报的表。")
    return ALLOWED


def can_see_department_score(user: "User", evaluation: Evaluation) -> Decision:
    """A draft is the supervisor's own until the evaluation is signed."""
    if evaluation.has_reached(State.SIGNED) or can_score_for_department(user, evaluation):
        return ALLOWED
    return refused("主管部门签发之后才能看到主管部门评分。")


def save_department_review(review: DepartmentReview, *, seen: int, values: dict[str, Any]) -> None:
    """Save the draft; raises StaleVersionError."""
    save_version(review, seen=seen, **values)


def journal_department_review(evaluation: Evaluation, *, user: "User | None") -> None:
    """What the draft said when it was signed, if it said anything."""
    review = evaluation.department_review
    if review.score is None and not review.opinion:
        return
    record(
        evaluation.journal_stream,
        "department_reviewed",
        actor=user,
        score=_text(review.score),
        opinion=review.opinion,
    )


def _text(score: Decimal | None) -> str | None:
    return None if score is None else plain(score)
