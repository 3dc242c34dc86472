"""Where printed texts become values, and where it is written down what became of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from reports.checkup.model import Note
from reports.checkup.parts import Printed, Unread
from reports.checkup.raw import UNCOMPUTED
from reports.checkup.values import UnclearError
from reports.checkup.words import one_line

T = TypeVar("T")

NO_RESULT = "公式没有保存结果，请在表格软件里打开并保存一次"


@dataclass
class Desk:
    """``spans`` are the places of the lines of a longer text, with where in it each begins."""

    unread: list[Unread] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    places: dict[str, Printed] = field(default_factory=dict)
    spans: dict[str, list[tuple[int, Printed]]] = field(default_factory=dict)

    def value(
        self, printed: Printed, read: Callable[[str], T | None], *, what: str, path: str
    ) -> T | None:
        """What ``read`` makes of a printed text; None for a blank and for what is unclear."""
        if self._is_uncomputed(printed, what, path):
            return None
        try:
            value = read(printed.text)
        except UnclearError as why:
            self.unread.append(Unread(printed, what, str(why), path))
            return None
        if value is not None:
            self.places[path] = printed
        return value

    def line(self, printed: Printed, *, what: str, path: str, limit: int) -> str:
        """A text on one line, cut at the length a dossier holds."""
        if self._is_uncomputed(printed, what, path):
            return ""
        text = one_line(printed.text)
        if text:
            self.places[path] = printed
        return self.cut(text, what, printed, limit)

    def cut(self, text: str, what: str, printed: Printed, limit: int) -> str:
        if len(text) > limit:
            self.note(f"{what}有 {len(text)} 字，只取了前 {limit} 字。", printed)
        return text[:limit]

    def spot(self, path: str, printed: Printed) -> None:
        """The place of a field that may be blank, or of a whole block."""
        if printed.where:
            self.places.setdefault(path, printed)

    def is_unread(self, path: str) -> bool:
        return any(one.path == path for one in self.unread)

    def note(self, text: str, printed: Printed | None = None) -> None:
        self.notes.append(Note(text, printed))

    def _is_uncomputed(self, printed: Printed, what: str, path: str) -> bool:
        if printed.text != UNCOMPUTED:
            return False
        self.unread.append(Unread(printed, what, NO_RESULT, path))
        return True
