"""An evaluation's tree as it will be under another pack, planned before it is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F

from evalsys.canonical import decimal_text
from evalsys.rulepacks.differences import Change, ChangeKind
from evalsys.rulepacks.schema import IndicatorTemplate, RulePack, TreeFreedom
from projects.models import Evaluation
from scoring.models import Indicator, Mark
from scoring.tree_editing import (
    DESCRIPTION,
    carried_up,
    carry_up_weights,
    may_add_under,
    rule_for,
    templates_by_key,
    tree_problems,
)

LAID_DOWN = ("name", *DESCRIPTION, "target_hint")
TYPED = {"target_value": "指标值", "actual_value": "实际完成值"}
TREE = "指标体系"


@dataclass(frozen=True)
class Planned:
    """A row to be; ``stored`` is the row it goes on from, ``values`` what it will say."""

    key: str
    parent: str
    level: int
    stored: Indicator | None
    values: dict[str, Any] = field(hash=False)


class MovedTree:
    """The pack's tree with the rows of the evaluation that have a place in it.

    What a pack lays down follows the new pack; what the unit typed beside it stays. In a free
    tree the unit's own wording stays too.
    """

    def __init__(self, evaluation: Evaluation, new: RulePack) -> None:
        self.evaluation, self.new = evaluation, new
        self.old = evaluation.rule_pack.pack
        self.rows = list(evaluation.indicators.all())
        self.before, self.after = templates_by_key(self.old), templates_by_key(new)
        self.laid_down = {row.key: row for row in self.rows if row.key in self.before}

    @cached_property
    def planned(self) -> list[Planned]:
        return [row for node in self.new.tree for row in self._from_template(node, "", 1)]

    def _from_template(self, node: IndicatorTemplate, parent: str, level: int) -> Iterator[Planned]:
        stored = self.laid_down.get(node.key)
        yield Planned(node.key, parent, level, stored, self._merged(node, stored))
        for child in node.children:
            yield from self._from_template(child, node.key, level + 1)
        if stored is not None:
            yield from self._own_below(stored, node.key, level)

    def _own_below(self, parent: Indicator, key: str, level: int) -> Iterator[Planned]:
        """The unit's own rows, where the new pack lets it put them."""
        if not may_add_under(Indicator(key=key, level=level), self.new):
            return
        for row in self.rows:
            if row.parent_id == parent.pk and row.key not in self.before:
                values = {name: getattr(row, name) for name in (*LAID_DOWN, *TYPED, "weight")}
                own = self._free_key(row.key)
                yield Planned(own, key, level + 1, row, values)
                yield from self._own_below(row, own, level + 1)

    def _free_key(self, key: str) -> str:
        """Its key, unless the new pack lays a row down under it."""
        return f"{key}.own" if key in self.after else key

    def _merged(self, node: IndicatorTemplate, stored: Indicator | None) -> dict[str, Any]:
        values = {name: getattr(node, name) for name in (*LAID_DOWN, "weight")}
        if stored is None:
            return values
        if self.new.tree_freedom is TreeFreedom.FREE:
            values |= {name: getattr(stored, name) for name in self._reworded(stored)}
        if node.weight is None:
            values["weight"] = stored.weight
        return values | ({} if node.children else {name: getattr(stored, name) for name in TYPED})

    def _reworded(self, row: Indicator) -> list[str]:
        template = self.before[row.key]
        return [name for name in LAID_DOWN if getattr(row, name) != getattr(template, name)]

    @cached_property
    def rows_after(self) -> list[Indicator]:
        """Unsaved rows, numbered from 1, with the weights of open groups carried up."""
        numbers = {row.key: number for number, row in enumerate(self.planned, start=1)}
        rows = [
            Indicator(
                pk=numbers[row.key],
                parent_id=numbers.get(row.parent),
                key=row.key,
                level=row.level,
                name=row.values["name"],
                weight=row.values["weight"],
            )
            for row in self.planned
        ]
        for number, weight in carried_up(rows, self.new).items():
            rows[number - 1].weight = weight
        return rows

    @cached_property
    def gone(self) -> list[Indicator]:
        kept = {row.stored.pk for row in self.planned if row.stored}
        return [row for row in self.rows if row.pk not in kept]

    def problems(self) -> list[str]:
        """What will keep the moved tree from being scored."""
        return tree_problems(self.rows_after, self.new)

    def changes(self) -> Iterator[Change]:
        for row in self.gone:
            path = (TREE, *_names(row, {each.pk: each for each in self.rows}))
            yield Change(ChangeKind.REMOVED, path, before=_points(row))
        after = {row.pk: row for row in self.rows_after}
        for planned, row in zip(self.planned, self.rows_after, strict=True):
            path = (TREE, *_names(row, after))
            if planned.stored is None:
                yield Change(ChangeKind.ADDED, path, after=_points(row))
            else:
                yield from _between(planned.stored, row, path)

    def lost(self) -> Iterator[tuple[str, str]]:
        """What was typed beside rows that go, or that become groups: name and text."""
        for row in self.gone:
            own = row.key not in self.before
            said = [*(_described(row) if own else ()), *_typed(row)]
            if said or own:
                yield row.name, "\n".join(said or ["单位自己加的指标"])
        for planned in self.planned:
            if planned.stored:
                yield from self._lost_in(planned, planned.stored)

    def _lost_in(self, planned: Planned, stored: Indicator) -> Iterator[tuple[str, str]]:
        """Of a row that goes on: values where it becomes a group, wording the pack now fixes."""
        said = [] if "target_value" in planned.values else _typed(stored)
        said += [
            getattr(stored, name)
            for name in (self._reworded(stored) if stored.key in self.before else ())
            if name in DESCRIPTION and planned.values[name] != getattr(stored, name)
        ]
        if any(said):
            yield stored.name, "\n".join(filter(None, said))

    def write(self) -> None:
        """Rows go on under the new pack; the evaluation has its ``rule_pack`` by now."""
        for planned in self.planned:
            if planned.stored and planned.stored.key != planned.key:
                Indicator.objects.filter(pk=planned.stored.pk).update(key=planned.key)
        made: dict[str, Indicator] = {}
        for position, planned in enumerate(self.planned, start=1):
            place = {
                "parent": made.get(planned.parent),
                "level": planned.level,
                "position": position,
                "key": planned.key,
            }
            made[planned.key] = self._written(planned, place)
        kept = [row.pk for row in made.values()]
        self.evaluation.indicators.exclude(pk__in=kept).delete()
        Mark.objects.filter(
            sheet__evaluation=self.evaluation, indicator__children__isnull=False
        ).delete()
        carry_up_weights(self.evaluation)

    def _written(self, planned: Planned, place: dict[str, Any]) -> Indicator:
        row = planned.stored or Indicator(evaluation=self.evaluation)
        target = planned.values.get("target_value", "")
        blank = dict.fromkeys(TYPED, "")
        for name, value in (blank | planned.values | place).items():
            setattr(row, name, value)
        row.rule = rule_for(row, target, self.new)
        row.version = 1 if row.pk is None else F("version") + 1
        row.save()
        return row


def _names(row: Indicator, rows: dict[int, Indicator]) -> tuple[str, ...]:
    above = rows.get(row.parent_id or 0)
    return (*_names(above, rows), row.name) if above else (row.name,)


def _typed(row: Indicator) -> list[str]:
    return [f"{label}：{text}" for name, label in TYPED.items() if (text := getattr(row, name))]


def _described(row: Indicator) -> list[str]:
    return [text for name in DESCRIPTION if (text := getattr(row, name))]


def _points(row: Indicator) -> str:
    return "没有分值" if row.weight is None else f"{decimal_text(row.weight)} 分"


def _between(old: Indicator, new: Indicator, path: tuple[str, ...]) -> Iterator[Change]:
    if old.name != new.name:
        yield Change(ChangeKind.CHANGED, (*path, "名称"), old.name, new.name)
    if old.weight != new.weight:
        yield Change(ChangeKind.CHANGED, (*path, "分值"), _points(old), _points(new))
