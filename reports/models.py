import hashlib

from django.db import models

from projects.models import Evaluation


class SnapshotError(Exception):
    """The frozen content is not what was frozen."""


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
            raise SnapshotError(f"snapshot {self.pk} does not match its digest")
        return self.content
