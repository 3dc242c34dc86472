"""What a readable dossier must still satisfy: what it refers to exists, nothing is there twice.

Whether the figures are right is not asked here: a dossier holds what is, and the engine and the
checks say what is wrong with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from evalsys.jsonread import Problem, member_path
from evalsys.rulepacks.rules import rule_problems
from reports.dossier.model import Dossier, Indicator
from scoring.engine.grading import grade_for
from scoring.engine.model import Sheet

FINDING_KEY = re.compile(r"[A-Z][0-9]{2}:[!-~]{1,196}", re.ASCII)

Rule = Callable[[Dossier], Iterator[Problem]]


def known_sections(dossier: Dossier) -> Iterator[Problem]:
    bodies = {section.key: section.has_body for section in dossier.pack.outline}
    for key in dossier.sections:
        path = member_path("sections", key)
        if key not in bodies:
            yield Problem(path, "规则包的报告提纲中没有这一节，请删去或改正编号。")
        elif not bodies[key]:
            yield Problem(path, "这一节只有标题，不写正文，请把文字移到它的下级。")


def funding_sources_once(dossier: Dossier) -> Iterator[Problem]:
    return _repeated("funding", "source", dossier.funding)


def indicator_keys_once(dossier: Dossier) -> Iterator[Problem]:
    return _repeated("indicators", "key", dossier.indicators)


def panel_keys_once(dossier: Dossier) -> Iterator[Problem]:
    return _repeated("panel", "key", dossier.panel)


def known_parents(dossier: Dossier) -> Iterator[Problem]:
    return _known_parents("indicators", dossier.indicators)


def approved_tree_stands(dossier: Dossier) -> Iterator[Problem]:
    if dossier.approved is not None:
        yield from _repeated("approved.indicators", "key", dossier.approved.indicators)
        yield from _known_parents("approved.indicators", dossier.approved.indicators)


def _known_parents(place: str, indicators: tuple[Indicator, ...]) -> Iterator[Problem]:
    """A parent comes before its children, one level above them; a root is of level 1."""
    levels = {"": 0}
    for index, indicator in enumerate(indicators):
        path = f"{place}[{index}]"
        if indicator.parent not in levels:
            yield Problem(
                f"{path}.parent", f"前面没有编号为 {indicator.parent} 的指标，请先写上级指标。"
            )
        elif indicator.level != (expected := levels[indicator.parent] + 1):
            yield Problem(
                f"{path}.level", f"「{indicator.name}」应为 {expected} 级，现为 {indicator.level}。"
            )
        levels.setdefault(indicator.key, indicator.level)


def usable_rules(dossier: Dossier) -> Iterator[Problem]:
    """A leaf rule keeps what a pack's rules keep; docs/rulepacks.md lists it."""
    parents = {indicator.parent for indicator in dossier.indicators}
    for index, indicator in enumerate(dossier.indicators):
        path = f"indicators[{index}].rule"
        if indicator.rule is not None and indicator.key in parents:
            yield Problem(path, f"「{indicator.name}」有下级指标，计分规则请写在下级指标上。")
        yield from rule_problems(path, indicator.rule, dossier.pack.scoring.places)


def one_leader(dossier: Dossier) -> Iterator[Problem]:
    leaders = [index for index, member in enumerate(dossier.panel) if member.is_leader]
    for index in leaders[1:]:
        yield Problem(f"panel[{index}].is_leader", "评价工作组只能有一位组长。")


def marks_on_leaves(dossier: Dossier) -> Iterator[Problem]:
    leaves = _leaves(dossier)
    for path, sheet in _sheets(dossier):
        for key in sheet.marks:
            if key not in leaves:
                yield Problem(
                    member_path(f"{path}.marks", key), "不是末级指标的编号，请删去或改正。"
                )


def evidence_once(dossier: Dossier) -> Iterator[Problem]:
    return _repeated("evidence", "sha256", dossier.evidence)


def evidence_on_leaves(dossier: Dossier) -> Iterator[Problem]:
    leaves = _leaves(dossier)
    for index, file in enumerate(dossier.evidence):
        for number, key in enumerate(file.indicators):
            path = f"evidence[{index}].indicators[{number}]"
            if key not in leaves:
                yield Problem(path, "不是末级指标的编号，请删去或改正。")
            elif key in file.indicators[:number]:
                yield Problem(path, f"{key} 出现了两次，请删去一个。")


def printed_names_known(dossier: Dossier) -> Iterator[Problem]:
    """Subtotals are of indicators, headings of sections, where they name one."""
    if dossier.printed is None:
        return
    indicators = {indicator.key for indicator in dossier.indicators}
    for key in dossier.printed.subtotals.keys() - indicators:
        path = member_path("printed.subtotals", key)
        yield Problem(path, "指标树中没有这个编号，请删去或改正。")
    sections = {"", *(section.key for section in dossier.pack.outline)}
    for index, heading in enumerate(dossier.printed.headings):
        if heading.key not in sections:
            yield Problem(f"printed.headings[{index}].key", "规则包的报告提纲中没有这一节。")


def explanations_name_findings(dossier: Dossier) -> Iterator[Problem]:
    for key in dossier.explanations:
        if not FINDING_KEY.fullmatch(key):
            path = member_path("explanations", key)
            yield Problem(path, "应为核对结果的编号，例如 C11:evidence。")


def department_grade_follows(dossier: Dossier) -> Iterator[Problem]:
    if dossier.department is None:
        return
    score, given = dossier.department.score, dossier.department.grade
    word = None if score is None else grade_for(score, dossier.pack.scoring)
    if given != (word or ""):
        yield Problem("department.grade", f"与主管部门评分不符，应为「{word or ''}」。")


# The members each rule reads: it is tried only where all of them could be read.
RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("pack", "sections"), known_sections),
    (("funding",), funding_sources_once),
    (("indicators",), indicator_keys_once),
    (("indicators",), known_parents),
    (("approved",), approved_tree_stands),
    (("pack", "indicators"), usable_rules),
    (("panel",), panel_keys_once),
    (("panel",), one_leader),
    (("indicators", "panel", "consensus"), marks_on_leaves),
    (("evidence",), evidence_once),
    (("indicators", "evidence"), evidence_on_leaves),
    (("pack", "indicators", "printed"), printed_names_known),
    (("explanations",), explanations_name_findings),
    (("pack", "department"), department_grade_follows),
)


def _leaves(dossier: Dossier) -> set[str]:
    parents = {indicator.parent for indicator in dossier.indicators}
    return {indicator.key for indicator in dossier.indicators} - parents


def _sheets(dossier: Dossier) -> Iterator[tuple[str, Sheet]]:
    for index, member in enumerate(dossier.panel):
        if member.sheet is not None:
            yield f"panel[{index}].sheet", member.sheet
    if dossier.consensus is not None:
        yield "consensus", dossier.consensus


def _repeated(path: str, name: str, items: Iterable[object]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, key in enumerate(map(attrgetter(name), items)):
        if key in seen:
            yield Problem(f"{path}[{index}].{name}", f"{key} 出现了两次，请改成不同的编号。")
        seen.add(key)
