"""Two plain charts of a result, as figures for the SVG templates; lengths in units of the drawing.

They say nothing that the table of the same page does not: who may see that may see these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up, plain
from reports.dossier.facts import Facts
from scoring.engine import LeafScore, Node

LABEL_WIDTH = 208
PLOT_WIDTH = 320
WIDTH = 680  # so that the longest figures, 39.33–52.33–60，满分 60, fit beside the plot
ROW_HEIGHT = 28
TOP = 8
LONGEST_LABEL = 14


@dataclass(frozen=True)
class Row:
    """One line of a chart: its place from above, its name, and the figures in words."""

    y: int
    name: str
    label: str
    figures: str


@dataclass(frozen=True)
class LossRow(Row):
    """``full`` stands for the weight of the indicator, ``lost`` for the points missing from it."""

    full: Decimal
    lost: Decimal


@dataclass(frozen=True)
class SpreadRow(Row):
    """``lowest``, ``score`` and ``highest`` from the left, where the right end is full marks."""

    lowest: Decimal
    score: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Chart:
    """``rows`` with the size of the drawing; empty where there is nothing to draw."""

    rows: tuple[Row, ...]

    width = WIDTH
    label_end = LABEL_WIDTH - 8
    plot_start = LABEL_WIDTH
    plot_width = PLOT_WIDTH
    figures_start = LABEL_WIDTH + PLOT_WIDTH + 8

    @property
    def height(self) -> int:
        return TOP + ROW_HEIGHT * len(self.rows)

    def pieces(self, size: int) -> Iterator["Chart"]:
        """The same in charts of at most ``size`` rows, each as tall as its own."""
        for start in range(0, len(self.rows), size):
            rows = self.rows[start : start + size]
            yield Chart(tuple(replace(row, y=_height_above(at)) for at, row in enumerate(rows)))


def losses(facts: Facts) -> Chart:
    """Points lost by first-level indicator, each of the weight that applies in it."""
    leaves = {leaf.key: leaf for leaf in facts.result.leaves}
    found = [
        (root.name, _applicable_weight(root, leaves), facts.result.subtotals[root.key])
        for root in facts.roots
        if root.key in facts.result.subtotals
    ]
    longest = max((weight for _, weight, _ in found), default=Decimal(1))
    return Chart(
        tuple(
            LossRow(
                *_head(number, name),
                figures=f"失 {plain(weight - points)} 分，满分 {plain(weight)}",
                full=_share(weight, longest),
                lost=_share(weight - points, longest),
            )
            for number, (name, weight, points) in enumerate(found)
        )
    )


def spreads(facts: Facts) -> Chart:
    """Lowest mark, printed score and highest mark of each leaf, as a share of its weight."""
    marked = [
        (leaf, leaf.printed, marks)
        for leaf in facts.result.leaves
        if leaf.printed is not None and (marks := _marks(facts, leaf.key))
    ]
    names = {indicator.key: indicator.name for indicator in facts.dossier.indicators}
    return Chart(
        tuple(
            SpreadRow(
                *_head(number, names[leaf.key]),
                figures=f"{plain(min(marks))}–{plain(score)}–{plain(max(marks))}"
                f"，满分 {plain(leaf.weight)}",
                lowest=LABEL_WIDTH + _share(min(marks), leaf.weight),
                score=LABEL_WIDTH + _share(score, leaf.weight),
                highest=LABEL_WIDTH + _share(max(marks), leaf.weight),
            )
            for number, (leaf, score, marks) in enumerate(marked)
        )
    )


def _head(number: int, name: str) -> tuple[int, str, str]:
    label = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    return _height_above(number), name, label


def _height_above(number: int) -> int:
    return TOP + ROW_HEIGHT * number


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return half_up(Fraction(part) / Fraction(whole) * PLOT_WIDTH, 1)


def _applicable_weight(node: Node, leaves: dict[str, LeafScore]) -> Decimal:
    if node.is_leaf:
        return node.weight if leaves[node.key].applicable else Decimal(0)
    return sum((_applicable_weight(child, leaves) for child in node.children), Decimal(0))


def _marks(facts: Facts, key: str) -> list[Decimal]:
    given = (member.sheet.marks.get(key) for member in facts.dossier.panel if member.sheet)
    return [mark.value for mark in given if mark is not None and mark.value is not None]
