"""A PostgreSQL of our own on a free loopback port, gone when the block ends."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evalsys.bootstrap.common import SetupError, last_lines, say

DEBIAN_HOME = Path("/usr/lib/postgresql")
ROLE = "evalsys"
SERVER_SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
# Where nothing has to survive a crash.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def newest_binaries(home: Path = DEBIAN_HOME) -> Path:
    found = [folder for folder in home.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise SetupError("PostgreSQL's initdb was not found. Install the package postgresql.")
    return Path(os.path.realpath(on_path)).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: it refuses root; None means as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def initdb_command(binaries: Path, data: Path, password_file: Path) -> list[str]:
    return [
        str(binaries / "initdb"), "--pgdata", str(data), "--username", ROLE, "--no-sync",
        "--auth", "scram-sha-256", "--pwfile", str(password_file),
        "--encoding", "UTF8", "--locale", "C.UTF-8",
    ]  # fmt: skip


def start_command(binaries: Path, data: Path, port: int, *, durable: bool) -> list[str]:
    settings = {**SERVER_SETTINGS, **({} if durable else CARELESS), "port": str(port)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    return [
        str(binaries / "pg_ctl"), "--pgdata", str(data), "--options", options,
        "--wait", "--timeout", "60", "start",
    ]  # fmt: skip


def stop_command(binaries: Path, data: Path) -> list[str]:
    return [
        str(binaries / "pg_ctl"),
        "--pgdata",
        str(data),
        "--mode",
        "immediate",
        "--wait",
        "stop",
    ]


def run_as(account: pwd.struct_passwd | None, command: Sequence[str], folder: Path) -> None:
    # A started server keeps the output open, so a pipe would never end; a file may stay open.
    output = folder / "output.txt"
    with output.open("w") as sink:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
            check=False,
        )
    if done.returncode:
        raise SetupError(
            f"{last_lines(output.read_text(errors='replace'))}\n"
            f"The throwaway PostgreSQL failed at {Path(command[0]).name}; its reason stands above."
        )


def prepare_folder(folder: Path, account: pwd.struct_passwd | None, password: str) -> Path:
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if account:
        for path in (folder, password_file):
            os.chown(path, account.pw_uid, account.pw_gid)
    return password_file


@contextmanager
def throwaway_database(*, durable: bool = False) -> Iterator[str]:
    """Yields a DATABASE_URL whose role may create databases; ``durable`` writes as one in use."""
    binaries, account = newest_binaries(), unprivileged_account()
    password, port = secrets.token_hex(16), free_port()
    with tempfile.TemporaryDirectory(prefix="evalsys-postgres-") as name:
        folder = Path(name)
        data = folder / "data"
        password_file = prepare_folder(folder, account, password)
        say(f"Starting a throwaway PostgreSQL {binaries.parent.name} on 127.0.0.1:{port}")
        run_as(account, initdb_command(binaries, data, password_file), folder)
        try:
            run_as(account, start_command(binaries, data, port, durable=durable), folder)
            yield f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
        finally:
            if (data / "postmaster.pid").exists():
                run_as(account, stop_command(binaries, data), folder)
