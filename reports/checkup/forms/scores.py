"""The table of indicators with weights and scores, of the old forms and of the national one."""

from dataclasses import dataclass

from reports.checkup.columns import Column, Columns, Holds, headed, looks_numeric
from reports.checkup.parts import NOTHING, Part, Printed, ScoreNode, printed_at
from reports.checkup.rows import Piece, Row
from reports.checkup.values import is_blank
from reports.checkup.words import (
    FIELDS,
    NOTES,
    OF_WHICH,
    SCORE_TOTALS,
    SCORES,
    SUBTOTALS,
    bracketed_weight,
    indicator_name,
    known_indicators,
    label,
    plain,
)

LEVELS = (1, 2, 3)
NAMES = frozenset(["level1", "level2", "level3"])
NUMBERS = frozenset(["weight", "score"])
NATURES = frozenset(["≥", "≤", "=", ">", "<", "定性", "定量", "正向", "反向"])
KNOWN, UNKNOWN_LEAF = 3.0, 0.5
LONGEST_FRAGMENT = 15
OF_WHICH_ROW = "其中行只说明上一行，不计入合计"
STRAY = "在评分表中间，不知道属于哪一格"
NO_NAME = "这一行没有指标名称"


def scores(part: Part, row: Row) -> "Scores | None":
    """A table of indicators when the row is its head."""
    columns = _columns(row)
    if columns is None:
        return None
    part.spots.setdefault("consensus", Printed(row.text, row.file, row.where))
    return Scores(part, columns)


def _columns(row: Row) -> Columns | None:
    roles = headed(row, SCORES)
    found = {role for role, _ in roles}
    if len(found & NAMES) < 2 or not found & {"weight", "score", "target"}:  # noqa: PLR2004
        return None
    return Columns(tuple(_by_level(roles)), len(row.pieces), _fit)


def _by_level(roles: list[tuple[str, Piece]]) -> list[Column]:
    """Weights and scores given for each level carry its number: weight1, weight2, weight."""
    last = max(index for index, (role, _) in enumerate(roles) if role in NAMES)
    level = ""
    columns = []
    for index, (role, piece) in enumerate(roles):
        if role in NAMES:
            level = role.removeprefix("level")
        if role:
            own = level if role in NUMBERS and index < last else ""
            columns.append(Column(role + own, piece.start, piece.end, _holds(role)))
    return columns


def _holds(role: str) -> Holds:
    if role in NAMES:
        return Holds.NAME
    return Holds.NUMBER if role in NUMBERS else Holds.ANYTHING


def _fit(role: str, text: str) -> float:
    """Names that shipped packs know stand at their level; others are rather leaves."""
    words = label(text)
    if role == "nature":
        return KNOWN if words in NATURES else -KNOWN
    if role == "unit":
        return -KNOWN if any(char.isdigit() for char in words) else UNKNOWN_LEAF
    if role not in NAMES:
        return -KNOWN if words in NATURES else 0.0
    levels = known_indicators().get(words, frozenset())
    if levels:
        return KNOWN if int(role[-1]) in levels else 0.0
    return UNKNOWN_LEAF if role == "level3" else 0.0


@dataclass
class Scores:
    """Takes the rows below the head, until the totals and whatever else belongs to them."""

    part: Part
    columns: Columns
    path: tuple[ScoreNode, ...] = ()
    fragment: Printed = NOTHING
    done: bool = False

    @property
    def goes_on(self) -> bool:
        return not self.done

    def takes(self, row: Row) -> bool:
        if row.is_paragraph:
            return self._takes_paragraph(row)
        found = self.columns.assign(row)
        words = _words(found, row)
        if words in SCORE_TOTALS and not self.done:
            self.done = True
            totals = {role: printed_at(piece, row) for role, piece in found.items()}
            self.part.score_totals.append(totals)
            return True
        if self.done or words in NOTES or (FIELDS.get(words) and not self._has_figures(found)):
            return False
        self._read(found, row, words)
        return True

    def _takes_paragraph(self, row: Row) -> bool:
        """A page number, or a piece of a name that was broken over two lines."""
        text = row.text
        if self.done or FIELDS.get(label(text)) or len(plain(text)) > LONGEST_FRAGMENT:
            return False
        if indicator_name(text) and not looks_numeric(text.strip("—-– 第页")):
            self._give_up_fragment()
            self.fragment = printed_at(row.single, row)
        return True

    def _give_up_fragment(self) -> None:
        if self.fragment.text:
            self.part.miss(self.fragment, self.fragment.text, STRAY)
        self.fragment = NOTHING

    def _read(self, found: dict[str, Piece], row: Row, words: str) -> None:
        if words.startswith(OF_WHICH):
            self.part.miss(Printed(row.text, row.file, row.where), row.text, OF_WHICH_ROW)
        elif any(label(piece.text) in SUBTOTALS for piece in found.values()):
            self._read_subtotal(found, row)
        else:
            self._descend(found, row)

    def _read_subtotal(self, found: dict[str, Piece], row: Row) -> None:
        """小计 stands at the level below the node that it sums up."""
        role = next(role for role, piece in found.items() if label(piece.text) in SUBTOTALS)
        depth = int(role[-1]) - 1 if role in NAMES else 1
        if 0 < depth <= len(self.path):
            self.path[depth - 1].score = printed_at(found.get("score"), row)

    def _descend(self, found: dict[str, Piece], row: Row) -> None:
        """From the first level down to the leaf that the row names."""
        node: ScoreNode | None = None
        for level in LEVELS:
            if (piece := found.get(f"level{level}")) is None:
                continue
            printed = self._whole(printed_at(piece, row))
            if not is_blank(indicator_name(printed.text)) or bracketed_weight(printed.text):
                node = self._node(level, printed, found, row)
        self._give_up_fragment()
        if node is None and self._has_figures(found):
            self.part.miss(Printed(row.text, row.file, row.where), row.text, NO_NAME)
        elif node is not None and node is self.path[-1]:
            _fill(node, found, row)

    def _whole(self, printed: Printed) -> Printed:
        """With the piece before it, when only both together are a name that is known."""
        joined = self.fragment.text + printed.text
        if self.fragment.text and label(joined) in known_indicators():
            self.fragment = NOTHING
            return Printed(joined, printed.file, printed.where)
        return printed

    def _node(self, level: int, printed: Printed, found: dict[str, Piece], row: Row) -> ScoreNode:
        """The node of that name at that level: the one that is open, or a new one."""
        open_one = next((node for node in self.path if node.level == level), None)
        if open_one and level < max(LEVELS) and _same(open_one.name.text, printed.text):
            return open_one
        above = tuple(node for node in self.path if node.level < level)
        node = ScoreNode(
            level,
            printed,
            above[-1] if above else None,
            weight=printed_at(found.get(f"weight{level}"), row),
            score=printed_at(found.get(f"score{level}"), row),
        )
        (above[-1].children if above else self.part.roots).append(node)
        self.path = (*above, node)
        return node

    @staticmethod
    def _has_figures(found: dict[str, Piece]) -> bool:
        return any(looks_numeric(found[role].text) for role in NUMBERS & found.keys())


def _words(found: dict[str, Piece], row: Row) -> str:
    """What the row begins with: a name, else whatever stands first."""
    names = [found[role] for role in sorted(NAMES & found.keys()) if not found[role].continued]
    first = next(iter(names or row.filled), None)
    return label(first.text) if first else ""


def _same(left: str, right: str) -> bool:
    """Names that are nothing but a weight, （50分）, are told apart by it."""
    return (label(left) or plain(left)) == (label(right) or plain(right))


def _fill(leaf: ScoreNode, found: dict[str, Piece], row: Row) -> None:
    """What stands beside a name; cells that reach down from above belong to the row above."""
    own = {role: piece for role, piece in found.items() if not piece.continued}
    if "weight" in own:
        leaf.weight = printed_at(own["weight"], row)
    leaf.score = printed_at(own.get("score"), row)
    leaf.target = printed_at(own.get("target"), row)
    leaf.actual = printed_at(own.get("actual"), row)
    leaf.reason = printed_at(found.get("reason"), row)
    texts = {role: piece.text for role, piece in found.items()}
    leaf.unit, leaf.nature = texts.get("unit", ""), texts.get("nature", "")
    leaf.explanation, leaf.standard = texts.get("explanation", ""), texts.get("standard", "")
