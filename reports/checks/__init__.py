"""The examiner: every form checked against itself, as pure functions over one dossier."""

from reports.checks import (  # noqa: F401  importing them fills the table
    arithmetic,
    completeness,
    money,
    narrative,
    process,
    scores,
    targets,
    wording,
)
from reports.checks.model import (
    Answer,
    Case,
    Check,
    Context,
    Correction,
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Place,
    Severity,
    Step,
    Verdict,
)
from reports.checks.registry import CHECKS, check, examine, phase_of, severity_of

__all__ = [
    "CHECKS",
    "Answer",
    "Case",
    "Check",
    "Context",
    "Correction",
    "Finding",
    "NotApplicableError",
    "NotEnoughDataError",
    "Phase",
    "Place",
    "Severity",
    "Step",
    "Verdict",
    "check",
    "examine",
    "phase_of",
    "severity_of",
]
