"""One check asked about one form."""

from dataclasses import replace
from decimal import Decimal

from reports.checks import CHECKS, Answer, Context, Verdict, examine
from reports.dossier.facts import Facts
from reports.dossier.model import Dossier
from scoring.engine import Mark, MarkState, Sheet
from tests.reports.dossiers import small_dossier

PASSED, FOUND = Verdict.PASSED, Verdict.FOUND
NOT_APPLICABLE, NOT_ENOUGH_DATA = Verdict.NOT_APPLICABLE, Verdict.NOT_ENOUGH_DATA


def answer(code: str, dossier: Dossier, **context) -> Answer:
    phase = CHECKS[code].phase
    answers = examine(Facts(dossier), Context(**context), phases={phase})
    return next(one for one in answers if one.check.code == code)


def verdict(code: str, dossier: Dossier, **context) -> Verdict:
    return answer(code, dossier, **context).verdict


def found(code: str, dossier: Dossier, **context) -> list[tuple[str, str, str]]:
    """Field, what is there and what should be, of each finding."""
    return [
        (finding.place.field, finding.found, finding.expected)
        for finding in answer(code, dossier, **context).findings
    ]


def fields(code: str, dossier: Dossier, **context) -> list[str]:
    return [field for field, _, _ in found(code, dossier, **context)]


def with_indicators(dossier: Dossier | None = None, **changes: dict) -> Dossier:
    """Members of indicators replaced, by key: ``lamps={"weight": Decimal(39)}``."""
    dossier = dossier or small_dossier()
    return replace(
        dossier,
        indicators=tuple(replace(one, **changes.get(one.key, {})) for one in dossier.indicators),
    )


def column(**points: str) -> Sheet:
    """The printed score column of an old form."""
    return Sheet("consensus", {key: scored(value) for key, value in points.items()})


def scored(value: str, reason: str = "") -> Mark:
    return Mark(MarkState.SCORED, Decimal(value), reason)


def totals(dossier: Dossier, *points: str) -> Dossier:
    """The evaluators gave bare totals, as on an old form."""
    return replace(
        dossier,
        panel=tuple(
            replace(member, sheet=Sheet(member.key, {}, total_only=Decimal(value)))
            for member, value in zip(dossier.panel, points, strict=True)
        ),
    )
