"""The worker of an installation on SQLite: one process that takes up unfinished jobs in turn."""

from threading import Event

from django.db import close_old_connections
from django.utils import timezone

from evalsys.jobs.models import Job
from evalsys.jobs.running import run

PAUSE_SECONDS = 1.0


def next_job() -> int | None:
    """The oldest job to take up; a plain read, so that an idle worker never holds the database."""
    return Job.objects.claimable(timezone.now()).order_by("pk").values_list("pk", flat=True).first()


def work(stop: Event) -> None:
    while not stop.is_set():
        close_old_connections()
        pk = next_job()
        if pk is None:
            stop.wait(PAUSE_SECONDS)
        else:
            run(pk)
