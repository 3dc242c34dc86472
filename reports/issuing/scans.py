"""Paper prints signed by hand and scanned, kept beside the electronic version.

The code of the version is typed, or stands in the name of the file; nothing here reads pictures.
"""

import secrets
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from evalsys.audit.journal import record
from reports.issuing.models import IssuedDocument, Scan, sha256
from reports.signing.codes import find_code, read_code

if TYPE_CHECKING:
    from evalsys.accounts.models import User

LARGEST = 20_000_000
PDF_TYPE = "application/pdf"
ENDINGS = {PDF_TYPE: "pdf", "image/jpeg": "jpg", "image/png": "png"}
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
PDF_HEADER, PDF_END = b"%PDF-", b"%%EOF"
END_WITHIN = 2048


def storage() -> Storage:
    return storages["scans"]


def code_in(typed: str, file_name: str) -> str:
    """The code as typed, else as it stands in the name of the file; "" without either."""
    return read_code(typed) or ("" if typed.strip() else find_code(file_name))


def media_type_of(file: IO[bytes]) -> str:
    """By what the file is, not by its name; "" for anything but PDF, JPEG and PNG."""
    head = file.read(len(PDF_HEADER))
    if head == PDF_HEADER:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - END_WITHIN))
        return PDF_TYPE if PDF_END in file.read() else ""
    file.seek(0)
    try:
        with Image.open(file, formats=list(IMAGE_TYPES)) as image:
            return IMAGE_TYPES[image.format or ""]
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, KeyError):
        return ""


@dataclass(frozen=True)
class Upload:
    """A file as it came in; ``media_type`` is what it was found to be."""

    content: bytes
    name: str
    media_type: str


def keep_scan(document: IssuedDocument, upload: Upload, *, user: "User") -> Scan:
    """Store the file under a random name, then tell of it; without the row it is nothing."""
    wanted = f"{secrets.token_hex(16)}.{ENDINGS[upload.media_type]}"
    stored_as = storage().save(wanted, ContentFile(upload.content))
    try:
        return _remember(document, upload, stored_as, user)
    except BaseException:
        storage().delete(stored_as)
        raise


@transaction.atomic
def _remember(document: IssuedDocument, upload: Upload, stored_as: str, user: "User") -> Scan:
    scan = Scan.objects.create(
        document=document,
        name=upload.name,
        stored_as=stored_as,
        media_type=upload.media_type,
        digest=sha256(upload.content),
        size=len(upload.content),
        added_by=user,
    )
    record(
        document.evaluation.journal_stream,
        "scan_added",
        actor=user,
        name=f"第 {document.number} 版",
        version=document.number,
        digest=scan.digest,
    )
    return scan


def read_scan(scan: Scan) -> bytes | None:
    """The stored bytes; None when they are gone or no longer what was stored."""
    try:
        with storage().open(scan.stored_as) as file:
            content: bytes = file.read()
    except OSError:
        return None
    return content if sha256(content) == scan.digest else None
