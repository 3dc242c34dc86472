"""Asking for long work, and asking it to stop."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evalsys.canonical import digest
from evalsys.jobs.models import Job
from evalsys.jobs.registry import is_known

if TYPE_CHECKING:
    from evalsys.accounts.models import User


KEPT_DAYS = 30


@transaction.atomic
def enqueue(name: str, /, *, owner: "User", title: str, **arguments: Any) -> Job:
    """The job that will do it; asking again while it is not finished gives the same one.

    ``arguments`` are JSON data. Nothing runs if the transaction is rolled back.
    """
    if not is_known(name):
        raise ValueError(f"there is no task {name}")
    _forget_old(owner)
    fingerprint = digest({"task": name, "arguments": arguments})
    job, created = Job.objects.unfinished().get_or_create(
        owner=owner,
        fingerprint=fingerprint,
        defaults={"task": name, "title": title, "arguments": arguments},
    )
    if created and settings.JOB_ENGINE == "procrastinate":
        _hand_over(job)
    return job


def _forget_old(owner: "User") -> None:
    """What nobody fetched in a month goes when its owner asks for something new."""
    last = timezone.now() - timedelta(days=KEPT_DAYS)
    for job in Job.objects.filter(owner=owner, finished_at__lt=last):
        if job.file:
            transaction.on_commit(partial(job.file.delete, save=False))
        job.delete()


def _hand_over(job: Job) -> None:
    from evalsys.jobs.tasks import run_job  # noqa: PLC0415  PostgreSQL only

    run_job.defer(job=job.pk)


def ask_to_cancel(job: Job) -> None:
    """The task stops at its next step; one that nobody has taken up does not begin."""
    Job.objects.unfinished().filter(pk=job.pk).update(cancel_asked=True)
