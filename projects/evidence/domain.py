"""The files behind an evaluation's marks: kept, renamed, removed, handed out; all journaled."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Sum

from evalsys.audit.journal import record
from projects.evidence.errors import RefusedFileError
from projects.evidence.images import encoded_again
from projects.evidence.kinds import BY_KEY, kind_of
from projects.evidence.storage import DAMAGED, MISSING, EvidenceFileError
from projects.models import Evaluation, Evidence

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from evalsys.accounts.models import User

MEGABYTE = 1_000_000
LARGEST_FILE = 20 * MEGABYTE
MOST_BYTES = 200 * MEGABYTE
MOST_FILES = 100


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: ``content`` as it will be stored, ``sha256`` of just that."""

    key: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(upload: "UploadedFile[bytes]") -> Checked:
    """Proves the kind and encodes pictures again, which takes a moment: call it before any lock.

    Raises RefusedFileError.
    """
    size = upload.size or 0
    if not size:
        raise RefusedFileError("文件是空的。")
    if size > LARGEST_FILE:
        raise RefusedFileError(f"文件过大，每个最多 {LARGEST_FILE // MEGABYTE} MB。")
    kind = kind_of(cast("BinaryIO", upload), upload.name or "")
    content = upload.read()
    return Checked(kind.key, encoded_again(content, kind.key) if kind.is_image else content)


@transaction.atomic
def keep(evaluation: Evaluation, file: Checked, *, title: str, actor: "User") -> Evidence:
    """Store one more file; the evaluation is held by the caller. Raises RefusedFileError.

    If the transaction fails afterwards, the bytes stay behind under a name nobody knows.
    """
    _require_room(evaluation, file)
    evidence = Evidence(
        evaluation=evaluation,
        title=title,
        kind=file.key,
        sha256=file.sha256,
        size=len(file.content),
        added_by=actor,
    )
    evidence.file.save(title, ContentFile(file.content), save=False)
    evidence.save(force_insert=True)
    _journal("evidence_added", evidence, actor)
    return evidence


def _require_room(evaluation: Evaluation, file: Checked) -> None:
    kept = evaluation.evidence.aggregate(count=Count("pk"), size=Sum("size"))
    if kept["count"] >= MOST_FILES:
        raise RefusedFileError(f"每份自评最多 {MOST_FILES} 个文件，请先删去不用的。")
    if (kept["size"] or 0) + len(file.content) > MOST_BYTES:
        raise RefusedFileError(f"每份自评的文件合计最多 {MOST_BYTES // MEGABYTE} MB，放不下了。")
    same = evaluation.evidence.filter(sha256=file.sha256).first()
    if same:
        raise RefusedFileError(f"与已上传的「{same.title}」是同一个文件，请在那里改对应的指标。")


@transaction.atomic
def remove(evidence: Evidence, *, actor: "User") -> None:
    """The row now, the bytes once that is certain."""
    name = evidence.file.name
    _journal("evidence_removed", evidence, actor)
    evidence.delete()
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


@transaction.atomic
def hand_out(evidence: Evidence, *, actor: "User") -> bytes:
    """The bytes, proved to be those that were kept; the download is journaled.

    Raises EvidenceFileError.
    """
    if not evidence.file:
        raise EvidenceFileError(MISSING)
    try:
        with evidence.file.open("rb") as stored:
            content: bytes = stored.read()
    except FileNotFoundError as error:
        raise EvidenceFileError(MISSING) from error
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise EvidenceFileError(DAMAGED)
    _journal("evidence_downloaded", evidence, actor)
    return content


def file_name(evidence: Evidence) -> str:
    return f"{evidence.title}{BY_KEY[evidence.kind].ending}"


def _journal(action: str, evidence: Evidence, actor: "User") -> None:
    record(
        evidence.evaluation.journal_stream,
        action,
        actor=actor,
        title=evidence.title,
        sha256=evidence.sha256,
        size=evidence.size,
    )
