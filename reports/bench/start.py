"""Starting up: what every command pays before it does anything."""

import subprocess
import sys

from django.conf import settings

from reports.bench import Sizes, children
from reports.bench.clocks import CPU, WALL, Times
from reports.bench.figures import Figure, compared

BASELINE = "import django"
COMMANDS = {BASELINE: ["-c", "import django"], "manage.py check": children.manage("check")}


def measure(sizes: Sizes) -> list[Figure]:
    runs = [
        {name: children.run(command) for name, command in COMMANDS.items()}
        for _ in range(sizes.start_rounds)
    ]
    cpu = {name: Times(tuple(run[name].cpu_ms for run in runs), CPU) for name in COMMANDS}
    wall = {name: Times(tuple(run[name].wall_ms for run in runs), WALL) for name in COMMANDS}
    more = {
        "manage.py check": {
            "peak_mb": max(run["manage.py check"].peak_mb for run in runs),
            "weasyprint": weasyprint_modules(),
        }
    }
    return [*compared(cpu, BASELINE, more=more), *compared(wall, BASELINE)]


def weasyprint_modules() -> int:
    """How many modules of WeasyPrint `check` imports. It should be none: they take a second."""
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-X", "importtime", *children.manage("check")],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines())
    return sum(module.partition(".")[0] == "weasyprint" for module in modules)
