"""What changed between two rule packs, as rows a person can read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evalsys.rulepacks import words
from evalsys.rulepacks.codec import dump_pack
from evalsys.rulepacks.leafrules import parse_rule
from evalsys.rulepacks.ruletext import KINDS, rule_line
from evalsys.rulepacks.schema import RulePack

BLANK = "（空）"
JOIN = " › "


class ChangeKind(StrEnum):
    ADDED = "新增"
    REMOVED = "删除"
    CHANGED = "改动"


@dataclass(frozen=True)
class Change:
    """``path`` names the place from the outside in; both values as people write them."""

    kind: ChangeKind
    path: tuple[str, ...]
    before: str = ""
    after: str = ""

    @property
    def place(self) -> str:
        return JOIN.join(self.path)


@dataclass(frozen=True)
class _Node:
    """A node with the names from the top to it, its parent's key and its members."""

    path: tuple[str, ...]
    parent: str
    members: Mapping[str, Any]


def difference(old: RulePack, new: RulePack) -> tuple[Change, ...]:
    """Every change in the order of the pack; nodes and sections are the same while their key is.

    Code, version and digest are names of a pack and no part of what it says.
    """
    before, after = dump_pack(old), dump_pack(new)
    return (
        *_members((), before, after, words.HEAD),
        *_tree(before, after),
        *_members(
            (words.PARTS["scoring"],),
            _at(before, "scoring"),
            _at(after, "scoring"),
            words.SCORING,
        ),
        *_list("grades", _at(before, "scoring"), _at(after, "scoring"), _grade),
        *_list("execution_caps", _at(before, "scoring"), _at(after, "scoring"), _cap),
        *_named("thresholds", before, after, words.THRESHOLDS),
        *_keyed("funding_sources", before, after, {"label": "名称"}, "label"),
        *_list("goal_types", before, after, _goal_type),
        *_keyed("outline", before, after, words.OUTLINE, "title"),
        *_named("wording", before, after, words.WORDING),
        *_named("default_rules", before, after, words.DEFAULT_RULES),
        *_named("severities", before, after, {}),
        *_list("required_classes", _filled(before), _filled(after), str),
    )


def _filled(pack: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"required_classes": [], **pack}


def _tree(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _nodes(before["tree"]), _nodes(after["tree"])
    for key, node in old.items():
        if key not in new:
            yield Change(ChangeKind.REMOVED, node.path, before=_weight(node))
    for key, node in new.items():
        if key not in old:
            yield Change(ChangeKind.ADDED, node.path, after=_weight(node))
            continue
        yield from _moved(old[key], node)
        yield from _members(node.path, old[key].members, node.members, words.NODE)
    yield from _reordered(old, new)


def _moved(one: _Node, other: _Node) -> Iterator[Change]:
    if one.parent != other.parent:
        before, after = JOIN.join(one.path[:-1]), JOIN.join(other.path[:-1])
        yield Change(ChangeKind.CHANGED, (*other.path, "位置"), before, after)


def _reordered(old: Mapping[str, _Node], new: Mapping[str, _Node]) -> Iterator[Change]:
    """Siblings that stayed siblings in another order, told once for each parent."""
    for parent in dict.fromkeys(node.parent for node in new.values()):
        both = [
            [
                key
                for key, node in side.items()
                if node.parent == parent and key in other and other[key].parent == parent
            ]
            for side, other in ((old, new), (new, old))
        ]
        if both[0] != both[1]:
            place = new[parent].path if parent else (words.PARTS["tree"],)
            names = (
                "、".join(side[key].path[-1] for key in keys)
                for side, keys in zip((old, new), both, strict=True)
            )
            yield Change(ChangeKind.CHANGED, (*place, "次序"), *names)


def _weight(node: _Node) -> str:
    weight = node.members["weight"]
    return "由单位定分" if weight is None else f"{weight} 分"


def _nodes(
    tree: Iterable[Mapping[str, Any]], path: tuple[str, ...] = (), parent: str = ""
) -> dict[str, _Node]:
    found: dict[str, _Node] = {}
    for node in tree:
        place = (*(path or (words.PARTS["tree"],)), node["name"])
        found[node["key"]] = _Node(place, parent, node)
        found |= _nodes(node["children"], place, node["key"])
    return found


def _members(
    path: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    labels: Mapping[str, str],
) -> Iterator[Change]:
    for name, label in labels.items():
        old, new = before.get(name), after.get(name)
        if old != new:
            yield Change(ChangeKind.CHANGED, (*path, label), _text(name, old), _text(name, new))


def _named(
    part: str, before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[Change]:
    """Members of an object whose names are free."""
    old, new = _at(before, part), _at(after, part)
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            place = (words.PARTS[part], labels.get(name, name))
            kind = _kind(name in old, name in new)
            yield Change(kind, place, _text(name, old.get(name)), _text(name, new.get(name)))


def _keyed(
    part: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    labels: Mapping[str, str],
    title: str,
) -> Iterator[Change]:
    """A list whose entries have keys."""
    old = {entry["key"]: entry for entry in before[part]}
    new = {entry["key"]: entry for entry in after[part]}
    for key, entry in {**old, **new}.items():
        place = (words.PARTS[part], entry[title])
        if key in old and key in new:
            yield from _members(place, old[key], new[key], labels)
        else:
            yield Change(_kind(key in old, key in new), place)
    kept = [key for key in old if key in new], [key for key in new if key in old]
    if kept[0] != kept[1]:
        names = (
            "、".join(entries[key][title] for key in keys)
            for entries, keys in zip((old, new), kept, strict=True)
        )
        yield Change(ChangeKind.CHANGED, (words.PARTS[part], "次序"), *names)


def _list(
    part: str, before: Mapping[str, Any], after: Mapping[str, Any], say: Any
) -> Iterator[Change]:
    """A short list that is read as a whole."""
    old, new = ("；".join(map(say, side[part])) for side in (before, after))
    if old != new:
        yield Change(ChangeKind.CHANGED, (words.PARTS[part],), old or BLANK, new or BLANK)


def _kind(was: bool, remains: bool) -> ChangeKind:
    if was and remains:
        return ChangeKind.CHANGED
    return ChangeKind.REMOVED if was else ChangeKind.ADDED


def _grade(band: Mapping[str, str]) -> str:
    return f"{band['word']} {band['lower']} 分起"


def _cap(cap: Mapping[str, str]) -> str:
    return f"执行率低于 {cap['below']} 最高 {cap['cap']} 分"


def _goal_type(goal: Mapping[str, Any]) -> str:
    return f"{goal['label']}（{'、'.join(goal['classes'])}）"


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "weight" and value is None:
        return "由单位定"
    if value in (None, ""):
        return BLANK
    if isinstance(value, dict):
        return _rule(value)
    return words.CHOICES.get(name, {}).get(str(value), str(value))


def _rule(data: dict[str, Any]) -> str:
    """A leaf rule as a person would choose and type it."""
    rule = parse_rule(data)
    if rule is None:
        return BLANK
    kind, line = rule_line(rule)
    return f"{KINDS[kind]} {line}".strip() + ("" if rule.verified else "（规则未核实）")


def _at(data: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = data.get(part, {})
    return found
