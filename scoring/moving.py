"""Moving a draft to another rule pack or version: what changes, what is lost, and doing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from evalsys.audit.journal import record
from evalsys.canonical import digest
from evalsys.figures import wan_text
from evalsys.rulepacks.differences import Change
from evalsys.rulepacks.models import RulePackVersion, RulePackVersionQuerySet
from projects.enums import FundingColumn
from projects.models import BasicInfo, Evaluation, FundingLine, NarrativeSection
from scoring.moved_tree import MovedTree

if TYPE_CHECKING:
    from evalsys.accounts.models import User


class ChangedMoveError(Exception):
    """The draft is no longer what the move was shown for."""


@dataclass(frozen=True)
class Lost:
    """Something people typed that will have no place; ``text`` is all of it."""

    what: str
    text: str


def packs_to_move_to(evaluation: Evaluation) -> RulePackVersionQuerySet:
    """The newest of each pack the unit may use, and every version of its own one."""
    usable = RulePackVersion.objects.usable_in(evaluation.unit)
    own = usable.filter(code=evaluation.rule_pack.code)
    return (usable.newest() | own).exclude(pk=evaluation.rule_pack_id)


def newer_version(evaluation: Evaluation) -> int | None:
    """The newest version of the evaluation's pack, where that is not its own."""
    own = RulePackVersion.objects.filter(
        code=evaluation.rule_pack.code, version__gt=evaluation.rule_pack.version
    )
    return own.order_by("-version").values_list("version", flat=True).first()


class Move:
    """What becomes of an evaluation under ``version``; ``carry_out`` does it."""

    def __init__(self, evaluation: Evaluation, version: RulePackVersion) -> None:
        self.evaluation, self.version = evaluation, version
        self.pack = version.pack
        self.tree = MovedTree(evaluation, self.pack)
        self.sections = list(evaluation.sections.all())
        self.funding = list(evaluation.funding.all())

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(self.tree.changes())

    @cached_property
    def lost(self) -> tuple[Lost, ...]:
        return (
            *(Lost(f"指标「{name}」", text) for name, text in self.tree.lost()),
            *self._lost_sections(),
            *self._lost_amounts(),
        )

    @cached_property
    def problems(self) -> list[str]:
        return self.tree.problems()

    @cached_property
    def odd_targets(self) -> list[str]:
        """指标类型 of 绩效目标表 the new pack does not know; the rows stay."""
        known = {goal.label for goal in self.pack.goal_types}
        types = self.evaluation.targets.exclude(goal_type="").values_list("goal_type", flat=True)
        return [label for label in dict.fromkeys(types) if label not in known]

    @property
    def fingerprint(self) -> str:
        """Changes when what would change or be lost is no longer the same."""
        changes = [[one.kind, *one.path, one.before, one.after] for one in self.changes]
        lost = [[one.what, one.text] for one in self.lost]
        return digest([self.version.digest, changes, lost])

    def _lost_sections(self) -> Iterator[Lost]:
        kept = {section.key for section in self.pack.outline if section.has_body}
        for section in self.sections:
            if section.key not in kept and section.body.strip():
                yield Lost(f"评价报告「{section}」", section.body)

    def _lost_amounts(self) -> Iterator[Lost]:
        kept = {source.key for source in self.pack.funding_sources}
        for line in self.funding:
            amounts = [
                f"{column.label} {wan_text(amount)} 万元"
                for column in FundingColumn
                if (amount := getattr(line, column.value)) is not None
            ]
            if line.source not in kept and amounts:
                yield Lost(f"资金来源「{line.label}」", "\n".join(amounts))

    def _write_sections(self) -> None:
        stored = {section.key: section for section in self.sections}
        for position, laid in enumerate(self.pack.outline, start=1):
            row = stored.get(laid.key) or NarrativeSection(evaluation=self.evaluation, key=laid.key)
            row.position, row.number, row.title = position, laid.number, laid.title
            row.level, row.has_body, row.prompt = laid.level, laid.has_body, laid.prompt
            row.body = row.body if laid.has_body else ""
            row.save()
        self.evaluation.sections.exclude(key__in=[laid.key for laid in self.pack.outline]).delete()

    def _write_funding(self) -> None:
        stored = {line.source: line for line in self.funding}
        for position, source in enumerate(self.pack.funding_sources, start=1):
            line = stored.get(source.key) or FundingLine(
                evaluation=self.evaluation, source=source.key
            )
            line.position, line.label = position, source.label
            line.save()
        kept = [source.key for source in self.pack.funding_sources]
        self.evaluation.funding.exclude(source__in=kept).delete()
        # Pages opened before hold other lines: their next save is a conflict.
        BasicInfo.objects.filter(evaluation=self.evaluation).update(version=F("version") + 1)

    def carry_out(self) -> None:
        self.evaluation.rule_pack = self.version
        self.evaluation.save(update_fields=["rule_pack"])
        self.tree.write()
        self._write_sections()
        self._write_funding()


@transaction.atomic
def move_evaluation(
    evaluation: Evaluation, version: RulePackVersion, *, seen: str, actor: "User"
) -> None:
    """Move it; raises ChangedMoveError unless the move is the one that was seen."""
    before, move = evaluation.rule_pack, Move(evaluation, version)
    if move.fingerprint != seen:
        raise ChangedMoveError
    lost = [one.what for one in move.lost]
    move.carry_out()
    record(
        evaluation.journal_stream,
        "pack_changed",
        actor=actor,
        name=str(version),
        before={"code": before.code, "version": before.version, "digest": before.digest},
        after={"code": version.code, "version": version.version, "digest": version.digest},
        lost=lost,
    )
