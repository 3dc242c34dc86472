"""What leaves scored in an earlier year; the room that keeps results says so, see ``provide``."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from projects.models import Evaluation


@dataclass(frozen=True)
class PastScore:
    """The printed score of a leaf in points, None where it did not apply; its name of that year."""

    fiscal_year: int
    name: str
    points: Decimal | None
    weight: Decimal


PastScores = dict[str, PastScore]
_providers: list[Callable[[Evaluation], PastScores]] = []


def provide(function: Callable[[Evaluation], PastScores]) -> Callable[[Evaluation], PastScores]:
    """Register where past scores come from: by leaf key, of the year before this evaluation's."""
    _providers.append(function)
    return function


def past_scores(evaluation: Evaluation) -> PastScores:
    return {key: past for find in _providers for key, past in find(evaluation).items()}
