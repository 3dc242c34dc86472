"""What a file says about itself: every signature in it, and whether the rule of this house holds.

pyHanko calls a signature valid after a bit was flipped, and a file good after junk was appended,
so each of its answers is asked for by name. Bits in the unused rest of a signature can change and
nothing here notices: only the SHA-256 of the file, which is compared elsewhere, is proof.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, x509
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from reports.signing import names
from reports.signing.codes import find_code
from reports.signing.loops import finish
from reports.signing.reader import IndexedReader

ESCAPED = re.compile(r"\\([0-3][0-7]{2})")
UNREADABLE = "unreadable"
UNKNOWN_FIELD = "a signature in a field that is not ours"
LATER_CHANGES = (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)


@dataclass(frozen=True)
class Trust:
    """Certificates (DER) this house has signed under, and its own by their SHA-256 in hex.

    ``lists`` are revocation lists (DER) as they are known now.
    """

    roots: tuple[bytes, ...]
    own: frozenset[str]
    time_roots: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One signature as found. ``unchanged``: nothing came after it that it does not allow.

    ``whole``: it covers the file to its last byte. ``stamped_at`` is a trusted time stamp's.
    """

    field: str
    signer: str
    said_at: datetime | None
    stamped_at: datetime | None
    intact: bool
    trusted: bool
    own: bool
    unchanged: bool
    whole: bool

    @property
    def sound(self) -> bool:
        return self.intact and self.trusted and self.unchanged


@dataclass(frozen=True)
class Examination:
    """``code`` is the verification code that the certification names; ``problem`` why not sound."""

    signatures: tuple[Signature, ...] = ()
    code: str = ""
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Ours from the first signature on, each one good, the last to the end of the file."""
        if self.problem or not self.signatures:
            return False
        first, last = self.signatures[0], self.signatures[-1]
        return (
            first.field == names.CERTIFICATION
            and first.own
            and last.whole
            and all(signature.sound for signature in self.signatures)
        )

    @property
    def complete(self) -> bool:
        """Sound, and closed by our own lock."""
        last = self.signatures[-1] if self.signatures else None
        return self.sound and last is not None and last.field == names.LOCK and last.own

    @property
    def claims(self) -> bool:
        """Whether it looks as if it were ours, rightly or not."""
        return bool(self.code) or any(names.OURS.fullmatch(one.field) for one in self.signatures)


def examine(pdf: bytes, trust: Trust) -> Examination:
    """Never raises: what cannot be read is unreadable, whatever the reason."""
    try:
        reader = IndexedReader(BytesIO(pdf))
        embedded = reader.embedded_signatures
        code = _code(embedded)
        found = _examined(embedded, trust)
    except Exception:  # noqa: BLE001  a hostile file may break anything in the parser
        return Examination(code=find_code(_plain(pdf)), problem=UNREADABLE)
    strange = any(not names.OURS.fullmatch(signature.field) for signature in found)
    return Examination(found, code, UNKNOWN_FIELD if strange else "")


def _plain(pdf: bytes) -> str:
    """The bytes as text, with what pyHanko escapes in a text of a PDF."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 8)), pdf.decode("latin-1"))


def _code(embedded: Iterable[EmbeddedPdfSignature]) -> str:
    contacts = (str(one.sig_object.get("/ContactInfo", "")) for one in embedded)
    return next(filter(None, map(find_code, contacts)), "")


def _examined(embedded: list[EmbeddedPdfSignature], trust: Trust) -> tuple[Signature, ...]:
    """What came after a signature takes long to judge: only when all of them are good so far."""
    found = tuple(_one(signature, trust, judge_changes=False) for signature in embedded)
    if not all(signature.intact and signature.trusted for signature in found):
        return found
    return tuple(_one(signature, trust, judge_changes=True) for signature in embedded)


def _one(embedded: EmbeddedPdfSignature, trust: Trust, *, judge_changes: bool) -> Signature:
    said_at = embedded.self_reported_timestamp
    status = finish(
        async_validate_pdf_signature(
            embedded,
            _context(trust.roots, said_at),
            _context(trust.time_roots, None),
            skip_diff=not judge_changes,
        )
    )
    stamped_at = _stamped_at(status)
    return Signature(
        field=str(embedded.field_name),
        signer=_name(embedded.signer_cert),
        said_at=said_at,
        stamped_at=stamped_at,
        intact=status.intact and status.valid and status.seed_value_ok,
        trusted=status.trusted and not _revoked(embedded.signer_cert, stamped_at or said_at, trust),
        own=embedded.signer_cert.sha256.hex() in trust.own,
        unchanged=_unchanged(status),
        whole=status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.modification_level is ModificationLevel.NONE,
    )


def _context(roots: tuple[bytes, ...], moment: datetime | None) -> ValidationContext:
    """Judged at ``moment``: an office's certificate runs out long before its files do."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        moment=moment,
        allow_fetching=False,
    )


def _unchanged(status: PdfSignatureStatus) -> bool:
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return status.modification_level is ModificationLevel.NONE
    return (
        status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and status.docmdp_ok is True
        and status.modification_level in LATER_CHANGES
    )


def _stamped_at(status: PdfSignatureStatus) -> datetime | None:
    stamp = status.timestamp_validity
    if stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
        return None
    moment: datetime = stamp.timestamp
    return moment


def _revoked(certificate: x509.Certificate, moment: datetime | None, trust: Trust) -> bool:
    """On a list at ``moment``; a signature without a time counts as made now."""
    for content in trust.lists:
        found = crl.CertificateList.load(content)
        if found.issuer.hashable != certificate.issuer.hashable:
            continue
        for entry in found["tbs_cert_list"]["revoked_certificates"] or ():
            if entry["user_certificate"].native == certificate.serial_number:
                return moment is None or entry["revocation_date"].native < moment
    return False


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", ""))
