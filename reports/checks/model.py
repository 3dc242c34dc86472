"""What a check sees and what it answers.

A check is a generator of findings over a ``Case``. It raises NotApplicableError or
NotEnoughDataError, with a Chinese sentence why, instead of guessing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from evalsys.jsonread import member_path
from evalsys.rulepacks.schema import LeafRule, RulePack
from reports.dossier.facts import Facts
from reports.dossier.model import Dossier, Indicator
from reports.reading.narrative import Narrative
from scoring.engine import (
    MarkState,
    NoProposal,
    Proposal,
    Sheet,
    default_rule,
    propose,
)

SCORE_COLUMN = "得分栏"


class Severity(StrEnum):
    """``BLOCK`` stops submission, ``WARN`` must be explained to pass, ``INFO`` informs."""

    BLOCK = "B"
    WARN = "W"
    INFO = "I"


class Phase(StrEnum):
    """From when on there is something to check.

    ``FORMS``: what the unit fills in. ``RESULTS``: marks and what follows from them, never before
    every sheet is in. ``COURSE``: who did what when.
    """

    FORMS = "forms"
    RESULTS = "results"
    COURSE = "course"


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
    """``found`` against ``expected``, and ``how`` that was computed or which rule asks for it.

    ``about`` tells apart several findings of one check at one field. ``key`` is filled in by
    ``examine``: it names the finding for as long as what it is about is there.
    """

    place: Place
    found: str
    expected: str
    how: str
    correction: Correction | None = None
    about: str = ""
    key: str = ""


@dataclass(frozen=True)
class Step:
    """A transition of the evaluation: the name of the action, who took it (an opaque key), when."""

    action: str
    actor: str
    on: date
    reason: str = ""
    needs_reason: bool = False


@dataclass(frozen=True)
class Context:
    """What surrounds a dossier, where it is known.

    ``published_copy`` is the dossier as the public reads it. None is not known; ``steps`` of
    None too, while an empty tuple says that nothing has happened yet.
    """

    last_year: Dossier | None = None
    others: tuple[Dossier, ...] = ()
    today: date | None = None
    steps: tuple[Step, ...] | None = None
    published_copy: Dossier | None = None
    published_on: date | None = None


@dataclass(frozen=True)
class Leaf:
    """An indicator that is scored: its path, and the names above it, outermost first."""

    path: str
    indicator: Indicator
    classes: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.indicator.key


@dataclass(frozen=True)
class Scored:
    """A sheet, an evaluator's or the printed score column; ``name`` is what it is called."""

    path: str
    name: str
    sheet: Sheet

    def place_of(self, leaf: str) -> str:
        return f"{member_path(f'{self.path}.marks', leaf)}.value"

    def points(self, leaf: str) -> Decimal | None:
        mark = self.sheet.marks.get(leaf)
        return mark.value if mark and mark.state is MarkState.SCORED else None

    def reason(self, leaf: str) -> str:
        mark = self.sheet.marks.get(leaf)
        return mark.reason if mark else ""


@dataclass(frozen=True)
class Case:
    """What is examined; before the results are open its dossier holds no marks."""

    facts: Facts
    context: Context = field(default_factory=Context)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """In printed order."""
        parents = {indicator.parent for indicator in self.dossier.indicators}
        classes: dict[str, tuple[str, ...]] = {"": ()}
        leaves = []
        for index, indicator in enumerate(self.dossier.indicators):
            above = classes[indicator.parent]
            classes[indicator.key] = (*above, indicator.name)
            if indicator.key not in parents:
                leaves.append(Leaf(f"indicators[{index}]", indicator, above))
        return tuple(leaves)

    @cached_property
    def panel_sheets(self) -> tuple[Scored, ...]:
        return tuple(
            Scored(f"panel[{index}].sheet", self.facts.names[member.key], member.sheet)
            for index, member in enumerate(self.dossier.panel)
            if member.sheet is not None
        )

    @cached_property
    def sheets(self) -> tuple[Scored, ...]:
        """The evaluators' and, of an old form, the printed score column."""
        column = self.dossier.consensus
        printed = () if column is None else (Scored("consensus", SCORE_COLUMN, column),)
        return (*self.panel_sheets, *printed)

    @cached_property
    def outcomes(self) -> dict[str, Proposal | NoProposal]:
        """What the rules of leaves give; a leaf without a rule takes the pack's for its target."""
        defaults = self.pack.default_rules
        return self.facts.proposals | {
            leaf.key: propose(
                rule,
                leaf.indicator.weight,
                leaf.indicator.target_value,
                leaf.indicator.actual_value,
                self.facts.funds,
                places=self.pack.scoring.places,
            )
            for leaf in self.leaves
            if leaf.indicator.rule is None
            and (rule := default_rule(defaults, leaf.indicator.target_value))
        }

    def rule_of(self, leaf: Leaf) -> LeafRule | None:
        own = leaf.indicator.rule
        return own or default_rule(self.pack.default_rules, leaf.indicator.target_value)

    @property
    def dossier(self) -> Dossier:
        return self.facts.dossier

    @cached_property
    def narrative(self) -> Narrative:
        """The report's text, read once for all checks."""
        return Narrative(self.facts)

    @property
    def pack(self) -> RulePack:
        return self.dossier.pack

    def limit(self, name: str) -> Decimal:
        """A threshold of the pack; docs/rulepacks.md gives meaning and unit of each."""
        return self.pack.limit(name)


CheckFunction = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """``code`` and ``severity`` as in the published list of checks; ``applies`` says to what.

    ``source`` names the rule behind it, where there is one.
    """

    code: str
    severity: Severity
    title: str
    applies: str
    function: CheckFunction
    phase: Phase = Phase.FORMS
    source: str = ""


@dataclass(frozen=True)
class Answer:
    """What one check said; ``reason`` where it had nothing to compare.

    ``severity`` is the check's own, unless the rule pack gives another.
    """

    check: Check
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    severity: Severity = Severity.BLOCK
