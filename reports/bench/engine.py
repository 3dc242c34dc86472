"""The engine: a whole result with its explanation, against bare means over the same marks."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import cycle
from random import Random

from evalsys.rulepacks.schema import ScoringRules
from reports.bench import Sizes
from reports.bench.clocks import CPU, take_turns
from reports.bench.figures import Figure, compared
from reports.dossier.facts import Facts
from reports.dossier.seed import seed_dossier
from scoring.engine import Mark, MarkState, Node, Sheet, score
from scoring.engine.tree import leaves_of

CENT = Decimal("0.01")
BRANCHES = 10

Panel = tuple[Sheet, ...]
Roots = tuple[Node, ...]


def measure(sizes: Sizes) -> list[Figure]:
    """Milliseconds are per evaluation; "20 x 3" is 20 leaves and 3 evaluators."""
    dossier = seed_dossier("scored")
    roots, rules = Facts(dossier).roots, replace(dossier.pack.scoring, mark_step=CENT)
    return [
        *_compare(roots, rules, evaluators=3, count=sizes.scorings),
        *_compare(roots, rules, evaluators=5, count=sizes.scorings),
        *_compare(wide_tree(), rules, evaluators=15, count=1),
    ]


def _compare(roots: Roots, rules: ScoringRules, *, evaluators: int, count: int) -> list[Figure]:
    chance = Random(evaluators)  # noqa: S311  the same marks at every run
    panels = [random_panel(roots, evaluators, chance) for _ in range(count)]
    leaves = [leaf.key for leaf in leaves_of(roots)]
    size = f"{len(leaves):,} x {evaluators}"
    bare, ours = f"bare means, {size}", f"score, {size}"
    tasks = {
        bare: _each(panels, lambda panel: naive_means(leaves, panel)),
        ours: _each(panels, lambda panel: score(roots, panel, rules)),
    }
    return compared(take_turns(tasks, rounds=count, clock=CPU, warm_up=count > 1), bare)


def _each(panels: Sequence[Panel], work: Callable[[Panel], object]) -> Callable[[], object]:
    """The next panel at each call, so that no two turns in a row have the same marks."""
    following = cycle(panels)
    return lambda: work(next(following))


def naive_means(leaves: Sequence[str], panel: Panel) -> Decimal:
    """What a calculator does: the mean of each leaf, rounded, added up."""
    means = (
        sum((sheet.marks[leaf].value or Decimal(0) for sheet in panel), Decimal(0)) / len(panel)
        for leaf in leaves
    )
    return sum((mean.quantize(CENT, ROUND_HALF_UP) for mean in means), Decimal(0))


def random_panel(roots: Roots, evaluators: int, chance: Random) -> Panel:
    leaves = leaves_of(roots)
    return tuple(
        Sheet(str(number), {leaf.key: _random_mark(leaf, chance) for leaf in leaves})
        for number in range(evaluators)
    )


def _random_mark(leaf: Node, chance: Random) -> Mark:
    return Mark(MarkState.SCORED, chance.randint(0, int(leaf.weight / CENT)) * CENT)


def wide_tree() -> Roots:
    """100 points over 10 × 10 × 10 leaves."""
    return _branch("", Decimal(100), levels=3)


def _branch(parent: str, weight: Decimal, *, levels: int) -> Roots:
    if not levels:
        return ()
    share = weight / BRANCHES
    keys = (f"{parent}{number}." for number in range(BRANCHES))
    return tuple(Node(key, key, share, _branch(key, share, levels=levels - 1)) for key in keys)
