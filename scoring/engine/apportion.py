"""Largest remainder down the tree, so that what is printed adds up at every level."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from evalsys.figures import from_units
from scoring.engine.model import Node


def exact_points(roots: tuple[Node, ...], leaf_points: dict[str, Fraction]) -> dict[str, Fraction]:
    """Exact points of every node with an applicable leaf; ``leaf_points`` holds those leaves."""
    points: dict[str, Fraction] = {}

    def add(nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            if node.children:
                add(node.children)
                parts = [points[child.key] for child in node.children if child.key in points]
                if parts:
                    points[node.key] = sum(parts, Fraction(0))
            elif node.key in leaf_points:
                points[node.key] = leaf_points[node.key]

    add(roots)
    return points


def apportion(
    roots: tuple[Node, ...], exact: dict[str, Fraction], total: Decimal, places: int
) -> dict[str, Decimal]:
    """Printed points per node of ``exact``, adding to ``total`` and to each parent.

    ``total`` is the sum of the roots, rounded. Each node gets its exact points cut to ``places``;
    the units still missing below a parent go to the largest remainders, first in the tree first.
    A parent is printed less than one unit from its exact points, so below it fewer units are
    missing than there are remainders: no node moves by a unit, a whole number does not move.
    """
    scale = 10**places
    printed: dict[str, Decimal] = {}

    def split(nodes: tuple[Node, ...], units: int) -> None:
        scaled = {node.key: exact[node.key] * scale for node in nodes if node.key in exact}
        shares = {key: floor(points) for key, points in scaled.items()}
        by_remainder = sorted(scaled, key=lambda key: shares[key] - scaled[key])
        for key in by_remainder[: units - sum(shares.values())]:
            shares[key] += 1
        for node in nodes:
            if node.key in shares:
                printed[node.key] = from_units(shares[node.key], places)
                split(node.children, shares[node.key])

    split(roots, int(total.scaleb(places)))
    return printed
