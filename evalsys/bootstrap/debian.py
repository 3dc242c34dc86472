"""Debian packages: what is needed, what is missing, and who may install it."""

import importlib.util
import os
import shutil
from collections.abc import Iterable, Sequence

from evalsys.bootstrap.common import SetupError, last_lines, run_quietly, say

VENV_PACKAGE = "python3-venv"
RUN_PACKAGES = (VENV_PACKAGE, "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
TEST_PACKAGES = ("chromium", "poppler-utils", "qpdf", "libnss3-tools", "openssl", "softhsm2")
POSTGRES_PACKAGES = ("postgresql",)

UPDATE = ("apt-get", "update")
INSTALL = (
    "apt-get",
    "install",
    "-y",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=120",
)


def installed_names(answer: str) -> set[str]:
    """`answer`: lines of "name status" from dpkg-query, status like "ii " or "rc "."""
    pairs = (line.split(" ", 1) for line in answer.splitlines() if " " in line)
    return {name for name, status in pairs if status[1:2] == "i"}


def missing_names(wanted: Iterable[str], answer: str) -> list[str]:
    present = installed_names(answer)
    return [name for name in wanted if name not in present]


def needed_names(wanted: Iterable[str], *, python_has_ensurepip: bool) -> list[str]:
    """A Python that carries ensurepip makes virtual environments without Debian's package."""
    return [name for name in wanted if not (name == VENV_PACKAGE and python_has_ensurepip)]


def counted(names: Sequence[str]) -> str:
    return f"{len(names)} Debian package{'' if len(names) == 1 else 's'}: {' '.join(names)}"


def line_to_run(names: Sequence[str], *, has_sudo: bool) -> str:
    sudo = "sudo " if has_sudo else ""
    install = f"{sudo}apt-get install -y --no-install-recommends {' '.join(names)}"
    return f"{sudo}apt-get update && {install}"


def no_root_message(names: Sequence[str], *, has_sudo: bool) -> str:
    who = "with your password" if has_sudo else "as root"
    return (
        f"Missing here: {counted(names)}. Installing needs root. Run this {who}, then repeat:\n"
        f"  {line_to_run(names, has_sudo=has_sudo)}"
    )


def as_root(command: Sequence[str], *, is_root: bool) -> list[str]:
    prefix = [] if is_root else ["sudo", "-n"]
    return [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command]


def may_use_sudo() -> bool:
    return bool(shutil.which("sudo")) and run_quietly(["sudo", "-n", "true"]).returncode == 0


def install(names: Sequence[str], *, is_root: bool) -> None:
    say(f"Installing {counted(names)}")
    # A failed update is not the end: the lists at hand may do, and the install says if they do not.
    run_quietly(as_root(UPDATE, is_root=is_root))
    done = run_quietly(as_root((*INSTALL, *names), is_root=is_root))
    if done.returncode:
        raise SetupError(
            f"{last_lines(done.stdout, 5)}\n"
            "apt-get could not install the packages. Once it reaches Debian or a mirror, run\n"
            f"  {line_to_run(names, has_sudo=not is_root)}"
        )


def ensure_packages(wanted: Iterable[str]) -> None:
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    needed = needed_names(wanted, python_has_ensurepip=has_ensurepip)
    if not shutil.which("dpkg-query"):
        say(f"This is not Debian, so nothing is checked or installed of: {' '.join(needed)}")
        return
    query = run_quietly(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\\n", *needed])
    missing = missing_names(needed, query.stdout)
    if not missing:
        return
    is_root = os.geteuid() == 0
    if not (is_root or may_use_sudo()):
        raise SetupError(no_root_message(missing, has_sudo=bool(shutil.which("sudo"))))
    install(missing, is_root=is_root)
