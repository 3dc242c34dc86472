"""One evaluator's marks: whether they may stand, and what they come to so far."""

from collections import Counter
from decimal import Decimal

from evalsys.figures import plain
from evalsys.rulepacks.schema import NotApplicable, ScoringRules
from scoring.engine.model import Mark, MarkState, Node, Proposal, Sheet, SheetProgress
from scoring.engine.tree import leaves_of

UNSCORED = Mark()
TOTAL_KEY = ""


def given(sheet: Sheet, key: str) -> Decimal | None:
    """The points given to a leaf; None when it is unscored or not applicable."""
    mark = sheet.marks.get(key, UNSCORED)
    return mark.value if mark.state is MarkState.SCORED else None


def bare_total(sheet: Sheet) -> Decimal | None:
    """The total of an old form's sheet that holds no mark at all; None for any other sheet."""
    if any(mark.state is not MarkState.UNSCORED for mark in sheet.marks.values()):
        return None
    return sheet.total_only


def check_mark(
    mark: Mark, weight: Decimal, rules: ScoringRules, proposal: Proposal | None = None
) -> str | None:
    """Why the mark may not stand, as a sentence; None when it may, or is still to come.

    What the leaf's rule proposes may stand even if it is no multiple of the step.
    """
    if mark.state is MarkState.SCORED:
        if proposal and mark.value is not None and mark.value == proposal.value:
            return None
        return _value_problem(mark.value, weight, rules)
    if mark.state is MarkState.NOT_APPLICABLE:
        return _not_applicable_problem(mark, rules)
    return None


def check_sheet(roots: tuple[Node, ...], sheet: Sheet, rules: ScoringRules) -> dict[str, str]:
    """What keeps the sheet from being submitted: a sentence by leaf key, "" for its total."""
    missing = {leaf.key: "尚未评分，请打分。" for leaf in unscored_leaves(roots, sheet)}
    unexplained = {
        leaf.key: sentence
        for leaf in leaves_of(roots)
        if (sentence := unexplained_difference(sheet.marks.get(leaf.key, UNSCORED), leaf.proposal))
    }
    return missing | unexplained | sheet_faults(roots, sheet, rules)


def unexplained_difference(mark: Mark, proposal: Proposal | None) -> str | None:
    """What to do about a mark that is not what the rule gives and says nothing about why."""
    if proposal is None or mark.value is None or mark.reason.strip():
        return None
    if proposal.covers(mark.value):
        return None
    return f"得分 {plain(mark.value)} 不是按规则的 {proposal.points} 分，请在说明中写明理由。"


def unscored_leaves(roots: tuple[Node, ...], sheet: Sheet) -> tuple[Node, ...]:
    if bare_total(sheet) is not None:
        return ()
    return tuple(
        leaf
        for leaf in leaves_of(roots)
        if sheet.marks.get(leaf.key, UNSCORED).state is MarkState.UNSCORED
    )


def sheet_faults(roots: tuple[Node, ...], sheet: Sheet, rules: ScoringRules) -> dict[str, str]:
    """What is wrong with what was given, by leaf key; unscored leaves are not wrong."""
    leaves = {leaf.key: leaf for leaf in leaves_of(roots)}
    faults = {}
    if sheet.total_only is not None and (problem := _total_problem(sheet.total_only, rules)):
        faults[TOTAL_KEY] = problem
    for key, mark in sheet.marks.items():
        if key not in leaves:
            faults[key] = "指标树中没有这一项，请删除这个得分。"
        elif problem := check_mark(mark, leaves[key].weight, rules, leaves[key].proposal):
            faults[key] = problem
    return faults


def sheet_total(roots: tuple[Node, ...], sheet: Sheet) -> SheetProgress:
    """Live figures, also of an unfinished sheet: what was given so far, at every node."""
    leaves = leaves_of(roots)
    states = Counter(sheet.marks.get(leaf.key, UNSCORED).state for leaf in leaves)
    subtotals: dict[str, Decimal] = {}

    def add(nodes: tuple[Node, ...]) -> Decimal:
        for node in nodes:
            own = given(sheet, node.key) or Decimal(0)
            subtotals[node.key] = add(node.children) if node.children else own
        return sum((subtotals[node.key] for node in nodes), Decimal(0))

    total = bare_total(sheet)
    return SheetProgress(
        subtotals=subtotals,
        total=add(roots) if total is None else total,
        scored=states[MarkState.SCORED],
        not_applicable=states[MarkState.NOT_APPLICABLE],
        of=len(leaves),
    )


def _value_problem(value: Decimal | None, weight: Decimal, rules: ScoringRules) -> str | None:
    if value is None or not value.is_finite():
        return "请填写得分，得分应是数字。"
    if not 0 <= value <= weight:
        return f"得分应在 0 到 {plain(weight)} 分之间，现为 {plain(value)}。"
    if value != weight and value % rules.mark_step:
        step = plain(rules.mark_step)
        return f"得分应为 {step} 的整数倍，或等于满分 {plain(weight)}，现为 {plain(value)}。"
    return None


def _not_applicable_problem(mark: Mark, rules: ScoringRules) -> str | None:
    if rules.not_applicable is NotApplicable.REFUSED:
        return "按本套规则不能选“不适用”，请打分。"
    if not mark.reason.strip():
        return "请写明不适用的理由。"
    return None


def _total_problem(total: Decimal, rules: ScoringRules) -> str | None:
    if total.is_finite() and 0 <= total <= rules.total:
        return None
    return f"总分应在 0 到 {plain(rules.total)} 分之间，现为 {plain(total)}。"
