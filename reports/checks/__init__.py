"""The examiner: every form checked against itself, as pure functions over one dossier."""

from reports.checks.model import Answer, Check, Context, Correction, Finding, Place, Severity
from reports.checks.registry import CHECKS, examine

# Each module enters its checks into the table.
from reports.checks import narrative  # noqa: F401  isort:skip

__all__ = [
    "CHECKS",
    "Answer",
    "Check",
    "Context",
    "Correction",
    "Finding",
    "Place",
    "Severity",
    "examine",
]
