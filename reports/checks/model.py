"""What a check sees and what it answers.

A check is a generator of findings over a ``Case``. It raises NotApplicableError or
NotEnoughDataError, with a Chinese sentence why, instead of guessing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from reports.dossier.facts import Facts
from reports.dossier.model import Dossier
from reports.reading.narrative import Narrative


class Severity(StrEnum):
    """``BLOCK`` stops submission, ``WARN`` must be explained to pass, ``INFO`` informs."""

    BLOCK = "B"
    WARN = "W"
    INFO = "I"


class Verdict(StrEnum):
    PASSED = "passed"
    FOUND = "found"
    NOT_APPLICABLE = "not_applicable"
    NOT_ENOUGH_DATA = "not_enough_data"


class NotApplicableError(Exception):
    """The check has nothing to say about this form; the message says why, in Chinese."""


class NotEnoughDataError(Exception):
    """What the check needs is blank or unreadable; the message names it, in Chinese."""


@dataclass(frozen=True)
class Place:
    """Where: a document (goals, basic, report, panel, evidence) and a path in the dossier's JSON.

    ``start`` and ``end`` are positions in the text of that field, counted in characters.
    """

    document: str
    field: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Correction:
    """Replace what the place names (the span, else the whole field) by ``text``."""

    text: str


@dataclass(frozen=True)
class Finding:
    """``found`` against ``expected``, and ``how`` that was computed or which rule asks for it."""

    place: Place
    found: str
    expected: str
    how: str
    correction: Correction | None = None


@dataclass(frozen=True)
class Context:
    """What surrounds a dossier, where it is known: last year's, other projects' texts."""

    last_year: Dossier | None = None
    others: tuple[Dossier, ...] = ()


@dataclass(frozen=True)
class Case:
    facts: Facts
    context: Context = field(default_factory=Context)

    @property
    def dossier(self) -> Dossier:
        return self.facts.dossier

    @cached_property
    def narrative(self) -> Narrative:
        """The report's text, read once for all checks."""
        return Narrative(self.facts)


CheckFunction = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """``code`` and ``severity`` as in the published list of checks; ``applies`` says to what."""

    code: str
    severity: Severity
    title: str
    applies: str
    function: CheckFunction


@dataclass(frozen=True)
class Answer:
    """What one check said; ``reason`` where it had nothing to compare."""

    check: Check
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str = ""
