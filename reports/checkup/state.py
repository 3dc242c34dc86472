"""A check-up as JSON data from which it can be made again: the page carries it, the server keeps
nothing.

Rule packs are named, not written out: what is read follows a shipped one, or is a dossier file
that brings its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from typing import Any

from evalsys.rulepacks.codec import dump_pack
from evalsys.rulepacks.schema import RulePack
from evalsys.rulepacks.shipped import shipped_packs
from reports.checkup.examination import Checkup, examined
from reports.checkup.model import Form, Note, Reading
from reports.checkup.parts import Printed, Unread
from reports.checkup.raw import Refusal
from reports.dossier.codec import dump_dossier, parse_dossier

FLAGS = ("fits", "year_known", "whole")


def dump_checkup(checkup: Checkup) -> dict[str, Any]:
    return {
        "readings": [_dump_reading(one.reading) for one in checkup.examinations],
        "refusals": [astuple(one) for one in checkup.refusals],
        "remarks": [list(one) for one in checkup.remarks],
    }


def load_checkup(data: Mapping[str, Any]) -> Checkup:
    """The same check-up, examined anew."""
    return Checkup(
        tuple(examined(_load_reading(one)) for one in data["readings"]),
        tuple(Refusal(*one) for one in data["refusals"]),
        tuple((file, text) for file, text in data["remarks"]),
    )


def _dump_reading(reading: Reading) -> dict[str, Any]:
    return {
        "dossier": _without_shipped_pack(dump_dossier(reading.dossier), reading.dossier.pack),
        "forms": [(form.name, form.document, astuple(form.printed)) for form in reading.forms],
        "unread": [(astuple(one.printed), one.what, one.why, one.path) for one in reading.unread],
        "notes": [(note.text, _dump_printed(note.printed)) for note in reading.notes],
        "places": {path: astuple(printed) for path, printed in reading.places.items()},
        "spans": {
            path: [(start, astuple(printed)) for start, printed in spans]
            for path, spans in reading.spans.items()
        },
        "asked": sorted(reading.asked),
        **{flag: getattr(reading, flag) for flag in FLAGS},
    }


def _load_reading(data: Mapping[str, Any]) -> Reading:
    return Reading(
        parse_dossier(_with_shipped_pack(data["dossier"])),
        tuple(Form(name, document, Printed(*at)) for name, document, at in data["forms"]),
        tuple(Unread(Printed(*at), what, why, path) for at, what, why, path in data["unread"]),
        tuple(Note(text, _load_printed(at)) for text, at in data["notes"]),
        {path: Printed(*at) for path, at in data["places"].items()},
        {path: _load_spans(spans) for path, spans in data["spans"].items()},
        frozenset(data["asked"]),
        **{flag: data[flag] for flag in FLAGS},
    )


def _load_spans(spans: Iterable[Any]) -> list[tuple[int, Printed]]:
    return [(start, Printed(*at)) for start, at in spans]


def _dump_printed(printed: Printed | None) -> tuple[str, ...] | None:
    return None if printed is None else astuple(printed)


def _load_printed(at: Any) -> Printed | None:
    return None if at is None else Printed(*at)


def _without_shipped_pack(data: dict[str, Any], pack: RulePack) -> dict[str, Any]:
    return data | {"pack": None} if pack in shipped_packs() else data


def _with_shipped_pack(data: dict[str, Any]) -> dict[str, Any]:
    if data["pack"] is not None:
        return data
    digest = data["pack_digest"]
    return data | {"pack": next(dump_pack(one) for one in shipped_packs() if one.digest == digest)}
