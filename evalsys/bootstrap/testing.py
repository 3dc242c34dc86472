"""`manage.py test`: set up what the tests need and run them."""

import argparse
import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from evalsys.bootstrap.common import attend, say, tool
from evalsys.bootstrap.debian import (
    POSTGRES_PACKAGES,
    RUN_PACKAGES,
    TEST_PACKAGES,
    ensure_packages,
)
from evalsys.bootstrap.environment import (
    DEV_LOCK,
    add_wheelhouse_option,
    chosen_wheelhouse,
    ensure_environment,
)
from evalsys.bootstrap.linting import lint_all
from evalsys.bootstrap.postgres import throwaway_database

OWN_SPREAD = ("-n", "-p", "--numprocesses", "--pdb", "--trace")


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="manage.py test",
        description="Set up what the tests need and run them; other arguments go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--postgres", action="store_true", help="run on a throwaway PostgreSQL instead of SQLite"
    )
    parser.add_argument("--slow", action="store_true", help="also run the tests that take minutes")
    parser.add_argument("--lint", action="store_true", help="run `lint` first, as CI does")
    parser.add_argument(
        "--cover",
        action="store_true",
        help="fail unless every branch of what [tool.coverage.run] names was run",
    )
    add_wheelhouse_option(parser)
    return parser.parse_known_args(arguments)


def needed_packages(*, postgres: bool) -> tuple[str, ...]:
    return (*RUN_PACKAGES, *TEST_PACKAGES, *(POSTGRES_PACKAGES if postgres else ()))


def pytest_command(
    arguments: Sequence[str], *, slow: bool = False, cover: bool = False
) -> list[str]:
    chosen = any(argument.startswith(OWN_SPREAD) for argument in arguments)
    options = [
        *([] if chosen else ["-n", "2"]),
        *(["--slow"] if slow else []),
        *(["--cov", "--cov-config=pyproject.toml"] if cover else []),
    ]
    return [tool("python"), "-m", "pytest", *options, *arguments]


def lint_is_wanted(options: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    return options.lint or bool(environ.get("CI"))


def test_environment(environ: Mapping[str, str], database_url: str | None) -> dict[str, str]:
    database = {"DATABASE_URL": database_url} if database_url else {}
    return {**environ, "EVALSYS_ENV": "test", **database}


def test(arguments: Sequence[str]) -> int:
    """The exit code of pytest, or 1 when only the lint steps failed."""
    options, for_pytest = parse(arguments)
    wheelhouse = chosen_wheelhouse(options.wheelhouse, os.environ)
    ensure_packages(needed_packages(postgres=options.postgres))
    ensure_environment(DEV_LOCK, wheelhouse)
    failed_steps = lint_all() if lint_is_wanted(options, os.environ) else []
    with throwaway_database() if options.postgres else nullcontext() as database_url:
        env = test_environment(os.environ, database_url)
        command = pytest_command(for_pytest, slow=options.slow, cover=options.cover)
        code = attend(command, env=env)
    if failed_steps:
        say(f"Lint failed, see above: {', '.join(failed_steps)}")
    return code or int(bool(failed_steps))
