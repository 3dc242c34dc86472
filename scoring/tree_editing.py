"""The unit's own part of the tree: leaves under the pack's classes, weights left open by it."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from evalsys.library.schema import LibraryLeaf
from evalsys.rulepacks.leafrules import dump_rule, parse_rule
from evalsys.rulepacks.schema import (
    FormRatio,
    IndicatorTemplate,
    LeafRule,
    RulePack,
    TreeFreedom,
)
from evalsys.versioning import save_version
from projects.models import Evaluation
from scoring.engine import check_tree, default_rule
from scoring.models import Indicator
from scoring.trees import LEAF_LEVEL, nodes_of

NEW_NAME = "新指标"
DESCRIPTION = ("explanation", "standard", "evidence_asked")
ACHIEVEMENT = ("target_value", "actual_value", "deviation_reason", "improvement")


def templates_by_key(pack: RulePack) -> dict[str, IndicatorTemplate]:
    found: dict[str, IndicatorTemplate] = {}

    def collect(nodes: tuple[IndicatorTemplate, ...]) -> None:
        for node in nodes:
            found[node.key] = node
            collect(node.children)

    collect(pack.tree)
    return found


def frozen_fields(indicator: Indicator, *, is_leaf: bool, pack: RulePack) -> frozenset[str]:
    """What of a row the unit may not change.

    A group's open weight is the sum of its children, so it is never typed.
    """
    template = templates_by_key(pack).get(indicator.key)
    frozen = set()
    if template is not None and pack.tree_freedom is not TreeFreedom.FREE:
        frozen |= {"name", *DESCRIPTION}
    if (template is not None and template.weight is not None) or not is_leaf:
        frozen.add("weight")
    if not is_leaf:
        frozen |= {*DESCRIPTION, *ACHIEVEMENT}
    return frozenset(frozen)


def may_add_under(indicator: Indicator, pack: RulePack) -> bool:
    """Leaves go under second-level classes; a free tree takes new classes too."""
    if pack.tree_freedom is TreeFreedom.LOCKED or indicator.level == LEAF_LEVEL:
        return False
    template = templates_by_key(pack).get(indicator.key)
    if indicator.level == 1:
        return pack.tree_freedom is TreeFreedom.FREE and not _is_leaf_of_pack(template)
    return not _is_leaf_of_pack(template)


def _is_leaf_of_pack(template: IndicatorTemplate | None) -> bool:
    """A row with a fixed weight and no children, such as 预算执行率, is scored itself."""
    return template is not None and template.weight is not None and not template.children


def is_group(indicator: Indicator, *, has_children: bool, pack: RulePack) -> bool:
    """A row that carries others, or waits for them; every other row is scored."""
    return has_children or may_add_under(indicator, pack)


def tree_problems(indicators: Iterable[Indicator], pack: RulePack) -> list[str]:
    """What keeps the tree from being scored (contract point 1; checks.md A01)."""
    rows = list(indicators)
    parents = {row.parent_id for row in rows}
    filled = {row.parent_id for row in rows if row.level == LEAF_LEVEL or row.weight is not None}
    empty = [
        f"「{row.name}」下还没有指标。"
        for row in rows
        if row.level == 1
        and row.pk not in filled
        and is_group(row, has_children=row.pk in parents, pack=pack)
    ]
    sums = [problem.message for problem in check_tree(nodes_of(rows), pack.scoring)]
    return [*empty, *sums]


def may_remove(indicator: Indicator, pack: RulePack) -> bool:
    if pack.tree_freedom is TreeFreedom.LOCKED:
        return False
    return pack.tree_freedom is TreeFreedom.FREE or indicator.key not in templates_by_key(pack)


@transaction.atomic
def add_under(parent: Indicator) -> Indicator:
    """Append a child after the parent's last descendant; its key is new within the evaluation."""
    evaluation = parent.evaluation
    siblings = list(parent.children.all())
    last = _last_position(parent)
    evaluation.indicators.filter(position__gt=last).update(position=F("position") + 1)
    return Indicator.objects.create(
        evaluation=evaluation,
        parent=parent,
        level=parent.level + 1,
        position=last + 1,
        key=_new_key(parent, len(siblings) + 1),
        name=NEW_NAME,
    )


@transaction.atomic
def add_leaf(parent: Indicator, leaf: LibraryLeaf) -> Indicator:
    """Append a copy of a leaf of the library; its weight and 指标值 are the unit's to set."""
    row = add_under(parent)
    row.name, row.explanation, row.standard = leaf.name, leaf.explanation, leaf.standard
    row.target_hint, row.evidence_asked = leaf.target_hint, leaf.evidence_asked
    rule = FormRatio(rate=leaf.rate, verified=leaf.verified) if leaf.rate else None
    row.rule = dump_rule(rule) if rule else None
    row.save()
    return row


def _last_position(indicator: Indicator) -> int:
    children = list(indicator.children.all())
    return max((_last_position(child) for child in children), default=indicator.position)


def _new_key(parent: Indicator, number: int) -> str:
    taken = set(parent.evaluation.indicators.values_list("key", flat=True))
    while f"{parent.key}.{number}" in taken:
        number += 1
    return f"{parent.key}.{number}"


@transaction.atomic
def remove(indicator: Indicator) -> None:
    evaluation = indicator.evaluation
    indicator.delete()
    carry_up_weights(evaluation)


@transaction.atomic
def save_indicator(indicator: Indicator, *, seen: int, values: dict[str, object]) -> None:
    """Save one row and carry its weight up; raises StaleVersionError."""
    write_indicator(indicator, seen=seen, values=values)
    if "weight" in values:
        carry_up_weights(indicator.evaluation)


def write_indicator(indicator: Indicator, *, seen: int, values: dict[str, object]) -> None:
    """Save one row alone; raises StaleVersionError.

    A leaf that the pack gives no rule takes the one that its 指标值 calls for.
    """
    if "target_value" in values:
        pack = indicator.evaluation.rule_pack.pack
        values |= {"rule": rule_for(indicator, str(values["target_value"]), pack)}
    save_version(indicator, seen=seen, **values)


def rule_for(indicator: Indicator, target: str, pack: RulePack) -> dict[str, object] | None:
    """The pack's own rule for the row, else the one that its 指标值 calls for."""
    template = templates_by_key(pack).get(indicator.key)
    own = template.rule if template else _rate_of(indicator)
    rule = own or default_rule(pack.default_rules, target)
    return dump_rule(rule) if rule else None


def _rate_of(indicator: Indicator) -> LeafRule | None:
    """A leaf taken over from the library may be scored by a ratio of the forms."""
    rule = parse_rule(indicator.rule)
    return rule if isinstance(rule, FormRatio) else None


def carry_up_weights(evaluation: Evaluation) -> None:
    """A group whose weight the pack leaves open weighs what its children weigh."""
    rows = list(evaluation.indicators.all())
    carried = carried_up(rows, evaluation.rule_pack.pack)
    for row in rows:
        if row.pk in carried and row.weight != carried[row.pk]:
            row.weight = carried[row.pk]
            row.save(update_fields=["weight"])


def carried_up(rows: Iterable[Indicator], pack: RulePack) -> dict[int, Decimal | None]:
    """What each group of open weight weighs, by row; None where nothing below it does."""
    fixed = {key for key, node in templates_by_key(pack).items() if node.weight is not None}
    sums: dict[int | None, Decimal] = {}
    carried: dict[int, Decimal | None] = {}
    for row in sorted(rows, key=lambda row: -row.level):
        weight = row.weight
        if is_group(row, has_children=row.pk in sums, pack=pack) and row.key not in fixed:
            weight = carried[row.pk] = sums.get(row.pk) or None
        sums[row.parent_id] = sums.get(row.parent_id, Decimal(0)) + (weight or Decimal(0))
    return carried
