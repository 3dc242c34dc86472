"""A few child processes of one module, each under limits of memory and time.

A worker is a fresh interpreter on a socket: it needs nothing of this process, can be stopped in
the middle of a job, and ends when this process ends. Jobs and answers are bytes; what is in them
is known to both ends.
"""

import atexit
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, LifoQueue
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent


class WorkerTimeoutError(Exception):
    """The job was not done, or not even begun, in time; its worker was killed."""


class WorkerDiedError(Exception):
    """The worker ended in the middle of the job."""


class Worker:
    """A child that runs ``python -m module FD``; started for its first job and after a crash."""

    def __init__(self, module: str, largest_answer: int | None = None) -> None:
        self.module, self.largest_answer = module, largest_answer
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, job: bytes, *, deadline: float) -> bytes:
        """Raises WorkerTimeoutError at ``deadline`` (monotonic), WorkerDiedError."""
        try:
            pipe = self._ready_pipe()
            pipe.send_bytes(job)
            if pipe.poll(max(0.0, deadline - monotonic())):
                return pipe.recv_bytes(self.largest_answer)
        except (EOFError, OSError) as error:
            self.stop()
            raise WorkerDiedError from error
        self.stop()
        raise WorkerTimeoutError

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
                [sys.executable, "-m", self.module, str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self._pipe = Connection(ours.detach())
        return self._pipe


class Pool:
    """Workers of one module, handed out to any thread."""

    def __init__(self, module: str, *, size: int, largest_answer: int | None = None) -> None:
        self.workers = tuple(Worker(module, largest_answer) for _ in range(size))
        self.free: LifoQueue[Worker] = LifoQueue()
        for worker in self.workers:
            self.free.put(worker)
        atexit.register(self.stop)

    def ask(self, job: bytes, *, seconds: float) -> bytes:
        """The answer to ``job``; raises WorkerTimeoutError and WorkerDiedError.

        Waiting for a free worker counts.
        """
        deadline = monotonic() + seconds
        try:
            worker = self.free.get(timeout=seconds)
        except Empty:
            raise WorkerTimeoutError from None
        try:
            return worker.ask(job, deadline=deadline)
        finally:
            self.free.put(worker)

    def stop(self) -> None:
        for worker in self.workers:
            worker.stop()


def limit_memory(address_space: int) -> None:
    """``address_space`` in bytes. Whoever asks for more gets MemoryError."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))


def limit_processor(seconds: float) -> None:
    """From now on; the system ends the process when they are used up."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = ceil(usage.ru_utime + usage.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def serve(descriptor: int, answer: Callable[[bytes], bytes]) -> None:
    """The child's side: answer jobs until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, also after Ctrl-C
    with Connection(descriptor) as pipe:
        while True:
            try:
                job = pipe.recv_bytes()
            except EOFError:
                return
            pipe.send_bytes(answer(job))
