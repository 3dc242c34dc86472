"""What any file is read into: paragraphs and tables in reading order, each with its place.

A place (``where``) is words for a person: 第 12 行, 第 3 页, 「自评表」C12.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

UNCOMPUTED = "（公式没有结果）"


@dataclass(frozen=True)
class Paragraph:
    """``loose`` when it may be a mere piece: a line of typed text or of a page."""

    text: str
    where: str
    loose: bool = False


@dataclass(frozen=True)
class Cell:
    """A merged cell covers ``width`` columns and ``height`` rows.

    Columns are numbers of a scale of the table's own: only their order and overlap mean anything.
    """

    text: str
    column: int
    where: str
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Table:
    """Each row holds the cells that begin in it. In a ``loose`` one (typed text) columns may have
    slipped. ``name`` is that of a sheet of a workbook.
    """

    rows: tuple[tuple[Cell, ...], ...]
    loose: bool = False
    name: str = ""


Block = Paragraph | Table


@dataclass(frozen=True)
class Content:
    """One file. ``remarks`` are sentences about what was left out or put right in reading it.

    ``pictures`` when it holds some, which nobody looked at: a signature may be among them.
    """

    name: str
    blocks: tuple[Block, ...]
    remarks: tuple[str, ...] = ()
    pictures: bool = False


@dataclass
class Found:
    """What a reader gives: blocks, and what else is to be said of the file."""

    blocks: Iterable[Block]
    remarks: list[str] = field(default_factory=list)
    pictures: bool = False


@dataclass(frozen=True)
class Refusal:
    """A file that could not be read, and the sentence that says what to do."""

    name: str
    sentence: str


Outcome = Content | Refusal


def dump_outcome(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        return asdict(outcome)
    blocks = [asdict(block) for block in outcome.blocks]
    return {
        "name": outcome.name,
        "blocks": blocks,
        "remarks": list(outcome.remarks),
        "pictures": outcome.pictures,
    }


def load_outcome(data: Mapping[str, Any]) -> Outcome:
    if "sentence" in data:
        return Refusal(data["name"], data["sentence"])
    blocks = tuple(_block(block) for block in data["blocks"])
    return Content(data["name"], blocks, tuple(data["remarks"]), data["pictures"])


def _block(data: Mapping[str, Any]) -> Block:
    if "rows" not in data:
        return Paragraph(**data)
    rows = tuple(tuple(Cell(**cell) for cell in row) for row in data["rows"])
    return Table(rows, data["loose"], data["name"])
