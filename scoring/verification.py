"""Whether handed-in sheets, and the versions kept of them, are what the journal tells of.

A seal alone shows that a sheet once said this. That it is the sheet handed in last, that none was
unsealed and none taken away, only the journal knows.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from evalsys.audit.journal import witness
from evalsys.audit.models import JournalEntry
from evalsys.seals import is_sealed
from projects.models import Evaluation
from scoring.models import ScoreSheet, SheetVersion
from scoring.sheets import MARKS_WITH_LEAVES, PURPOSE, REOPENED, SUBMITTED, sealed_content

IMPORTED = "imported"
SAME_ACT = timedelta(minutes=1)


@dataclass(frozen=True)
class BrokenSeal:
    """A sheet, by its number, that is not what its evaluator handed in."""

    sheet: int
    evaluator: str


def broken_seals(evaluation: Evaluation) -> list[BrokenSeal]:
    """Sheets handed in here that are not what was sealed last, and seals nobody gave."""
    entries = list(_entries_about_sheets(evaluation))
    told = _handed_in(entries)
    rows = {
        sheet.pk: sheet
        for sheet in evaluation.sheets.select_related("member").prefetch_related(MARKS_WITH_LEAVES)
    }
    changed = [
        BrokenSeal(pk, entry.actor_name)
        for pk, entry in told.items()
        if not _is_what_was_sealed(rows.get(pk), entry.detail["seal"])
    ]
    # The sheets of an old form count as handed in, and nobody sealed them here.
    is_old_form = any(entry.action == IMPORTED for entry in entries)
    return changed + [
        BrokenSeal(pk, sheet.evaluator)
        for pk, sheet in rows.items()
        if pk not in told and (sheet.seal or (sheet.submitted_at and not is_old_form))
    ]


def broken_versions(evaluation: Evaluation) -> list[BrokenSeal]:
    """Reopenings whose kept version is gone or was changed, and versions nobody kept."""
    told = [entry for entry in _entries_about_sheets(evaluation) if entry.action == REOPENED]
    kept = list(evaluation.sheet_versions.order_by("pk"))
    missing = [
        BrokenSeal(entry.detail["sheet"], entry.detail["name"])
        for entry in told
        if not any(_is_kept(version, entry) for version in kept)
    ]
    return missing + [
        BrokenSeal(version.sheet, version.evaluator)
        for version in kept
        if not any(_is_kept(version, entry) for entry in told)
    ]


@witness
def sheets_as_handed_in() -> Iterator[str]:
    for evaluation in Evaluation.objects.order_by("pk"):
        for broken in broken_seals(evaluation):
            yield (
                f"{evaluation.journal_stream}: sheet {broken.sheet} of {broken.evaluator}"
                " is not what was handed in"
            )
        for broken in broken_versions(evaluation):
            yield (
                f"{evaluation.journal_stream}: what sheet {broken.sheet} of {broken.evaluator}"
                " said before it was reopened is not what was kept"
            )


def _entries_about_sheets(evaluation: Evaluation) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(
        stream=evaluation.journal_stream, action__in=(SUBMITTED, REOPENED, IMPORTED)
    ).order_by("sequence")


def _handed_in(entries: list[JournalEntry]) -> dict[int, JournalEntry]:
    """By sheet, the entry of its handing in, where it was not reopened afterwards."""
    told: dict[int, JournalEntry] = {}
    for entry in entries:
        if entry.action == SUBMITTED:
            told[entry.detail["sheet"]] = entry
        elif entry.action == REOPENED:
            told.pop(entry.detail["sheet"], None)
    return told


def _is_what_was_sealed(sheet: ScoreSheet | None, seal: str) -> bool:
    return (
        sheet is not None
        and sheet.submitted_at is not None
        and sheet.seal == seal
        and is_sealed(seal, PURPOSE, sealed_content(sheet))
    )


def _is_kept(version: SheetVersion, entry: JournalEntry) -> bool:
    said: dict[str, Any] = entry.detail
    return (
        (version.sheet, version.seal, version.evaluator, version.reopened_by_id, version.reason)
        == (said["sheet"], said["seal"], said["name"], entry.actor_id, said["reason"])
        and hashlib.sha256(version.content.encode()).hexdigest() == said["content"]
        and _submitted_at(version) == int(version.submitted_at.timestamp())
        and _at_once(version.reopened_at, entry.at)
    )


def _submitted_at(version: SheetVersion) -> int:
    return int(json.loads(version.content)["submitted_at"])


def _at_once(one: datetime, other: datetime) -> bool:
    return abs(one - other) < SAME_ACT
