"""The narrative of one dossier, read once for all checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from evalsys.rulepacks.schema import OutlineSection
from reports.dossier.facts import Facts
from reports.livefigures import Expanded, expand
from reports.reading.claims import Claim, claims
from reports.reading.figures import Kind
from reports.reading.formvalues import FormValues
from reports.reading.indicators import Indicators
from reports.reading.passage import Passage
from reports.reading.shares import share_claims

BACKGROUND = ("概况", "性质", "背景", "立项", "依据", "基本情况")


@dataclass(frozen=True)
class Section:
    """A section as a reader sees it: live figures as values, read as a passage.

    ``title`` is the whole path of headings, so that 存在问题 below 经验 is found by either.
    """

    outline: OutlineSection
    title: str
    shown: Expanded
    passage: Passage

    @property
    def key(self) -> str:
        return self.outline.key

    @property
    def text(self) -> str:
        return self.shown.text

    @property
    def is_background(self) -> bool:
        return any(word in self.title for word in BACKGROUND)

    @property
    def is_of_goals(self) -> bool:
        return "目标" in self.outline.title and "完成" not in self.outline.title


@dataclass(frozen=True)
class Narrative:
    facts: Facts

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Those with text, in the order of the outline."""
        return tuple(self._sections())

    def _sections(self) -> Iterator[Section]:
        dossier = self.facts.dossier
        path: list[str] = []
        for outline in dossier.pack.outline:
            path[outline.level - 1 :] = [outline.title]
            body = dossier.sections.get(outline.key, "")
            if outline.has_body and body.strip():
                shown = expand(body, self.facts)
                passage = Passage.of(shown.text, dossier.fiscal_year, self.own_names)
                yield Section(outline, "/".join(path), shown, passage)

    @property
    def own_names(self) -> tuple[str, ...]:
        dossier = self.facts.dossier
        basic = dossier.basic
        names = (dossier.project_name, basic.implementing_unit, basic.supervising_department)
        return tuple(filter(None, names))

    @cached_property
    def values(self) -> FormValues:
        return FormValues(self.facts)

    @cached_property
    def indicators(self) -> Indicators:
        return Indicators(self.facts)

    def claims(self, section: Section) -> Iterator[Claim]:
        """Every typed figure of a section that names a form value, each once.

        Live ones cannot be wrong, and rates and counts among the goals are wishes.
        """
        seen = set()
        for claim in self._claims(section):
            figure = claim.figure
            if figure.start not in seen and not section.shown.is_live(figure.start, figure.end):
                seen.add(figure.start)
                yield claim

    def _claims(self, section: Section) -> Iterator[Claim]:
        passage = section.passage
        for claim in claims(passage, self.values):
            if not section.is_of_goals or claim.figure.kind is Kind.MONEY:
                yield claim
        if not section.is_of_goals:
            yield from share_claims(passage, self.values)
            yield from self.indicators.claims(passage)
