"""What a readable rule pack must still satisfy, as one table of rules.

Each rule names the parts it reads and yields the problems it finds, with node and amount.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from evalsys.canonical import decimal_text
from evalsys.jsonread import Problem
from evalsys.rulepacks.schema import (
    AtLeast,
    IndicatorTemplate,
    InRange,
    LeafRule,
    OverFulfilment,
    RulePack,
    Tier,
    Tiers,
    TreeFreedom,
)

Rule = Callable[[RulePack], Iterator[Problem]]
Nodes = tuple[IndicatorTemplate, ...]


def unique_indicator_keys(pack: RulePack) -> Iterator[Problem]:
    return _repeated((f"{path}.key", node.key) for path, node in _walk(pack.tree))


def usable_weights(pack: RulePack) -> Iterator[Problem]:
    for path, node in _walk(pack.tree):
        if node.weight is None:
            if pack.tree_freedom is TreeFreedom.LOCKED:
                yield Problem(f"{path}.weight", f"指标树已锁定，「{node.name}」必须给出分值。")
        else:
            yield from _points(f"{path}.weight", node.weight, pack.scoring.places)


def weights_add_up(pack: RulePack) -> Iterator[Problem]:
    yield from _sum("tree", "各一级指标", pack.tree, pack.scoring.total)
    for path, node in _walk(pack.tree):
        if node.children and node.weight is not None:
            yield from _sum(path, f"「{node.name}」的下级", node.children, node.weight)


def rules_on_leaves(pack: RulePack) -> Iterator[Problem]:
    for path, node in _walk(pack.tree):
        if node.rule is not None and node.children:
            yield Problem(f"{path}.rule", f"「{node.name}」有下级指标，计分规则请写在下级指标上。")


def usable_rules(pack: RulePack) -> Iterator[Problem]:
    own = ((f"{path}.rule", node.rule) for path, node in _walk(pack.tree))
    defaults = ((f"default_rules.{name}", rule) for name, rule in vars(pack.default_rules).items())
    for path, rule in (*own, *defaults):
        yield from rule_problems(path, rule, pack.scoring.places)


def rule_problems(path: str, rule: LeafRule | None, places: int) -> Iterator[Problem]:
    """What a readable leaf rule must still satisfy; points have at most ``places`` decimals."""
    match rule:
        case AtLeast(over_fulfilment=OverFulfilment() as over):
            yield from _usable_deduction(f"{path}.over_fulfilment", over, places)
        case InRange(low=low, high=high) if not 0 <= low < high:
            yield Problem(path, "范围的下限不能小于 0，上限应大于下限。")
        case Tiers(tiers=tiers):
            yield from _usable_tiers(f"{path}.tiers", tiers)


def _usable_deduction(path: str, over: OverFulfilment, places: int) -> Iterator[Problem]:
    if over.threshold <= 0:
        yield Problem(f"{path}.threshold", "超额比例应大于 0。")
    yield from _points(f"{path}.points", over.points, places)


def _usable_tiers(path: str, tiers: tuple[Tier, ...]) -> Iterator[Problem]:
    words = [(i, name, getattr(t, name)) for i, t in enumerate(tiers) for name in ("word", "label")]
    yield from _repeated((f"{path}[{i}].{name}", text) for i, name, text in words if text)
    yield from _descending(path, "lower", [tier.lower for tier in tiers])
    if tiers[0].lower > 1:
        yield Problem(f"{path}[0].lower", "最高一档的下限不能超过 1（即全部分值）。")
    if tiers[-1].lower != 0:
        yield Problem(f"{path}[{len(tiers) - 1}].lower", "最低一档的下限应为 0。")


def usable_points(pack: RulePack) -> Iterator[Problem]:
    scoring = pack.scoring
    yield from _points("scoring.total", scoring.total, scoring.places)
    yield from _points("scoring.mark_step", scoring.mark_step, scoring.places)
    if scoring.mark_step > scoring.total:
        yield Problem("scoring.mark_step", "打分步长不能大于总分。")


def ordered_grades(pack: RulePack) -> Iterator[Problem]:
    grades = pack.scoring.grades
    path = "scoring.grades"
    yield from _repeated((f"{path}[{i}].word", band.word) for i, band in enumerate(grades))
    yield from _descending(path, "lower", [band.lower for band in grades])
    if grades[0].lower > pack.scoring.total:
        yield Problem(f"{path}[0].lower", "最高等次的下限不能超过总分。")
    if grades[-1].lower != 0:
        yield Problem(
            f"{path}[{len(grades) - 1}].lower", "最低等次的下限应为 0，否则低分没有等次。"
        )


def ordered_caps(pack: RulePack) -> Iterator[Problem]:
    caps = pack.scoring.execution_caps
    path = "scoring.execution_caps"
    yield from _descending(path, "below", [cap.below for cap in caps])
    yield from _descending(path, "cap", [cap.cap for cap in caps])
    for index, cap in enumerate(caps):
        place = f"{path}[{index}]"
        yield from _points(f"{place}.cap", cap.cap, pack.scoring.places)
        if cap.below <= 0:
            yield Problem(f"{place}.below", "执行率界限应大于 0。")
        if cap.cap > pack.scoring.total:
            yield Problem(f"{place}.cap", "封顶分不能超过总分。")


def unique_sources(pack: RulePack) -> Iterator[Problem]:
    return _repeated(
        (f"funding_sources[{i}].key", source.key) for i, source in enumerate(pack.funding_sources)
    )


def unique_goal_types(pack: RulePack) -> Iterator[Problem]:
    yield from _repeated((f"goal_types[{i}].label", g.label) for i, g in enumerate(pack.goal_types))
    for index, goal_type in enumerate(pack.goal_types):
        place = f"goal_types[{index}].classes"
        yield from _repeated((f"{place}[{i}]", name) for i, name in enumerate(goal_type.classes))


def nested_outline(pack: RulePack) -> Iterator[Problem]:
    yield from _repeated(
        (f"outline[{i}].key", section.key) for i, section in enumerate(pack.outline)
    )
    above = 0
    for index, section in enumerate(pack.outline):
        if section.level > above + 1:
            yield Problem(
                f"outline[{index}].level", f"标题级别跳过了一级：这里最多是第 {above + 1} 级。"
            )
        above = section.level


def known_classes(pack: RulePack) -> Iterator[Problem]:
    keys = {node.key for _, node in _walk(pack.tree)}
    entries = [(f"required_classes[{i}]", key) for i, key in enumerate(pack.required_classes)]
    for path, key in entries:
        if key not in keys:
            yield Problem(path, f"指标体系中没有代码为 {key} 的指标，请改正或删去。")
    yield from _repeated(entries)


RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("tree",), unique_indicator_keys),
    (("tree", "tree_freedom", "scoring"), usable_weights),
    (("tree", "scoring"), weights_add_up),
    (("tree",), rules_on_leaves),
    (("tree", "scoring", "default_rules"), usable_rules),
    (("scoring",), usable_points),
    (("scoring",), ordered_grades),
    (("scoring",), ordered_caps),
    (("funding_sources",), unique_sources),
    (("goal_types",), unique_goal_types),
    (("outline",), nested_outline),
    (("tree", "required_classes"), known_classes),
)


def _walk(nodes: Nodes, path: str = "tree") -> Iterator[tuple[str, IndicatorTemplate]]:
    for index, node in enumerate(nodes):
        place = f"{path}[{index}]"
        yield place, node
        yield from _walk(node.children, f"{place}.children")


def _sum(path: str, whose: str, nodes: Nodes, whole: Decimal) -> Iterator[Problem]:
    given = [node.weight for node in nodes if node.weight is not None]
    amount = sum(given, Decimal(0))
    if len(given) == len(nodes):
        if amount != whole:
            yield Problem(
                path,
                f"{whose}分值之和 {decimal_text(amount)} 不等于 {decimal_text(whole)}，"
                f"相差 {decimal_text(abs(whole - amount))}。",
            )
    elif amount >= whole:
        yield Problem(
            path,
            f"{whose}已给出的分值之和 {decimal_text(amount)} 已达到 {decimal_text(whole)}，"
            "其余指标没有分值可分。",
        )


def _points(path: str, value: Decimal, places: int) -> Iterator[Problem]:
    if value <= 0:
        yield Problem(path, f"应大于 0，现为 {decimal_text(value)}。")
    if value != round(value, places):
        yield Problem(path, f"{decimal_text(value)} 的小数位过多，本规则包保留 {places} 位小数。")


def _descending(path: str, name: str, values: list[Decimal]) -> Iterator[Problem]:
    for index, (above, below) in enumerate(pairwise(values), start=1):
        if below >= above:
            yield Problem(
                f"{path}[{index}].{name}",
                f"应从高到低排列：{decimal_text(below)} 不小于前一项 {decimal_text(above)}。",
            )


def _repeated(entries: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for path, value in entries:
        if value in first:
            yield Problem(path, f"「{value}」与 {first[value]} 重复，请改用另一个。")
        first.setdefault(value, path)
