"""The report's text by the sections of an outline, its headings as printed, figures it states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from evalsys.rulepacks.schema import OutlineSection, RulePack
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.sources import Sources
from reports.checkup.forms.report import LIKE, joined_lines, likeness
from reports.checkup.parts import HeadingRow, Printed
from reports.checkup.values import is_blank
from reports.checkup.words import label, one_line
from reports.dossier.members import LABEL, SECTION, SHORT
from reports.dossier.model import PrintedHeading

SAME_CHAPTER, SAME_NUMBER, BACKWARDS = 0.15, 0.05, -0.2
MOST_HEADINGS = 300
MOVED_DOWN = "「{}」在提纲里不写正文，文字并入下一级。"
# Texts of the national form that have no place of their own in a dossier but one in the report.
TEXTS = {
    "expected": "basics_goals",
    "achieved": "basics_project",
    "process": "basics_project",
    "conclusion": "conclusion",
    "problems": "experience",
    "unmet": "experience",
    "improvements": "recommendations",
}

NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
IS = "(?:为|是|达到|达|:|：|属于)?"
TOTAL = re.compile(rf"(?:总?自评(?:总)?得?分|总得?分|综合得分|评价得分){IS}\s*{NUMBER}\s*分")
GRADE = re.compile(
    rf"(?:等次|等级|评价结果|评价级别|评级){IS}[“「]?"
    "(优秀|优|良好|良|中等|中|合格|一般|较差|差|不合格)"
)
EXECUTION = re.compile(rf"(?:(?:预算|资金|经费)?执行率|完成占(?:比)?){IS}\s*({NUMBER}\s*[%％])")
STATED = {"total": TOTAL, "grade": GRADE, "execution_rate": EXECUTION}

Lines = Sequence[tuple[str, Printed]]


@dataclass
class Narrative:
    """``stated`` are figures of the results as the text states them, with their places."""

    sections: dict[str, str] = field(default_factory=dict)
    headings: tuple[PrintedHeading, ...] = ()
    stated: dict[str, Printed] = field(default_factory=dict)


def read_narrative(sources: Sources, pack: RulePack, desk: Desk) -> Narrative:
    narrator = _Narrator(pack, desk)
    headings = [narrator.read(row) for row in sources.headings[:MOST_HEADINGS]]
    for index, row in enumerate(sources.headings[:MOST_HEADINGS]):
        desk.spot(f"printed.headings[{index}]", row.title)
    narrator.narrative.headings = tuple(headings)
    narrator.add_texts(sources)
    return narrator.narrative


class _Narrator:
    """Goes through the headings in order; ``at`` is the section the last known one opened."""

    def __init__(self, pack: RulePack, desk: Desk) -> None:
        self.outline, self.desk = pack.outline, desk
        self.chapters = _chapters(pack.outline)
        self.narrative = Narrative()
        self.at = -1

    def read(self, row: HeadingRow) -> PrintedHeading:
        title, lines = one_line(row.title.text), joined_lines(row.body)
        found = self._find(row)
        if found is None:  # the outline has no such section: all of it is text of the one before
            lines = [(f"{row.number}{title}", row.title), *lines]
        else:
            self.at = found
        if lines:
            self._add(self._with_body(row), lines)
            self._note_stated(lines)
        key = "" if found is None else self.outline[found].key
        return PrintedHeading(row.number[:SHORT], title[:LABEL], key)

    def _find(self, row: HeadingRow) -> int | None:
        """The section whose title is nearest, rather ahead in the same chapter than back."""
        words, number = label(row.title.text), label(row.number)
        nearest: tuple[float, int] | None = None
        for index, section in enumerate(self.outline):
            like = likeness(words, label(section.title))
            if like < LIKE:
                continue
            like += SAME_CHAPTER * (self.chapters[index] == self._chapter())
            like += SAME_NUMBER * (label(section.number) == number)
            like += BACKWARDS * (index <= self.at)
            nearest = max(nearest or (0.0, index), (like, index))
        return nearest[1] if nearest and nearest[0] >= LIKE else None

    def _chapter(self) -> int:
        return self.chapters[self.at] if self.at >= 0 else -1

    def _with_body(self, row: HeadingRow) -> OutlineSection:
        """The open section, or the first below it that has text of its own."""
        start = max(self.at, 0)
        section = next(one for one in (*self.outline[start:], *self.outline) if one.has_body)
        if self.at >= 0 and section is not self.outline[self.at]:
            self.desk.note(MOVED_DOWN.format(self.outline[self.at].title), row.title)
        return section

    def _add(self, section: OutlineSection, lines: Lines) -> None:
        path = f"sections.{section.key}"
        text = self.narrative.sections.get(section.key, "")
        for line, printed in lines:
            start = len(text) + bool(text)
            self.desk.spot(path, printed)
            self.desk.spans.setdefault(path, []).append((start, printed))
            text = f"{text}\n{line}" if text else line
        what = f"报告「{section.title}」"
        self.narrative.sections[section.key] = self.desk.cut(text, what, lines[0][1], SECTION)

    def _note_stated(self, lines: Lines) -> None:
        for line, printed in lines:
            for name, pattern in STATED.items():
                if name not in self.narrative.stated and (found := pattern.search(line)):
                    self.narrative.stated[name] = Printed(found[1], printed.file, printed.where)

    def add_texts(self, sources: Sources) -> None:
        """What the national form says in words, unless a report says it at length."""
        reported = set(self.narrative.sections)
        sections = {section.key: section for section in self.outline if section.has_body}
        for name, key in TEXTS.items():
            printed = sources.first(name)
            if key in sections and key not in reported and not is_blank(printed.text):
                self._add(sections[key], [(printed.text.strip(), printed)])


def _chapters(outline: tuple[OutlineSection, ...]) -> list[int]:
    """For each section the place of the first-level one it stands under."""
    chapters: list[int] = []
    for index, section in enumerate(outline):
        chapters.append(index if section.level == 1 or not chapters else chapters[-1])
    return chapters
