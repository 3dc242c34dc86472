"""How the product runs: the database's guarantees, and nothing left open in production."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import get_resolver

from evalsys import health
from evalsys import settings as product

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "EVALSYS_ENV": "production",
    "EVALSYS_SECRET_KEY": "k7Qw-" * 20,
    "EVALSYS_SEAL_KEY": "s3Zx-" * 20,
    "EVALSYS_SIGNING_PASSPHRASE": "p9Vu-" * 20,
    "EVALSYS_ALLOWED_HOSTS": "jixiao.example.org",
}
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 44, 7), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_only_where_it_cannot_lose_data(version, mode):
    assert product.sqlite_journal_mode(version) == mode


@on_sqlite
def test_sqlite_promises_what_it_answered():
    options = product.database_settings()["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "PRAGMA synchronous=FULL;" in options["init_command"]


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("busy_timeout", 20_000),
        ("foreign_keys", 1),
        ("journal_mode", product.sqlite_journal_mode().lower()),
        ("temp_store", 2),
        ("cache_size", -20_000),
    ],
)
def test_the_options_reach_the_connection(pragma, value):
    """At the wrong level of DATABASES they would be ignored without a word."""
    with connection.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def in_production(*arguments, **changes):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("EVALSYS_")
    }
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'evalsys.settings';"
        f"from django.core.management import execute_from_command_line as run; run({['', *arguments]})"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, **PRODUCTION, **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_finds_nothing(tmp_path):
    done = in_production("check", "--deploy", "--fail-level", "INFO", EVALSYS_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "EVALSYS_SECRET_KEY",
        "EVALSYS_SEAL_KEY",
        "EVALSYS_SIGNING_PASSPHRASE",
        "EVALSYS_ALLOWED_HOSTS",
    ],
)
def test_production_does_not_start_without_its_secrets(name, monkeypatch, tmp_path):
    monkeypatch.setitem(PRODUCTION, "EVALSYS_VAR", str(tmp_path))
    monkeypatch.delitem(PRODUCTION, name)
    done = in_production("check")
    assert done.returncode != 0
    assert name in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()


def test_no_admin_site_is_mounted():
    names = {pattern for pattern in get_resolver().reverse_dict if isinstance(pattern, str)}
    assert not {name for name in names if "changelist" in name}
    assert "admin" not in get_resolver().namespace_dict
    assert "django.contrib.admin" not in product.INSTALLED_APPS


@pytest.mark.parametrize("path", ["alive", "ready"])
@pytest.mark.django_db
def test_a_watchdog_asks_without_an_account(path, client):
    answer = client.get(f"/health/{path}")
    assert (answer.status_code, answer.content) == (200, f"{path}\n".encode())


@pytest.mark.django_db
def test_ready_says_what_is_missing(client, monkeypatch):
    class Behind:
        loader = health.MigrationExecutor(connection).loader

        def __init__(self, connection):
            pass

        def migration_plan(self, targets):
            return [targets]

    monkeypatch.setattr(health, "MigrationExecutor", Behind)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"migrations pending\n")

    def unreachable(connection):
        raise OperationalError("no such host")

    monkeypatch.setattr(health, "MigrationExecutor", unreachable)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"database unreachable\n")
