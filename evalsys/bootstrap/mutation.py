"""`manage.py mutate`: would the tests notice if the arithmetic were another one?

mutmut changes one place of one function at a time, in the modules that `[tool.mutmut]` names, and
runs the tests that reach it. All of it happens in a copy, so the working tree stays as it is.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from evalsys.bootstrap.common import (
    PACKAGES,
    ROOT,
    VENV,
    SetupError,
    last_lines,
    run_quietly,
    say,
)
from evalsys.bootstrap.debian import RUN_PACKAGES, ensure_packages
from evalsys.bootstrap.environment import (
    DEV_LOCK,
    add_wheelhouse_option,
    chosen_wheelhouse,
    ensure_environment,
)

COPIED = (*PACKAGES, "tests", "pyproject.toml")
FIGURES = Path("mutants") / "mutmut-cicd-stats.json"
CAUGHT = ("killed", "timeout")
NEVER_RUN = "not checked"
LEAST_PERCENT = 90
# Named mutants make mutmut run their tests unchanged first, each by its name as later on.
EVERY = ("*",)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py mutate",
        description="Change the engine in one place at a time and see whether a test fails.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only these mutants: 'scoring.engine.rules.*'"
    )
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="(%(default)s)")
    parser.add_argument("--least", type=float, default=LEAST_PERCENT, help="percent (%(default)s)")
    add_wheelhouse_option(parser)
    return parser.parse_args(arguments)


def copy_project(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)


def mutation_environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    own = {name: value for name, value in environ.items() if name != "DATABASE_URL"}
    return own | {"EVALSYS_ENV": "test", "EVALSYS_VAR": str(folder / "var")}


class Mutmut:
    """mutmut in ``folder``, which it fills; what it says comes back as text."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.env = mutation_environment(environ, folder)

    def __call__(self, *arguments: str) -> str:
        done = run_quietly(
            [str(VENV / "bin" / "mutmut"), *arguments], env=self.env, folder=self.folder
        )
        if done.returncode:
            raise SetupError(f"{last_lines(done.stdout)}\nmutmut failed; its reason stands above.")
        return done.stdout

    def statuses(self) -> dict[str, str]:
        """Of the mutants that no test caught, by name."""
        lines = (line.strip().partition(": ") for line in self("results").splitlines())
        return {name: status for name, _, status in lines if status}

    def killed(self) -> int:
        self("export-cicd-stats")
        figures = json.loads((self.folder / FIGURES).read_text())
        return sum(figures[name] for name in CAUGHT)

    def difference(self, name: str) -> str:
        """The changed lines alone."""
        lines = self("show", name).splitlines()
        changed = [line for line in lines if line[:1] in "-+" and line[:3] not in ("---", "+++")]
        return "\n".join(changed)


def report(mutmut: Mutmut) -> float:
    """Say what came out, each survivor with its change; the percentage of mutants caught."""
    left = mutmut.statuses()
    survivors = {
        name: status for name, status in left.items() if status not in (NEVER_RUN, "timeout")
    }
    caught = mutmut.killed()
    tried = caught + len(survivors)
    for name, status in sorted(survivors.items()):
        say(f"\n{name} {status}\n{mutmut.difference(name)}")
    percent = 100 * caught / tried if tried else 0.0
    say(f"\n{caught} of {tried} mutants caught, {percent:.1f} %; {len(survivors)} survive")
    return percent


def mutate(arguments: Sequence[str]) -> int:
    """1 when fewer mutants are caught than asked for."""
    options = parse(arguments)
    wheelhouse = chosen_wheelhouse(options.wheelhouse, os.environ)
    ensure_packages(RUN_PACKAGES)
    ensure_environment(DEV_LOCK, wheelhouse)
    with TemporaryDirectory(prefix="evalsys-mutants-") as name:
        folder = Path(name)
        copy_project(folder)
        mutmut = Mutmut(folder, os.environ)
        say("Changing the engine in one place at a time; about ten minutes on two processors")
        mutmut("run", "--max-children", str(options.children), *(options.names or EVERY))
        percent = report(mutmut)
    if percent < options.least:
        sys.stderr.write(f"Fewer than {options.least:g} % of the mutants are caught.\n")
        return 1
    return 0
