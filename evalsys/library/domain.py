"""A bureau's own indicators, each act written to the journal, and what a unit may take over."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from evalsys.audit.labels import name_actions
from evalsys.library.models import LibraryEntry
from evalsys.library.schema import LibraryLeaf
from evalsys.library.shipped import shipped_library
from evalsys.versioning import save_version

if TYPE_CHECKING:
    from evalsys.accounts.models import User

name_actions(
    {
        "library_entry_added": "指标库：新增指标",
        "library_entry_changed": "指标库：修改指标",
        "library_entry_retired": "指标库：停用指标",
        "library_entry_restored": "指标库：恢复指标",
    }
)


def stream_of(owner: Unit) -> str:
    return f"library:{owner.pk}"


def leaves_for(unit: Unit) -> list[LibraryLeaf]:
    """What the unit may take over: those of the bureaus above it first, then the shipped ones."""
    own = LibraryEntry.objects.usable_in(unit).offered().select_related("owner")
    return [*(entry.leaf for entry in own), *shipped_library().leaves]


@transaction.atomic
def add_entry(*, owner: Unit, actor: "User", **values: Any) -> LibraryEntry:
    entry = LibraryEntry.objects.create(owner=owner, **values)
    _record(entry, "library_entry_added", actor)
    return entry


@transaction.atomic
def change_entry(entry: LibraryEntry, *, seen: int, actor: "User", **values: Any) -> None:
    """Raises StaleVersionError."""
    save_version(entry, seen=seen, **values)
    _record(entry, "library_entry_changed", actor)


@transaction.atomic
def set_retired(entry: LibraryEntry, *, retired: bool, actor: "User") -> None:
    """Offer the entry no more, or again."""
    if retired == (entry.retired_at is not None):
        return
    save_version(entry, seen=entry.version, retired_at=timezone.now() if retired else None)
    _record(entry, "library_entry_retired" if retired else "library_entry_restored", actor)


def _record(entry: LibraryEntry, action: str, actor: "User") -> None:
    record(stream_of(entry.owner), action, actor=actor, entry=entry.pk, name=entry.name)
