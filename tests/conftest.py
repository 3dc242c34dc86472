"""Databases that tests can share and empty, although some of their tables refuse it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from evalsys.triggers import PREFIX
from reports.issuing import paper
from reports.signing import authority

# How long an example takes says more about the machine than about the product.
settings.register_profile("evalsys", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("evalsys")


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="run the proofs that take minutes too")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --slow"))


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied():
    """Transactional tests (live_server too) empty every table when they end."""
    empty = TransactionTestCase._fixture_teardown

    def empty_all(test_case):
        with triggers_dropped():
            empty(test_case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_all)
        yield


@pytest.fixture(scope="session", autouse=True)
def _keys_open_quickly():
    """Nobody guesses the passphrases of tests, so it need not take long."""
    assert authority.KDF_ROUNDS == 600_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(authority, "KDF_ROUNDS", 1000)
        yield


@pytest.fixture(scope="session", autouse=True)
def _paper_is_set_once():
    """Hundreds of approvals would otherwise wait for the same ten pages; only the code differs.

    And of these only the form with the cells to sign in.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "render_pdf_limited", _cached_paper(paper.render_pdf_limited))
        yield


def _cached_paper(render):
    known = {}

    def cached(documents, *, stamp, enclosed):
        if documents not in known:
            form = [document for document in documents if document.name == "basic"]
            known[documents] = render(form, stamp=stamp, enclosed=enclosed)
        return known[documents]

    cached.uncached = render
    return cached


@pytest.fixture
def fresh_paper(monkeypatch):
    """For tests that look at the paper: rendered whole at each approval, as in production."""
    monkeypatch.setattr(paper, "render_pdf_limited", paper.render_pdf_limited.uncached)


@contextmanager
def triggers_dropped() -> Iterator[None]:
    """The append-only tables as someone with every right to the database finds them."""
    off, on = _switches()
    _execute(off)
    try:
        yield
    finally:
        _execute(on)


def _switches() -> tuple[list[str], list[str]]:
    """The statements that switch the triggers of this database off, and on again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
                [len(PREFIX), PREFIX],
            )
            found = cursor.fetchall()
            return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE starts_with(tgname, %s)",
            [PREFIX],
        )
        altered = [(f"ALTER TABLE {table}", f"TRIGGER {name}") for table, name in cursor.fetchall()]
        # A pending foreign key check would refuse the ALTER TABLE.
        return (
            ["SET CONSTRAINTS ALL IMMEDIATE", *(f"{t} DISABLE {n}" for t, n in altered)],
            ["SET CONSTRAINTS ALL IMMEDIATE", *(f"{t} ENABLE {n}" for t, n in altered)],
        )


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """What a module's fixtures put into the database stays until the module ends.

    Each test changes it inside a savepoint of its own.
    """
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True
        outer.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
