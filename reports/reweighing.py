"""An evaluation's tree and marks under the weights of another pack. Pure.

A leaf the pack lays down gets the pack's weight. A unit's own leaf stands in for the class it was
put under; what the pack gives the class, or leaves open above it, is shared out among such leaves
in proportion to the weights they had. Marks keep their share of the weight.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up
from evalsys.rulepacks.schema import IndicatorTemplate, RulePack
from reports.dossier.model import Dossier, Indicator
from scoring.engine import Mark, Node, Sheet
from scoring.engine.apportion import apportion

# Decimals of a mark that was converted; its sheet is not asked for whole steps.
CONVERTED_PLACES = 12
FINEST_STEP = Decimal(1).scaleb(-CONVERTED_PLACES)

Templates = tuple[IndicatorTemplate, ...]


class _OtherLeavesError(Exception):
    """The leaves of the evaluation are not those of the pack."""


@dataclass(frozen=True)
class _Below:
    """A template with the evaluation's leaves that stand in it, by the template's own place."""

    template: IndicatorTemplate
    children: tuple["_Below", ...]
    leaves: tuple[Indicator, ...]

    @property
    def all_leaves(self) -> tuple[Indicator, ...]:
        return (*self.leaves, *(leaf for child in self.children for leaf in child.all_leaves))


def reweighed(dossier: Dossier, pack: RulePack) -> Dossier | None:
    """The dossier as if opened under ``pack``; None where its leaves are others.

    Where no weight changes, its tree, weights and marks stay exactly as they are.
    """
    try:
        places = _places(dossier.indicators, pack.tree)
        weights = _weights(places, pack)
    except _OtherLeavesError:
        return None
    before = {leaf.key: leaf.weight for place in places for leaf in place.all_leaves}
    if all(weights[key] == weight for key, weight in before.items()):
        return replace(dossier, pack=replace(dossier.pack, scoring=pack.scoring))
    scoring = replace(pack.scoring, mark_step=FINEST_STEP)
    shares = {
        key: Fraction(weights[key]) / Fraction(weight) for key, weight in before.items() if weight
    }
    return replace(
        dossier,
        pack=replace(dossier.pack, scoring=scoring),
        indicators=tuple(_rows(places, "", 1, weights)),
        panel=tuple(
            replace(member, sheet=member.sheet and _converted(member.sheet, shares))
            for member in dossier.panel
        ),
        consensus=dossier.consensus and _converted(dossier.consensus, shares),
    )


def changed_weights(before: Dossier, after: Dossier) -> int:
    """How many leaves weigh something else."""
    old = {row.key: row.weight for row in before.indicators}
    parents = {row.parent for row in after.indicators}
    return sum(row.weight != old.get(row.key) for row in after.indicators if row.key not in parents)


def _places(indicators: Iterable[Indicator], tree: Templates) -> tuple[_Below, ...]:
    rows = {row.key: row for row in indicators}
    parents = {row.parent for row in rows.values()}
    open_ends = _open_ends(tree)
    standing: dict[str, list[Indicator]] = {}
    for row in rows.values():
        if row.key not in parents:
            standing.setdefault(_end_of(row, rows, open_ends), []).append(row)

    def build(nodes: Templates) -> tuple[_Below, ...]:
        return tuple(
            _Below(node, build(node.children), tuple(standing.get(node.key, ()))) for node in nodes
        )

    return build(tree)


def _open_ends(nodes: Templates) -> frozenset[str]:
    """Keys of the templates without children: leaves, and classes a unit puts its own under."""
    return frozenset(
        key
        for node in nodes
        for key in (_open_ends(node.children) if node.children else {node.key})
    )


def _end_of(leaf: Indicator, rows: Mapping[str, Indicator], ends: frozenset[str]) -> str:
    row: Indicator | None = leaf
    while row is not None:
        if row.key in ends:
            return row.key
        row = rows.get(row.parent)
    raise _OtherLeavesError


def _weights(places: tuple[_Below, ...], pack: RulePack) -> dict[str, Decimal]:
    """Weight by key of every node that carries a leaf, adding up at each level."""
    exact: dict[str, Fraction] = {}
    _share_out(places, Fraction(pack.scoring.total), exact)
    total = pack.scoring.total
    return apportion(_nodes(places), exact, total, pack.scoring.places)


def _share_out(places: tuple[_Below, ...], amount: Fraction, exact: dict[str, Fraction]) -> None:
    given = [place for place in places if place.template.weight is not None]
    left_open = [place for place in places if place.template.weight is None and place.all_leaves]
    if any(not place.all_leaves for place in given):
        raise _OtherLeavesError
    rest = amount - sum((Fraction(place.template.weight or 0) for place in given), Fraction(0))
    had = sum((_had(place.all_leaves) for place in left_open), Fraction(0))
    if (rest <= 0 or not had) if left_open else rest:
        raise _OtherLeavesError
    for place in (*given, *left_open):
        weight = place.template.weight
        part = rest * _had(place.all_leaves) / had if weight is None else Fraction(weight)
        exact[place.template.key] = part
        if place.children:
            _share_out(place.children, part, exact)
        else:
            _share_below(place, part, exact)


def _share_below(place: _Below, amount: Fraction, exact: dict[str, Fraction]) -> None:
    """Among the leaves of one class; a template that is a leaf itself keeps all of it."""
    had = _had(place.leaves)
    for leaf in place.leaves:
        if not had:
            raise _OtherLeavesError
        exact[leaf.key] = amount * Fraction(leaf.weight) / had


def _had(leaves: Iterable[Indicator]) -> Fraction:
    return sum((Fraction(leaf.weight) for leaf in leaves), Fraction(0))


def _is_itself(place: _Below) -> bool:
    return [leaf.key for leaf in place.leaves] == [place.template.key]


def _nodes(places: tuple[_Below, ...]) -> tuple[Node, ...]:
    """As the engine takes them; weights are not read by ``apportion``."""
    return tuple(
        Node(
            place.template.key,
            place.template.name,
            Decimal(0),
            ()
            if _is_itself(place)
            else (
                *_nodes(place.children),
                *(Node(leaf.key, leaf.name, Decimal(0)) for leaf in place.leaves),
            ),
        )
        for place in places
        if place.all_leaves
    )


def _rows(
    places: tuple[_Below, ...], parent: str, level: int, weights: Mapping[str, Decimal]
) -> Iterable[Indicator]:
    for place in places:
        if not place.all_leaves:
            continue
        node = place.template
        if _is_itself(place):
            (leaf,) = place.leaves
            yield replace(leaf, parent=parent, level=level, weight=weights[leaf.key])
            continue
        yield Indicator(node.key, parent, level, node.name, weights[node.key])
        yield from _rows(place.children, node.key, level + 1, weights)
        for leaf in place.leaves:
            yield replace(leaf, parent=node.key, level=level + 1, weight=weights[leaf.key])


def _converted(sheet: Sheet, shares: Mapping[str, Fraction]) -> Sheet:
    return replace(
        sheet, marks={key: _mark(mark, shares.get(key)) for key, mark in sheet.marks.items()}
    )


def _mark(mark: Mark, share: Fraction | None) -> Mark:
    if mark.value is None or share is None or share == 1:
        return mark
    return replace(mark, value=half_up(Fraction(mark.value) * share, CONVERTED_PLACES))
