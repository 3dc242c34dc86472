"""The child's side: `python -m reports.bench PART full|quick` prints the part's figures as JSON.

It runs under the environment that `manage.py bench` made, on the database in its folder.
"""

import json
import sys
from importlib import import_module

import django

from reports.bench import FULL, ON_DEMAND, PARTS, QUICK, WORLD


def main(part: str, size: str) -> None:
    sizes = QUICK if size == "quick" else FULL
    django.setup()
    if part == WORLD:
        import_module("reports.bench.world").build(sizes.evaluations)
    elif part in (*PARTS, *ON_DEMAND):
        figures = import_module(f"reports.bench.{part}").measure(sizes)
        json.dump([figure.as_data() for figure in figures], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
