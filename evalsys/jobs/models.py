"""Long work as rows: what is asked for, how far it is, what came of it."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from evalsys.accounts.models import User


class JobState(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


def result_path(job: "Job", filename: str) -> str:
    """A name nobody can guess; what the owner sees it called is ``file_name``."""
    return f"jobs/{secrets.token_urlsafe(24)}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: "User") -> "JobQuerySet":
        return self.filter(owner=user)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def claimable(self, now: datetime) -> "JobQuerySet":
        """Waiting, or left behind by a worker that stopped renewing its lease."""
        return self.filter(
            Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, leased_until__lt=now)
        )


class Job(models.Model):
    """``token`` counts the claims: a worker whose claim was taken over writes nothing more.

    ``done`` of ``total`` are steps, 0 of 0 until the task knows. ``result`` is what the task
    returned; ``file`` what it made for its owner to download.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    task = models.CharField(max_length=50)
    title = models.CharField("名称", max_length=200)
    arguments = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=20, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True)
    file = models.FileField(upload_to=result_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    cancel_asked = models.BooleanField(default=False)
    token = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "fingerprint"],
                condition=Q(state__in=UNFINISHED),
                name="one_unfinished_job",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        ]
        indexes = [models.Index(fields=["state"], name="job_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED
