"""What was read in one form, as printed: nothing is judged or computed here."""

from collections import defaultdict
from dataclasses import dataclass, field

from reports.checkup.rows import Piece, Row


@dataclass(frozen=True)
class Printed:
    """A text of a file at its place."""

    text: str
    file: str
    where: str


NOTHING = Printed("", "", "")


@dataclass(frozen=True)
class MoneyCell:
    """An amount under a heading of money; ``source`` is "" for the total of the column."""

    column: str
    source: str
    printed: Printed
    unit: str


@dataclass(frozen=True)
class TargetRow:
    goal_type: str
    goal_class: str
    target: Printed
    standards: tuple[str, str, str, str]


@dataclass
class ScoreNode:
    """A name of the table of indicators with what is printed beside it."""

    level: int
    name: Printed
    parent: "ScoreNode | None" = None
    weight: Printed = NOTHING
    score: Printed = NOTHING
    target: Printed = NOTHING
    actual: Printed = NOTHING
    unit: str = ""
    nature: str = ""
    reason: Printed = NOTHING
    explanation: str = ""
    standard: str = ""
    children: "list[ScoreNode]" = field(default_factory=list)


@dataclass(frozen=True)
class PersonRow:
    name: Printed
    title: str
    unit: str
    score: Printed
    signature: str = ""


@dataclass
class HeadingRow:
    """A heading of the report with the text under it; ``title`` without its number."""

    number: str
    title: Printed
    body: list[tuple[Printed, bool]] = field(default_factory=list)  # with: may be a mere piece


@dataclass(frozen=True)
class Unread:
    """What could not be read, or was not taken, and why; ``path`` is where it would have gone."""

    printed: Printed
    what: str
    why: str
    path: str = ""


@dataclass
class Part:
    """One form of one file. ``fields`` hold every occurrence of an entry, by the entry's name."""

    file: str
    kind: str = ""
    title: Printed = NOTHING
    fields: dict[str, list[Printed]] = field(default_factory=lambda: defaultdict(list))
    unit: str = ""
    money: list[MoneyCell] = field(default_factory=list)
    execution: dict[str, Printed] = field(default_factory=dict)
    targets: list[TargetRow] = field(default_factory=list)
    has_goals: bool = False
    roots: list[ScoreNode] = field(default_factory=list)
    score_totals: list[dict[str, Printed]] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    has_people: bool = False
    asks_signatures: bool = False
    pictures: bool = False
    headings: list[HeadingRow] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    spots: dict[str, Printed] = field(default_factory=dict)  # where whole blocks stand

    @property
    def is_empty(self) -> bool:
        return not (
            self.fields
            or self.money
            or self.has_goals
            or self.roots
            or self.has_people
            or self.headings
        )

    def add(self, name: str, printed: Printed) -> None:
        self.fields[name].append(printed)

    def miss(self, printed: Printed, what: str, why: str) -> None:
        self.unread.append(Unread(printed, what, why))


def printed_at(piece: Piece | None, row: Row) -> Printed:
    return NOTHING if piece is None else Printed(piece.text, row.file, piece.where)
