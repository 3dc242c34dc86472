"""What a project's earlier evaluation lends to a draft: tree, targets and text.

Marks, 实际完成值 and amounts of money never go over, and what was typed in the draft stays.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction

from evalsys.audit.journal import record
from evalsys.canonical import digest
from evalsys.versioning import save_version
from projects.domain import save_section, save_targets
from projects.models import BasicInfo, Evaluation, NarrativeSection
from scoring.tree_copying import TreeCopy

if TYPE_CHECKING:
    from evalsys.accounts.models import User

BASIC_FIELDS = ("project_leader", "phone", "address", "postcode", "project_type")
TARGET_FIELDS = ("goal_type", "goal_class", "target", "excellent", "good", "fair", "poor")
YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
FIGURE = re.compile(r"[0-9][0-9,.]*\s*(?:亿元|万元|元|%|％)")
SHOWN = 40


class Part(StrEnum):
    TREE = "tree"
    TARGETS = "targets"
    BASIC = "basic"
    TEXT = "text"


LABELS = {
    Part.TREE: "指标体系和指标值",
    Part.TARGETS: "绩效目标",
    Part.BASIC: "项目基本情况",
    Part.TEXT: "评价报告文字",
}


class ChangedPlanError(Exception):
    """The draft is no longer what the plan was shown for."""


@dataclass(frozen=True)
class Line:
    """Something that will be copied, as people read it; ``note`` is what to look at afterwards."""

    what: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Left:
    """Something that stays behind, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class PartPlan:
    part: Part
    lines: tuple[Line, ...]
    left: tuple[Left, ...]
    run: Callable[[], None]

    @property
    def label(self) -> str:
        return LABELS[self.part]


@dataclass(frozen=True)
class CopyPlan:
    source: Evaluation
    parts: tuple[PartPlan, ...]

    @property
    def fingerprint(self) -> str:
        """Changes when what would be copied, or what would stay behind, is no longer the same."""
        return digest(
            [
                [
                    part.part,
                    [[line.what, line.value] for line in part.lines],
                    [[left.what, left.reason] for left in part.left],
                ]
                for part in self.parts
            ]
        )

    @property
    def copies(self) -> int:
        return sum(len(part.lines) for part in self.parts)


def previous_of(evaluation: Evaluation) -> Evaluation | None:
    """The project's newest evaluation of an earlier year."""
    earlier = Evaluation.objects.with_project().filter(
        project=evaluation.project_id, fiscal_year__lt=evaluation.fiscal_year
    )
    return earlier.order_by("-fiscal_year").first()


def plan_copy(evaluation: Evaluation, source: Evaluation) -> CopyPlan:
    plans = (_tree, _targets, _basic, _text)
    return CopyPlan(source, tuple(plan(evaluation, source) for plan in plans))


@transaction.atomic
def copy_from(
    evaluation: Evaluation, source: Evaluation, *, parts: set[Part], seen: str, actor: "User"
) -> CopyPlan:
    """Copy those parts; raises ChangedPlanError unless the plan is the one that was seen."""
    plan = plan_copy(evaluation, source)
    if plan.fingerprint != seen:
        raise ChangedPlanError
    chosen = [part for part in plan.parts if part.part in parts and part.lines]
    for part in chosen:
        part.run()
    if chosen:
        labels = "、".join(part.label for part in chosen)
        record(
            evaluation.journal_stream,
            "copied_from_last_year",
            actor=actor,
            name=f"{source.fiscal_year} 年度 {labels}",
            source=source.pk,
            copied={part.part.value: len(part.lines) for part in chosen},
        )
    return CopyPlan(source, tuple(chosen))


def _tree(evaluation: Evaluation, source: Evaluation) -> PartPlan:
    copy = TreeCopy(evaluation, source)
    lines = tuple(Line(act.what, act.value, act.note) for act in copy.acts)
    left = tuple(Left(what, reason) for what, reason in copy.left)
    return PartPlan(Part.TREE, lines, left, copy.run)


def _targets(evaluation: Evaluation, source: Evaluation) -> PartPlan:
    rows = [{name: getattr(row, name) for name in TARGET_FIELDS} for row in source.targets.all()]
    there = evaluation.targets.count()
    types = {goal.label for goal in evaluation.rule_pack.pack.goal_types}

    def line(number: int, row: dict[str, str]) -> Line:
        notes = [*_look_at(row["target"], evaluation.fiscal_year)]
        if row["goal_type"] and row["goal_type"] not in types:
            notes.append(f"现在的规则包没有「{row['goal_type']}」，请改选指标类型")
        place = " › ".join(filter(None, (row["goal_type"], row["goal_class"])))
        return Line(place or f"第 {number} 行", row["target"], "；".join(notes))

    def run() -> None:
        save_targets(evaluation.goals, seen=evaluation.goals.version, rows=rows)

    if rows and there:
        left = (Left(f"{len(rows)} 行绩效目标", f"绩效目标表里已有 {there} 行，不再复制"),)
        return PartPlan(Part.TARGETS, (), left, run)
    lines = tuple(line(number, row) for number, row in enumerate(rows, start=1))
    return PartPlan(Part.TARGETS, lines, (), run)


def _basic(evaluation: Evaluation, source: Evaluation) -> PartPlan:
    before, now = source.basic, evaluation.basic
    filled = [name for name in BASIC_FIELDS if getattr(before, name)]
    free = [name for name in filled if not getattr(now, name)]
    taken = [
        name for name in filled if name not in free and getattr(now, name) != getattr(before, name)
    ]

    def run() -> None:
        save_version(now, seen=now.version, **{name: getattr(before, name) for name in free})

    return PartPlan(
        Part.BASIC,
        tuple(Line(_label(name), _shown(before, name)) for name in free),
        tuple(Left(_label(name), f"已填「{_shown(now, name)}」") for name in taken),
        run,
    )


def _label(name: str) -> str:
    return str(BasicInfo._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001  columns have labels


def _shown(basic: BasicInfo, name: str) -> str:
    return str(basic.get_project_type_display() if name == "project_type" else getattr(basic, name))


def _text(evaluation: Evaluation, source: Evaluation) -> PartPlan:
    copy = _TextCopy(evaluation, source)
    return PartPlan(Part.TEXT, tuple(copy.lines()), tuple(copy.left()), copy.run)


class _TextCopy:
    """Sections go to the section with their key, else to the one with their title."""

    def __init__(self, evaluation: Evaluation, source: Evaluation) -> None:
        self.year = evaluation.fiscal_year
        self.sections = [row for row in evaluation.sections.all() if row.has_body]
        self.written = [row for row in source.sections.all() if row.has_body and row.body.strip()]

    @cached_property
    def pairs(self) -> list[tuple[NarrativeSection, NarrativeSection | None]]:
        by_key = {row.key: row for row in self.sections}
        by_title = {row.title: row for row in self.sections}
        return [(old, by_key.get(old.key) or by_title.get(old.title)) for old in self.written]

    @property
    def free(self) -> list[tuple[NarrativeSection, NarrativeSection]]:
        """No section is filled twice."""
        found: dict[str, tuple[NarrativeSection, NarrativeSection]] = {}
        for old, new in self.pairs:
            if new is not None and not new.body.strip():
                found.setdefault(new.key, (old, new))
        return list(found.values())

    def lines(self) -> Iterator[Line]:
        for old, new in self.free:
            text = old.body.strip()
            start = text if len(text) <= SHOWN else f"{text[:SHOWN]}…（{len(text)} 字）"
            notes = [*_look_at(old.body, self.year)]
            if str(old) != str(new):
                notes.append(f"原来在「{old}」")
            yield Line(str(new), start, "；".join(notes))

    def left(self) -> Iterator[Left]:
        going = {old.pk for old, _ in self.free}
        for old, new in self.pairs:
            if old.pk not in going and (new is None or new.body != old.body):
                reason = "现在的提纲里没有这一节" if new is None else f"「{new}」已写了文字"
                yield Left(str(old), reason)

    def run(self) -> None:
        for old, new in self.free:
            save_section(new, seen=new.version, body=old.body)


def _look_at(text: str, year: int) -> Iterator[str]:
    """What a copied text says that is likely not of ``year``."""
    if others := sorted(set(YEAR.findall(text)) - {str(year)}):
        yield f"写着 {'、'.join(others)} 年"
    if figures := len(FIGURE.findall(text)):
        yield f"有 {figures} 个金额或比率"
