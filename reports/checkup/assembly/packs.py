"""Which rule pack a form follows, by its tree; and how well it fits."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from evalsys.rulepacks.schema import IndicatorTemplate, RulePack, TreeFreedom
from evalsys.rulepacks.shipped import shipped_pack, shipped_packs
from reports.checkup.assembly.sources import Sources
from reports.checkup.parts import ScoreNode
from reports.checkup.values import UnclearError, points
from reports.checkup.words import bracketed_weight, indicator_name, label, plain

OLD_FORMS, NATIONAL_FORM = "haikou-2019", "national-2020"
ROOT_FITS, ROOT_NAMED, ROOT_MISSING, ROOT_UNKNOWN = 3.0, 1.0, -1.0, -1.5
NODE_KNOWN, PLACE_NAMED = 4.0, 1.5
WHOLE_COUNTRY = "全国"
EXECUTION = "预算执行"


@dataclass(frozen=True)
class Choice:
    """``fits`` when the tree is the pack's own: every first level by name and by given weight."""

    pack: RulePack
    fits: bool


def chosen_pack(sources: Sources) -> Choice:
    """The shipped pack nearest to the forms."""
    if not sources.roots:
        return Choice(shipped_pack(NATIONAL_FORM if sources.is_national else OLD_FORMS), fits=False)
    text = plain(" ".join(_texts(sources)))
    newest = {pack.code: pack for pack in shipped_packs()}
    ranked = sorted(newest.values(), key=lambda pack: -_nearness(pack, sources, text))
    return Choice(ranked[0], _fits(ranked[0], sources))


def _texts(sources: Sources) -> Iterator[str]:
    for name in ("implementing_unit", "supervising_department", "project_name"):
        yield from (printed.text for printed in sources.fields.get(name, []))
    yield from (form.printed.text for form in sources.forms)


def _nearness(pack: RulePack, sources: Sources, text: str) -> float:
    roots = file_roots(sources)
    templates = {_key(label(node.name)): node for node in pack.tree}
    near = sum(_root_nearness(templates.get(name), weight) for name, weight in roots.items())
    near += ROOT_MISSING * len(templates.keys() - roots.keys())
    known = {label(node.name) for node in _nodes(pack.tree)}
    read = [label(indicator_name(node.name.text)) for node in score_nodes(sources.roots)]
    near += NODE_KNOWN * sum(name in known for name in read) / max(1, len(read))
    place = pack.place.removesuffix("省").removesuffix("市")
    return near + PLACE_NAMED * (pack.place != WHOLE_COUNTRY and place[:2] in text)


def _root_nearness(template: IndicatorTemplate | None, weight: str) -> float:
    if template is None:
        return ROOT_UNKNOWN
    if template.weight is None or not weight:
        return ROOT_NAMED
    return ROOT_FITS if _is_weight(weight, template) else ROOT_NAMED


def _fits(pack: RulePack, sources: Sources) -> bool:
    """The same first level; in a pack whose tree is fixed, the same leaves too."""
    roots = file_roots(sources)
    templates = {_key(label(node.name)): node for node in pack.tree}
    given = {name for name, template in templates.items() if template.weight is not None}
    return (
        given <= roots.keys() <= templates.keys()
        and all(_weighs(roots[name], templates[name]) for name in roots)
        and (pack.tree_freedom is not TreeFreedom.LOCKED or _leaves(pack) == _read_leaves(sources))
    )


def _weighs(text: str, template: IndicatorTemplate) -> bool:
    return not text or template.weight is None or _is_weight(text, template)


def _leaves(pack: RulePack) -> list[tuple[str, Decimal | None]]:
    return [(label(one.name), one.weight) for one in _nodes(pack.tree) if not one.children]


def _read_leaves(sources: Sources) -> list[tuple[str, Decimal | None]]:
    leaves = (node for node in score_nodes(sources.roots) if not node.children)
    return [(label(indicator_name(leaf.name.text)), _points(leaf.weight.text)) for leaf in leaves]


def _points(text: str) -> Decimal | None:
    try:
        return points(text)
    except UnclearError:
        return None


def _is_weight(text: str, template: IndicatorTemplate) -> bool:
    return _points(text) == template.weight


def _key(name: str) -> str:
    """预算执行率 and 预算执行情况 are the same first level."""
    return EXECUTION if name.startswith(EXECUTION) else name


def file_roots(sources: Sources) -> dict[str, str]:
    """Names and printed weights of the first level, the execution of the budget included."""
    roots = {
        _key(label(indicator_name(root.name.text) or implied_name(root))): root.weight.text
        or bracketed_weight(root.name.text)
        for root in sources.roots
    }
    if "weight" in sources.execution and EXECUTION not in roots:
        return {EXECUTION: sources.execution["weight"].text} | roots
    return roots


def implied_name(node: ScoreNode) -> str:
    """What most shipped packs call the level above such children; "" when none has them."""
    below = {label(indicator_name(child.name.text)) for child in node.children}
    names = Counter(name for child, name in _names_above() if child in below)
    return max(names, key=lambda name: names[name], default="")


@cache
def _names_above() -> tuple[tuple[str, str], ...]:
    return tuple(
        (label(child.name), root.name)
        for pack in shipped_packs()
        for root in pack.tree
        for child in root.children
    )


def score_nodes(roots: Iterable[ScoreNode]) -> Iterator[ScoreNode]:
    for node in roots:
        yield node
        yield from score_nodes(node.children)


def _nodes(roots: Iterable[IndicatorTemplate]) -> Iterator[IndicatorTemplate]:
    for node in roots:
        yield node
        yield from _nodes(node.children)
