"""Laws of the engine over random worlds, and an oracle that only knows integers."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsys.rulepacks.schema import (
    Averaging,
    ExecutionCap,
    GradeBand,
    NotApplicable,
    ScoringRules,
)
from scoring.engine import Mark, MarkState, Node, Sheet, check_sheet, check_tree, score
from scoring.engine.tree import leaves_of, walk

LEFT_OUT = Mark(MarkState.NOT_APPLICABLE, None, "没有此项工作")
PERCENTS = (50, 60, 70, 80)
PROOFS = 100_000
PARTS = 4


@dataclass(frozen=True)
class World:
    """A legal case; ``points`` are its marks by evaluator and leaf key, in ``grain``\\ ths of a unit."""

    roots: tuple[Node, ...]
    rules: ScoringRules
    points: dict[str, dict[str, int]]
    grain: int
    left_out: frozenset[str]
    consensus: dict[str, int] | None
    percent: int | None

    @cached_property
    def leaves(self):
        return leaves_of(self.roots)

    @property
    def unit(self):
        return Decimal(1).scaleb(-self.rules.places)

    def units(self, points):
        return int(points / self.unit)

    def sheet(self, evaluator, points):
        marks = {
            key: Mark(MarkState.SCORED, self.unit * value / self.grain)
            for key, value in points.items()
        }
        return Sheet(evaluator, marks | dict.fromkeys(self.left_out, LEFT_OUT))

    @property
    def sheets(self):
        return [self.sheet(evaluator, points) for evaluator, points in self.points.items()]

    def score(self, sheets):
        return score(
            self.roots,
            sheets,
            self.rules,
            consensus=self.consensus and self.sheet("共同", self.consensus),
            execution_rate=None if self.percent is None else Fraction(self.percent, 100),
        )

    @cached_property
    def result(self):
        return self.score(self.sheets)


def build(chance, leaves, evaluators, averaging, places):
    unit = Decimal(1).scaleb(-places)
    grain = chance.choice([1, 1, 1, 10])
    weights = [
        chance.choice([1, 3, 28, 103, 225, 900, chance.randint(1, 3000)]) for _ in range(leaves)
    ]
    roots = grow(chance, [(f"L{i}", weight) for i, weight in enumerate(weights)], unit)
    applicable = [f"L{i}" for i in range(leaves)]
    scaled = chance.random() < 0.3
    if scaled:
        applicable = chance.sample(applicable, chance.randint(1, leaves))
    step = chance.choice([1, 1, 5, 10, 50])
    total = sum(weights)
    lowers = sorted(chance.sample(range(total + 1), min(3, total)))
    sizes = dict(zip([f"L{i}" for i in range(leaves)], weights, strict=True))
    mood = chance.choice(["any", "full", "close"])

    def marks():
        return {
            key: mark(chance, sizes[key] * grain, step, mood) for key in sizes if key in applicable
        }

    return World(
        roots=roots,
        rules=ScoringRules(
            total=total * unit,
            mark_step=step * unit / grain,
            places=places,
            averaging=averaging,
            not_applicable=NotApplicable.SCALED if scaled else NotApplicable.REFUSED,
            minimum_evaluators=chance.randint(0, evaluators),
            grades=tuple(GradeBand(f"等{lower}", lower * unit) for lower in lowers),
            execution_caps=caps(chance, total, unit),
        ),
        points={f"评{i}": marks() for i in range(evaluators)},
        grain=grain,
        left_out=frozenset(sizes) - frozenset(applicable),
        consensus=marks() if averaging is Averaging.CONSENSUS else None,
        percent=chance.choice([None, chance.randint(0, 170)]),
    )


def grow(chance, leaves, unit, level=1, prefix="N"):
    """A tree of up to three levels over the leaves, in their order."""
    if level == 3 or chance.random() < 0.2:
        return tuple(Node(key, f"指标{key}", weight * unit) for key, weight in leaves)
    cuts = sorted(chance.sample(range(1, len(leaves)), chance.randint(0, min(3, len(leaves) - 1))))
    nodes = []
    for start, end in zip([0, *cuts], [*cuts, len(leaves)], strict=True):
        part, key = leaves[start:end], f"{prefix}{start}"
        weight = sum(weight for _, weight in part) * unit
        nodes.append(
            Node(key, f"指标{key}", weight, grow(chance, part, unit, level + 1, f"{key}."))
        )
    return tuple(nodes)


def mark(chance, weight, step, mood):
    if mood == "full" or chance.random() < 0.2:
        return weight
    most = weight // step
    least = max(0, most - 2) if mood == "close" else 0
    return step * chance.randint(least, most)


def caps(chance, total, unit):
    if chance.random() < 0.5:
        return ()
    percents = chance.sample(PERCENTS, chance.randint(1, len(PERCENTS)))
    return tuple(
        ExecutionCap(Decimal(percent) / 100, total * percent // 100 * unit) for percent in percents
    )


# The oracle: whole numbers of units, each figure found the slow way, nothing of the engine's used.


def leaf_keys(node):
    return [key for child in node.children for key in leaf_keys(child)] or [node.key]


def rounded(numerator, denominator):
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest >= denominator)


def shared_out(total, sums, denominator):
    """Units per part adding to ``total``: cut, then one at a time to the largest rest."""
    shares = [numerator // denominator for numerator in sums]
    rests = [numerator % denominator for numerator in sums]
    while sum(shares) < total:
        largest = rests.index(max(rests))
        shares[largest] += 1
        rests[largest] = -1
    return shares


def lowest_cap(world):
    limit = None
    for cap in world.rules.execution_caps:
        if world.percent is not None and world.percent < cap.below * 100:
            units = world.units(cap.cap)
            limit = units if limit is None or units < limit else limit
    return limit


def word_of(world, total):
    word = None
    for band in sorted(world.rules.grades, key=lambda band: band.lower):
        if world.units(band.lower) <= total:
            word = band.word
    return word


def oracle(world):
    rows = dict(world.points)
    full = {key: 0 for root in world.roots for key in leaf_keys(root)}
    order = [key for key in full if key not in world.left_out]
    kept = list(rows)
    if world.rules.averaging is Averaging.TRIMMED_MEAN and len(rows) >= 5:
        kept.sort(key=lambda who: (sum(rows[who].values()), [rows[who][key] for key in order], who))
        kept = kept[1:-1]
    shown = [world.consensus] if world.consensus else [rows[who] for who in kept]
    denominator = len(shown) * world.grain
    numerators = {key: sum(row[key] for row in shown) for key in order}
    raw = rounded(sum(numerators.values()), denominator)
    printed = {}

    def numerator(node):
        return sum(numerators.get(key, 0) for key in leaf_keys(node))

    def weigh(nodes):
        for node in nodes:
            if node.children:
                weigh(node.children)
            else:
                full[node.key] = world.units(node.weight)

    def spread_over(nodes, total):
        live = [node for node in nodes if any(key in numerators for key in leaf_keys(node))]
        shares = shared_out(total, [numerator(node) for node in live], denominator)
        for node, share in zip(live, shares, strict=True):
            printed[node.key] = share
            if node.children:
                spread_over(node.children, share)

    weigh(world.roots)
    spread_over(world.roots, raw)
    out_of = sum(full[key] for key in order)
    uncapped = rounded(sum(numerators.values()) * sum(full.values()), denominator * out_of)
    cap = lowest_cap(world)
    total = uncapped if cap is None else min(uncapped, cap)
    mean = rounded(sum(sum(rows[who].values()) for who in kept), len(kept) * world.grain)
    return {
        "printed": printed,
        "exact": {key: Fraction(numerators[key], denominator) for key in order},
        "spread": {
            key: max(row[key] for row in rows.values()) - min(row[key] for row in rows.values())
            for key in order
        },
        "sheets": {who: sum(row.values()) for who, row in rows.items()},
        "applicable": out_of,
        "raw_total": raw,
        "mean": mean,
        "uncapped": uncapped,
        "cap": cap,
        "total": total,
        "grade": word_of(world, total),
        "counted": set() if world.consensus else set(kept),
    }


# The laws. Each holds in every world.


def agrees_with_the_oracle(world):
    result = world.result
    applicable = [leaf for leaf in result.leaves if leaf.applicable]
    assert {
        "printed": {key: world.units(points) for key, points in result.subtotals.items()},
        "exact": {leaf.key: Fraction(leaf.exact) * 10**world.rules.places for leaf in applicable},
        "spread": {leaf.key: leaf.spread / world.unit * world.grain for leaf in applicable},
        "sheets": {
            one.evaluator: one.total / world.unit * world.grain for one in result.sheet_totals
        },
        "applicable": world.units(result.applicable_weight),
        "raw_total": world.units(result.raw_total),
        "mean": world.units(result.mean),
        "uncapped": world.units(result.uncapped),
        "cap": None if result.cap is None else world.units(result.cap),
        "total": world.units(result.total),
        "grade": result.grade,
        "counted": {one.evaluator for one in result.sheet_totals if one.counted},
    } == oracle(world)


def stays_in_bounds(world):
    result = world.result
    assert 0 <= result.total <= result.uncapped <= world.rules.total
    assert 0 <= result.raw_total <= result.applicable_weight <= world.rules.total
    assert all(0 <= result.subtotals.get(node.key, 0) <= node.weight for node in walk(world.roots))
    assert all(figure == round(figure, world.rules.places) for figure in result.subtotals.values())


def adds_up_at_every_level(world):
    subtotals, leaves = world.result.subtotals, world.result.leaves
    assert sum(subtotals.get(root.key, 0) for root in world.roots) == world.result.raw_total
    assert sum(leaf.printed for leaf in leaves if leaf.applicable) == world.result.raw_total
    for node in walk(world.roots):
        if node.children:
            parts = sum(subtotals.get(child.key, 0) for child in node.children)
            assert subtotals.get(node.key, 0) == parts


def moves_no_figure_by_a_unit(world):
    exact = {leaf.key: Fraction(leaf.exact) for leaf in world.result.leaves if leaf.applicable}
    for node in walk(world.roots):
        points = sum(exact.get(leaf.key, 0) for leaf in leaves_of((node,)))
        printed = Fraction(world.result.subtotals.get(node.key, Decimal(0)))
        assert abs(printed - points) < Fraction(world.unit)
    for leaf in world.result.leaves:
        if leaf.applicable:
            assert leaf.printed == world.result.subtotals[leaf.key]


def averages_what_it_prints(world):
    result = world.result
    totals = [one.total for one in result.sheet_totals if one.counted or world.consensus]
    twice = 2 * sum(totals) / (len(totals) * world.unit)
    assert world.units(result.mean) == int((twice + 1) // 2)
    if not world.consensus:
        assert result.raw_total == result.mean
    if not world.left_out:
        assert result.uncapped == result.raw_total


def ignores_the_order_of_sheets(world):
    sheets = world.sheets
    random.Random(len(world.points)).shuffle(sheets)
    other = world.score(sheets)
    for name in ("leaves", "subtotals", "raw_total", "mean", "uncapped", "total", "grade"):
        assert getattr(other, name) == getattr(world.result, name)
    assert set(other.sheet_totals) == set(world.result.sheet_totals)


def never_falls_when_a_mark_rises(world):
    chance = random.Random(len(world.leaves))
    who = chance.choice(list(world.points))
    key = chance.choice(list(world.points[who]))
    weight = next(world.units(leaf.weight) for leaf in world.leaves if leaf.key == key)
    raised = world.points | {who: world.points[who] | {key: weight * world.grain}}
    consensus = world.consensus and world.consensus | {key: weight * world.grain}
    other = replace(world, points=raised, consensus=consensus).result
    assert other.mean >= world.result.mean
    assert other.total >= world.result.total
    if world.rules.averaging is not Averaging.TRIMMED_MEAN:
        assert other.subtotals[key] >= world.result.subtotals[key]


def gives_equal_sheets_back(world):
    if world.grain > 1:
        return
    row = next(iter(world.points.values()))
    points = dict.fromkeys(world.points, row)
    same = replace(world, points=points, consensus=world.consensus and row)
    assert {
        leaf.key: world.units(leaf.printed) for leaf in same.result.leaves if leaf.applicable
    } == row
    assert world.units(same.result.raw_total) == sum(row.values())
    assert same.result.disagreements == ()


def withholds_without_the_last_mark(world):
    sheet, *others = world.sheets
    key = next(key for key, mark in sheet.marks.items() if mark.value is not None)
    blank = replace(sheet, marks=sheet.marks | {key: Mark()})
    result = world.score([blank, *others])
    assert (result.total, result.grade, result.subtotals) == (None, None, {})
    assert result.missing == (sheet.evaluator,)


def is_a_legal_world(world):
    assert check_tree(world.roots, world.rules) == ()
    assert all(not check_sheet(world.roots, sheet, world.rules) for sheet in world.sheets)


LAWS = (
    agrees_with_the_oracle,
    stays_in_bounds,
    adds_up_at_every_level,
    moves_no_figure_by_a_unit,
    averages_what_it_prints,
    ignores_the_order_of_sheets,
    never_falls_when_a_mark_rises,
    gives_equal_sheets_back,
    withholds_without_the_last_mark,
    is_a_legal_world,
)
WORLDS = st.builds(
    build,
    chance=st.integers(0, 2**40).map(random.Random),
    leaves=st.integers(1, 14),
    evaluators=st.integers(1, 15),
    averaging=st.sampled_from(Averaging),
    places=st.integers(0, 2),
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@settings(max_examples=200, deadline=None)
@given(world=WORLDS)
def test_law(law, world):
    law(world)


def numbered_world(part, number):
    """Evaluators, averaging and places by turns; no leaf count occurs in two parts."""
    chance = random.Random(f"{part}/{number}")
    number, evaluators = divmod(number, 15)
    number, averaging = divmod(number, len(Averaging))
    return build(
        chance,
        leaves=chance.randrange(part + 1, 33, PARTS),
        evaluators=evaluators + 1,
        averaging=list(Averaging)[averaging],
        places=number % 3,
    )


def fingerprint(world):
    return hash((world.roots, world.rules, repr(world.points), repr(world.consensus)))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_all_laws_in_many_worlds(part):
    """PROOFS different worlds over all parts, every law in each."""
    seen, sizes, number = set(), Counter(), 0
    while len(seen) < PROOFS // PARTS:
        world = numbered_world(part, number)
        for law in LAWS:
            try:
                law(world)
            except Exception as error:
                error.add_note(f"in numbered_world({part}, {number})")
                raise
        number += 1
        seen.add(fingerprint(world))
        sizes[len(world.points), world.rules.averaging] += 1
    assert PARTS * len(seen) >= 100_000
    assert len(sizes) == 15 * len(Averaging)
    assert min(sizes.values()) >= PROOFS // PARTS // 50


def test_many_leaves_and_evaluators():
    world = build(random.Random(7), 1000, 15, Averaging.TRIMMED_MEAN, 2)
    adds_up_at_every_level(world)
    moves_no_figure_by_a_unit(world)
