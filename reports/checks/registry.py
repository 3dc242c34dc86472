"""The table of checks, and running all of them over one dossier."""

from collections.abc import Callable

from reports.checks.model import (
    Answer,
    Case,
    Check,
    CheckFunction,
    Context,
    NotApplicableError,
    NotEnoughDataError,
    Severity,
    Verdict,
)
from reports.dossier.facts import Facts

CHECKS: dict[str, Check] = {}


def check(
    code: str, severity: Severity, title: str, *, applies: str = "所有自评表"
) -> Callable[[CheckFunction], CheckFunction]:
    """Enter a check into the table, by its code; a code is used once."""

    def register(function: CheckFunction) -> CheckFunction:
        if code in CHECKS:
            raise ValueError(f"check {code} is registered twice")
        CHECKS[code] = Check(code, severity, title, applies, function)
        return function

    return register


def examine(facts: Facts, context: Context | None = None) -> tuple[Answer, ...]:
    """Every check's answer, in the order of their codes."""
    case = Case(facts, context or Context())
    return tuple(_answer(CHECKS[code], case) for code in sorted(CHECKS))


def _answer(check: Check, case: Case) -> Answer:
    try:
        findings = tuple(check.function(case))
    except NotApplicableError as reason:
        return Answer(check, Verdict.NOT_APPLICABLE, reason=str(reason))
    except NotEnoughDataError as reason:
        return Answer(check, Verdict.NOT_ENOUGH_DATA, reason=str(reason))
    return Answer(check, Verdict.FOUND if findings else Verdict.PASSED, findings)
