"""The append-only journal: one HMAC chain per stream, written with the change it tells of.

A stream of its own, ``journal``, has an entry for each stream that began, so that a stream cannot
be taken away whole.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from evalsys.audit.labels import name_actions
from evalsys.audit.models import JournalEntry, JournalStream
from evalsys.seals import is_sealed, seal

if TYPE_CHECKING:
    from evalsys.accounts.models import User

SYSTEM = "系统"
ENTRY, HEAD = "journal entry", "journal head"
ROOT, BEGUN = "journal", "stream_begun"

name_actions({BEGUN: "新开一卷日志"})

Witness = Callable[[], Iterator[str]]
Heads = Mapping[str, tuple[int, str]]
_witnesses: list[Witness] = []


def record(stream: str, action: str, *, actor: "User | None", **detail: Any) -> JournalEntry:
    """Append one entry; must be called inside the transaction of the act itself."""
    if not connection.in_atomic_block:
        raise RuntimeError("a journal entry belongs into the transaction of its act")
    _begin(stream)
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


def witness(check: Witness) -> Witness:
    """Register what must agree with the journal; it yields a sentence for what does not."""
    _witnesses.append(check)
    return check


def contradictions() -> Iterator[str]:
    """Every place where the journal is not what was written, or the rows not what it tells."""
    yield from broken_entries()
    for check in _witnesses:
        yield from check()


def broken_entries() -> Iterator[str]:
    """Describe every place where the journal is not what was written; nothing when it is whole."""
    for stream in JournalStream.objects.all():
        yield from _broken_in(stream)
    yield from _missing_streams()


def heads() -> dict[str, tuple[int, str]]:
    """How long each stream is, and the seal of that length: to be kept outside the database."""
    return {stream.name: (stream.length, stream.head) for stream in JournalStream.objects.all()}


def broken_since(earlier: Heads) -> Iterator[str]:
    """Where the journal no longer holds what it held when these heads were written down."""
    for name, (length, head) in earlier.items():
        last = JournalEntry.objects.filter(stream=name, sequence=length).first()
        if last is None or _head(name, length, last.seal) != head:
            yield f"{name}: the {length} entries of an earlier head are not there any more"


def _begin(stream: str) -> None:
    _, is_new = JournalStream.objects.get_or_create(name=stream)
    if is_new and stream != ROOT:
        record(ROOT, BEGUN, actor=None, name=stream)


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


def _missing_streams() -> Iterator[str]:
    """Streams that began and are gone; whoever has accounts has a journal."""
    names = set(JournalStream.objects.values_list("name", flat=True))
    begun = JournalEntry.objects.filter(stream=ROOT, action=BEGUN).values_list("detail", flat=True)
    for name in sorted({detail["name"] for detail in begun} - names):
        yield f"{name}: the whole stream is missing"
    if ROOT not in names and (names or get_user_model().objects.exists()):
        yield f"{ROOT}: the whole stream is missing"


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
