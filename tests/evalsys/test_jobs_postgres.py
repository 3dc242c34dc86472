"""On PostgreSQL the queue is procrastinate's."""

import pytest
from django.db import connection, transaction

from evalsys.jobs import queue, registry
from tests import worlds

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="procrastinate needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def owner(transactional_db, settings, monkeypatch):
    settings.JOB_ENGINE = "procrastinate"
    monkeypatch.setattr(registry, "_tasks", {})
    registry.task("plain")(lambda job, progress: {"done": True})
    return worlds.load_people()["zhuguan"]


def work():
    from evalsys.jobs.tasks import app  # noqa: PLC0415  not on SQLite

    with app.replace_connector(app.connector.get_worker_connector()):
        app.run_worker(wait=False, listen_notify=False)


def test_procrastinate_runs_it(owner):
    job = queue.enqueue("plain", owner=owner, title="在 PostgreSQL 上")
    work()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"done": True})


def test_nothing_of_a_rolled_back_request_is_queued(owner):
    from procrastinate.contrib.django.models import (  # noqa: PLC0415  not on SQLite
        ProcrastinateJob,
    )

    with transaction.atomic():
        queue.enqueue("plain", owner=owner, title="不算数")
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(status="todo").exists()
