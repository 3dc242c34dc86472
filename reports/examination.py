"""The examiner over an evaluation of the database, and what is said to its findings."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from evalsys.audit.journal import record
from evalsys.audit.labels import name_actions
from evalsys.audit.models import JournalEntry
from evalsys.versioning import save_version
from projects.models import Evaluation
from projects.workflow import BY_ACTION, Action
from reports.checks import Answer, Context, Phase, Place, Step, examine
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier, load_dossier
from reports.dossier.model import Dossier
from reports.models import Explanation

if TYPE_CHECKING:
    from evalsys.accounts.models import User

BEFORE_SCORING = frozenset({Phase.FORMS, Phase.COURSE})
STEPS = frozenset(Action)

name_actions({"finding_explained": "说明核对结果"})

FINDINGS_PAGE = "reports:findings"
# Where a finding is put right, by the beginning of its field, else by its document.
PAGES = {
    "indicators": "scoring:indicators",
    "goals": "projects:goals",
    "basic": "projects:basic",
    "report": "projects:report",
    "panel": "projects:panel",
}


def page_of(place: Place) -> str:
    """The name of the page where a finding is put right."""
    head = place.field.partition("[")[0]
    return PAGES.get(head) or PAGES.get(place.document, FINDINGS_PAGE)


def examine_forms(evaluation: Evaluation) -> tuple[Dossier, tuple[Answer, ...]]:
    """What can be checked of the forms alone; nothing in it is derived from any mark."""
    dossier = current_dossier(evaluation, with_marks=False, with_department=False)
    context = context_of(evaluation)
    return dossier, examine(Facts(dossier), context, phases=BEFORE_SCORING)


def examine_whole(evaluation: Evaluation) -> tuple[Dossier, tuple[Answer, ...]]:
    """Everything, marks included; the caller has asked whether results may be seen."""
    dossier = load_dossier(evaluation.pk)
    return dossier, examine(Facts(dossier), context_of(evaluation))


def context_of(evaluation: Evaluation) -> Context:
    return Context(today=timezone.localdate(), steps=steps_of(evaluation))


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
