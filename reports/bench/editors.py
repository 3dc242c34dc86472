"""Evaluators before their sheets, saving marks over HTTP and remembering what was acknowledged."""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.client import HTTPException
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import reverse

from evalsys.accounts.domain import create_user
from evalsys.accounts.models import User
from evalsys.figures import plain
from projects.autosave import CONFLICT
from projects.domain import appoint
from projects.models import Evaluation
from projects.workflow import Action, perform
from reports import demo
from reports.bench.visitors import Answer, UnexpectedAnswerError, Visitor
from reports.bench.world import QUICK_HASHERS
from reports.dossier.importer import import_dossier
from reports.dossier.seed import seed_dossier
from scoring.models import Mark

Outcome = TypeVar("Outcome")

SEATS = 5
STEP = Decimal("0.5")


@dataclass(frozen=True)
class Leaf:
    mark: int
    weight: Decimal


@dataclass(frozen=True)
class Desk:
    """An evaluator with the sheet to be marked."""

    username: str
    evaluation: int
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Ack:
    """A save, asked for or done: the row then has this version and says this."""

    mark: int
    version: int
    value: Decimal
    remark: str


@dataclass
class Editor:
    """One device of one evaluator; ``alone`` says that nobody else writes to these leaves."""

    name: str
    desk: Desk
    visitor: Visitor
    alone: bool = True
    acks: list[Ack] = field(default_factory=list)
    attempt: Ack | None = None
    waits: list[float] = field(default_factory=list)
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.versions = {leaf.mark: 1 for leaf in self.desk.leaves}
        self.given: dict[int, Decimal] = {}
        self.chance = random.Random(self.name)  # noqa: S311  marks, not secrets

    def sign_in(self) -> None:
        sheet = reverse("scoring:sheet", args=[self.desk.evaluation])
        self.visitor.sign_in(self.desk.username, demo.PASSWORD, landing=sheet)

    def work(self, saves: int) -> None:
        """Save so many marks; what goes wrong is noted, not raised, so that the others go on."""
        for _ in range(saves):
            try:
                self.save()
            except (OSError, HTTPException, UnexpectedAnswerError) as error:
                self.errors.append(f"{self.name}: {error!r}")

    def save(self) -> None:
        """One new mark with a remark of its own, tried anew with the version of each conflict."""
        leaf = self.chance.choice(self.desk.leaves)
        value = STEP * self.chance.randint(0, int(leaf.weight / STEP))
        remark = f"{self.name} {len(self.acks)}"
        while (answer := self._send(leaf, value, remark)).status == CONFLICT and not self.alone:
            self.versions[leaf.mark] = json.loads(answer.body)["version"]
            self.conflicts += 1
        if answer.status != HttpResponse.status_code:
            raise UnexpectedAnswerError(f"{answer.status} to {remark}")
        self._note(json.loads(answer.body))

    def _send(self, leaf: Leaf, value: Decimal, remark: str) -> Answer:
        seen = self.versions[leaf.mark]
        self.attempt = Ack(leaf.mark, seen + 1, value, remark)
        answer = self.visitor.post(
            reverse("scoring:mark", args=[self.desk.evaluation, leaf.mark]),
            {"version": seen, "value": plain(value), "remark": remark},
        )
        self.waits.append(answer.ms)
        return answer

    def _note(self, said: dict[str, Any]) -> None:
        done = self.attempt
        if done is None or (said["status"], said["errors"], said["version"]) != (
            "saved",
            {},
            done.version,
        ):
            raise UnexpectedAnswerError(f"{said} to {done}")
        self.acknowledge(done)
        total = plain(sum(self.given.values(), Decimal(0)))
        if self.alone and said["fragments"]["#total"] != total:
            raise UnexpectedAnswerError(f"a total of {said['fragments']['#total']}, not {total}")

    def acknowledge(self, done: Ack) -> None:
        self.versions[done.mark], self.given[done.mark] = done.version, done.value
        self.acks.append(done)
        self.attempt = None


def everyone(editors: Sequence[Editor], task: Callable[[Editor], Outcome]) -> list[Outcome]:
    """At the same time."""
    with ThreadPoolExecutor(len(editors)) as threads:
        return list(threads.map(task, editors))


def lost(acks: Iterable[Ack]) -> int:
    """How many acknowledged saves the rows do not tell of.

    Each one raised its row's version by one, and the last one is what the row says.
    """
    by_mark: dict[int, dict[int, Ack]] = defaultdict(dict)
    count = 0
    for ack in acks:
        count += ack.version in by_mark[ack.mark]
        by_mark[ack.mark][ack.version] = ack
    for mark in Mark.objects.filter(pk__in=by_mark):
        versions = by_mark[mark.pk]
        last = versions.get(mark.version)
        count += len(set(range(2, mark.version + 1)) ^ versions.keys())
        count += last is None or (last.value, last.remark) != (mark.value, mark.remark)
    return count


def furnish(editors: int) -> list[Desk]:
    """Evaluations in scoring with ``editors`` evaluators that can sign in, five to a panel."""
    with override_settings(PASSWORD_HASHERS=QUICK_HASHERS), transaction.atomic():
        people = demo.load_people()
        first = User.objects.count()
        evaluators = [_evaluator(first + number, people) for number in range(editors)]
        panels = [evaluators[start : start + SEATS] for start in range(0, editors, SEATS)]
        evaluations = [
            _in_scoring(number, panel, people) for number, panel in enumerate(panels, start=first)
        ]
    # Making it takes as long as guessing it should, so it is made once.
    User.objects.update(password=make_password(demo.PASSWORD))
    return [desk for evaluation in evaluations for desk in _desks(evaluation)]


def _evaluator(number: int, people: dict[str, User]) -> User:
    return create_user(
        username=f"pingshen{number}",
        name=f"评审{number}",
        unit=people["zuzhang"].unit,
        password=demo.PASSWORD,
        must_change_password=False,
        actor=None,
    )


def _in_scoring(number: int, panel: Sequence[User], people: dict[str, User]) -> Evaluation:
    evaluation = import_dossier(
        replace(seed_dossier("scored"), panel=()),
        unit=people["caiwu"].unit,
        actor=None,
        remark=f"多人同时评分 {number}",
    )
    for user in panel:
        appoint(evaluation, user, is_leader=user == panel[0], actor=people["caiwu"])
    perform(evaluation, Action.SUBMIT, user=people["caiwu"])
    perform(evaluation, Action.OPEN_SCORING, user=people["fuzeren"])
    return evaluation


def _desks(evaluation: Evaluation) -> Iterable[Desk]:
    for sheet in evaluation.sheets.select_related("member__user"):
        marks = sheet.marks.select_related("indicator").order_by("indicator__position")
        leaves = tuple(Leaf(mark.pk, mark.indicator.weight or Decimal(0)) for mark in marks)
        user = sheet.member.user if sheet.member else None
        if user:
            yield Desk(user.username, evaluation.pk, leaves)
