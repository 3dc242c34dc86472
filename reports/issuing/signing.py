"""Signing a version: one person after another, each signature an append, the last one locks.

A signature is made outside the transaction, because it takes time and may ask a time stamp
service. The transaction then sees whether anybody was faster, and if so it is made once more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from evalsys.audit.journal import record
from projects.enums import State
from projects.models import Evaluation
from reports.issuing.enums import RevisionKind
from reports.issuing.models import IssuedDocument, Revision, Slot, Waiver
from reports.issuing.paper import address_of
from reports.issuing.permissions import can_sign, can_waive
from reports.issuing.revisions import Made, closing, signature
from reports.signing.errors import SigningError

if TYPE_CHECKING:
    from evalsys.accounts.models import User

ATTEMPTS = 4
CONGESTED = "同时有好几个人在签，这次没有签上。请再试一次。"
OTHER_FILE = "文件已经换了新的版本，请刷新页面，看过新文件再签。"


class NotSignedError(Exception):
    """Nothing was signed; the message says why, in Chinese."""


class _OvertakenError(Exception):
    """Somebody signed, or was no longer waited for, in the meantime."""


@dataclass(frozen=True)
class _Base:
    """The file as it stands, and who is still waited for."""

    number: int
    content: bytes
    open: frozenset[int]


def content_of(document: IssuedDocument, *, upto: int | None = None) -> bytes:
    """The file, or as it was at revision ``upto``."""
    revisions = document.revisions.order_by("number")
    if upto is not None:
        revisions = revisions.filter(number__lte=upto)
    return b"".join(bytes(part) for part in revisions.values_list("appended", flat=True))


def sign_slot(slot: Slot, *, user: "User", seen: str) -> None:
    """``user``, who has just given the password, signs; ``seen`` is the digest on the screen.

    Raises NotSignedError, also for what keys and time stamp service refuse.
    """
    document = slot.document
    if seen != issued_digest(document):
        raise NotSignedError(OTHER_FILE)

    def make(base: _Base) -> list[Made]:
        decision = can_sign(user, slot)
        if not decision:
            raise NotSignedError(decision.reason)
        made = [signature(base.content, slot, user=user)]
        return [*made, *_lock_if_last(document, made[0].content, base.open - {slot.pk})]

    def tell(digest: str) -> None:
        record(
            document.evaluation.journal_stream,
            "document_signed",
            actor=user,
            name=slot.get_kind_display(),
            version=document.number,
            field=slot.field,
            digest=digest,
        )

    _extend(document, make, tell)


def waive(slot: Slot, *, user: "User", reason: str) -> None:
    """The signature of ``slot`` is not waited for any more. Raises NotSignedError."""
    document = slot.document
    decision = can_waive(user, document.evaluation)
    if not decision:
        raise NotSignedError(decision.reason)
    if not reason.strip():
        raise NotSignedError("改为纸质签字须写明原因。")

    def make(base: _Base) -> list[Made]:
        if slot.pk not in base.open:
            raise NotSignedError("这一处已经签过，或者不再需要签。")
        return _lock_if_last(document, base.content, base.open - {slot.pk})

    def tell(digest: str) -> None:
        Waiver.objects.create(slot=slot, reason=reason, given_by=user)
        record(
            document.evaluation.journal_stream,
            "signature_waived",
            actor=user,
            name=str(slot),
            version=document.number,
            reason=reason,
        )

    _extend(document, make, tell)


def issued_digest(document: IssuedDocument) -> str:
    """What everybody signs: the SHA-256 of the file before the first person did."""
    digest: str = document.revisions.values_list("digest", flat=True).get(number=0)
    return digest


def _lock_if_last(
    document: IssuedDocument, content: bytes, waited_for: frozenset[int]
) -> list[Made]:
    return [] if waited_for else [closing(content, address=address_of(document.code))]


def _extend(
    document: IssuedDocument, make: Callable[[_Base], list[Made]], tell: Callable[[str], None]
) -> None:
    """Append what ``make`` makes of the newest file, and ``tell`` of it with the new digest."""
    for _ in range(ATTEMPTS):
        base = _base(document)
        try:
            made = make(base)
        except SigningError as error:
            raise NotSignedError(str(error)) from error
        try:
            _store(document, base, made, tell)
        except _OvertakenError:
            continue
        return
    raise NotSignedError(CONGESTED)


@transaction.atomic
def _store(
    document: IssuedDocument, base: _Base, made: list[Made], tell: Callable[[str], None]
) -> None:
    evaluation = Evaluation.objects.select_for_update().get(pk=document.evaluation_id)
    if (_newest(document), _open(document)) != (base.number, base.open):
        raise _OvertakenError
    if evaluation.state != State.SIGNED:
        raise NotSignedError("这份自评已经不在签发环节，没有签上。")
    for number, one in enumerate(made, base.number + 1):
        one.stored_in(document, number)
    tell(made[0].revision.digest if made else "")
    if made and made[-1].revision.kind == RevisionKind.LOCK:
        record(
            evaluation.journal_stream,
            "document_completed",
            actor=None,
            name=f"第 {document.number} 版",
            version=document.number,
            digest=made[-1].revision.digest,
        )


def _base(document: IssuedDocument) -> _Base:
    return _Base(_newest(document), content_of(document), _open(document))


def _newest(document: IssuedDocument) -> int:
    number: int = (
        Revision.objects.filter(document=document)
        .order_by("-number")
        .values_list("number", flat=True)[0]
    )
    return number


def _open(document: IssuedDocument) -> frozenset[int]:
    return frozenset(Slot.objects.open().filter(document=document).values_list("pk", flat=True))
