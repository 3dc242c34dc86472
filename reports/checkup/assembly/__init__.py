"""From the parts of one evaluation to its dossier."""

from collections.abc import Iterable

from projects.enums import State
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.entries import fiscal_year, project_name, read_basic
from reports.checkup.assembly.funding import read_funding
from reports.checkup.assembly.narrative import read_narrative
from reports.checkup.assembly.packs import Choice, chosen_pack
from reports.checkup.assembly.results import read_panel, read_printed
from reports.checkup.assembly.sources import Sources, laid_together
from reports.checkup.assembly.tree import Tree, point_out_blanks, read_tree
from reports.checkup.model import Reading
from reports.checkup.parts import NOTHING, Part
from reports.checkup.values import is_blank
from reports.dossier.codec import FIRST_YEAR, LAST_YEAR
from reports.dossier.members import CELL, LABEL, SHORT
from reports.dossier.model import Dossier, PerformanceTarget

MOST_TARGETS = 300
NO_YEAR = "没有读到预算年度，暂按 {} 年检查；与年度有关的结果没有列出。"


def assemble(parts: Iterable[Part], *, assumed_year: int) -> Reading:
    """One evaluation as read. ``assumed_year`` stands in where no file names a year."""
    desk = Desk()
    sources = laid_together(parts, desk)
    choice = chosen_pack(sources)
    _say_which_pack(choice, sources, desk)
    basic = read_basic(sources, desk)
    for name, spot in sources.spots.items():
        desk.spot(name, spot)
    if sources.money:
        desk.spot("funding", sources.money[0].printed)
    year = fiscal_year(sources, basic.evaluated_on, desk)
    if year is None:
        desk.note(NO_YEAR.format(assumed_year))
    funding = read_funding(sources, choice.pack, desk)
    tree = read_tree(sources, choice.pack, desk)
    narrative = read_narrative(sources, choice.pack, desk)
    panel = read_panel(sources, desk)
    point_out_blanks(tree, desk)
    reason = _execution_reason(sources, desk)
    dossier = Dossier(
        project_name=project_name(sources, desk),
        fiscal_year=min(max(assumed_year if year is None else year, FIRST_YEAR), LAST_YEAR),
        state=State.CONFIRMING.value,
        pack=choice.pack,
        basic=basic,
        funding=funding.lines,
        annual_budget=funding.annual,
        targets=_targets(sources, desk),
        sections=narrative.sections,
        indicators=tuple(tree.indicators),
        panel=panel,
        consensus=tree.sheet,
        printed=read_printed(sources, narrative, tree, funding, desk),
        initial_budget=funding.initial,
        adjustment=funding.adjustment,
        execution_reason=reason,
        adjustment_reason=reason if funding.adjustment else "",
    )
    return Reading(
        dossier,
        tuple(sources.forms),
        tuple(desk.unread),
        tuple(desk.notes),
        desk.places,
        desk.spans,
        _asked(sources, tree),
        choice.fits,
        year is not None,
    )


def _asked(sources: Sources, tree: Tree) -> frozenset[str]:
    columns = {cell.column for cell in sources.money} | sources.execution.keys()
    weight = {"weight"} if tree.has_weights else set()
    return frozenset({*sources.fields, *columns, *weight})


def _say_which_pack(choice: Choice, sources: Sources, desk: Desk) -> None:
    name = choice.pack.name
    if choice.fits:
        desk.note(f"指标体系与「{name}」相同，按它检查。")
    elif sources.roots:
        desk.note(
            f"没有与这份指标体系相同的规则包，按最接近的「{name}」检查，指标和分值用表上自己的。"
        )
    else:
        desk.note(f"文件里没有评分表，按「{name}」检查。")


def _execution_reason(sources: Sources, desk: Desk) -> str:
    printed = sources.execution.get("reason", NOTHING)
    if is_blank(printed.text):
        return ""
    return desk.line(printed, what="执行率原因", path="execution_reason", limit=CELL)


def _targets(sources: Sources, desk: Desk) -> tuple[PerformanceTarget, ...]:
    targets = []
    for index, row in enumerate(sources.targets[:MOST_TARGETS]):
        path = f"targets[{index}]"
        desk.places[path] = row.target
        target = desk.line(row.target, what="绩效目标", path=f"{path}.target", limit=CELL)
        best, good, fair, poor = (text[:LABEL] for text in row.standards)
        standards = (best, good, fair, poor)
        targets.append(
            PerformanceTarget(row.goal_type[:SHORT], row.goal_class[:SHORT], target, standards)
        )
    return tuple(targets)
