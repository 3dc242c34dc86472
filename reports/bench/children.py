"""Child processes with what they took: processor time, time on the wall, memory."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from django.conf import settings


class ChildFailedError(Exception):
    """The child ended with an error, which it has told on stderr."""


@dataclass(frozen=True)
class Ran:
    """``cpu_ms`` is user and system time; ``peak_mb`` the largest resident set.

    Linux counts the parent's resident set into a child's peak until it has started, so a small
    child of a large parent seems as large as the parent.
    """

    output: bytes
    cpu_ms: float
    wall_ms: float
    peak_mb: int


def run(arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> Ran:
    """Run Python with ``arguments`` in the project's folder; raises ChildFailedError."""
    return run_program([sys.executable, *arguments], env=env)


def run_program(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Ran:
    started = perf_counter()
    with subprocess.Popen(  # noqa: S603  our own interpreter, or a program measured beside it
        command,
        cwd=settings.BASE_DIR,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as child:
        output = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = 1000 * (perf_counter() - started)
    if child.returncode:
        raise ChildFailedError(" ".join(command))
    return Ran(output, 1000 * (usage.ru_utime + usage.ru_stime), wall, usage.ru_maxrss // 1024)


def manage(*arguments: str) -> list[str]:
    return ["manage.py", *arguments]


def throwaway_environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The settings of a local installation whose database and files are all in ``folder``."""
    own = {name: value for name, value in environ.items() if not name.startswith("EVALSYS_")}
    own.pop("DATABASE_URL", None)
    return own | {"EVALSYS_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "evalsys.settings"}


def peak_mb_of(pid: int) -> int:
    """The largest resident set that a running process has had."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
