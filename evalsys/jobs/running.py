"""Running one job: claim it, renew the claim, tell how far it is, keep what came of it.

Every write of a worker carries the token of its claim, so one that was thought dead and wakes
up again changes nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from evalsys.jobs.models import Job, JobState
from evalsys.jobs.registry import perform

if TYPE_CHECKING:
    from django.core.files.base import File

LEASE = timedelta(seconds=60)
MOST_CLAIMS = 3
CLAIMED_TOO_OFTEN = "办理进程三次中断，已停止。请稍后再试；仍不行请联系管理员。"
WENT_WRONG = "处理时出错，已停止。请稍后再试；仍不行请联系管理员。"

log = logging.getLogger(__name__)


class JobError(Exception):
    """The task cannot be done; the message tells its owner why, in Chinese."""


class CancelledError(Exception):
    """Its owner wants no more of it."""


class SupersededError(Exception):
    """Another worker has taken the job over."""


class Progress:
    """What a task reports to; each report is also where it can be told to stop."""

    def __init__(self, job: Job) -> None:
        self._claim = Job.objects.filter(pk=job.pk, token=job.token, state=JobState.RUNNING)

    def report(self, done: int, total: int, message: str = "") -> None:
        """Raises CancelledError or SupersededError, which the task lets pass."""
        self.write(done=done, total=total, message=message, leased_until=timezone.now() + LEASE)
        if self._claim.filter(cancel_asked=True).exists():
            raise CancelledError

    def write(self, **values: Any) -> None:
        if not self._claim.update(**values):
            raise SupersededError

    def renew(self) -> bool:
        return bool(self._claim.update(leased_until=timezone.now() + LEASE))


def run(pk: int) -> None:
    """Do the job unless somebody else does; never raises for what the task did."""
    job = claim(pk)
    if job is None:
        return
    progress = Progress(job)
    try:
        result = _do(job, progress)
        _finish(progress, JobState.DONE, result=result)
    except SupersededError:
        log.warning("job %s was taken over by another worker", pk)
    except CancelledError:
        _finish(progress, JobState.CANCELLED)
    except JobError as error:
        _finish(progress, JobState.FAILED, message=str(error))
    except Exception:
        log.exception("job %s failed", pk)
        _finish(progress, JobState.FAILED, message=WENT_WRONG)


def _do(job: Job, progress: Progress) -> dict[str, Any] | None:
    if job.token > MOST_CLAIMS:
        raise JobError(CLAIMED_TOO_OFTEN)
    progress.report(job.done, job.total, job.message)
    with _renewed(progress):
        return perform(job, progress)


def claim(pk: int) -> Job | None:
    """The job, now ours, or None when there is nothing to take."""
    now = timezone.now()
    job = Job.objects.claimable(now).filter(pk=pk).first()
    if job is None:
        return None
    taken = (
        Job.objects.claimable(now)
        .filter(pk=pk, token=job.token)
        .update(state=JobState.RUNNING, token=F("token") + 1, leased_until=now + LEASE)
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def keep_file(job: Job, progress: Progress, name: str, content: "File[bytes]") -> None:
    """Store what the owner will download under ``name``; made again, it replaces the first."""
    if job.file:
        job.file.delete(save=False)
    job.file.save(name, content, save=False)
    progress.write(file=job.file.name, file_name=name)


def _finish(progress: Progress, state: JobState, **values: Any) -> None:
    try:
        progress.write(state=state, finished_at=timezone.now(), leased_until=None, **values)
    except SupersededError:
        log.warning("a job ended after another worker had taken it over")


@contextmanager
def _renewed(progress: Progress) -> Iterator[None]:
    """Keep the claim alive during a step that takes long, from a thread of its own."""
    done = Event()

    def renew() -> None:
        try:
            while not done.wait(LEASE.total_seconds() / 3):
                close_old_connections()
                progress.renew()
        finally:
            connection.close()

    thread = Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
