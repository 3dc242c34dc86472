"""The append-only journal: one HMAC chain per stream, written with the change it tells of."""

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from evalsys.audit.models import JournalEntry, JournalStream
from evalsys.seals import is_sealed, seal

if TYPE_CHECKING:
    from evalsys.accounts.models import User

SYSTEM = "系统"
ENTRY, HEAD = "journal entry", "journal head"


def record(stream: str, action: str, *, actor: "User | None", **detail: Any) -> JournalEntry:
    """Append one entry; must be called inside the transaction of the act itself."""
    if not connection.in_atomic_block:
        raise RuntimeError("a journal entry belongs into the transaction of its act")
    JournalStream.objects.get_or_create(name=stream)
    head = JournalStream.objects.select_for_update().get(name=stream)
    previous = head.entries.filter(sequence=head.length).values_list("seal", flat=True).first()
    entry = JournalEntry(
        stream=head,
        sequence=head.length + 1,
        at=timezone.now(),
        actor=actor,
        actor_name=actor.name if actor else SYSTEM,
        action=action,
        detail=detail,
    )
    entry.seal = seal(ENTRY, _content(entry, previous or ""))
    entry.save(force_insert=True)
    head.length, head.head = entry.sequence, _head(entry.stream_id, entry.sequence, entry.seal)
    head.save(update_fields=["length", "head"])
    return entry


def broken_entries() -> Iterator[str]:
    """Describe every place where the journal is not what was written; nothing when it is whole."""
    for stream in JournalStream.objects.all():
        yield from _broken_in(stream)


def _broken_in(stream: JournalStream) -> Iterator[str]:
    previous, expected = "", 0
    for entry in stream.entries.order_by("sequence").iterator():
        expected += 1
        if entry.sequence != expected:
            yield f"{stream.name}: entry {expected} is missing"
            return
        if not is_sealed(entry.seal, ENTRY, _content(entry, previous)):
            yield f"{stream.name}: entry {entry.sequence} was changed"
            return
        previous = entry.seal
    if stream.length != expected or stream.head != _head(stream.name, expected, previous):
        yield f"{stream.name}: entries after {expected} are missing"


def _content(entry: JournalEntry, previous: str) -> dict[str, Any]:
    return {
        "stream": entry.stream_id,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "detail": entry.detail,
        "previous": previous,
    }


def _head(stream: str, length: int, last: str) -> str:
    """Seals the length too, so that cutting off the newest entries shows."""
    return seal(HEAD, {"stream": stream, "length": length, "last": last})
