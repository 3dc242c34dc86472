"""Two answers for a watchdog: the process lives; it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    problem = _problem()
    return HttpResponse(
        f"{problem or 'ready'}\n", content_type="text/plain", status=503 if problem else 200
    )


def _problem() -> str | None:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "database unreachable"
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "migrations pending"
    return None
