"""The server of `manage.py up`, on a free port of loopback and on the database of this process.

What it logs goes to ``server.log`` in the folder of the installation.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from evalsys.bootstrap.common import ROOT
from evalsys.bootstrap.postgres import free_port
from evalsys.bootstrap.serving import server_command, stop, wait_for_answer
from reports.bench.visitors import HOST


@dataclass(frozen=True)
class Server:
    """``process`` leads a process group of its own: the master and its workers."""

    process: "subprocess.Popen[bytes]"
    port: int

    def kill(self) -> None:
        """As a power cut would: no process of the server gets to do anything any more."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(port: int | None = None) -> Iterator[Server]:
    """A server that answers; it is stopped at the end, unless it was killed before."""
    port = port or free_port()
    with (
        (settings.VAR_DIR / "server.log").open("ab") as log,
        subprocess.Popen(  # noqa: S603  our own interpreter
            server_command(HOST, port),
            cwd=ROOT,
            env=dict(os.environ),
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_for_answer(process, HOST, port)
            yield Server(process, port)
        finally:
            stop(process)
