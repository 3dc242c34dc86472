"""Files of every format and layout, each with what it holds beside it as JSON."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from reports.checkup.examination import check_files
from reports.checkup.files.limited import Upload
from reports.dossier.codec import dump_dossier, parse_dossier
from scoring.engine import MarkState

HERE = Path(__file__).parent
FOLDERS = (HERE / "files", HERE / "oddities")
CASES = sorted(path for folder in FOLDERS for path in folder.glob("*.json"))


def checked(expected, folder):
    uploads = [Upload(name, (folder / name).read_bytes()) for name in expected["files"]]
    return check_files(uploads, assumed_year=2025)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_file_is_read_as_it_is(path):
    expected = json.loads(path.read_text(encoding="utf-8"))
    checkup = checked(expected, path.parent)
    assert [refusal.sentence for refusal in checkup.refusals] == expected.get("refusals", [])
    remarks = "".join(text for _, text in checkup.remarks)
    assert [part for part in expected.get("remarks", []) if part not in remarks] == []
    wrong = []
    assert len(checkup.examinations) == len(expected["evaluations"])
    for examination, wanted in zip(checkup.examinations, expected["evaluations"], strict=True):
        wrong += differences(examination, wanted)
    assert wrong == []


def differences(examination, wanted):
    """What the dossier and its notes hold otherwise than the JSON says."""
    found = held(examination)
    for name, value in wanted.items():
        if name == "notes":
            continue
        have = found[name]
        if isinstance(value, dict) and name in {"basic", "printed", "values"}:
            have = {key: have.get(key) for key in value}
        if have != (sorted(value) if name in {"disagreeing", "unread"} else value):
            yield f"{name}: {have!r}, not {value!r}"
    notes = "\n".join(note.text for note in examination.reading.notes)
    yield from (f"no note: {text}" for text in wanted.get("notes", []) if text not in notes)


def held(examination):
    """The dossier in the plain words of the JSON; amounts in 元."""
    reading = examination.reading
    dossier = reading.dossier
    data = dump_dossier(dossier)
    parents = {node.parent for node in dossier.indicators}
    leaves = [node for node in dossier.indicators if node.key not in parents]
    marks = dossier.consensus.marks if dossier.consensus else {}
    return {
        "found": sorted({one.code for one in examination.found}),
        "project_name": dossier.project_name,
        "fiscal_year": dossier.fiscal_year,
        "pack": dossier.pack.code,
        "fits": any("相同，按它检查" in note.text for note in reading.notes),
        "documents": sorted(reading.documents),
        "basic": data["basic"],
        "funding": {
            line["label"]: [line["planned"], line["received"], line["spent"]]
            for line in data["funding"]
        },
        "annual_budget": data["annual_budget"],
        "initial_budget": data.get("initial_budget"),
        "marks": " ".join(mark_text(marks.get(leaf.key)) for leaf in leaves),
        "weights": " ".join(format(leaf.weight.normalize(), "f") for leaf in leaves),
        "values": {leaf.name: [leaf.target_value, leaf.actual_value] for leaf in leaves},
        "targets": len(dossier.targets),
        "sections": len(dossier.sections),
        "evaluators": {
            member.name: number(member.sheet and member.sheet.total_only)
            for member in dossier.panel
        },
        "printed": data["printed"],
        "disagreeing": sorted(one.label for one in examination.figures if one.agrees is False),
        "unread": sorted(one.printed.text for one in reading.unread),
    }


def mark_text(mark):
    return number(mark.value) if mark and mark.state is MarkState.SCORED else "-"


def number(value: Decimal | None):
    return None if value is None else format(value.normalize(), "f")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_was_read_is_a_dossier(path):
    expected = json.loads(path.read_text(encoding="utf-8"))
    for examination in checked(expected, path.parent).examinations:
        dossier = examination.reading.dossier
        assert parse_dossier(dump_dossier(dossier)) == dossier


def test_there_are_enough_of_them():
    assert len({name for path in CASES for name in json.loads(path.read_text())["files"]}) >= 30
