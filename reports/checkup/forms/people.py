"""评价人员: who scored, with their totals; 合计 and 平均分 below."""

import re
from dataclasses import dataclass

from reports.checkup.columns import Column, Columns, Holds, headed, looks_numeric
from reports.checkup.parts import Part, PersonRow, Printed, printed_at
from reports.checkup.rows import Row
from reports.checkup.words import FIELDS, PEOPLE, PEOPLE_SUMS, label, one_line, plain

NAME_LENGTH = 20
MEAN = "平均"
NUMBER_AT_END = re.compile(r"(?P<words>[^0-9]*?)[:：]?(?P<number>[0-9][0-9.,]*)分?$")
ENDS = ("评价工作组", "评价组", "组长", "注", "备注")


def people(part: Part, row: Row) -> "People | None":
    """The list of evaluators when the row is its head."""
    columns = _columns(row)
    if columns is None:
        return None
    part.has_people = True
    part.asks_signatures |= "signature" in columns.roles
    part.spots.setdefault("panel", Printed(row.text, row.file, row.where))
    return People(part, columns)


def _columns(row: Row) -> Columns | None:
    roles = headed(row, PEOPLE)
    found = {role for role, _ in roles}
    if "name" not in found or not found & {"score", "signature", "title"}:
        return None
    columns = (
        Column(role, piece.start, piece.end, Holds.NUMBER if role == "score" else Holds.NAME)
        for role, piece in roles
        if role
    )
    return Columns(tuple(columns), len(row.pieces))


@dataclass
class People:
    """Takes the rows of people and what sums them up."""

    part: Part
    columns: Columns
    goes_on = True

    def takes(self, row: Row) -> bool:
        first = label(row.filled[0].text) if row.filled else ""
        if any(_sum_word(piece.text) for piece in row.filled):
            self._read_sums(row)
            return True
        if row.is_paragraph or first.startswith(ENDS) or FIELDS.get(first):
            return False
        found = self.columns.assign(row)
        name = found.get("name")
        if name is None or len(plain(name.text)) > NAME_LENGTH:
            return False
        texts = {role: one_line(piece.text) for role, piece in found.items()}
        self.part.people.append(
            PersonRow(
                printed_at(name, row),
                texts.get("title", ""),
                texts.get("unit", ""),
                printed_at(found.get("score"), row),
                texts.get("signature", ""),
            )
        )
        return True

    def _read_sums(self, row: Row) -> None:
        """合计 | 271 | 平均分 88: a figure belongs to the word before it, or in its own cell."""
        word = ""
        for piece in row.filled:
            own = NUMBER_AT_END.search(plain(piece.text))
            if said := _sum_word(piece.text):
                word = said
                if own:
                    self._add(word, Printed(own["number"], row.file, piece.where))
                    word = ""
            elif word and looks_numeric(piece.text):
                self._add(word, printed_at(piece, row))
                word = ""

    def _add(self, word: str, printed: Printed) -> None:
        self.part.add("mean" if MEAN in word else "sum_of_totals", printed)


def _sum_word(text: str) -> str:
    """合计, 平均分 or 合计/平均分, when the text is that, with or without a figure."""
    found = NUMBER_AT_END.search(plain(text))
    words = label(found["words"] if found else text)
    return words if words in PEOPLE_SUMS else ""
