"""Where a finding stands, in the words of the papers."""

import re

from reports.checks import Place
from reports.dossier.model import Dossier

DOCUMENTS = {
    "goals": "绩效目标表",
    "basic": "基本信息表",
    "report": "评价报告",
    "panel": "评价人员",
    "evidence": "佐证材料",
    "course": "评价过程",
}
MEMBER = re.compile(r"(\w+)(?:\[(\d+)\]|\.(\w+)|\[\"?([\w.-]+)\"?\])?")


def place_text(dossier: Dossier, place: Place) -> str:
    """The paper and, in lists, what the row is called."""
    paper = DOCUMENTS.get(place.document, "")
    inside = _inside(dossier, place.field)
    return f"{paper}：{inside}" if inside else paper


def _inside(dossier: Dossier, field: str) -> str:
    found = MEMBER.match(field)
    if not found:
        return ""
    name, index, member, key = found.groups()
    rows = {
        "funding": [line.label for line in dossier.funding],
        "targets": [f"第{number}行" for number, _ in enumerate(dossier.targets, 1)],
        "indicators": [indicator.name for indicator in dossier.indicators],
        "panel": [one.name for one in dossier.panel],
    }.get(name, [])
    if index and int(index) < len(rows):
        return rows[int(index)]
    sections = {one.key: f"{one.number}{one.title}" for one in dossier.pack.outline}
    return sections.get(member or key or "", "") if name == "sections" else ""
