from django.conf import settings
from django.db import models

from evalsys.audit.labels import label_of


class JournalStream(models.Model):
    """The head of one chain of entries; its row is the lock for appending."""

    name = models.CharField(max_length=50, primary_key=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class JournalEntry(models.Model):
    """Who did what, when. Appended with the act; database triggers refuse anything else."""

    stream = models.ForeignKey(JournalStream, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=50)
    action = models.CharField(max_length=50)
    detail = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="journal_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id} #{self.sequence} {self.action}"

    @property
    def label(self) -> str:
        return label_of(self.action)
