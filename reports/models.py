import hashlib

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models

from evalsys.versioning import Versioned
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


class Explanation(Versioned):
    """What the unit says to a finding, under the finding's key; kept with the evaluation."""

    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="explanations"
    )
    finding = models.CharField(max_length=200)
    text = models.CharField("说明", max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["evaluation_id", "finding"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "finding"], name="explained_once"),
        ]

    def __str__(self) -> str:
        return self.finding

    @property
    def code(self) -> str:
        """The check that found it."""
        return self.finding.partition(":")[0]


class CheckSummary(models.Model):
    """What the checks last found, for lists: counts that everybody who sees the list may know.

    ``unexplained`` are the warnings to which nothing was said.
    """

    evaluation = models.OneToOneField(
        Evaluation, on_delete=models.CASCADE, related_name="check_summary"
    )
    block = models.PositiveIntegerField(default=0)
    warn = models.PositiveIntegerField(default=0)
    unexplained = models.PositiveIntegerField(default=0)
    info = models.PositiveIntegerField(default=0)
    examined_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"检查 {self.evaluation_id}"


class ApprovedTree(models.Model):
    """The indicators as they were approved: a list of what codec.dump_indicator writes."""

    evaluation = models.OneToOneField(
        Evaluation, on_delete=models.CASCADE, related_name="approved_tree"
    )
    document = models.CharField("批复文号", max_length=100, blank=True)
    approved_on = models.DateField("批复日期", null=True, blank=True)
    indicators = models.JSONField()

    def __str__(self) -> str:
        return f"批复的指标体系 {self.evaluation_id}"
