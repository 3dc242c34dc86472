"""What the checks found, for the fields of the page that somebody is writing on."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from projects.permissions import can_edit_forms
from projects.views.mixins import EvaluationMixin
from reports.anchors import Anchor
from reports.checks import Answer, Finding, Severity
from reports.checks.settling import counts, is_settled
from reports.examination import anchors_of, examine_for

LEVELS = {Severity.BLOCK: "block", Severity.WARN: "warn", Severity.INFO: "info"}
MOST_BESIDE = 3


@dataclass(frozen=True)
class BesideNote:
    """A finding below its field; a settled one is not drawn."""

    answer: Answer
    finding: Finding
    anchor: Anchor

    @property
    def level(self) -> str:
        return LEVELS[self.answer.severity]


class FindingsBeside(EvaluationMixin):
    """JSON for static/js/findings.js: the summary, and notes by the ids of the page's fields."""

    permission = staticmethod(can_edit_forms)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier, answers = examine_for(self.request.user, self.evaluation)
        anchors = anchors_of(self.evaluation, dossier)
        notes: defaultdict[str, list[BesideNote]] = defaultdict(list)
        for answer in answers:
            for finding in answer.findings:
                anchor = anchors.anchor(finding.place)
                settled = is_settled(answer, finding, dossier.explanations)
                if anchor.page == request.GET.get("page") and anchor.element and not settled:
                    notes[anchor.element].append(BesideNote(answer, finding, anchor))
        found = counts(answers, dossier.explanations)
        summary = {"counts": found, "evaluation": self.evaluation, "here": len(notes)}
        return JsonResponse(
            {
                "summary": render_to_string("reports/findings/summary.html", summary),
                "notes": {element: _drawn(found) for element, found in notes.items()},
            }
        )


def _drawn(notes: list[BesideNote]) -> str:
    """The gravest first, and how many more there are."""
    order = list(LEVELS)
    notes.sort(key=lambda note: order.index(note.answer.severity))
    context = {"notes": notes[:MOST_BESIDE], "more": len(notes) - MOST_BESIDE}
    return render_to_string("reports/findings/notes.html", context)
