"""Where printed texts become values, and where it is written down what became of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from reports.checkup.model import Note
from reports.checkup.parts import Printed, Unread
from reports.checkup.values import UnclearError

T = TypeVar("T")


@dataclass
class Desk:
    unread: list[Unread] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    places: dict[str, Printed] = field(default_factory=dict)

    def value(
        self, printed: Printed, read: Callable[[str], T | None], *, what: str, path: str
    ) -> T | None:
        """What ``read`` makes of a printed text; None for a blank and for what is unclear."""
        try:
            value = read(printed.text)
        except UnclearError as why:
            self.unread.append(Unread(printed, what, str(why)))
            return None
        if value is not None:
            self.places[path] = printed
        return value

    def line(self, printed: Printed, *, what: str, path: str, limit: int) -> str:
        """A text on one line, cut at the length a dossier holds."""
        return self.text(printed, "".join(_unbroken(printed.text)), what, path, limit)

    def text(self, printed: Printed, text: str, what: str, path: str, limit: int) -> str:
        if text:
            self.places[path] = printed
        if len(text) > limit:
            self.note(f"{what}有 {len(text)} 字，只取了前 {limit} 字。", printed)
        return text[:limit]

    def note(self, text: str, printed: Printed | None = None) -> None:
        self.notes.append(Note(text, printed))


def _unbroken(text: str) -> list[str]:
    """The lines of a cell run on; between Latin words stays a space."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return [
        f" {line}" if index and _is_latin(lines[index - 1][-1:] + line[:1]) else line
        for index, line in enumerate(lines)
    ]


def _is_latin(ends: str) -> bool:
    return len(ends) == 2 and ends.isascii() and ends.isalpha()  # noqa: PLR2004  both ends
