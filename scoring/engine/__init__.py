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
    "check_mark",
    "check_sheet",
    "check_tree",
    "score",
    "sheet_total",
]
