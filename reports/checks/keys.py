"""What a finding is called, so that an explanation stays with it while the form is edited."""

import hashlib
import re

from reports.checks.model import Finding
from reports.dossier.model import Dossier, PerformanceTarget

ROW = re.compile(r"(?P<list>funding|indicators|panel|targets)\[(?P<index>[0-9]+)\](?P<rest>.*)")
LONGEST = 200
DIGEST = 8


def finding_key(dossier: Dossier, code: str, finding: Finding) -> str:
    """The check and the field, rows by what they are and not by their number.

    What was found at a position of a text is part of the name, its position is not.
    """
    place = finding.place
    about = finding.about or (finding.found if place.start is not None else "")
    ending = f"#{short_digest(about)}" if about else ""
    return f"{code}:{_stable(dossier, place.field)[: LONGEST - 30]}{ending}"


def short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


def _stable(dossier: Dossier, path: str) -> str:
    row = ROW.fullmatch(path)
    if row is None:
        return path
    names = _names(dossier, row["list"])
    index = int(row["index"])
    name = names[index] if index < len(names) else row["index"]
    return f"{row['list']}.{name}{row['rest']}"


def _names(dossier: Dossier, name: str) -> list[str]:
    match name:
        case "funding":
            return [line.source for line in dossier.funding]
        case "indicators":
            return [indicator.key for indicator in dossier.indicators]
        case "panel":
            return [member.key for member in dossier.panel]
    return [_target_name(target) for target in dossier.targets]


def _target_name(target: PerformanceTarget) -> str:
    """A row of the goals has no key but what it says."""
    return short_digest(f"{target.goal_type}|{target.goal_class}|{target.target}")
