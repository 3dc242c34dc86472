"""A throwaway database with the demo's stages and as many evaluations as wanted."""

from dataclasses import replace

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings

from projects.enums import State
from projects.models import Evaluation
from reports import demo
from reports.bench.clocks import Task
from reports.dossier.importer import import_dossier
from reports.dossier.seed import seed_dossier

# Nobody signs in with a password here, so it need not be slow to guess.
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def build(evaluations: int) -> None:
    """The product's own set-up, then the seed at every stage, then copies of it.

    Half of the copies wait for the unit's finance staff, half for the supervisor.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # for this connection only
            cursor.execute("PRAGMA synchronous = OFF")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with override_settings(PASSWORD_HASHERS=QUICK_HASHERS), transaction.atomic():
        people = demo.load_people()
        for state in demo.STAGES:
            demo.load_stage(state, people)
        finished = seed_dossier("scored")
        draft = replace(finished, panel=())
        for number in range(evaluations - len(demo.STAGES)):
            import_dossier(
                (draft, finished)[number % 2],
                unit=people["caiwu"].unit,
                actor=None,
                remark=f"{number + 1}",
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def stage(state: State) -> Evaluation:
    """The demo's evaluation at ``state``."""
    return Evaluation.objects.get(project__remark=f"演示：{state.label}")


def count_queries(task: Task) -> int:
    """At its second run: the first request of a session also writes the session."""
    task()
    with CaptureQueriesContext(connection) as queries:
        task()
    return len(queries)
