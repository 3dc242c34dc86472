"""An earlier tree laid over a draft's: which rows are the same, what goes over, what cannot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evalsys.canonical import decimal_text
from evalsys.figures import plain
from evalsys.rulepacks.leafrules import parse_rule
from evalsys.rulepacks.schema import FormRatio, TreeFreedom
from projects.models import Evaluation
from scoring.models import Indicator
from scoring.tree_editing import (
    DESCRIPTION,
    add_under,
    carry_up_weights,
    frozen_fields,
    is_group,
    may_add_under,
    templates_by_key,
    write_indicator,
)
from scoring.trees import in_use

TAKEN_OVER = ("name", *DESCRIPTION, "target_hint", "target_value")


@dataclass(frozen=True)
class Act:
    """One row of the old tree going over: into a row that is there, or as a new one below."""

    old: Indicator
    into: Indicator | None
    values: dict[str, Any] = field(hash=False)
    what: str
    value: str
    note: str = ""


class TreeCopy:
    """Planned when it is made; ``run`` carries it out."""

    def __init__(self, evaluation: Evaluation, source: Evaluation) -> None:
        self.evaluation = evaluation
        self.pack, self.before = evaluation.rule_pack.pack, source.rule_pack.pack
        self.rows = list(evaluation.indicators.select_related("evaluation__rule_pack"))
        self.old = in_use(source.indicators.all())
        self.names = {row.pk: row for row in self.old}
        self.twins: dict[int, Indicator | None] = {}
        self.coming: set[int] = set()
        self.acts: list[Act] = []
        self.left: list[tuple[str, str]] = []
        self.dropped: list[str] = []
        for row in self.old:
            self.twins[row.pk] = self._twin(row)
            self._consider(row)
        if self.dropped:
            reason = "现在的规则包里没有，那一年也没有填指标值"
            self.left.append(("、".join(self.dropped), reason))

    def run(self) -> None:
        made: dict[int, Indicator] = {}
        for act in self.acts:
            row = act.into
            if row is None:
                row = made[act.old.pk] = self._made_below(act.old, made)
            write_indicator(row, seen=row.version, values=dict(act.values))
        carry_up_weights(self.evaluation)

    def _made_below(self, old: Indicator, made: dict[int, Indicator]) -> Indicator:
        parent = made.get(old.parent_id or 0) or self.twins[old.parent_id or 0]
        fresh = Indicator.objects.select_related("evaluation__rule_pack")
        row = add_under(fresh.get(pk=parent.pk))  # type: ignore[union-attr]  # planned with a parent
        if isinstance(parse_rule(old.rule), FormRatio):
            row.rule = old.rule
            row.save(update_fields=["rule"])
        return row

    def _twin(self, old: Indicator) -> Indicator | None:
        """The row that is the same one: by key where packs lay it down, else by name and place."""
        laid_down = old.key in templates_by_key(self.before)
        for row in self.rows:
            if row.key == old.key and (
                row.name == old.name or (laid_down and row.key in templates_by_key(self.pack))
            ):
                return row
        parent = self.twins.get(old.parent_id) if old.parent_id else None
        if old.parent_id and parent is None:
            return None
        above = parent.pk if parent else None
        return next(
            (row for row in self.rows if row.parent_id == above and row.name == old.name), None
        )

    def _consider(self, old: Indicator) -> None:
        twin = self.twins[old.pk]
        if twin is not None:
            self._fill(old, twin)
        elif old.key in templates_by_key(self.before):
            if old.target_value:
                self.left.append((self._place(old), "现在的规则包里没有这一项"))
            elif not self._has_below(old):
                self.dropped.append(old.name)
        elif reason := self._why_not_below(old):
            self.left.append((self._place(old), reason))
        else:
            self.coming.add(old.pk)
            values = {name: getattr(old, name) for name in TAKEN_OVER} | self._weight_of(old)
            self._plan(old, None, values)

    def _fill(self, old: Indicator, twin: Indicator) -> None:
        has_children = any(row.parent_id == twin.pk for row in self.rows)
        if is_group(twin, has_children=has_children, pack=self.pack):
            return
        frozen = frozen_fields(twin, is_leaf=True, pack=self.pack)
        values = {
            name: getattr(old, name)
            for name in (*DESCRIPTION, "target_value")
            if name not in frozen and getattr(old, name) and not getattr(twin, name)
        }
        if "weight" not in frozen and twin.weight is None:
            values |= self._weight_of(old)
        if values:
            self._plan(old, twin, values)
        if old.target_value and twin.target_value not in ("", old.target_value):
            self.left.append((self._place(old), f"指标值已填「{twin.target_value}」"))

    def _weight_of(self, old: Indicator) -> dict[str, Any]:
        """A group's own weight is what its leaves add to."""
        if self._has_below(old) or old.weight is None:
            return {}
        fits = old.weight == round(old.weight, self.pack.scoring.places)
        return {"weight": old.weight} if fits else {}

    def _plan(self, old: Indicator, into: Indicator | None, values: dict[str, Any]) -> None:
        said = [f"{decimal_text(values['weight'])} 分"] if values.get("weight") else []
        said += [f"指标值 {values['target_value']}"] if values.get("target_value") else []
        said += [] if into else ["新增这一项"]
        note = ""
        if into is None and old.weight and "weight" not in values and not self._has_below(old):
            note = f"分值 {plain(old.weight)} 的小数位过多，请另填"
        value = "，".join(said) or "指标解释和评分标准"
        self.acts.append(Act(old, into, values, self._place(old), value, note))

    def _why_not_below(self, old: Indicator) -> str:
        """Why the unit's own row finds no place; blank where it does."""
        if self.pack.tree_freedom is TreeFreedom.LOCKED:
            return "现在的规则包不让单位加指标"
        if old.parent_id is None:
            return "现在的规则包不让单位加一级指标"
        if old.parent_id in self.coming:
            return ""
        parent = self.twins[old.parent_id]
        if parent is None:
            return f"现在的规则包里没有「{self.names[old.parent_id].name}」"
        return "" if may_add_under(parent, self.pack) else f"「{parent.name}」下不能加指标"

    def _has_below(self, old: Indicator) -> bool:
        return any(row.parent_id == old.pk for row in self.old)

    def _place(self, old: Indicator) -> str:
        return " › ".join(reversed(list(self._names_up(old))))

    def _names_up(self, row: Indicator | None) -> Iterator[str]:
        while row is not None:
            yield row.name
            row = self.names.get(row.parent_id or 0)
