"""`manage.py lint`: every check that needs no test, all of them each time."""

import argparse
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from evalsys.bootstrap.common import PACKAGES, ROOT, manage, run_quietly, say, tool
from evalsys.bootstrap.debian import RUN_PACKAGES, ensure_packages
from evalsys.bootstrap.environment import (
    DEV_LOCK,
    add_wheelhouse_option,
    chosen_wheelhouse,
    ensure_environment,
)

Step = tuple[str, list[str]]


def templates(root: Path = ROOT) -> list[str]:
    folders = [root / "templates", *(root / app for app in PACKAGES)]
    return sorted(str(file) for folder in folders for file in folder.rglob("*.html"))


def steps(template_files: Sequence[str]) -> list[Step]:
    """Name and command of each check, in the order they run."""
    djade = [tool("djade"), "--check", "--target-version", "5.2", *template_files]
    return [
        ("ruff check", [tool("ruff"), "check", "--quiet"]),
        ("ruff format", [tool("ruff"), "format", "--check"]),
        *([("djade", djade)] if template_files else []),
        ("mypy", [tool("mypy"), *PACKAGES]),
        ("import-linter", [tool("lint-imports")]),
        ("deptry", [tool("deptry"), "--no-ansi", "."]),
        ("missing migrations", manage("makemigrations", "--check", "--dry-run")),
        ("production settings", manage("check", "--deploy", "--fail-level", "WARNING")),
    ]


def production_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Production settings with keys of the moment and no database of anybody's."""
    return {
        **environ,
        "EVALSYS_ENV": "production",
        "EVALSYS_SECRET_KEY": secrets.token_urlsafe(64),
        "EVALSYS_SEAL_KEY": secrets.token_urlsafe(64),
        "EVALSYS_SIGNING_PASSPHRASE": secrets.token_urlsafe(64),
        "EVALSYS_ALLOWED_HOSTS": "evalsys.example",
        "DATABASE_URL": "sqlite://:memory:",
    }


def run_steps(todo: Sequence[Step], env: Mapping[str, str]) -> list[str]:
    """Names of the failed steps; the output of each is printed."""
    failed = []
    for name, command in todo:
        done = run_quietly(command, env=env)
        say(f"{'FAILED' if done.returncode else 'ok':<6} {name}")
        if done.returncode:
            say(done.stdout.rstrip())
            failed.append(name)
    return failed


def lint_all() -> list[str]:
    return run_steps(steps(templates()), production_environment(os.environ))


def lint(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py lint", description="Check code and settings.")
    add_wheelhouse_option(parser)
    options = parser.parse_args(arguments)
    ensure_packages(RUN_PACKAGES)
    ensure_environment(DEV_LOCK, chosen_wheelhouse(options.wheelhouse, os.environ))
    return int(bool(lint_all()))
