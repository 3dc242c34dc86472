"""One mark saved, against the smallest durable write to the same file."""

from decimal import Decimal
from itertools import count

from django.db import connection
from django.urls import reverse

from evalsys.figures import plain
from projects.enums import State
from reports.bench import Sizes
from reports.bench.clocks import WALL, Task, take_turns
from reports.bench.figures import Figure, compared
from reports.bench.pages import signed_in
from reports.bench.world import count_queries, stage
from scoring.engine import MarkState
from scoring.models import Mark
from scoring.sheets import save_mark

BARE = "bare UPDATE and COMMIT"
EVALUATOR = "zuzhang"


def measure(sizes: Sizes) -> list[Figure]:
    """By the wall: most of a save is waiting for the disk."""
    mark = Mark.objects.filter(
        sheet__evaluation=stage(State.SCORING), sheet__member__user__username=EVALUATOR
    ).select_related("indicator")[0]
    tasks: dict[str, Task] = {
        BARE: _bare_update(mark),
        "save_mark": _save(mark),
        "post of a mark": _post(mark),
    }
    queries = {name: {"queries": count_queries(task)} for name, task in tasks.items()}
    return compared(
        take_turns(tasks, rounds=sizes.save_rounds, clock=WALL), BARE, p95=True, more=queries
    )


def _bare_update(mark: Mark) -> Task:
    remarks = count()

    def update() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
            cursor.execute(
                "UPDATE scoring_mark SET remark = %s WHERE id = %s", [str(next(remarks)), mark.pk]
            )
            cursor.execute("COMMIT")

    return update


def _full_points(mark: Mark) -> Decimal:
    return mark.indicator.weight or Decimal(0)


def _save(mark: Mark) -> Task:
    remarks = count()

    def save() -> None:
        mark.refresh_from_db(fields=["version"])
        save_mark(
            mark,
            seen=mark.version,
            state=MarkState.SCORED,
            value=_full_points(mark),
            remark=f"save {next(remarks)}",
        )

    return save


def _post(mark: Mark) -> Task:
    """What the browser sends when an evaluator leaves a cell."""
    client, remarks = signed_in(EVALUATOR), count()
    address = reverse("scoring:mark", args=[mark.sheet.evaluation_id, mark.pk])

    def post() -> None:
        mark.refresh_from_db(fields=["version"])
        data = {
            "version": mark.version,
            "value": plain(_full_points(mark)),
            "remark": f"post {next(remarks)}",
        }
        answer = client.post(address, data, headers={"X-Autosave": "1"}).json()
        if answer["status"] != "saved" or answer["errors"]:
            raise RuntimeError(f"not saved: {answer}")

    return post
