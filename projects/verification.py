"""Whether evaluations are where the journal says they are."""

from collections.abc import Iterator

from evalsys.audit.journal import witness
from evalsys.audit.models import JournalEntry
from projects.enums import State
from projects.models import Evaluation

STREAMS = "evaluation:"


@witness
def evaluations_as_journaled() -> Iterator[str]:
    """No evaluation without its story, no story without its evaluation, no step untold."""
    told = _states_told()
    for evaluation in Evaluation.objects.order_by("pk").only("state"):
        state = told.pop(evaluation.journal_stream, None)
        if state is None:
            yield f"{evaluation.journal_stream}: the journal does not tell how it began"
        elif state != evaluation.state:
            yield f"{evaluation.journal_stream}: is {evaluation.state}, was taken to {state}"
    for stream in told:
        yield f"{stream}: the evaluation is gone"


def _states_told() -> dict[str, str]:
    """The state that the last step of each stream led to."""
    told: dict[str, str] = {}
    entries = JournalEntry.objects.filter(stream__name__startswith=STREAMS)
    steps = entries.order_by("stream", "sequence").values_list("stream", "action", "detail")
    for stream, action, detail in steps.iterator():
        if action == "opened":
            told[stream] = State.DRAFTING
        elif action == "imported":
            told[stream] = detail["state"]
        else:
            told[stream] = detail.get("target", told.get(stream, ""))
    return told
