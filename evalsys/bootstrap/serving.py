"""`manage.py up`: from a bare machine to a running server on loopback."""

import argparse
import errno
import hashlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from evalsys.bootstrap.common import (
    PACKAGES,
    ROOT,
    SetupError,
    attend,
    manage,
    run_or_refuse,
    say,
    tool,
)
from evalsys.bootstrap.debian import RUN_PACKAGES, ensure_packages
from evalsys.bootstrap.environment import (
    RUN_LOCK,
    add_wheelhouse_option,
    chosen_wheelhouse,
    ensure_environment,
)

# Pages save themselves every few seconds: a keep-alive shorter than that closes used connections.
SERVER_OPTIONS = (
    "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "75",
    "--no-control-socket",
)  # fmt: skip
HIGHEST_PORT = 65535
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE_SECONDS = 60
PORT_PROBLEMS = {
    errno.EADDRINUSE: "Port {port} is taken. Choose another: python3 manage.py up --port {other}",
    errno.EACCES: "Port {port} needs root. Choose one above 1023: python3 manage.py up --port 8000",
}


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is no port; ports are 1 to {HIGHEST_PORT}")
    return int(text)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Set evalsys up where needed and start it on this machine."
    )
    parser.add_argument("--demo", action="store_true", help="load the demo data and its accounts")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=port_number, default=8000, help="port (%(default)s)")
    add_wheelhouse_option(parser)
    return parser.parse_args(arguments)


def local_environment(environ: Mapping[str, str], host: str) -> dict[str, str]:
    """The caller's environment for a local start; a production one is refused, not overridden."""
    kind = environ.get("EVALSYS_ENV", "local")
    if kind != "local":
        raise SetupError(
            f"`up` starts a local server, but EVALSYS_ENV is {kind} here. Unset it and repeat;"
            " README.md tells how a production server starts."
        )
    hosts = dict.fromkeys(("127.0.0.1", "localhost", "[::1]", in_url(host)))
    return {"EVALSYS_ALLOWED_HOSTS": ",".join(hosts), **environ, "EVALSYS_ENV": "local"}


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def server_command(host: str, port: int) -> list[str]:
    address = f"{in_url(host)}:{port}"
    return [
        tool("python"), "-m", "gunicorn", "evalsys.wsgi:application",
        "--bind", address, *SERVER_OPTIONS, "--log-level", "warning",
    ]  # fmt: skip


def describe_port_problem(problem: OSError, host: str, port: int) -> str:
    text = PORT_PROBLEMS.get(problem.errno or 0, "This machine has no address {host} to listen on.")
    return text.format(host=host, port=port, other=port % HIGHEST_PORT + 1)


def refuse_unusable_port(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        raise SetupError(describe_port_problem(problem, host, port)) from None


def content_digest(parts: Iterable[Path], *, root: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(parts):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(root)} {content}\n".encode())
    return whole.hexdigest()


def static_sources(root: Path = ROOT) -> list[Path]:
    """Every file that decides what collectstatic writes."""
    folders = [
        root / "static",
        *(found for app in PACKAGES for found in (root / app).rglob("static")),
    ]
    files = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return [*files, root / RUN_LOCK, root / "evalsys" / "settings.py"]


def collected_folder(environ: Mapping[str, str]) -> Path:
    """Where the settings put static files."""
    chosen = environ.get("EVALSYS_STATIC_ROOT")
    return Path(chosen) if chosen else Path(environ.get("EVALSYS_VAR") or ROOT / "var") / "static"


def collect_static(env: Mapping[str, str]) -> None:
    """Compressing takes far longer than comparing, so it is skipped while no source changed."""
    folder = collected_folder(env)
    stamp = folder / ".sources"
    current = content_digest(static_sources(), root=ROOT)
    if stamp.is_file() and stamp.read_text() == current:
        return
    say("Collecting and compressing static files")
    run_or_refuse(
        manage("collectstatic", "--noinput", "--verbosity", "0"),
        "Collecting the static files failed; the reason stands above.",
        env=env,
    )
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(current)


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/health/alive")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def wait_for_answer(server: subprocess.Popen[bytes], host: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(host, port):
        if server.poll() is not None:
            raise SetupError("The server ended while starting; its last words stand above.")
        if time.monotonic() > deadline:
            raise SetupError(f"The server did not answer within {PATIENCE_SECONDS} seconds.")
        time.sleep(0.2)


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=40)
    except subprocess.TimeoutExpired:
        server.kill()


def serve(host: str, port: int, env: Mapping[str, str]) -> int:
    """Until Ctrl-C, SIGTERM or the server's own end; 0 when it was asked to stop."""
    with (
        subprocess.Popen(server_command(host, port), cwd=ROOT, env=env) as server,  # noqa: S603
        subprocess.Popen(manage("work"), cwd=ROOT, env=env) as worker,  # noqa: S603
    ):
        try:
            wait_for_answer(server, host, port)
            say(f"evalsys runs at http://{in_url(host)}:{port}/ (stop it with Ctrl-C)")
            return server.wait()
        except (KeyboardInterrupt, SystemExit):
            say("Stopping")
            return 0
        finally:
            stop(worker)
            stop(server)


def up(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    env = local_environment(os.environ, options.host)
    wheelhouse = chosen_wheelhouse(options.wheelhouse, os.environ)
    refuse_unusable_port(options.host, options.port)
    ensure_packages(RUN_PACKAGES)
    ensure_environment(RUN_LOCK, wheelhouse)
    say("Bringing the database up to date")
    run_or_refuse(
        manage("migrate", "--noinput", "--verbosity", "0"),
        "The database could not be brought up to date; the reason stands above.",
        env=env,
    )
    collect_static(env)
    if options.demo:
        say("Loading the demo data")
        if attend(manage("demo"), env=env):
            raise SetupError("The demo data could not be loaded; the reason stands above.")
    if options.host not in LOOPBACK:
        say(f"{options.host} is open to other machines, without TLS: for a trusted network only")
    return serve(options.host, options.port, env)
