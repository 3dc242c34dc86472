"""Which of the papers a field of the dossier stands on."""

import re

from reports.checks.model import Place

HEAD = re.compile(r"[^.\[]+")
# Everything else stands on 基本信息表.
DOCUMENTS = {
    "project_name": "goals",
    "targets": "goals",
    "sections": "report",
    "panel": "panel",
    "appointed_by": "panel",
    "evidence": "evidence",
    "steps": "course",
    "due_on": "course",
    "submitted_on": "course",
    "published_on": "course",
}


def at(path: str, start: int | None = None, end: int | None = None) -> Place:
    """``path`` as in the dossier's JSON, or into the steps of the course."""
    head = HEAD.match(path)
    document = DOCUMENTS.get(head[0] if head else "", "basic")
    if path.startswith("printed.headings"):
        document = "report"
    return Place(document, path, start, end)
