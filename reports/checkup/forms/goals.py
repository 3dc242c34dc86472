"""绩效目标表: rows of goals with what earns 优, 良, 中 and 差."""

from dataclasses import dataclass, replace

from reports.checkup.columns import Column, Columns, Holds, headed
from reports.checkup.parts import Part, TargetRow, printed_at
from reports.checkup.rows import Row
from reports.checkup.words import GOALS, NOTES, STANDARDS, label, one_line

NAMES = ("goal_type", "goal_class")
TYPE_ENDING = "指标"
MARKED = 1.5


def goals(part: Part, row: Row) -> "Goals | None":
    """A table of goals when the row is its head."""
    columns = _columns(row)
    if columns is None:
        return None
    part.has_goals = True
    return Goals(part, columns)


def _columns(row: Row) -> Columns | None:
    roles = headed(row, GOALS)
    found = {role for role, _ in roles}
    if "target" not in found or not found & set(NAMES) or _standards(row):
        return None
    columns = (
        Column(role, piece.start, piece.end, Holds.ANYTHING if role == "target" else Holds.NAME)
        for role, piece in roles
        if role and role != "standards"
    )
    return Columns(tuple(columns), len(row.pieces), _fit)


def _standards(row: Row) -> bool:
    """Whether this is the second row of the head; copied, it may repeat the first."""
    return set(STANDARDS) <= {label(piece.text) for piece in row.pieces}


def _fit(role: str, text: str) -> float:
    words = label(text)
    if role in NAMES:
        return MARKED if words.endswith(TYPE_ENDING) else -MARKED
    return MARKED if role in STANDARDS and len(words) < len("产出指标") else 0.0


@dataclass
class Goals:
    """Takes the second head with 优 良 中 差, then rows until the note below."""

    part: Part
    columns: Columns
    goal_type: str = ""
    goal_class: str = ""
    goes_on = True

    def takes(self, row: Row) -> bool:
        if row.is_paragraph:
            return False
        if _standards(row):
            self._add_standards(row)
            return True
        return not label(row.text).startswith(tuple(NOTES)) and self._read(row)

    def _add_standards(self, row: Row) -> None:
        """Where the cells of the first head were lost, 优 follows the column before."""
        places = [(label(piece.text), piece) for piece in row.pieces]
        filled = [piece for piece in row.pieces if piece.text]
        shift = 0
        if row.loose and len(filled) == len(row.pieces) == len(STANDARDS):
            shift = max(column.end for column in self.columns.columns)
        added = tuple(
            Column(word, piece.start + shift, piece.end + shift, Holds.ANYTHING)
            for word, piece in places
            if word in STANDARDS
        )
        self.columns = replace(self.columns, columns=(*self.columns.columns, *added))

    def _read(self, row: Row) -> bool:
        found = self.columns.assign(row)
        target = found.get("target")
        for role in NAMES:
            if role in found and found[role].text:
                setattr(self, role, one_line(found[role].text))
        if target is None or target.continued or not target.text:
            return bool(found) or not row.filled
        best, good, fair, poor = (
            one_line(found[word].text) if word in found else "" for word in STANDARDS
        )
        self.part.targets.append(
            TargetRow(
                self.goal_type,
                self.goal_class,
                printed_at(target, row),
                (best, good, fair, poor),
            )
        )
        return True
