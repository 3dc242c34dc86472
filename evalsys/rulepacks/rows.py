"""A pack's tree as the flat rows of a grid, and back. Works on the JSON form, valid or not.

A row has the members of its node without ``children``, and ``level``, 1 for the first.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from evalsys.jsonread import PLAIN_NUMBER
from evalsys.rulepacks.codec import ADDED
from evalsys.rulepacks.schema import LEVELS

Row = dict[str, Any]


def rows_of(tree: list[dict[str, Any]], level: int = 1) -> list[Row]:
    """The nodes in printed order, each followed by what is below it."""
    return [
        row
        for node in tree
        for row in (
            {name: value for name, value in node.items() if name != "children"} | {"level": level},
            *rows_of(node.get("children", []), level + 1),
        )
    ]


def tree_of(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Nest rows by level; a level that would leave a gap counts as one below the row above."""
    tree: list[dict[str, Any]] = []
    open_lists = [tree]
    for row in rows:
        level = max(1, min(row["level"], len(open_lists), LEVELS))
        node = {name: value for name, value in row.items() if name != "level"} | {"children": []}
        del open_lists[level:]
        open_lists[-1].append(node)
        open_lists.append(node["children"])
    return tree


def without_blank(row: Row) -> Row:
    """Later members are left out where they are blank, as dump_pack does."""
    return {name: value for name, value in row.items() if value or name not in ADDED}


def paths_of(tree: list[dict[str, Any]], path: str = "tree") -> Iterator[str]:
    """The path of each row, as ``Problem.path`` has it."""
    for index, node in enumerate(tree):
        place = f"{path}[{index}]"
        yield place
        yield from paths_of(node.get("children", []), f"{place}.children")


def below(tree: list[dict[str, Any]]) -> Iterator[Decimal | None]:
    """For each row what its children's given weights add to; None for a row without children."""
    for node in tree:
        children = node.get("children", [])
        yield weights_of(children) if children else None
        yield from below(children)


def weights_of(nodes: list[dict[str, Any]]) -> Decimal:
    """What the given weights of these nodes add to, in points; unreadable ones count nothing."""
    weights = (node["weight"] for node in nodes)
    return sum(
        (Decimal(text) for text in weights if text and PLAIN_NUMBER.fullmatch(text)), Decimal(0)
    )


def row_at(path: str, paths: list[str]) -> tuple[int | None, str]:
    """The number of the innermost row a problem's path leads into, and the member it ends at."""
    place = path
    while place and place not in paths:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return (paths.index(place) if place else None), path[len(place) :].lstrip(".")
