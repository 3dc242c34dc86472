"""Long work over many evaluations: examining them, and handing out their documents in one file."""

from typing import Any

from django.urls import reverse

from evalsys.jobs.models import Job
from evalsys.jobs.registry import task
from evalsys.jobs.running import Progress
from projects.models import Evaluation
from reports.examination import summarize
from reports.models import CheckSummary

EXAMINE = "reports.examine"
MOST_ROWS = 200


@task(EXAMINE)
def examine_all(job: Job, progress: Progress, *, evaluations: list[int]) -> dict[str, Any]:
    """The counts of each, and the worst of them by name."""
    mine = Evaluation.objects.visible_to(job.owner).for_list().filter(pk__in=evaluations)
    found = []
    total = mine.count()
    for number, evaluation in enumerate(mine, 1):
        found.append((summarize(evaluation), evaluation))
        progress.report(number, total, str(evaluation))
    found.sort(key=lambda pair: (-pair[0].block, -pair[0].unexplained))
    rows = [_row(summary, evaluation) for summary, evaluation in found if _is_worth_a_row(summary)]
    return {"rows": rows[:MOST_ROWS], "clean": total - len(rows)}


def _is_worth_a_row(summary: CheckSummary) -> bool:
    return bool(summary.block or summary.unexplained)


def _row(summary: CheckSummary, evaluation: Evaluation) -> dict[str, str]:
    return {
        "text": f"{evaluation}：须改正 {summary.block}，未说明 {summary.unexplained}",
        "url": reverse("reports:findings", args=[evaluation.pk]),
    }
