"""Where a finding is put right: which page, and which field on it.

Ids of fields are those that the forms of the pages give their inputs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from reports.checks.model import Place
from reports.dossier.model import Dossier

STANDARDS = ("excellent", "good", "fair", "poor")
BASIC, GOALS, REPORT = "projects:basic", "projects:goals", "projects:report"
INDICATORS, PANEL, RESULTS = "scoring:indicators", "projects:panel", "reports:results"
EVIDENCE, FINDINGS = "scoring:evidence", "reports:findings"
FORM_PAGES = frozenset({BASIC, GOALS, REPORT, INDICATORS, PANEL, EVIDENCE})


@dataclass(frozen=True)
class Anchor:
    """``page`` is the name of an address of the evaluation, ``element`` the id of an input there.

    A figure that nobody types has no element, a finding of the course no page but its own.
    """

    page: str
    element: str = ""

    def address(self, evaluation_pk: int) -> str:
        fragment = f"#{self.element}" if self.element else ""
        return reverse(self.page, args=[evaluation_pk]) + fragment


@dataclass(frozen=True)
class Anchors:
    """The way to the fields of one evaluation; ``rows`` numbers its indicators, by key."""

    dossier: Dossier
    rows: Mapping[str, int]

    def anchor(self, place: Place) -> Anchor:
        for pattern, way in WAYS:
            if match := pattern.fullmatch(place.field):
                return way(self, match)
        return Anchor(FINDINGS)

    def funding(self, match: re.Match[str]) -> Anchor:
        line = self.dossier.funding[int(match[1])]
        return Anchor(BASIC, f"id_{line.source}-{match[2]}")

    def basic(self, match: re.Match[str]) -> Anchor:
        return Anchor(BASIC, f"id_{match[1]}")

    def standard(self, match: re.Match[str]) -> Anchor:
        return Anchor(GOALS, f"id_row-{match[1]}-{STANDARDS[int(match[2] or 0)]}")

    def target(self, match: re.Match[str]) -> Anchor:
        return Anchor(GOALS, f"id_row-{match[1]}-{match[2]}")

    def section(self, match: re.Match[str]) -> Anchor:
        return Anchor(REPORT, f"id_{match[1] or match[2]}_body")

    def indicator(self, match: re.Match[str]) -> Anchor:
        row = self.rows.get(self.dossier.indicators[int(match[1])].key)
        return Anchor(INDICATORS, f"indicator-{row}-{match[2]}" if row else "")


Way = Callable[[Anchors, re.Match[str]], Anchor]


def _page(page: str, element: str = "") -> Way:
    return lambda anchors, match: Anchor(page, element)


# The first that fits; paths are those of the dossier's JSON.
WAYS: tuple[tuple[re.Pattern[str], Way], ...] = tuple(
    (re.compile(pattern), way)
    for pattern, way in (
        (r"funding\[(\d+)\]\.(planned|received|spent)", Anchors.funding),
        (r"funding.*|basic", _page(BASIC)),
        (r"(?:basic\.)?(annual_budget|initial_budget|adjustment|\w+_reason)", Anchors.basic),
        (r"basic\.(\w+)", Anchors.basic),
        (r"targets\[(\d+)\]\.standards(?:\[([0-3])\])?", Anchors.standard),
        (r"targets\[(\d+)\]\.(\w+)", Anchors.target),
        (r"targets.*|project_name", _page(GOALS)),
        (r'sections(?:\.([\w-]+)|\["(.+)"\])', Anchors.section),
        (r"sections", _page(REPORT)),
        (r"indicators\[(\d+)\]\.(\w+)", Anchors.indicator),
        (r"indicators.*", _page(INDICATORS)),
        (r"appointed_by", _page(PANEL, "id_appointed_by")),
        (r"panel\[\d+\]\.sheet.*|consensus.*|printed.*|department.*", _page(RESULTS)),
        (r"panel.*", _page(PANEL)),
        (r"evidence.*", _page(EVIDENCE)),
    )
)


def page_of(place: Place, dossier: Dossier) -> str:
    """The name of the page where a finding is put right."""
    return Anchors(dossier, rows={}).anchor(place).page
