"""What a finance bureau makes for the units below it: rule packs, indicators of the library."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from evalsys.accounts.enums import BUSINESS_ROLES, Role
from evalsys.accounts.models import Unit

if TYPE_CHECKING:
    from evalsys.accounts.models import User

M = TypeVar("M", bound=models.Model)


class BureauOwnedQuerySet(models.QuerySet[M]):
    """Rows with an ``owner``, the bureau; None for what comes with the program."""

    def usable_in(self, unit: Unit) -> Self:
        """What comes with the program, and what the unit or one above it made."""
        return self.filter(Q(owner=None) | Q(owner__path__in=paths_above(unit.path)))

    def visible_to(self, user: "User") -> Self:
        """What the user's units may use, and what bureaus below the user's own made."""
        paths = user.role_paths(*BUSINESS_ROLES)
        above = {path for own in paths for path in paths_above(own)}
        below = Unit.objects.where(user, Role.FINANCE_BUREAU)
        return self.filter(Q(owner=None) | Q(owner__path__in=above) | Q(owner__in=below))


def paths_above(path: str | None) -> list[str]:
    """``/1/5/9/`` lies in /1/, /1/5/ and /1/5/9/."""
    keys = (path or "").strip("/").split("/")
    return ["/" + "/".join(keys[:depth]) + "/" for depth in range(1, len(keys) + 1) if keys[0]]
