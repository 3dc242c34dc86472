import hashlib

from django.core.exceptions import PermissionDenied
from django.db import models

from projects.models import Evaluation
from reports.issuing.models import (
    AskedCount,
    HouseCertificate,
    IssuedDocument,
    Revision,
    Scan,
    Slot,
    UnitSeal,
    Waiver,
    Withdrawal,
)

__all__ = [
    "AskedCount",
    "HouseCertificate",
    "IssuedDocument",
    "Revision",
    "Scan",
    "Slot",
    "Snapshot",
    "SnapshotError",
    "UnitSeal",
    "Waiver",
    "Withdrawal",
]

TAMPERED = "封存的数据与签发时的校验值不符，不再提供；请通知系统管理员和审计管理员。"


class SnapshotError(PermissionDenied):
    """The frozen content is not what was frozen; a page that needs it answers 403 and says so."""


class Snapshot(models.Model):
    """The canonical dossier an evaluation was signed with; a trigger refuses any change."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="snapshots")
    content = models.TextField()
    digest = models.CharField("SHA-256", max_length=64)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.digest[:8]}"

    def verified_content(self) -> str:
        if hashlib.sha256(self.content.encode()).hexdigest() != self.digest:
            raise SnapshotError(TAMPERED)
        return self.content
