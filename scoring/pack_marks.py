"""What the server says beside the editor's fields: sums, problems, and rules as sentences."""

from dataclasses import dataclass
from typing import Any

from evalsys.figures import plain
from evalsys.rulepacks import domain
from evalsys.rulepacks.rows import below, paths_of, row_at, rows_of, weights_of
from evalsys.rulepacks.words import place_words
from scoring.pack_forms.rules import DEFAULT_KINDS, sentence_of


@dataclass(frozen=True)
class RowMarks:
    """``total`` is what the row's children add to, in points."""

    total: str = ""
    problem: str = ""
    rule: str = ""


@dataclass(frozen=True)
class DraftMarks:
    """Per row of the tree what stands beside it, and what is said of the tree as a whole."""

    rows: tuple[RowMarks, ...]
    total: str
    problem: str
    defaults: dict[str, str]

    def fragments(self) -> dict[str, str]:
        """Text by the id of its place on the page."""
        rows = (
            {
                f"row-{number}-sum": row.total,
                f"row-{number}-problem": row.problem,
                f"row-{number}-rule-sentence": row.rule,
            }
            for number, row in enumerate(self.rows)
        )
        defaults = {f"default-{name}-sentence": text for name, text in self.defaults.items()}
        whole = {"tree-sum": self.total, "tree-problem": self.problem}
        return {place: text for part in (*rows, defaults, whole) for place, text in part.items()}


def draft_marks(content: dict[str, Any]) -> DraftMarks:
    tree, wrong = content["tree"], _tree_problems(content)
    rows = zip(below(tree), rows_of(tree), strict=True)
    return DraftMarks(
        tuple(
            RowMarks(
                "" if total is None else plain(total),
                " ".join(wrong.get(number, [])),
                sentence_of(row.get("rule")),
            )
            for number, (total, row) in enumerate(rows)
        ),
        plain(weights_of(tree)),
        " ".join(wrong.get(None, [])),
        {name: sentence_of(content["default_rules"].get(name)) for name in DEFAULT_KINDS},
    )


def _tree_problems(content: dict[str, Any]) -> dict[int | None, list[str]]:
    """Sentences by number of the row; None for the tree as a whole."""
    paths = list(paths_of(content["tree"]))
    wrong: dict[int | None, list[str]] = {}
    for problem in domain.problems_of(content):
        if problem.path.startswith("tree"):
            row, member = row_at(problem.path, paths)
            label = f"{place_words(member)}：" if member and member != "weight" else ""
            wrong.setdefault(row, []).append(f"{label}{problem.message}")
    return wrong
