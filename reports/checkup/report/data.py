"""A check-up as JSON data. Figures are texts as people write them, the dossier is as in files."""

from collections.abc import Iterable
from typing import Any

from reports.checks import Answer
from reports.checkup.examination import Checkup, Examination, Found
from reports.checkup.figures import Figure
from reports.checkup.parts import Printed
from reports.dossier.codec import dump_dossier

FORMAT = "evalsys-checkup/1"


def checkup_data(checkup: Checkup) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "examinations": [_examination(one) for one in checkup.examinations],
        "refused": [{"file": one.name, "reason": one.sentence} for one in checkup.refusals],
        "remarks": [{"file": file, "text": text} for file, text in checkup.remarks],
    }


def _examination(one: Examination) -> dict[str, Any]:
    reading = one.reading
    dossier = reading.dossier
    return {
        "project_name": dossier.project_name,
        "fiscal_year": dossier.fiscal_year,
        "year_known": reading.year_known,
        "pack": {
            "code": dossier.pack.code,
            "version": dossier.pack.version,
            "name": dossier.pack.name,
            "fits": reading.fits,
        },
        "forms": [{"name": form.name, **_place(form.printed)} for form in reading.forms],
        "figures": [_figure(figure) for figure in one.figures],
        "findings": [_found(found) for found in one.found],
        "unread": [
            {"text": unread.printed.text, "what": unread.what, "why": unread.why}
            | _place(unread.printed)
            for unread in reading.unread
        ],
        "notes": [{"text": note.text, **_place(note.printed)} for note in reading.notes],
        "not_examined": [*_skipped(one.skipped)],
        "dossier": dump_dossier(dossier),
    }


def _place(printed: Printed | None) -> dict[str, str]:
    return {"file": printed.file, "where": printed.where} if printed else {"file": "", "where": ""}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label,
        "printed": figure.printed,
        "implied": figure.implied,
        "how": figure.how,
        "agrees": figure.agrees,
    } | _place(figure.place)


def _found(found: Found) -> dict[str, Any]:
    finding = found.finding
    return {
        "code": found.code,
        "severity": found.severity.value,
        "title": found.title,
        "document": finding.place.document,
        "field": finding.place.field,
        "start": finding.place.start,
        "end": finding.place.end,
        "found": finding.found,
        "expected": finding.expected,
        "how": finding.how,
        "correction": finding.correction.text if finding.correction else None,
    } | _place(found.place)


def _skipped(answers: Iterable[Answer]) -> Iterable[dict[str, str]]:
    for answer in answers:
        yield {
            "code": answer.check.code,
            "title": answer.check.title,
            "verdict": answer.verdict.value,
            "reason": answer.reason,
        }
