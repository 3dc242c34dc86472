"""The forms of one evaluation laid together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.checkup.assembly.desk import Desk
from reports.checkup.model import Form
from reports.checkup.parts import (
    NOTHING,
    HeadingRow,
    MoneyCell,
    Part,
    PersonRow,
    Printed,
    ScoreNode,
    TargetRow,
)
from reports.checkup.words import plain

NAMES = {
    "goals": "项目绩效目标表",
    "basic": "项目基本信息表",
    "national": "项目支出绩效自评表",
    "report": "绩效评价报告",
}
SECOND_TREE = "有两张评分表，只读了第一张。"
SECOND_PANEL = "评价人员名单出现了两次，只读了第一次。"
SECOND_REPORT = "评价报告出现了两次，只读了第一份。"


@dataclass
class Sources:
    """``fields`` hold every occurrence of an entry, in the order of the files."""

    forms: list[Form] = field(default_factory=list)
    fields: dict[str, list[Printed]] = field(default_factory=lambda: defaultdict(list))
    money: list[MoneyCell] = field(default_factory=list)
    execution: dict[str, Printed] = field(default_factory=dict)
    targets: list[TargetRow] = field(default_factory=list)
    roots: list[ScoreNode] = field(default_factory=list)
    score_totals: list[dict[str, Printed]] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    headings: list[HeadingRow] = field(default_factory=list)
    spots: dict[str, Printed] = field(default_factory=dict)
    asks_signatures: bool = False
    pictures: bool = False

    def first(self, name: str) -> Printed:
        """The first occurrence that is not blank, else the first blank one."""
        found = self.fields.get(name, [])
        return next((one for one in found if one.text.strip()), found[0] if found else NOTHING)

    def several(self, name: str) -> list[Printed]:
        """What an entry says where it says different things."""
        filled = [one for one in self.fields.get(name, []) if one.text.strip()]
        return list({plain(one.text): one for one in filled}.values())

    @property
    def is_national(self) -> bool:
        """Whether the money is that of the national form: scored itself, or of an annual budget."""
        return bool(self.execution) or any(cell.column == "annual" for cell in self.money)


def laid_together(parts: Iterable[Part], desk: Desk) -> Sources:
    sources = Sources()
    for part in parts:
        sources.forms.extend(_forms(part))
        for name, found in part.fields.items():
            sources.fields[name].extend(found)
        sources.money.extend(part.money)
        sources.execution |= {
            name: printed
            for name, printed in part.execution.items()
            if name not in sources.execution
        }
        sources.targets.extend(part.targets)
        _take_once(sources.roots, part.roots, SECOND_TREE, desk, part)
        _take_once(sources.people, part.people, SECOND_PANEL, desk, part)
        _take_once(sources.headings, part.headings, SECOND_REPORT, desk, part)
        sources.score_totals.extend(part.score_totals)
        sources.spots = part.spots | sources.spots
        sources.asks_signatures |= part.asks_signatures
        sources.pictures |= part.pictures
        desk.unread.extend(part.unread)
    return sources


def _take_once(into: list, found: Sequence, sentence: str, desk: Desk, part: Part) -> None:  # type: ignore[type-arg]
    if into and found:
        desk.note(sentence, part.title)
    elif found:
        into.extend(found)


def _forms(part: Part) -> Iterable[Form]:
    """What a part is by what was found in it; its title names it where it has one."""
    kinds = []
    if part.has_goals:
        kinds.append("goals")
    if part.roots or part.money or part.has_people:
        national = part.kind == "national" or bool(part.execution)
        kinds.append("national" if national else "basic")
    if part.headings:
        kinds.append("report")
    for kind in kinds or [part.kind] * bool(part.kind):
        titled = part.kind == kind and part.title.text
        document = {"national": "basic"}.get(kind, kind)
        name = " ".join(part.title.text.split()) if titled else NAMES[kind]
        yield Form(name, document, part.title)
    if part.has_people:
        yield Form("评价人员", "panel", part.title)
