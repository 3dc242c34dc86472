"""The published form set of Haikou, fiscal year 2019, as dossiers.

``form.json`` holds what both share: the text of the three forms as printed, mistakes included
(a doubled 室, 59.1%, 推层出新, a year's work of 2018). Sentences cut by a page of the original
are whole again, and the second heading of 2. is （2）, as the outline has it, not （3）.

- ``as_published``: the form as it is. The consensus column, three totals without marks, and the
  printed results; 项目类型 is not ticked.
- ``scored``: the same form scored in this program. The published form has only the totals 89, 96
  and 86, so their split over the 20 leaves is demo data; the report's rate, total and grade are
  those that follow from the forms. What the checks would not let pass is put right (``corrected``):
  figures in the goals, a reason for the low execution, the panel's document, all demo data too.
"""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

from evalsys.rulepacks.codec import dump_pack
from evalsys.rulepacks.schema import IndicatorTemplate, RulePack
from evalsys.rulepacks.shipped import shipped_pack
from reports.dossier.codec import dump_indicator, parse_dossier
from reports.dossier.model import FORMAT, Dossier, Indicator

SEED_NAMES = ("as_published", "scored")


def seed_dossier(name: str) -> Dossier:
    """Return one of ``SEED_NAMES``."""
    return parse_dossier(seed_data(name))


def seed_data(name: str) -> dict[str, Any]:
    """Return one of ``SEED_NAMES`` in its JSON form."""
    if name not in SEED_NAMES:
        raise ValueError(f"{name!r} is not one of {SEED_NAMES}")
    form, results = _read("form"), _read(name)
    chosen = form.pop("rule_pack")
    pack = shipped_pack(chosen["code"], chosen["version"])
    corrected: dict[str, Any] = results.get("corrected", {})
    return {
        **form,
        **corrected,
        "format": FORMAT,
        "pack": dump_pack(pack),
        "pack_digest": pack.digest,
        "sections": form["sections"] | results["sections"],
        "basic": form["basic"] | {"project_type": results["project_type"]},
        "indicators": [dump_indicator(indicator) for indicator in _indicators(pack)],
        "panel": [member | {"sheet": _sheet(results, member["key"])} for member in form["panel"]],
        "consensus": results["consensus"] and _scored_sheet(results["consensus"]),
        "printed": results["printed"],
    }


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def _sheet(results: dict[str, Any], evaluator: str) -> dict[str, Any]:
    if evaluator in results["totals"]:
        return {"submitted": True, "total_only": results["totals"][evaluator], "marks": {}}
    return _scored_sheet(results["marks"][evaluator])


def _scored_sheet(points: dict[str, str]) -> dict[str, Any]:
    marks = {key: {"state": "scored", "value": value} for key, value in points.items()}
    return {"submitted": True, "total_only": None, "marks": marks}


def _indicators(pack: RulePack) -> Iterator[Indicator]:
    for root in pack.tree:
        yield from _branch(root, parent="", level=1)


def _branch(template: IndicatorTemplate, *, parent: str, level: int) -> Iterator[Indicator]:
    if template.weight is None:
        raise ValueError(f"{template.key} has no weight in the pack")
    yield Indicator(
        key=template.key,
        parent=parent,
        level=level,
        name=template.name,
        weight=template.weight,
        explanation=template.explanation,
        standard=template.standard,
        rule=template.rule,
        target_hint=template.target_hint,
        evidence_asked=template.evidence_asked,
    )
    for child in template.children:
        yield from _branch(child, parent=template.key, level=level + 1)
