"""The table of checks, and running all of them over one dossier."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from projects.enums import State, states_from
from reports.checks.keys import finding_key
from reports.checks.model import (
    Answer,
    Case,
    Check,
    CheckFunction,
    Context,
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Severity,
    Verdict,
)
from reports.dossier.facts import Facts
from reports.dossier.model import Dossier

CHECKS: dict[str, Check] = {}
# 勾稽关系: figures of one form that follow from each other.
WITHIN = "表内勾稽关系"
RESULTS_ARE_CLOSED = "评分结束、结果公开之前不查。"


def check(
    code: str,
    severity: Severity,
    title: str,
    *,
    applies: str = "所有自评表",
    phase: Phase = Phase.FORMS,
    source: str = "",
) -> Callable[[CheckFunction], CheckFunction]:
    """Enter a check into the table, by its code; a code is used once."""

    def register(function: CheckFunction) -> CheckFunction:
        if code in CHECKS:
            raise ValueError(f"check {code} is registered twice")
        CHECKS[code] = Check(code, severity, title, applies, function, phase, source)
        return function

    return register


def examine(
    facts: Facts, context: Context | None = None, *, phases: Collection[Phase] = tuple(Phase)
) -> tuple[Answer, ...]:
    """The answer of every check of these phases, in the order of their codes.

    Before every sheet is in (state ``confirming``) no check sees a mark, whatever the dossier
    holds.
    """
    is_open = results_are_open(facts.dossier)
    shown = facts if is_open else Facts(without_marks(facts.dossier))
    case = Case(shown, context or Context())
    return tuple(
        _answer(CHECKS[code], case, is_open=is_open)
        for code in sorted(CHECKS)
        if CHECKS[code].phase in phases
    )


def results_are_open(dossier: Dossier) -> bool:
    """Every sheet is in. The dossier of an old form is of a state from ``confirming`` on."""
    return dossier.state in states_from(State.CONFIRMING)


def without_marks(dossier: Dossier) -> Dossier:
    panel = tuple(replace(member, sheet=None) for member in dossier.panel)
    return replace(dossier, panel=panel, consensus=None, printed=None)


def phase_of(code: str) -> Phase | None:
    return CHECKS[code].phase if code in CHECKS else None


def severity_of(check: Check, dossier: Dossier) -> Severity:
    """The rule pack's, where it gives one."""
    return Severity(dossier.pack.severities.get(check.code, check.severity))


def _answer(check: Check, case: Case, *, is_open: bool) -> Answer:
    severity = severity_of(check, case.dossier)
    if check.phase is Phase.RESULTS and not is_open:
        return Answer(check, Verdict.NOT_APPLICABLE, reason=RESULTS_ARE_CLOSED, severity=severity)
    try:
        findings = tuple(_keyed(check, case))
    except NotApplicableError as reason:
        return Answer(check, Verdict.NOT_APPLICABLE, reason=str(reason), severity=severity)
    except NotEnoughDataError as reason:
        return Answer(check, Verdict.NOT_ENOUGH_DATA, reason=str(reason), severity=severity)
    verdict = Verdict.FOUND if findings else Verdict.PASSED
    return Answer(check, verdict, findings, severity=severity)


def _keyed(check: Check, case: Case) -> Iterator[Finding]:
    """Each finding under a key of its own."""
    met: Counter[str] = Counter()
    for finding in check.function(case):
        key = finding_key(case.dossier, check.code, finding)
        met[key] += 1
        number = f"~{met[key]}" if met[key] > 1 else ""
        yield replace(finding, key=f"{key}{number}")
