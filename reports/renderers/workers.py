"""A few processes with WeasyPrint loaded, each under limits of memory and time.

Threads would make rendering slower and could not be stopped. A worker is a fresh interpreter on a
socket: it needs nothing of this process, and ends when this process ends.
"""

import atexit
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from queue import Empty, LifoQueue
from time import monotonic
from typing import Any

from reports.renderers.errors import RenderCrashError, RenderError, RenderTimeoutError
from reports.renderers.order import Order, Probe, Typeset
from reports.renderers.typeset import ROOT

WORKERS = 2


class Worker:
    """A child process, started for its first job and again after a fork or a crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, job: Order | Probe, deadline: "Deadline") -> Any:
        """What the worker answers; raises TimeoutError, or EOFError or OSError when it died."""
        pipe = self._ready_pipe()
        pipe.send(job)
        if not pipe.poll(deadline.left):
            raise TimeoutError
        return pipe.recv()

    def stop(self) -> None:
        if self._owner == os.getpid() and self._process and self._pipe:
            self._pipe.close()
            self._process.kill()
            self._process.wait()
        self._process = self._pipe = None

    def _ready_pipe(self) -> Connection:
        alive = self._process and self._process.poll() is None
        if self._pipe and alive and self._owner == os.getpid():
            return self._pipe
        self.stop()
        self._owner = os.getpid()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-m", "reports.renderers.worker", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self._pipe = Connection(ours.detach())
        return self._pipe


_all_workers = tuple(Worker() for _ in range(WORKERS))
_free_workers: LifoQueue[Worker] = LifoQueue()
for _worker in _all_workers:
    _free_workers.put(_worker)


@atexit.register
def stop_workers() -> None:
    for worker in _all_workers:
        worker.stop()


@dataclass(frozen=True)
class Deadline:
    """``seconds`` from when it is made; waiting for a free worker counts."""

    seconds: float
    started: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        return max(0.0, self.started + self.seconds - monotonic())


def typeset_in_worker(order: Order, deadline: Deadline) -> Typeset:
    """``typeset`` in a worker, called from any thread; raises RenderError and nothing else.

    A worker that is not done at ``deadline`` is killed.
    """
    done: Typeset = _ask(order, deadline)
    return done


def measure_in_worker(probe: Probe, deadline: Deadline) -> dict[str, int]:
    """``measure`` in a worker, as above."""
    pages: dict[str, int] = _ask(probe, deadline)
    return pages


def _ask(job: Order | Probe, deadline: Deadline) -> Any:
    try:
        worker = _free_workers.get(timeout=deadline.left)
    except Empty:
        raise RenderTimeoutError(deadline.seconds) from None
    try:
        answer = worker.ask(job, deadline)
    except TimeoutError:
        worker.stop()
        raise RenderTimeoutError(deadline.seconds) from None
    except (EOFError, OSError) as error:
        worker.stop()
        raise RenderCrashError from error
    finally:
        _free_workers.put(worker)
    if isinstance(answer, RenderError):
        raise answer
    return answer
