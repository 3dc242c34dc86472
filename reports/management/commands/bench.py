"""Figures of speed and memory. docs/performance.md tells what they mean."""

import json
import os
import platform
import sqlite3
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evalsys.bootstrap.common import SetupError
from evalsys.bootstrap.postgres import newest_binaries, throwaway_database
from evalsys.settings import sqlite_journal_mode
from reports.bench import ON_DEMAND, PARTS, WITH_DATABASE, WORLD
from reports.bench.children import ChildFailedError, run, throwaway_environment
from reports.bench.figures import Figure, table

FAULTS = ("lost", "torn", "errors")


class Command(BaseCommand):
    help = "Measure speed and memory on a throwaway database; nothing of yours is touched."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all")
        parser.add_argument(
            "--only",
            type=chosen_parts,
            default=PARTS,
            metavar="PART,PART",
            help=f"some of {', '.join(PARTS)}, or {', '.join(ON_DEMAND)}, which take long",
        )
        parser.add_argument(
            "--postgres", action="store_true", help="on a throwaway PostgreSQL instead of SQLite"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")

    def handle(
        self,
        *,
        quick: bool,
        only: tuple[str, ...],
        postgres: bool,
        json: Path | None,
        **_: Any,
    ) -> None:
        size = "quick" if quick else "full"
        machine = describe_machine(postgres=postgres)
        self.stdout.write(", ".join(f"{name} {value}" for name, value in machine.items()))
        with throwaway_installation(postgres=postgres) as env:
            if WITH_DATABASE.intersection(only):
                run_child(WORLD, size, env)
            parts = {part: self._measure(part, size, env) for part in only}
        if json:
            write_json(json, {"machine": machine, "size": size, "parts": parts})
        if faults := list(faults_in(parts)):
            raise CommandError(f"Not every save was kept: {', '.join(faults)}.")

    def _measure(self, part: str, size: str, env: dict[str, str]) -> list[dict[str, Any]]:
        figures: list[dict[str, Any]] = run_child(part, size, env)
        self.stdout.write(f"\n{part}\n{table([Figure(**data) for data in figures])}")
        return figures


@contextmanager
def throwaway_installation(*, postgres: bool) -> Iterator[dict[str, str]]:
    """The environment of an installation that is gone afterwards.

    Its files are on the disk where the real ones are: a save is as fast as its disk.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=settings.VAR_DIR) as folder:
        env = throwaway_environment(os.environ, Path(folder))
        if not postgres:
            yield env
            return
        try:
            with throwaway_database(durable=True) as database_url:
                # The one database that a new cluster has; nothing else is in it.
                server, _, _ = database_url.rpartition("/")
                yield env | {"DATABASE_URL": f"{server}/postgres"}
        except SetupError as problem:
            raise CommandError(str(problem)) from None


def faults_in(parts: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for figure in chain.from_iterable(parts.values()):
        for name in FAULTS:
            if count := figure["more"].get(name):
                yield f"{count} {name} at {figure['name']}"


def chosen_parts(text: str) -> tuple[str, ...]:
    wanted, known = {name.strip() for name in text.split(",")}, (*PARTS, *ON_DEMAND)
    if unknown := wanted.difference(known):
        raise ArgumentTypeError(
            f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    return tuple(part for part in known if part in wanted)


def run_child(part: str, size: str, env: dict[str, str]) -> Any:
    try:
        output = run(["-m", "reports.bench", part, size], env=env).output
    except ChildFailedError as error:
        raise CommandError(f"The part {part} failed; the reason stands above.") from error
    return json.loads(output) if output else None


def describe_machine(*, postgres: bool) -> dict[str, str | int]:
    database = {"SQLite": f"{sqlite3.sqlite_version} {sqlite_journal_mode()}"}
    if postgres:
        database = {"PostgreSQL": newest_binaries().parent.name}
    return {
        "processors": os.cpu_count() or 0,
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "Django": version("django"),
        "WeasyPrint": version("weasyprint"),
        **database,
    }


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
