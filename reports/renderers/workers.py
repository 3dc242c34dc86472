"""A few processes with WeasyPrint loaded, each under limits of memory and time.

Threads would make rendering slower and could not be stopped. A worker is a fresh interpreter on a
socket: it needs nothing of this process, and ends when this process ends.
"""

import atexit
import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from queue import Empty, LifoQueue
from time import monotonic

from reports.renderers.errors import RenderCrashError, RenderError, RenderTimeoutError
from reports.renderers.order import Order, Typeset
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

    def typeset(self, order: Order, *, deadline: float) -> Typeset | RenderError:
        """Raises TimeoutError at ``deadline``, EOFError or OSError when the process died."""
        pipe = self._ready_pipe()
        pipe.send(order)
        if not pipe.poll(max(0.0, deadline - monotonic())):
            raise TimeoutError
        answer: Typeset | RenderError = pipe.recv()
        return answer

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


def typeset_in_worker(order: Order, *, seconds: float) -> Typeset:
    """``typeset`` in a worker, called from any thread; raises RenderError and nothing else.

    A worker that takes longer than ``seconds`` is killed; waiting for a free one counts.
    """
    deadline = monotonic() + seconds
    try:
        worker = _free_workers.get(timeout=seconds)
    except Empty:
        raise RenderTimeoutError(seconds) from None
    try:
        answer = worker.typeset(order, deadline=deadline)
    except TimeoutError:
        worker.stop()
        raise RenderTimeoutError(seconds) from None
    except (EOFError, OSError) as error:
        worker.stop()
        raise RenderCrashError from error
    finally:
        _free_workers.put(worker)
    if isinstance(answer, RenderError):
        raise answer
    return answer
