"""Making a signature and telling what it was made with; nothing is stored here."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from asn1crypto import x509
from django.utils import timezone

from reports.issuing import house
from reports.issuing.enums import RevisionKind, SlotKind
from reports.issuing.models import IssuedDocument, Revision, Slot, sha256
from reports.signing import names
from reports.signing.appearance import Line, TextStyle, image_style
from reports.signing.names import Identity, Role
from reports.signing.providers import Credential
from reports.signing.sign import Request, certify, lock, sign

if TYPE_CHECKING:
    from pyhanko.stamp import BaseStampStyle

    from evalsys.accounts.models import User

REASONS = {
    SlotKind.EVALUATOR: "确认本人评分",
    SlotKind.LEADER: "确认评价结果",
    SlotKind.SEAL: "单位盖章",
}
# Name and what stands under it, in points.
SIZES = {SlotKind.EVALUATOR: (13.0, 6.2), SlotKind.LEADER: (18.0, 8.0)}


@dataclass(frozen=True)
class Made:
    """The file after a signature, the row it will be kept as, and whose certificate it was."""

    content: bytes
    revision: Revision
    certificate: x509.Certificate
    root: x509.Certificate

    def stored_in(self, document: IssuedDocument, number: int) -> Revision:
        self.revision.document, self.revision.number = document, number
        self.revision.save(force_insert=True)
        if self.revision.kind != RevisionKind.SIGNATURE:
            house.remember(self.certificate, self.root)
        return self.revision


def certification(pdf: bytes, *, address: str, reason: str, user: "User") -> Made:
    with house.provider().credential(house.system()) as credential:
        request = Request(
            names.CERTIFICATION,
            house.SYSTEM_NAME,
            reason,
            contact=address,
            time_stamper=house.time_stamper(),
        )
        signed = certify(pdf, request, credential)
        return _made(RevisionKind.CERTIFICATION, b"", signed, credential, user)


def closing(pdf: bytes, *, address: str) -> Made:
    """The lock follows from the last signature, so nobody in person makes it."""
    with house.provider().credential(house.system()) as credential:
        request = Request(
            names.LOCK,
            house.SYSTEM_NAME,
            "全部签字完成，封存，不得再改",
            contact=address,
            time_stamper=house.time_stamper(),
        )
        return _made(RevisionKind.LOCK, pdf, lock(pdf, request, credential), credential, None)


def signature(pdf: bytes, slot: Slot, *, user: "User") -> Made:
    """The signature of ``slot`` as ``user`` gives it now."""
    now = timezone.localtime()
    with house.provider().credential(identity_of(slot)) as credential:
        request = Request(
            slot.field,
            slot.name,
            REASONS[SlotKind(slot.kind)],
            appearance=_appearance(slot, now),
            time_stamper=house.time_stamper(),
        )
        made = _made(RevisionKind.SIGNATURE, pdf, sign(pdf, request, credential), credential, user)
    made.revision.slot = slot
    return made


def identity_of(slot: Slot) -> Identity:
    role = Role.UNIT if slot.kind == SlotKind.SEAL else Role.PERSON
    return Identity(role, slot.name, slot.organisation)


def _appearance(slot: Slot, now: datetime) -> "BaseStampStyle":
    if slot.kind == SlotKind.SEAL and slot.document.seal is not None:
        return image_style(bytes(slot.document.seal.image))
    large, small = SIZES[SlotKind(slot.kind)]
    return TextStyle(lines=(Line(slot.name, large), Line(f"电子签名 {now:%Y-%m-%d %H:%M}", small)))


def _made(
    kind: RevisionKind, before: bytes, content: bytes, credential: Credential, user: "User | None"
) -> Made:
    if not content.startswith(before):
        raise AssertionError("a signature must only append")
    return Made(
        content,
        Revision(
            kind=kind,
            appended=content[len(before) :],
            digest=sha256(content),
            size=len(content),
            signer=user,
            certificate_name=credential.signer.subject_name or "",
            provider=house.provider().name,
            algorithm=credential.algorithm,
            key_id=credential.key_id,
            time_stamped=house.time_stamper() is not None,
            made_at=timezone.now(),
        ),
        credential.certificate,
        credential.root,
    )
