"""SIGKILL during saves, again and again: what was acknowledged is there, all of it or none.

On SQLite the whole server is killed; on PostgreSQL by turns the server and one of the database's
own processes, which makes the database recover. Beside the evaluators somebody moves the lead of
a panel to and fro: two rows, a journal entry and the head of its chain in one transaction.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event, Thread
from time import monotonic, perf_counter, sleep
from typing import Any

from django.db import OperationalError, connection
from django.urls import reverse

from evalsys.audit.journal import broken_entries, contradictions
from evalsys.audit.models import JournalEntry
from evalsys.bootstrap.postgres import free_port
from projects.enums import State
from projects.models import Evaluation
from reports import demo
from reports.bench import Sizes
from reports.bench.clocks import WALL, Times
from reports.bench.editors import Ack, Editor, everyone, furnish, lost
from reports.bench.figures import Figure, figure
from reports.bench.server import Server, served
from reports.bench.visitors import UnexpectedAnswerError, Visitor
from reports.bench.world import stage
from scoring.engine import MarkState
from scoring.models import Mark

EDITORS = 8
LONGEST_MOMENT_SECONDS = 0.05
PATIENCE_SECONDS = 120
TOLD_EVERY = 20
MOVED = 302
FIRST, AGAIN = "start", "start after a kill"


@dataclass
class Chooser:
    """Finance staff who make one and another seat of a panel the leader, by turns."""

    evaluation: Evaluation
    visitor: Visitor
    asked: int = 0
    done: int = 0
    errors: list[str] = field(default_factory=list)

    def sign_in(self) -> None:
        page = reverse("projects:panel", args=[self.evaluation.pk])
        self.visitor.sign_in("caiwu", demo.PASSWORD, landing=page)
        self.seats = list(self.evaluation.panel.values_list("pk", flat=True))

    def choose(self) -> None:
        seat = self.seats[self.asked % len(self.seats)]
        self.asked += 1
        address = reverse("projects:seat", args=[self.evaluation.pk, seat, "lead"])
        answer = self.visitor.post(address, {})
        if answer.status != MOVED:
            raise UnexpectedAnswerError(f"{answer.status} to a new leader")
        self.done += 1

    def settle(self) -> int:
        """What is torn: an act is one entry of a whole journal, and there is one leader."""
        entries = JournalEntry.objects.filter(
            stream=self.evaluation.journal_stream, action="leader_chosen"
        ).count()
        leaders = self.evaluation.panel.filter(is_leader=True).count()
        whole = self.done <= entries <= self.asked and leaders == 1
        self.done = self.asked = entries
        return int(not whole) + len(list(broken_entries()))


def measure(sizes: Sizes) -> list[Figure]:
    port = free_port()
    editors = [Editor(desk.username, desk, Visitor(port)) for desk in furnish(EDITORS)]
    chooser = Chooser(stage(State.DRAFTING), Visitor(port))
    starts, torn, unanswered = [], 0, 0
    for number in range(sizes.kills):
        started = perf_counter()
        with served(port) as server:
            starts.append(1000 * (perf_counter() - started))
            if number == 0:
                everyone(editors, Editor.sign_in)
                chooser.sign_in()
            _work_until_struck(editors, chooser, server, number, sizes.saves_per_kill)
        _wait_for_the_database()
        torn += chooser.settle()
        for editor in editors:
            kept, broken = settle(editor)
            unanswered += kept
            torn += broken
        if (number + 1) % TOLD_EVERY == 0:
            sys.stderr.write(f"{number + 1} kills, {_saves(editors)} saves\n")
    acks = [ack for editor in editors for ack in editor.acks]
    more = {
        "kills": sizes.kills,
        "saves": len(acks) - unanswered,
        "acts": chooser.done,
        "lost": lost(acks),
        "torn": torn + len(_damage()) + len(list(contradictions())),
        "errors": sum(len(editor.errors) for editor in editors) + len(chooser.errors),
    }
    first, again = (Times(tuple(turns), WALL) for turns in (starts[:1], starts[1:]))
    return [
        figure(FIRST, first),
        figure(AGAIN, again, against=(FIRST, first), p95=True, more=more),
    ]


def settle(editor: Editor) -> tuple[bool, bool]:
    """Whether the save that was cut off is there, and whether its row is torn.

    The row says what was asked for last, or what it said before. Afterwards the editor knows.
    """
    attempt, editor.attempt = editor.attempt, None
    if attempt is None:
        return False, False
    mark = Mark.objects.get(pk=attempt.mark)
    said = Ack(mark.pk, mark.version, mark.value, mark.remark) if mark.value is not None else None
    if said == attempt:
        editor.acknowledge(attempt)
        return True, mark.state != MarkState.SCORED
    before = next((ack for ack in reversed(editor.acks) if ack.mark == mark.pk), None)
    return False, said != before


def _work_until_struck(
    editors: Sequence[Editor], chooser: Chooser, server: Server, number: int, saves: int
) -> None:
    """Let everyone work until there are so many more saves, and a moment longer."""
    struck, before = Event(), _saves(editors)
    threads = [
        Thread(target=_keep_on, args=(who, act, struck))
        for who, act in [*((one, one.save) for one in editors), (chooser, chooser.choose)]
    ]
    for thread in threads:
        thread.start()
    patience = monotonic() + PATIENCE_SECONDS
    while _saves(editors) < before + saves and monotonic() < patience:
        sleep(0.005)
    sleep(random.uniform(0, LONGEST_MOMENT_SECONDS))  # noqa: S311  a moment, not a secret
    struck.set()
    _strike(server, number)
    for thread in threads:
        thread.join()


def _saves(editors: Sequence[Editor]) -> int:
    return sum(len(editor.acks) for editor in editors)


def _keep_on(who: Editor | Chooser, act: Callable[[], None], struck: Event) -> None:
    """Until the blow, which may come in the middle of an act; any failure before it is an error."""
    while not struck.is_set():
        try:
            act()
        except (OSError, HTTPException, UnexpectedAnswerError) as error:
            who.visitor.leave()
            if not struck.is_set():
                who.errors.append(repr(error))
                return


def _strike(server: Server, number: int) -> None:
    if connection.vendor == "postgresql" and number % 2:
        os.kill(_some_backend(), signal.SIGKILL)
    else:
        server.kill()


def _some_backend() -> int:
    """A process of PostgreSQL that serves somebody else than us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(random.choice(cursor.fetchall())[0])  # noqa: S311


def _wait_for_the_database() -> None:
    patience = monotonic() + PATIENCE_SECONDS
    while True:
        connection.close()
        try:
            connection.ensure_connection()
        except OperationalError:
            if monotonic() > patience:
                raise
            sleep(0.1)
        else:
            return


def _damage() -> list[Any]:
    """What SQLite itself finds wrong with its file."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [row for row in cursor.fetchall() if row != ("ok",)]
        cursor.execute("PRAGMA foreign_key_check")
        return [*found, *cursor.fetchall()]
