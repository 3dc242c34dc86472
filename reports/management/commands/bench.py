"""Figures of speed and memory. docs/performance.md tells what they mean."""

import json
import os
import platform
import sqlite3
from argparse import ArgumentTypeError
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from evalsys.settings import sqlite_journal_mode
from reports.bench import PARTS, WITH_DATABASE, WORLD
from reports.bench.children import ChildFailedError, run, throwaway_environment
from reports.bench.figures import Figure, table


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
            help=f"some of {', '.join(PARTS)}",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")

    def handle(self, *, quick: bool, only: tuple[str, ...], json: Path | None, **_: Any) -> None:
        size = "quick" if quick else "full"
        machine = describe_machine()
        self.stdout.write(", ".join(f"{name} {value}" for name, value in machine.items()))
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        # On the disk where the real database is: a save is as fast as its disk.
        with TemporaryDirectory(prefix="bench-", dir=settings.VAR_DIR) as folder:
            env = throwaway_environment(os.environ, Path(folder))
            if WITH_DATABASE.intersection(only):
                run_child(WORLD, size, env)
            parts = {part: self._measure(part, size, env) for part in only}
        if json:
            write_json(json, {"machine": machine, "size": size, "parts": parts})

    def _measure(self, part: str, size: str, env: dict[str, str]) -> list[dict[str, Any]]:
        figures: list[dict[str, Any]] = run_child(part, size, env)
        self.stdout.write(f"\n{part}\n{table([Figure(**data) for data in figures])}")
        return figures


def chosen_parts(text: str) -> tuple[str, ...]:
    wanted = {name.strip() for name in text.split(",")}
    if unknown := wanted.difference(PARTS):
        raise ArgumentTypeError(
            f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}"
        )
    return tuple(part for part in PARTS if part in wanted)


def run_child(part: str, size: str, env: dict[str, str]) -> Any:
    try:
        output = run(["-m", "reports.bench", part, size], env=env).output
    except ChildFailedError as error:
        raise CommandError(f"The part {part} failed; the reason stands above.") from error
    return json.loads(output) if output else None


def describe_machine() -> dict[str, str | int]:
    return {
        "processors": os.cpu_count() or 0,
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "Django": version("django"),
        "WeasyPrint": version("weasyprint"),
        "SQLite": f"{sqlite3.sqlite_version} {sqlite_journal_mode()}",
    }


def write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
