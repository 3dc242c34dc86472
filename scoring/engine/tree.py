"""The indicator tree: walking it, and whether its weights add up."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from evalsys.figures import plain
from evalsys.rulepacks.schema import ScoringRules
from scoring.engine.model import Node, TreeProblem
from scoring.engine.numbers import finer_than


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node, parents before their children, in printed order."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def leaves_of(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(node for node in walk(nodes) if node.is_leaf)


def check_tree(roots: tuple[Node, ...], rules: ScoringRules) -> tuple[TreeProblem, ...]:
    """What keeps the tree from being scored; empty when the weights add up at every level."""
    nodes = tuple(walk(roots))
    return (
        *_key_problems(nodes),
        *(problem for node in nodes if (problem := _weight_problem(node, rules))),
        *_sum_problems(roots, nodes, rules),
    )


def _key_problems(nodes: tuple[Node, ...]) -> Iterator[TreeProblem]:
    uses = Counter(node.key for node in nodes)
    for node in nodes:
        if uses[node.key] > 1:
            yield TreeProblem(
                node.key,
                node.name,
                node.weight,
                None,
                f"「{node.name}」的编号 {node.key} 重复，请给每个指标不同的编号。",
            )


def _weight_problem(node: Node, rules: ScoringRules) -> TreeProblem | None:
    if node.weight <= 0:
        message = f"「{node.name}」的分值为 {plain(node.weight)}，应大于 0。"
    elif finer_than(node.weight, rules.places):
        message = f"「{node.name}」的分值为 {plain(node.weight)}，最多 {rules.places} 位小数。"
    else:
        return None
    return TreeProblem(node.key, node.name, node.weight, None, message)


def _sum_problems(
    roots: tuple[Node, ...], nodes: tuple[Node, ...], rules: ScoringRules
) -> Iterator[TreeProblem]:
    sums = [(node.key, node.name, node.children, node.weight) for node in nodes if node.children]
    for key, name, parts, expected in [("", "总分", roots, rules.total), *sums]:
        found = sum((part.weight for part in parts), Decimal(0))
        if found != expected:
            yield TreeProblem(
                key,
                name,
                found,
                expected,
                _sum_sentence(name, found, expected),
            )


def _sum_sentence(name: str, found: Decimal, expected: Decimal) -> str:
    word = "多" if found > expected else "少"
    gap = plain(abs(found - expected))
    sums = f"各项分值合计 {plain(found)}，应为 {plain(expected)}"
    return f"「{name}」下{sums}，{word} {gap} 分。"
