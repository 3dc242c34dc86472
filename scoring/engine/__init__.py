"""The pure scoring engine: marks in, printed figures and their explanation out."""

from scoring.engine.marks import check_mark, check_sheet, sheet_total
from scoring.engine.model import (
    Disagreement,
    LeafScore,
    Mark,
    MarkState,
    Node,
    PrintedFigures,
    Result,
    Sheet,
    SheetProgress,
    SheetTotal,
    Step,
    TreeProblem,
)
from scoring.engine.rates import arrival_rate, balance, execution_rate, percent_text, wan_text
from scoring.engine.score import score
from scoring.engine.tree import check_tree

__all__ = [
    "Disagreement",
    "LeafScore",
    "Mark",
    "MarkState",
    "Node",
    "PrintedFigures",
    "Result",
    "Sheet",
    "SheetProgress",
    "SheetTotal",
    "Step",
    "TreeProblem",
    "arrival_rate",
    "balance",
    "check_mark",
    "check_sheet",
    "check_tree",
    "execution_rate",
    "percent_text",
    "score",
    "sheet_total",
    "wan_text",
]
