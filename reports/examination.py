"""The examiner over an evaluation of the database, and what is said to its findings."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from evalsys.audit.journal import record
from evalsys.audit.labels import name_actions
from evalsys.audit.models import JournalEntry
from evalsys.versioning import save_version
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_see_results
from projects.workflow import BY_ACTION, Action
from reports.anchors import Anchors
from reports.checks import Answer, Context, Phase, Step, examine
from reports.checks.settling import counts
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier, load_dossier, load_dossiers
from reports.dossier.model import Dossier
from reports.models import CheckSummary, Explanation

if TYPE_CHECKING:
    from evalsys.accounts.models import User

BEFORE_SCORING = frozenset({Phase.FORMS, Phase.COURSE})
STEPS = frozenset(Action)

name_actions({"finding_explained": "说明核对结果"})

MOST_NEIGHBOURS = 20


def examine_forms(evaluation: Evaluation) -> tuple[Dossier, tuple[Answer, ...]]:
    """What can be checked of the forms alone; nothing in it is derived from any mark."""
    dossier = current_dossier(evaluation, with_marks=False, with_department=False)
    context = context_of(evaluation)
    return dossier, examine(Facts(dossier), context, phases=BEFORE_SCORING)


def examine_whole(evaluation: Evaluation) -> tuple[Dossier, tuple[Answer, ...]]:
    """Everything, marks included; the caller has asked whether results may be seen."""
    dossier = load_dossier(evaluation.pk)
    return dossier, examine(Facts(dossier), context_of(evaluation))


def examine_for(user: "User", evaluation: Evaluation) -> tuple[Dossier, tuple[Answer, ...]]:
    """What this user may know of."""
    if can_see_results(user, evaluation):
        return examine_whole(evaluation)
    return examine_forms(evaluation)


def anchors_of(evaluation: Evaluation, dossier: Dossier) -> Anchors:
    return Anchors(dossier, dict(evaluation.indicators.values_list("key", "pk")))


def summarize(evaluation: Evaluation) -> CheckSummary:
    """Examine it anew and keep the counts for lists; nothing in them follows from closed marks."""
    whole = evaluation.has_reached(State.REVIEWING)
    dossier, answers = (examine_whole if whole else examine_forms)(evaluation)
    summary, _ = CheckSummary.objects.update_or_create(
        evaluation=evaluation,
        defaults=counts(answers, dossier.explanations) | {"examined_at": timezone.now()},
    )
    return summary


def context_of(evaluation: Evaluation) -> Context:
    last_year, others = _neighbours(evaluation)
    return Context(last_year, others, today=timezone.localdate(), steps=steps_of(evaluation))


def _neighbours(evaluation: Evaluation) -> tuple[Dossier | None, tuple[Dossier, ...]]:
    """The project's form of the year before, and this year's forms of the unit's other projects."""
    own = Evaluation.objects.filter(
        project=evaluation.project_id, fiscal_year__lt=evaluation.fiscal_year
    )
    newest = own.order_by("-fiscal_year").values_list("pk", flat=True).first()
    beside = (
        Evaluation.objects.filter(
            project__unit=evaluation.project.unit_id, fiscal_year=evaluation.fiscal_year
        )
        .exclude(project__name=evaluation.project.name)
        .order_by("pk")
        .values_list("pk", flat=True)[:MOST_NEIGHBOURS]
    )
    wanted = Evaluation.objects.filter(pk__in=[*beside, *([newest] if newest else [])])
    found = {row.pk: dossier for row, dossier in load_dossiers(wanted, with_marks=False)}
    last_year = found.pop(newest, None) if newest else None
    return last_year, tuple(found.values())


def steps_of(evaluation: Evaluation) -> tuple[Step, ...]:
    entries = JournalEntry.objects.filter(
        stream=evaluation.journal_stream, action__in=STEPS
    ).order_by("sequence")
    return tuple(
        Step(
            action=entry.action,
            actor=str(entry.actor_id or ""),
            on=timezone.localdate(entry.at),
            reason=entry.detail.get("reason", ""),
            needs_reason=BY_ACTION[Action(entry.action)].needs_reason,
        )
        for entry in entries
    )


@transaction.atomic
def explain(
    evaluation: Evaluation, finding: str, text: str, *, seen: int, actor: "User | None"
) -> None:
    """Keep what is said to the finding of this key; a blank text takes it back.

    ``seen`` is the version of the explanation that was changed, 0 for a new one. Raises
    StaleVersionError when somebody else was faster.
    """
    said = {"text": text.strip(), "author": actor, "written_at": timezone.now()}
    kept, made = Explanation.objects.get_or_create(
        evaluation=evaluation, finding=finding, defaults=said
    )
    if not made:
        save_version(kept, seen=seen, **said)
    if not kept.text:
        kept.delete()
    record(
        evaluation.journal_stream,
        "finding_explained",
        actor=actor,
        finding=finding,
        text=said["text"],
    )
