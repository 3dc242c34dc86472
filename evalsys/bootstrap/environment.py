"""The virtual environment .venv: made once, filled from the hashed lock files, stamped."""

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from evalsys.bootstrap.common import (
    ROOT,
    VENV,
    SetupError,
    last_lines,
    run_or_refuse,
    run_quietly,
    say,
    tool,
)

RUN_LOCK = "requirements.txt"
DEV_LOCK = "requirements-dev.txt"
STAMP = VENV / "evalsys-locks.json"

NO_INDEX = re.compile(
    r"NewConnectionError|name resolution|Name or service not known|unreachable|Connection refused"
    r"|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|connection broken",
    re.IGNORECASE,
)
NOT_FOUND = re.compile(r"No matching distribution found for (\S+)")
WRONG_HASH = "DO NOT MATCH THE HASHES"


def add_wheelhouse_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wheelhouse",
        type=Path,
        metavar="DIR",
        help="install from the wheels in this folder, without any package index",
    )


def chosen_wheelhouse(
    option: Path | None, environ: Mapping[str, str], *, root: Path = ROOT
) -> Path | None:
    """The option, else EVALSYS_WHEELHOUSE, else the folder wheelhouse/ where it exists."""
    named = option or (
        Path(environ["EVALSYS_WHEELHOUSE"]) if environ.get("EVALSYS_WHEELHOUSE") else None
    )
    if named is None:
        default = root / "wheelhouse"
        return default if default.is_dir() else None
    if not named.is_dir():
        raise SetupError(f"There is no wheelhouse folder {named}.")
    return named.resolve()


def install_command(lock: str, wheelhouse: Path | None) -> list[str]:
    source = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse else []
    # The lock is the whole closure. Resolving it again would let pip ask for a newer release of a
    # package that another one wants with an extra, and refuse it because it has no hash.
    options = ["--quiet", "--no-input", "--disable-pip-version-check"]
    options += ["--require-hashes", "--no-deps"]
    return [tool("python"), "-m", "pip", "install", *options, *source, "-r", lock]


def explain_pip_failure(output: str, lock: str, wheelhouse: Path | None) -> str:
    """One plain sentence for what pip printed, and the one thing to do."""
    fill = f"  python3 -m pip download --no-deps --require-hashes -r {lock} -d wheelhouse\n"
    lacking = NOT_FOUND.search(output)
    if WRONG_HASH in output:
        return (
            f"A package is not the one that {lock} names by its hash, so nothing was installed."
            " Fetch it anew and repeat."
        )
    if wheelhouse and lacking:
        return (
            f"The folder {wheelhouse} lacks {lacking[1]}. Fill it on a connected machine with\n"
            f"{fill}and repeat."
        )
    if NO_INDEX.search(output):
        return (
            "pip reaches no package index. Without a network, run on a connected machine\n"
            f"{fill}copy the folder here as wheelhouse/ and repeat."
        )
    return f"{last_lines(output, 8)}\npip could not install {lock}; its last lines stand above."


def pins(lock_text: str) -> set[str]:
    return set(re.findall(r"^[A-Za-z0-9][^\s;]*==[^\s;]+", lock_text, re.MULTILINE))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def stamp_after(installed: str, locks: Mapping[str, str]) -> dict[str, str]:
    """Digests of the locks that hold after `installed` was: itself and each one it contains."""
    return {
        name: digest(text) for name, text in locks.items() if pins(text) <= pins(locks[installed])
    }


def is_current(lock: str, locks: Mapping[str, str], stamp: Mapping[str, str]) -> bool:
    return stamp.get(lock) == digest(locks[lock])


def read_stamp(path: Path = STAMP) -> dict[str, str]:
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_locks() -> dict[str, str]:
    return {name: (ROOT / name).read_text() for name in (RUN_LOCK, DEV_LOCK)}


def venv_version(configuration: str) -> str:
    """ "3.11" from the text of pyvenv.cfg, "" when it tells none."""
    found = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", configuration, re.MULTILINE)
    return found[1] if found else ""


def ensure_venv() -> None:
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    configuration = VENV / "pyvenv.cfg"
    if configuration.is_file() and venv_version(configuration.read_text()) == wanted:
        # Debian without python3-venv, or an interruption, leaves an environment without pip.
        if Path(tool("pip")).exists() and run_quietly([tool("python"), "-V"]).returncode == 0:
            return
        say("Repairing .venv")
    else:
        say(f"Creating .venv (Python {wanted})")
    base_python = os.path.realpath(sys.executable)
    run_or_refuse(
        [base_python, "-m", "venv", "--clear", str(VENV)],
        "The virtual environment .venv could not be made; the reason stands above.",
    )


def ensure_environment(lock: str, wheelhouse: Path | None) -> None:
    """Afterwards .venv holds everything that `lock` names; nothing happens when it already does."""
    locks = read_locks()
    ensure_venv()
    if is_current(lock, locks, read_stamp()):
        return
    source = f" from {wheelhouse}" if wheelhouse else ""
    say(f"Installing {lock}{source} ({len(pins(locks[lock]))} pinned packages, hashed)")
    STAMP.unlink(missing_ok=True)
    done = run_quietly(install_command(lock, wheelhouse))
    if done.returncode:
        raise SetupError(explain_pip_failure(done.stdout, lock, wheelhouse))
    STAMP.write_text(json.dumps(stamp_after(lock, locks), indent=1))
