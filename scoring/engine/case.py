"""What is to be scored, and what stands in the way of a result."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evalsys.rulepacks.schema import Averaging, ScoringRules
from scoring.engine.averaging import not_applicable
from scoring.engine.marks import TOTAL_KEY, bare_total, sheet_faults, unscored_leaves
from scoring.engine.model import Node, Sheet
from scoring.engine.tree import check_tree, leaves_of

CONSENSUS_LABEL = "共同评分"


@dataclass(frozen=True)
class Case:
    """Everything a result follows from; ``names`` maps evaluator keys to names of people."""

    roots: tuple[Node, ...]
    sheets: tuple[Sheet, ...]
    rules: ScoringRules
    consensus: Sheet | None
    execution_rate: Fraction | None
    names: Mapping[str, str]

    def label(self, sheet: Sheet) -> str:
        if sheet is self.consensus:
            return CONSENSUS_LABEL
        return self.names.get(sheet.evaluator, sheet.evaluator)

    @property
    def all_sheets(self) -> tuple[Sheet, ...]:
        return self.sheets if self.consensus is None else (*self.sheets, self.consensus)


@dataclass(frozen=True)
class Obstacle:
    """A reason for having no result: ``entry`` for a list, ``sentence`` for the explanation."""

    entry: str
    sentence: str


def obstacles_to(case: Case) -> tuple[Obstacle, ...]:
    """The first kind of reason there is, in full: a broken tree, the panel, what applies."""
    for find in (_tree_obstacles, _panel_obstacles, _applicability_obstacles):
        if found := tuple(find(case)):
            return found
    return ()


def complete_sheets(case: Case) -> tuple[Sheet, ...]:
    return tuple(sheet for sheet in case.sheets if not any(_sheet_obstacles(case, sheet)))


def _plainly(sentence: str) -> Obstacle:
    return Obstacle(sentence, sentence)


def _tree_obstacles(case: Case) -> Iterator[Obstacle]:
    return (_plainly(problem.message) for problem in check_tree(case.roots, case.rules))


def _panel_obstacles(case: Case) -> Iterator[Obstacle]:
    for evaluator, sheets in Counter(sheet.evaluator for sheet in case.sheets).items():
        if sheets > 1:
            name = case.names.get(evaluator, evaluator)
            yield _plainly(f"{name}有 {sheets} 份评分表，每人只能有一份。")
    for sheet in case.all_sheets:
        yield from _sheet_obstacles(case, sheet)
    if case.rules.averaging is Averaging.CONSENSUS and case.consensus is None:
        yield Obstacle(CONSENSUS_LABEL, "本套规则以共同评分为准，还没有共同评分表。")
    least = max(1, case.rules.minimum_evaluators)
    if len(case.sheets) < least:
        yield _plainly(f"评价人员至少 {least} 人，现有 {len(case.sheets)} 人。")


def _sheet_obstacles(case: Case, sheet: Sheet) -> Iterator[Obstacle]:
    label = case.label(sheet)
    if not sheet.submitted:
        yield Obstacle(label, f"{label}：评分表尚未提交。")
        return
    if unscored := unscored_leaves(case.roots, sheet):
        leaf_names = "、".join(leaf.name for leaf in unscored)
        yield Obstacle(label, f"{label}：还有 {len(unscored)} 项未评分（{leaf_names}）。")
    places = {TOTAL_KEY: ""} | {leaf.key: f"「{leaf.name}」" for leaf in leaves_of(case.roots)}
    for key, fault in sheet_faults(case.roots, sheet, case.rules).items():
        yield _plainly(f"{label}：{places.get(key, f'「{key}」')}{fault}")


def _applicability_obstacles(case: Case) -> Iterator[Obstacle]:
    leaves = leaves_of(case.roots)
    left_out = [
        (case.label(sheet), not_applicable(sheet))
        for sheet in case.all_sheets
        if bare_total(sheet) is None
    ]
    for leaf in leaves:
        names = [label for label, keys in left_out if leaf.key in keys]
        if 0 < len(names) < len(left_out):
            who = f"{len(names)} 份评分表为不适用（{'、'.join(names)}）"
            others = len(left_out) - len(names)
            yield _plainly(f"「{leaf.name}」：{who}，{others} 份打了分，请先统一。")
    if any(len(keys) == len(leaves) for _, keys in left_out):
        yield _plainly("全部指标都不适用，没有可以评分的内容。")
    individual = [sheet for sheet in case.sheets if not_applicable(sheet)]
    if individual and any(bare_total(sheet) is not None for sheet in case.sheets):
        yield _plainly("有的评分表只有总分，有的有不适用的指标，不能一起平均。")
