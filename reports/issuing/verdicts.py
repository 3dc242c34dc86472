"""Is this what we issued? Asked with a code or with the file itself; five answers."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from reports.issuing import house
from reports.issuing.enums import RevisionKind
from reports.issuing.models import IssuedDocument, Revision, sha256
from reports.signing.codes import read_code
from reports.signing.limited import examine_limited
from reports.signing.verify import Examination, Trust

Examiner = Callable[[bytes, Trust], Examination]


class Verdict(models.TextChoices):
    GENUINE = "genuine", "真实有效"
    ALTERED = "altered", "签名有效，但不是签发的文件"
    REVOKED = "revoked", "已撤回或被新版本替代"
    FALSE = "false", "不是真实文件"
    NOT_FOUND = "not_found", "查无此文件"


@dataclass(frozen=True)
class Answer:
    """``document`` is of a version that may be told of, with its fate."""

    verdict: Verdict
    document: IssuedDocument | None = None
    examination: Examination | None = None
    digest: str = ""


def check_code(text: str) -> Answer:
    """What was issued under a code. Unknown and not yet handed out are asked for alike."""
    document = _public().filter(code=read_code(text)).first()
    if document is None:
        return Answer(Verdict.NOT_FOUND)
    return Answer(_fate(document), document)


def check_file(pdf: bytes, examine: Examiner = examine_limited) -> Answer:
    """Genuine is what is signed by our rule *and* byte for byte what is stored.

    Raises BusyError.
    """
    found, digest = examine(pdf, house.trust()), sha256(pdf)
    document = _public().filter(code=found.code).first() if found.code else None
    if document is not None and found.complete and _is_stored(document, digest):
        return Answer(_fate(document), document, found, digest)
    if found.sound:
        return Answer(Verdict.ALTERED, document, found, digest)
    verdict = Verdict.FALSE if found.claims else Verdict.NOT_FOUND
    return Answer(verdict, None, found, digest)


def _public() -> models.QuerySet[IssuedDocument]:
    return IssuedDocument.objects.with_fate().filter(completed_at__isnull=False)  # type: ignore[misc]


def _is_stored(document: IssuedDocument, digest: str) -> bool:
    locks = Revision.objects.filter(document=document, kind=RevisionKind.LOCK)
    return locks.filter(digest=digest).exists()


def _fate(document: IssuedDocument) -> Verdict:
    gone = document.is_withdrawn or document.successor_number is not None
    return Verdict.REVOKED if gone else Verdict.GENUINE
