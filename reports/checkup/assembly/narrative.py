"""The report's text by the sections of an outline, its headings as printed, figures it states."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from evalsys.rulepacks.schema import OutlineSection, RulePack
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.sources import Sources
from reports.checkup.forms.report import LIKE, joined_body
from reports.checkup.parts import HeadingRow, Printed
from reports.checkup.values import is_blank
from reports.checkup.words import label
from reports.dossier.members import LABEL, SECTION, SHORT
from reports.dossier.model import PrintedHeading

SAME_PARENT, SAME_NUMBER, BACKWARDS = 0.15, 0.05, 0.2
MOST_HEADINGS = 300
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
TOTAL = re.compile(
    rf"(?:总?自评(?:总)?得?分|总得?分|综合得分|评价得分)(?:为|是|:|：)?\s*{NUMBER}\s*分"
)
GRADE = re.compile(
    r"(?:等次|等级|评价结果|评价级别|评级)(?:为|是|:|：|属于)?[“"
    '"'
    "「]?"
    r"(优秀|优|良好|良|中等|中|合格|一般|较差|差|不合格)"
)
EXECUTION = re.compile(
    rf"(?:(?:预算|资金|经费)?执行率|完成占(?:比)?)(?:为|是|达到|达|:|：)?\s*{NUMBER}\s*[%％]"
)
STATED = {"total": TOTAL, "grade": GRADE, "execution_rate": EXECUTION}


@dataclass
class Narrative:
    """``stated`` are figures of the results as the text states them, with their places."""

    sections: dict[str, str] = field(default_factory=dict)
    headings: tuple[PrintedHeading, ...] = ()
    stated: dict[str, Printed] = field(default_factory=dict)


def read_narrative(sources: Sources, pack: RulePack, desk: Desk) -> Narrative:
    narrative = Narrative()
    headings = []
    current: OutlineSection | None = None
    parent = ""
    for row in sources.headings[:MOST_HEADINGS]:
        section = _section(row, pack.outline, current, parent)
        if section is not None:
            current = section
            parent = section.key if section.level == 1 else parent
        desk.places[f"printed.headings[{len(headings)}]"] = row.title
        headings.append(_heading(row, section))
        _add_body(row, section or current, section is None, pack, narrative, desk)
    narrative.headings = tuple(headings)
    _add_texts(sources, pack, narrative, desk)
    return narrative


def _heading(row: HeadingRow, section: OutlineSection | None) -> PrintedHeading:
    title = " ".join(row.title.text.split())
    return PrintedHeading(row.number[:SHORT], title[:LABEL], section.key if section else "")


def _section(
    row: HeadingRow,
    outline: tuple[OutlineSection, ...],
    current: OutlineSection | None,
    parent: str,
) -> OutlineSection | None:
    """The section whose title is nearest, rather below the open one than back before it."""
    words = label(row.title.text)
    places = {section.key: index for index, section in enumerate(outline)}
    here = places[current.key] if current else -1
    parents = dict(_parents(outline))

    def nearness(section: OutlineSection) -> float:
        like = SequenceMatcher(None, words, label(section.title), autojunk=False).ratio()
        near = SAME_PARENT * (parents[section.key] == parent) + SAME_NUMBER * (
            label(section.number) == label(row.number)
        )
        return like + (near - BACKWARDS * (places[section.key] <= here) if like >= LIKE else 0)

    best = max(outline, key=nearness, default=None)
    return best if best and nearness(best) >= LIKE else None


def _parents(outline: tuple[OutlineSection, ...]) -> Iterator[tuple[str, str]]:
    """The first-level section above each section."""
    above = ""
    for section in outline:
        yield section.key, above if section.level > 1 else ""
        above = section.key if section.level == 1 else above


def _add_body(
    row: HeadingRow,
    section: OutlineSection | None,
    unknown: bool,
    pack: RulePack,
    narrative: Narrative,
    desk: Desk,
) -> None:
    body = joined_body(row.body)
    if unknown:
        body = f"{row.number}{row.title.text}\n{body}".strip()
    if not body:
        return
    key = _key_with_body(section, pack.outline)
    if key != (section.key if section else ""):
        desk.note(
            "这一节在提纲里不写正文，文字并入下一级。" if section else "报告开头的文字并入第一节。",
            row.title,
        )
    before = narrative.sections.get(key, "")
    text = f"{before}\n{body}" if before else body
    where = row.body[0][0] if row.body else row.title
    first = desk.places.get(f"sections.{key}", where)
    narrative.sections[key] = desk.text(
        first, text, f"报告「{row.title.text}」", f"sections.{key}", SECTION
    )
    for name, pattern in STATED.items():
        if name not in narrative.stated and (found := pattern.search(body)):
            text = f"{found[1]}%" if name == "execution_rate" else found[1]
            narrative.stated[name] = Printed(text, where.file, where.where)


def _key_with_body(section: OutlineSection | None, outline: tuple[OutlineSection, ...]) -> str:
    """The section itself, or the first below it that has text of its own."""
    start = outline.index(section) if section else 0
    return next(one.key for one in (*outline[start:], *outline) if one.has_body)


def _add_texts(sources: Sources, pack: RulePack, narrative: Narrative, desk: Desk) -> None:
    """What the national form says in words, unless a report says it at length."""
    known = {section.key for section in pack.outline if section.has_body}
    reported = set(narrative.sections)
    for name, key in TEXTS.items():
        printed = sources.first(name)
        text = printed.text.strip()
        if key not in known or key in reported or is_blank(text):
            continue
        before = narrative.sections.get(key, "")
        whole = f"{before}\n{text}" if before else text
        narrative.sections[key] = desk.text(printed, whole, "说明文字", f"sections.{key}", SECTION)
