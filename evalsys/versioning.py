"""Optimistic locking: a row is written only by someone who saw its newest version."""

from typing import Any

from django.db import models
from django.db.models import F


class StaleVersionError(Exception):
    """Somebody else saved first; ``current`` is the row as it stands now."""

    def __init__(self, current: "Versioned") -> None:
        super().__init__("stale version")
        self.current = current


class Versioned(models.Model):
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True


def save_version(row: Versioned, *, seen: int, **values: Any) -> None:
    """Write ``values`` if the stored version is still ``seen``; raise StaleVersionError if not.

    ``select_for_update`` does nothing on SQLite, so the condition is part of the UPDATE itself.
    """
    manager = type(row)._default_manager  # noqa: SLF001
    written = manager.filter(pk=row.pk, version=seen).update(**values, version=F("version") + 1)
    row.refresh_from_db()
    if not written:
        raise StaleVersionError(row)
