"""年度总体目标 of the national form: what was expected beside what was achieved."""

from dataclasses import dataclass

from reports.checkup.parts import Part, printed_at
from reports.checkup.rows import Piece, Row
from reports.checkup.words import ACHIEVED, EXPECTED, OVERALL_GOAL, label

HEADS = (("expected", EXPECTED), ("achieved", ACHIEVED))


@dataclass
class OverallGoal:
    """Takes the one row below its two heads."""

    part: Part
    heads: dict[str, Piece]
    goes_on = False

    def takes(self, row: Row) -> bool:
        heads, self.heads = self.heads, {}
        texts = [piece for piece in row.filled if label(piece.text) not in OVERALL_GOAL]
        if row.loose and len(texts) == len(heads):
            found = list(zip(heads, texts, strict=True))
        else:
            found = [
                (name, piece)
                for name, head in heads.items()
                for piece in texts
                if _under(head, piece)
            ]
        for name, piece in found:
            self.part.add(name, printed_at(piece, row))
        return bool(found)


def _under(head: Piece, piece: Piece) -> bool:
    return min(head.end, piece.end) > max(head.start, piece.start)


def overall_goal(part: Part, row: Row) -> OverallGoal | None:
    """The reader of the row below, when this one holds the heads and nothing that is filled in."""
    words = {label(piece.text): piece for piece in row.filled}
    heads = {
        name: piece for word, piece in words.items() for name, listed in HEADS if word in listed
    }
    only_heads = words.keys() <= EXPECTED | ACHIEVED | OVERALL_GOAL
    return OverallGoal(part, heads) if len(heads) == len(HEADS) or (heads and only_heads) else None
