"""Who reads along while the report is written: a later room says what it knows of the text."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from evalsys.accounts.models import User
    from projects.models import Evaluation


class Reader(Protocol):
    """Reads the report of one evaluation for the person who writes it. HTML is safe to show."""

    def problems(self, body: str) -> list[str]:
        """Why a text cannot be stored, as sentences."""

    def palette(self) -> str:
        """What may be put into a text, as HTML."""

    def remarks(self, key: str, body: str) -> str:
        """What is said below the section ``key``, as HTML."""


class NobodyReads:
    def problems(self, body: str) -> list[str]:
        return []

    def palette(self) -> str:
        return ""

    def remarks(self, key: str, body: str) -> str:
        return ""


MakeReader = Callable[["User", "Evaluation"], Reader]
_makers: list[MakeReader] = [lambda user, evaluation: NobodyReads()]


def set_reader(make: MakeReader) -> None:
    _makers.append(make)


def reader_for(user: "User", evaluation: "Evaluation") -> Reader:
    return _makers[-1](user, evaluation)
