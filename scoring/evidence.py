"""Which leaves a file stands behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from evalsys.audit.journal import record
from evalsys.versioning import save_version
from projects.evidence.domain import Checked, keep
from projects.models import Evaluation, Evidence
from projects.workflow import Problem, guard
from scoring.models import Indicator
from scoring.trees import in_use

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@dataclass(frozen=True)
class LeafGroup:
    """A first-level indicator and the leaves below it, in printed order."""

    root: Indicator
    leaves: tuple[Indicator, ...]


def leaf_groups(indicators: Iterable[Indicator]) -> list[LeafGroup]:
    rows = in_use(indicators)
    parents = {row.parent_id for row in rows}
    leaves = [row for row in rows if row.pk not in parents]
    above = {row.pk: row.parent_id for row in rows}

    def root_of(key: int) -> int:
        parent = above[key]
        return key if parent is None else root_of(parent)

    return [
        LeafGroup(root, tuple(leaf for leaf in leaves if root_of(leaf.pk) == root.pk))
        for root in rows
        if root.parent_id is None
    ]


@transaction.atomic
def attach(
    evaluation: Evaluation,
    file: Checked,
    *,
    title: str,
    leaves: Iterable[Indicator],
    actor: "User",
) -> Evidence:
    """Keep the file and say what it stands behind; raises RefusedFileError."""
    evidence = keep(evaluation, file, title=title, actor=actor)
    evidence.indicators.set(leaves)
    return evidence


@transaction.atomic
def save_evidence(
    evidence: Evidence,
    *,
    seen: int,
    title: str,
    leaves: Iterable[Indicator],
    actor: "User",
) -> None:
    """A new title or other leaves; raises StaleVersionError."""
    leaves = list(leaves)
    save_version(evidence, seen=seen, title=title)
    evidence.indicators.set(leaves)
    record(
        evidence.evaluation.journal_stream,
        "evidence_changed",
        actor=actor,
        title=title,
        sha256=evidence.sha256,
        indicators=[leaf.key for leaf in leaves],
    )


@guard("evidence_linked")
def evidence_linked(evaluation: Evaluation) -> list[Problem]:
    """No file may stand behind nothing: nobody would find it beside a leaf."""
    groups = leaf_groups(evaluation.indicators.all())
    leaves = {leaf.pk for group in groups for leaf in group.leaves}
    return [
        Problem(f"佐证材料「{evidence.title}」没有对应的指标", "scoring:evidence")
        for evidence in evaluation.evidence.prefetch_related("indicators")
        if not leaves.intersection(leaf.pk for leaf in evidence.indicators.all())
    ]
