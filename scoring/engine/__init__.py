"""The pure scoring engine: marks in, printed figures and their explanation out."""

from scoring.engine.grading import grade_for
from scoring.engine.marks import check_mark, check_sheet, sheet_total, unexplained_difference
from scoring.engine.model import (
    Disagreement,
    Funds,
    LeafScore,
    Mark,
    MarkState,
    Node,
    NoProposal,
    PrintedFigures,
    Proposal,
    Result,
    Sheet,
    SheetProgress,
    SheetTotal,
    Step,
    TreeProblem,
)
from scoring.engine.rules import default_rule, proposal_in, propose, rule_text, undirected
from scoring.engine.score import score
from scoring.engine.tree import check_tree

__all__ = [
    "Disagreement",
    "Funds",
    "LeafScore",
    "Mark",
    "MarkState",
    "NoProposal",
    "Node",
    "PrintedFigures",
    "Proposal",
    "Result",
    "Sheet",
    "SheetProgress",
    "SheetTotal",
    "Step",
    "TreeProblem",
    "check_mark",
    "check_sheet",
    "check_tree",
    "default_rule",
    "grade_for",
    "proposal_in",
    "propose",
    "rule_text",
    "score",
    "sheet_total",
    "undirected",
    "unexplained_difference",
]
