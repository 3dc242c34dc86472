"""Which parts belong to one evaluation: several forms in one file, or in several files."""

from collections.abc import Iterable

from reports.checkup.parts import Part
from reports.checkup.words import plain

Group = list[Part]


def grouped(parts: Iterable[Part]) -> list[Group]:
    """Parts of the same project name go together; one without a name goes where it is missing."""
    groups: list[Group] = []
    nameless: list[Part] = []
    for part in parts:
        name = _name(part)
        home = _named(groups, name) if name else _open_home(groups, part)
        if home is not None:
            home.append(part)
        elif name:
            groups.append([part])
        else:
            nameless.append(part)
    for part in nameless:
        _place(groups, part)
    return [group for group in groups if any(not part.is_empty for part in group)]


def _name(part: Part) -> str:
    return next((plain(one.text) for one in part.fields.get("project_name", []) if one.text), "")


def _named(groups: list[Group], name: str) -> Group | None:
    return next((group for group in groups if any(_name(part) == name for part in group)), None)


def _open_home(groups: list[Group], part: Part) -> Group | None:
    """The last evaluation of the same file, while it lacks this form."""
    if groups and groups[-1][-1].file == part.file and not _has(groups[-1], part):
        return groups[-1]
    return None


def _has(group: Group, part: Part) -> bool:
    return bool(_contents(part) & {content for other in group for content in _contents(other)})


def _contents(part: Part) -> set[str]:
    holds = {
        "goals": part.has_goals,
        "tree": bool(part.roots),
        "people": part.has_people,
        "report": bool(part.headings),
        "money": bool(part.money),
    }
    return {name for name, held in holds.items() if held}


def _place(groups: list[Group], part: Part) -> None:
    """By the project's name in its text; else the only evaluation that lacks it; else its own."""
    mentioned = [group for group in groups if _mentions(part, group)]
    lacking = [group for group in groups if not _has(group, part)]
    if len(mentioned) == 1 and not _has(mentioned[0], part):
        mentioned[0].append(part)
    elif len(groups) == 1 and lacking:
        lacking[0].append(part)
    elif same_file := [group for group in lacking if group[-1].file == part.file]:
        same_file[-1].append(part)
    else:
        groups.append([part])


def _mentions(part: Part, group: Group) -> bool:
    name = next(filter(None, map(_name, group)), "")
    text = plain("".join(one.text for heading in part.headings for one, _ in heading.body))
    return bool(name) and name in text
