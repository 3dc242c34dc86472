"""The table of indicators as the dossier's tree, with the printed score column on its leaves."""

from dataclasses import dataclass, field
from decimal import Decimal

from evalsys.rulepacks.schema import FormRate, FormRatio, IndicatorTemplate, LeafRule, RulePack
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.packs import EXECUTION, implied_name
from reports.checkup.assembly.sources import Sources
from reports.checkup.parts import NOTHING, Printed, ScoreNode
from reports.checkup.values import is_blank, month_text, points
from reports.checkup.words import bracketed_weight, indicator_name, label
from reports.dossier.members import CELL, LABEL, LINE, PROSE
from reports.dossier.model import CONSENSUS, Indicator
from scoring.engine import Mark, MarkState, Sheet, default_rule

MOST_NODES = 600
TIME_WORDS = ("时间", "时限", "日期", "时效", "完成期", "期限", "进度")
TOO_MANY = "指标太多，后面的没有读。"
NATURES = {
    "": "",
    "≥": "≥",
    "≤": "≤",
    "=": "=",
    ">": ">",
    "<": "<",
    "＞": ">",
    "＜": "<",
    "＝": "=",
}

Templates = dict[str, IndicatorTemplate]


@dataclass
class Tree:
    """``indicators`` in printed order; ``sheet`` the score column, ``subtotals`` by inner node."""

    indicators: list[Indicator] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    subtotals: dict[str, Decimal] = field(default_factory=dict)
    weightless: list[Printed] = field(default_factory=list)
    has_weights: bool = False

    @property
    def sheet(self) -> Sheet | None:
        return Sheet(CONSENSUS, self.marks) if self.marks else None


def read_tree(sources: Sources, pack: RulePack, desk: Desk) -> Tree:
    reader = _Reader(pack, desk)
    templates = {label(node.name): node for node in pack.tree}
    if leaf := _execution_leaf(sources):
        reader.read(leaf, None, templates)
    for root in filter(_says_something, sources.roots):
        reader.read(root, None, templates)
    return reader.tree


def _says_something(node: ScoreNode) -> bool:
    """Forms print classes of indicators for which there is none."""
    beside = (node.weight, node.score, node.target, node.actual)
    return any(map(_says_something, node.children)) or not all(is_blank(one.text) for one in beside)


def _execution_leaf(sources: Sources) -> ScoreNode | None:
    """The national form scores the execution of the budget beside the money, not in the tree."""
    execution = sources.execution
    rooted = any(label(root.name.text).startswith(EXECUTION) for root in sources.roots)
    if rooted or "weight" not in execution:
        return None
    printed = execution["weight"]
    name = Printed(EXECUTION, printed.file, printed.where)
    return ScoreNode(1, name, weight=printed, score=execution.get("score", NOTHING))


class _Reader:
    def __init__(self, pack: RulePack, desk: Desk) -> None:
        self.pack, self.desk = pack, desk
        self.tree = Tree()
        self.taken: set[str] = set()

    def read(self, node: ScoreNode, parent: Indicator | None, templates: Templates) -> Decimal:
        """Add the node and all below it; gives its weight."""
        index = len(self.tree.indicators)
        if index >= MOST_NODES:
            self.desk.note(TOO_MANY, node.name)
            return Decimal(0)
        name, template = self._name(node, templates)
        path = f"indicators[{index}]"
        indicator = Indicator(
            key=self._key(template, index),
            parent=parent.key if parent else "",
            level=parent.level + 1 if parent else 1,
            name=self.desk.line(
                Printed(name, node.name.file, node.name.where),
                what="指标名称",
                path=f"{path}.name",
                limit=LABEL,
            ),
            weight=Decimal(0),
        )
        self.desk.places[path] = node.name
        self.tree.indicators.append(indicator)
        below = {label(child.name): child for child in template.children} if template else {}
        children = [child for child in node.children if _says_something(child)]
        weights = [self.read(child, indicator, below) for child in children]
        weight = self._weight(node, path, sum(weights, Decimal(0)))
        rest = {} if node.children else self._leaf(node, indicator, template, path)
        if node.children:
            self._subtotal(node, indicator.key)
        else:
            self._mark(node, indicator)
        self.tree.indicators[index] = Indicator(**{**vars(indicator), "weight": weight, **rest})
        return weight

    def _name(self, node: ScoreNode, templates: Templates) -> tuple[str, IndicatorTemplate | None]:
        name = indicator_name(node.name.text)
        if name == EXECUTION or (not node.children and label(name).startswith(EXECUTION)):
            template = next(filter(_is_execution, templates.values()), None)
            return (template.name if template and name == EXECUTION else name), template
        if not name:
            name = implied_name(node) or node.name.text.strip()
            self.desk.note(f"指标名称没有印出，按下级指标看是「{name}」。", node.name)
        return name, templates.get(label(name))

    def _key(self, template: IndicatorTemplate | None, index: int) -> str:
        key = template.key if template and template.key not in self.taken else f"row{index + 1}"
        self.taken.add(key)
        return key

    def _weight(self, node: ScoreNode, path: str, below: Decimal) -> Decimal:
        """As printed beside the name or in brackets behind it, else what its children weigh."""
        printed = node.weight
        if is_blank(printed.text) and (own := bracketed_weight(node.name.text)):
            printed = Printed(own, node.name.file, node.name.where)
        what = f"「{indicator_name(node.name.text)}」的分值"
        weight = self.desk.value(printed, points, what=what, path=f"{path}.weight")
        self.tree.has_weights |= weight is not None
        if weight is None and not node.children and is_blank(printed.text):
            self.tree.weightless.append(node.name)
        return below if weight is None else weight

    def _subtotal(self, node: ScoreNode, key: str) -> None:
        what = f"「{indicator_name(node.name.text)}」的得分小计"
        value = self.desk.value(node.score, points, what=what, path=f"printed.subtotals.{key}")
        if value is not None:
            self.tree.subtotals[key] = value

    def _mark(self, node: ScoreNode, indicator: Indicator) -> None:
        what = f"「{indicator.name}」的得分"
        path = f"consensus.marks.{indicator.key}"
        value = self.desk.value(node.score, points, what=what, path=path)
        if value is not None:
            self.tree.marks[indicator.key] = Mark(MarkState.SCORED, value)

    def _leaf(
        self, node: ScoreNode, indicator: Indicator, template: IndicatorTemplate | None, path: str
    ) -> dict[str, object]:
        target = self._target(node, path)
        return {
            "target_value": target,
            "actual_value": self._quantity(
                node, node.actual, node.unit, "实际完成值", f"{path}.actual_value"
            ),
            "explanation": (node.explanation or (template.explanation if template else ""))[:PROSE],
            "standard": (node.standard or (template.standard if template else ""))[:PROSE],
            "rule": self._rule(template, target),
            "deviation_reason": self.desk.line(
                node.reason, what="偏差原因", path=f"{path}.deviation_reason", limit=CELL
            )
            if not is_blank(node.reason.text)
            else "",
        }

    def _rule(self, template: IndicatorTemplate | None, target: str) -> LeafRule | None:
        if template and not template.children and template.rule:
            return template.rule
        return default_rule(self.pack.default_rules, target)

    def _target(self, node: ScoreNode, path: str) -> str:
        """指标性质, 指标值 and 度量单位 of three columns as one: ≥30万元."""
        nature = NATURES.get(node.nature.strip(), "")
        text = self._quantity(node, node.target, node.unit, "指标值", f"{path}.target_value")
        return f"{nature}{text}"[:LINE] if text else ""

    def _quantity(self, node: ScoreNode, printed: Printed, unit: str, what: str, path: str) -> str:
        """The text of a value with its unit; as a month where a date is asked for."""
        if is_blank(printed.text) and printed.text.strip() in {"", "/", "—", "-"}:
            return ""
        about = f"「{indicator_name(node.name.text)}」的{what}"
        text = self.desk.line(printed, what=about, path=path, limit=LINE)
        month = month_text(text) if _asks_for_a_date(node) else ""
        if month and month != text:
            self.desk.note(f"{about}{text} 读作 {month}。", printed)
            return month
        return f"{text}{unit.strip()}" if unit.strip() and text[-1:].isdigit() else text


def _asks_for_a_date(node: ScoreNode) -> bool:
    names = [node.name.text]
    above = node.parent
    while above:
        names.append(above.name.text)
        above = above.parent
    return any(word in label(name) for name in names for word in TIME_WORDS)


def _is_execution(template: IndicatorTemplate) -> bool:
    rule = template.rule
    return isinstance(rule, FormRatio) and rule.rate is FormRate.EXECUTION


def point_out_blanks(tree: Tree, desk: Desk) -> None:
    """Each leaf without weight or score; once for all, where the form has no such column."""
    parents = {indicator.parent for indicator in tree.indicators}
    leaves = [(index, one) for index, one in enumerate(tree.indicators) if one.key not in parents]
    if leaves and len(tree.weightless) == len(leaves):
        desk.note("评分表没有印分值。", tree.weightless[0])
    else:
        for printed in tree.weightless:
            desk.note(f"「{indicator_name(printed.text)}」的分值空白，按 0 分读。", printed)
    if leaves and not tree.marks:
        desk.note("评分表没有印得分。")
        return
    for index, leaf in leaves:
        if leaf.key not in tree.marks and not desk.is_unread(f"consensus.marks.{leaf.key}"):
            desk.note(f"「{leaf.name}」没有得分。", desk.places.get(f"indicators[{index}]"))
