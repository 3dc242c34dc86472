"""Lists of evaluations: which ones a person asks for, and what later rooms add to a list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from projects.enums import State
from projects.models import Evaluation, EvaluationQuerySet

if TYPE_CHECKING:
    from evalsys.accounts.models import User

YEAR_DIGITS = 4


@dataclass(frozen=True)
class Column:
    """``template`` draws the cell of ``evaluation``; ``related`` is read with the list."""

    label: str
    template: str
    related: str
    shown_to: Callable[["User"], bool]


@dataclass(frozen=True)
class ListAction:
    """Something done with every evaluation of a list, by a POST with the list's query string."""

    label: str
    url_name: str
    shown_to: Callable[["User"], bool]


_columns: list[Column] = []
_actions: list[ListAction] = []


def add_column(column: Column) -> None:
    _columns.append(column)


def add_action(action: ListAction) -> None:
    _actions.append(action)


def columns_for(user: "User") -> list[Column]:
    return [column for column in _columns if column.shown_to(user)]


def actions_for(user: "User") -> list[ListAction]:
    return [action for action in _actions if action.shown_to(user)]


def asked_for(user: "User", query: Mapping[str, str]) -> EvaluationQuerySet:
    """What the user may see of a year (``year``), at a step (``state``), by words (``q``)."""
    found = Evaluation.objects.visible_to(user)
    if query.get("state") in State.values:
        found = found.filter(state=query["state"])
    year = query.get("year", "")
    if year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS:
        found = found.filter(fiscal_year=int(year))
    words = query.get("q", "").strip()
    if words:
        found = found.filter(
            Q(project__name__icontains=words) | Q(project__unit__name__icontains=words)
        )
    return found
