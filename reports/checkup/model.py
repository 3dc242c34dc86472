"""What reading files gives: a dossier, and all a person must know about how it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.checkup.parts import Printed, Unread
from reports.dossier.model import Dossier


@dataclass(frozen=True)
class Form:
    """A form that was recognised; ``document`` is what the checks call it."""

    name: str
    document: str
    printed: Printed


@dataclass(frozen=True)
class Note:
    """Something taken in a way a person should know of, at its place where it has one."""

    text: str
    printed: Printed | None = None


@dataclass(frozen=True)
class Reading:
    """One evaluation as read. ``places`` says by path of the dossier's JSON where it is printed,
    ``spans`` where the lines of a longer text are, with the position each begins at.

    ``asked`` names the entries and columns that the forms have a place for, filled or not.
    ``fits`` when the tree is that of the rule pack. ``year_known`` is false when no file says
    which year it is. ``whole`` when it is a dossier file, so that nothing had to be recognised.
    """

    dossier: Dossier
    forms: tuple[Form, ...]
    unread: tuple[Unread, ...]
    notes: tuple[Note, ...]
    places: Mapping[str, Printed] = field(hash=False)
    spans: Mapping[str, Sequence[tuple[int, Printed]]] = field(default_factory=dict, hash=False)
    asked: frozenset[str] = frozenset()
    fits: bool = True
    year_known: bool = True
    whole: bool = False

    @property
    def documents(self) -> frozenset[str]:
        return frozenset(form.document for form in self.forms)

    def is_unclear(self, *starts: str) -> bool:
        """Whether something could not be read whose path begins so."""
        return any(one.path.startswith(starts) for one in self.unread if one.path)

    def place_of(self, path: str, start: int | None = None) -> Printed | None:
        """Where a field or a position in its text is printed, else the whole it is part of."""
        if start is not None and path in self.spans:
            return [printed for begin, printed in self.spans[path] if begin <= start][-1]
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path)
