"""Last year's scores beside the leaves of this year."""

from projects.enums import State
from projects.models import Evaluation
from reports.dossier.codec import load_dossier_text
from reports.dossier.facts import Facts
from reports.models import Snapshot, SnapshotError
from scoring.past import PastScore, PastScores, provide


@provide
def scores_of_the_year_before(evaluation: Evaluation) -> PastScores:
    """As signed; nothing when the project's previous evaluation is not, or was tampered with.

    Who scores a project is shown what it got, whether on that year's panel or not.
    """
    previous = (
        Evaluation.objects.filter(
            project=evaluation.project_id, fiscal_year__lt=evaluation.fiscal_year
        )
        .order_by("-fiscal_year")
        .first()
    )
    if previous is None or not previous.has_reached(State.SIGNED):
        return {}
    try:
        text = Snapshot.objects.filter(evaluation=previous).latest().verified_content()
    except SnapshotError:
        return {}
    return _scores(Facts(load_dossier_text(text)), previous.fiscal_year)


def _scores(facts: Facts, year: int) -> PastScores:
    names = {indicator.key: indicator.name for indicator in facts.dossier.indicators}
    return {
        leaf.key: PastScore(year, names[leaf.key], leaf.printed, leaf.weight)
        for leaf in facts.result.leaves
        if leaf.printed is not None or not leaf.applicable
    }
