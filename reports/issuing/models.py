"""Versions of an evaluation's documents with their signatures; nothing here is ever changed.

What happens to a version later is a row of its own. A signature appends to the file, so a
revision keeps what was appended, and the file is all of them one after another: earlier bytes
cannot be lost or written twice.
"""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.functional import cached_property

from evalsys.accounts.enums import Role
from evalsys.accounts.models import Unit
from projects.enums import State
from projects.models import Evaluation
from reports.issuing.enums import CertificateKind, RevisionKind, SlotKind

if TYPE_CHECKING:
    from evalsys.accounts.models import User

DIGEST = 64


class UnitSeal(models.Model):
    """The image of a unit's seal as the unit gave it; an empty one takes it out of use."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="seals")
    image = models.BinaryField("印章图样", blank=True)
    width_mm = models.PositiveSmallIntegerField("宽度（毫米）", default=42)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["unit", "pk"]
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.unit} 印章"


class IssuedDocumentQuerySet(models.QuerySet["IssuedDocument"]):
    def visible_to(self, user: "User") -> "IssuedDocumentQuerySet":
        return self.filter(evaluation__in=Evaluation.objects.visible_to(user))

    def with_fate(self) -> "IssuedDocumentQuerySet":
        """With when it was closed, and what has become of it since."""
        locks = Revision.objects.filter(document=OuterRef("pk"), kind=RevisionKind.LOCK)
        later = (
            IssuedDocument.objects.filter(
                evaluation=OuterRef("evaluation"),
                number__gt=OuterRef("number"),
                revisions__kind=RevisionKind.LOCK,
            )
            .order_by("-number")
            .annotate(closed_at=F("revisions__made_at"))
        )
        return self.select_related(
            "withdrawal"
        ).annotate(  # type: ignore[no-redef]  # typed below
            completed_at=Subquery(locks.values("made_at")[:1]),
            successor_number=Subquery(later.values("number")[:1]),
            successor_at=Subquery(later.values("closed_at")[:1]),
        )


class IssuedDocument(models.Model):
    """One version of an evaluation's documents, rendered once from its snapshot.

    ``unit_name`` to ``grade`` are all that a stranger with the code may read.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="documents")
    snapshot = models.OneToOneField(
        "reports.Snapshot", on_delete=models.PROTECT, related_name="document"
    )
    number = models.PositiveSmallIntegerField("版次")
    code = models.CharField("验证码", max_length=40, unique=True)
    unit_name = models.CharField("项目实施单位", max_length=100)
    project_name = models.CharField("项目", max_length=200)
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    grade = models.CharField("评价等次", max_length=50, blank=True)
    seal = models.ForeignKey(
        UnitSeal, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField()

    objects = IssuedDocumentQuerySet.as_manager()

    # Of ``with_fate`` alone.
    completed_at: datetime | None
    successor_number: int | None
    successor_at: datetime | None

    class Meta:
        ordering = ["evaluation", "number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="document_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_name} {self.fiscal_year} 年度 第 {self.number} 版"

    @cached_property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "withdrawal")


class SlotQuerySet(models.QuerySet["Slot"]):
    def open(self) -> "SlotQuerySet":
        """Neither signed nor left to paper, in a version that was not withdrawn."""
        return self.filter(
            on_paper=False,
            revision__isnull=True,
            waiver__isnull=True,
            document__withdrawal__isnull=True,
            document__evaluation__state=State.SIGNED,
        )

    def due(self) -> "SlotQuerySet":
        """Open, and nobody has to sign before."""
        earlier = Slot.objects.open().filter(
            document=OuterRef("document"), rank__lt=OuterRef("rank")
        )
        return self.open().exclude(Exists(earlier))

    def of(self, user: "User") -> "SlotQuerySet":
        """Those a person signs: their own, and the seal of a unit they head."""
        headed = Unit.objects.where(user, Role.UNIT_HEAD)
        return self.filter(
            Q(user=user) | Q(kind=SlotKind.SEAL, document__evaluation__project__unit__in=headed)
        )


class Slot(models.Model):
    """Who signs a version, where and in which order; ``on_paper`` for people without an account."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=SlotKind)
    rank = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=50)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("姓名", max_length=100)
    organisation = models.CharField("单位", max_length=100, blank=True)
    on_paper = models.BooleanField(default=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "field"], name="slot_field_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def waited_name(self) -> str:
        return f"{self.name}盖章" if self.kind == SlotKind.SEAL else self.name


class Waiver(models.Model):
    """The supervisor no longer waits for a signature: it is given on paper or not at all."""

    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, related_name="waiver")
    reason = models.CharField(max_length=500)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.slot} 改为纸质签字"


class Revision(models.Model):
    """What one signature appended to the file, and the SHA-256 and size of the file with it.

    ``key_id`` is the SHA-256 of the certificate; ``provider`` where the signature came from.
    """

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind)
    slot = models.OneToOneField(Slot, null=True, on_delete=models.PROTECT, related_name="revision")
    appended = models.BinaryField()
    digest = models.CharField("SHA-256", max_length=DIGEST, db_index=True)
    size = models.PositiveIntegerField()
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_name = models.CharField(max_length=200)
    provider = models.CharField(max_length=50)
    algorithm = models.CharField(max_length=100)
    key_id = models.CharField(max_length=DIGEST)
    time_stamped = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="revision_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(kind=RevisionKind.LOCK),
                name="document_locked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}.{self.number} {self.digest[:8]}"


class Withdrawal(models.Model):
    """A version that no longer holds, with the reason the supervisor gave."""

    document = models.OneToOneField(
        IssuedDocument, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(max_length=500)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.document_id} 已撤回"


class Scan(models.Model):
    """A paper print with signatures by hand, scanned; the file itself is in the scans storage."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="scans")
    name = models.CharField("文件名", max_length=200)
    stored_as = models.CharField(max_length=100, unique=True)
    media_type = models.CharField(max_length=50)
    digest = models.CharField("SHA-256", max_length=DIGEST)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["document", "pk"]

    def __str__(self) -> str:
        return self.name


class HouseCertificate(models.Model):
    """A certificate this house has signed under. Kept here, because keys are kept elsewhere."""

    kind = models.CharField(max_length=20, choices=CertificateKind)
    fingerprint = models.CharField("SHA-256", max_length=DIGEST)
    subject = models.CharField(max_length=300)
    content = models.BinaryField()
    first_used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "fingerprint"], name="certificate_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class AskedCount(models.Model):
    """How often an address asked the public page within a window; the address only as an HMAC."""

    purpose = models.CharField(max_length=20)
    address = models.CharField(max_length=DIGEST)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "address", "window"], name="asked_count_once"
            ),
        ]
        indexes = [models.Index(fields=["window"], name="asked_count_window")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.window}: {self.count}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
