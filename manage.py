#!/usr/bin/env python3
"""The one door: `up`, `test`, `lint` and `mutate` set up what they need; the rest is Django's.

Only the standard library is used until the command runs inside .venv.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
SET_UP_COMMANDS = ("up", "test", "lint", "mutate")


def refuse(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.exit(2)


def inside_venv() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def enter_venv(arguments: list) -> None:
    if inside_venv():
        return
    python = VENV / "bin" / "python"
    # Without pyvenv.cfg that interpreter would not be inside .venv either, and re-execute for ever.
    if not (python.exists() and (VENV / "pyvenv.cfg").is_file()):
        refuse("Nothing is set up here yet. Run first: python3 manage.py up")
    os.execv(python, [str(python), str(ROOT / "manage.py"), *arguments])  # noqa: S606


def run_django(arguments: list) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsys.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        refuse("Django is missing from .venv. Set it up again: python3 manage.py up")
    execute_from_command_line(["manage.py", *arguments])


def main(arguments: list) -> None:
    if sys.version_info < OLDEST_PYTHON:
        refuse(f"evalsys needs Python 3.11 or newer, this is {sys.version.split()[0]}.")
    if arguments[:1] and arguments[0] in SET_UP_COMMANDS:
        from evalsys.bootstrap import run  # noqa: PLC0415

        sys.exit(run(arguments[0], arguments[1:]))
    enter_venv(arguments)
    run_django(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
