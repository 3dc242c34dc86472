"""The dossier as JSON: the strict reading, the one way of writing, the digest.

The form is documented in docs/dossier.md. Money (元), points and rates are texts of decimals.
A member may be left out where the model has a default; writing gives all of them except the
value and reason of a mark that has none, and what came to the form later where it says nothing.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from evalsys.canonical import decimal_text, digest
from evalsys.jsonread import JsonError, Problem, Reader, load_json
from evalsys.rulepacks.codec import PackError, dump_pack, parse_pack
from evalsys.rulepacks.leafrules import dump_rule, read_rule
from evalsys.rulepacks.schema import LEVELS, LeafRule, RulePack
from projects.enums import State
from reports.dossier.model import (
    CONSENSUS,
    FORMAT,
    BasicInfo,
    Department,
    Dossier,
    Evidence,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    PrintedFigures,
    ProjectType,
)
from reports.dossier.references import RULES
from scoring.engine.model import Mark, MarkState, Sheet

T = TypeVar("T")

LIMIT_BYTES = 5_000_000
ITEMS_LIMIT = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100

KEY = 50
SHORT = 50
LABEL = 100
LINE = 200
POSTCODE = 6
CELL = 500
PROSE = 2000
SECTION = 30_000
MOST_BYTES = 10**12
SHA_256 = re.compile(r"[0-9a-f]{64}")


class DossierError(JsonError):
    """The data is no dossier; ``problems`` names every place and what is wrong there."""


def load_dossier_text(source: bytes | str) -> Dossier:
    """Read the content of a dossier file; DossierError with every problem found."""
    try:
        data = load_json(source, limit_bytes=LIMIT_BYTES)
    except JsonError as error:
        raise DossierError(error.problems) from error
    return parse_dossier(data)


def parse_dossier(data: object) -> Dossier:
    """Read a dossier from JSON data; DossierError with every problem found.

    A dossier of another format, or with a broken rule pack, is not read any further.
    """
    reader = Reader(data)
    reader.field("format").constant(FORMAT)
    _stop_if_broken(reader)
    pack = _pack(reader.field("pack"))
    dossier = _dossier(reader, pack)
    broken = [
        problem
        for parts, rule in RULES
        if reader.members_sound(*parts)
        for problem in rule(dossier)
    ]
    if problems := (*reader.problems, *broken):
        raise DossierError(problems)
    return dossier


def dump_dossier(dossier: Dossier) -> dict[str, Any]:
    """Write a dossier as JSON data, its rule pack included."""
    return {
        "format": FORMAT,
        "project_name": dossier.project_name,
        "fiscal_year": dossier.fiscal_year,
        "state": dossier.state,
        "pack": dump_pack(dossier.pack),
        "pack_digest": dossier.pack.digest,
        "basic": _dump_basic(dossier.basic),
        "funding": [_dump_funding_line(line) for line in dossier.funding],
        "annual_budget": _number(dossier.annual_budget),
        "targets": [_dump_target(target) for target in dossier.targets],
        "sections": dict(dossier.sections),
        "indicators": [dump_indicator(indicator) for indicator in dossier.indicators],
        "panel": [_dump_member(member) for member in dossier.panel],
        "consensus": _dump_sheet(dossier.consensus),
        "printed": _dump_printed(dossier.printed),
        "department": _dump_department(dossier.department),
        **_said("evidence", [_dump_evidence(file) for file in dossier.evidence]),
        **_said("old_form", dossier.old_form),
    }


def dossier_digest(dossier: Dossier) -> str:
    """Return the SHA-256 of the canonical JSON; 4 and 4.00 are the same number."""
    return digest(dump_dossier(dossier))


def dump_indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "key": indicator.key,
        "parent": indicator.parent,
        "level": indicator.level,
        "name": indicator.name,
        "weight": decimal_text(indicator.weight),
        "explanation": indicator.explanation,
        "standard": indicator.standard,
        "target_value": indicator.target_value,
        "actual_value": indicator.actual_value,
        "rule": None if indicator.rule is None else dump_rule(indicator.rule),
    }


def _dump_basic(basic: BasicInfo) -> dict[str, Any]:
    return {
        "implementing_unit": basic.implementing_unit,
        "supervising_department": basic.supervising_department,
        "project_leader": basic.project_leader,
        "phone": basic.phone,
        "address": basic.address,
        "postcode": basic.postcode,
        "project_type": basic.project_type.value,
        "evaluated_on": basic.evaluated_on.isoformat() if basic.evaluated_on else None,
    }


def _dump_funding_line(line: FundingLine) -> dict[str, Any]:
    return {
        "source": line.source,
        "label": line.label,
        "planned": _number(line.planned),
        "received": _number(line.received),
        "spent": _number(line.spent),
    }


def _dump_target(target: PerformanceTarget) -> dict[str, Any]:
    return {
        "goal_type": target.goal_type,
        "goal_class": target.goal_class,
        "target": target.target,
        "standards": list(target.standards),
    }


def _dump_member(member: PanelMember) -> dict[str, Any]:
    return {
        "key": member.key,
        "name": member.name,
        "title": member.title,
        "unit": member.unit,
        "is_leader": member.is_leader,
        "sheet": _dump_sheet(member.sheet),
    }


def _dump_sheet(sheet: Sheet | None) -> dict[str, Any] | None:
    if sheet is None:
        return None
    return {
        "submitted": sheet.submitted,
        "total_only": _number(sheet.total_only),
        "marks": {key: _dump_mark(mark) for key, mark in sheet.marks.items()},
    }


def _dump_mark(mark: Mark) -> dict[str, str]:
    members = {"state": mark.state.value}
    if mark.value is not None:
        members["value"] = decimal_text(mark.value)
    if mark.reason:
        members["reason"] = mark.reason
    return members


def _dump_printed(printed: PrintedFigures | None) -> dict[str, Any] | None:
    if printed is None:
        return None
    return {
        "total": _number(printed.total),
        "mean": _number(printed.mean),
        "grade": printed.grade,
        "execution_rate": _number(printed.execution_rate),
    }


def _dump_department(department: Department | None) -> dict[str, Any] | None:
    if department is None:
        return None
    return {
        "score": _number(department.score),
        "grade": department.grade,
        "opinion": department.opinion,
    }


def _dump_evidence(file: Evidence) -> dict[str, Any]:
    return {
        "title": file.title,
        "sha256": file.sha256,
        "size": file.size,
        "indicators": list(file.indicators),
    }


def _said(name: str, value: Any) -> dict[str, Any]:
    """A member younger than the format: left out where empty, so that older digests stand."""
    return {name: value} if value else {}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def _stop_if_broken(reader: Reader) -> None:
    if reader.problems:
        raise DossierError(reader.problems)


def _pack(reader: Reader) -> RulePack:
    _stop_if_broken(reader)
    try:
        return parse_pack(reader.value)
    except PackError as error:
        problems = tuple(_inside(reader.path, problem) for problem in error.problems)
        raise DossierError(problems) from error


def _inside(path: str, problem: Problem) -> Problem:
    dot = "." if problem.path and not problem.path.startswith("[") else ""
    return Problem(f"{path}{dot}{problem.path}", problem.message)


def _dossier(reader: Reader, pack: RulePack) -> Dossier:
    reader.field("pack")
    reader.field("pack_digest").constant(pack.digest)
    dossier = Dossier(
        project_name=reader.field("project_name").text(max=LINE, blank=False),
        fiscal_year=reader.field("fiscal_year").integer(minimum=FIRST_YEAR, maximum=LAST_YEAR),
        state=_state(reader.field("state")),
        pack=pack,
        basic=_basic(reader.field("basic")),
        funding=_list(reader.field("funding"), _funding_line),
        annual_budget=_optional(reader, "annual_budget", _money, None),
        targets=_list(reader.field("targets"), _target),
        sections=_mapping(reader.field("sections"), _section),
        indicators=_list(reader.field("indicators"), _indicator),
        panel=_list(reader.field("panel"), _member),
        consensus=_optional(reader, "consensus", _consensus, None),
        printed=_optional(reader, "printed", _printed, None),
        department=_optional(reader, "department", _department, None),
        evidence=_optional(reader, "evidence", lambda files: _list(files, _evidence), ()),
        old_form=_optional(reader, "old_form", Reader.boolean, False),
    )
    reader.end()
    return dossier


def _state(reader: Reader) -> str:
    state = reader.text(max=KEY)
    if state not in State.values and reader.sound:
        reader.fail(f"没有这个环节，可选：{'、'.join(State.values)}。")
    return state


def _basic(reader: Reader) -> BasicInfo:
    basic = BasicInfo(
        implementing_unit=_text(reader, "implementing_unit", LABEL),
        supervising_department=_text(reader, "supervising_department", LABEL),
        project_leader=_text(reader, "project_leader", SHORT),
        phone=_text(reader, "phone", SHORT),
        address=_text(reader, "address", LINE),
        postcode=_text(reader, "postcode", POSTCODE),
        project_type=_optional(reader, "project_type", _project_type, ProjectType.BLANK),
        evaluated_on=_optional(reader, "evaluated_on", _date, None),
    )
    reader.end()
    return basic


def _funding_line(reader: Reader) -> FundingLine:
    line = FundingLine(
        source=reader.field("source").identifier(max=KEY),
        label=reader.field("label").text(max=SHORT, blank=False),
        planned=_optional(reader, "planned", _money, None),
        received=_optional(reader, "received", _money, None),
        spent=_optional(reader, "spent", _money, None),
    )
    reader.end()
    return line


def _target(reader: Reader) -> PerformanceTarget:
    target = PerformanceTarget(
        goal_type=reader.field("goal_type").text(max=SHORT),
        goal_class=reader.field("goal_class").text(max=SHORT),
        target=reader.field("target").text(max=CELL),
        standards=_optional(reader, "standards", _standards, ("", "", "", "")),
    )
    reader.end()
    return target


def _standards(reader: Reader) -> tuple[str, str, str, str]:
    match [item.text(max=LABEL) for item in reader.items()]:
        case [excellent, good, fair, poor]:
            return excellent, good, fair, poor
    if reader.sound:
        reader.fail('应为四格文字：优、良、中、差，空着的写 ""。')
    return "", "", "", ""


def _section(reader: Reader) -> str:
    return reader.text(max=SECTION, multiline=True)


def _indicator(reader: Reader) -> Indicator:
    indicator = Indicator(
        key=reader.field("key").identifier(max=KEY),
        parent=reader.field("parent").text(max=KEY),
        level=reader.field("level").integer(minimum=1, maximum=LEVELS),
        name=reader.field("name").text(max=LABEL, blank=False),
        weight=_points(reader.field("weight")),
        explanation=_text(reader, "explanation", PROSE, multiline=True),
        standard=_text(reader, "standard", PROSE, multiline=True),
        target_value=_text(reader, "target_value", LINE),
        actual_value=_text(reader, "actual_value", LINE),
        rule=_optional(reader, "rule", _rule, None),
    )
    reader.end()
    return indicator


def _rule(reader: Reader) -> LeafRule | None:
    return reader.or_null(read_rule)


def _member(reader: Reader) -> PanelMember:
    key = reader.field("key").identifier(max=KEY)
    member = PanelMember(
        key=key,
        name=reader.field("name").text(max=SHORT, blank=False),
        title=_text(reader, "title", SHORT),
        unit=_text(reader, "unit", LABEL),
        is_leader=_optional(reader, "is_leader", Reader.boolean, False),
        sheet=_optional(reader, "sheet", lambda sheet: _sheet_or_null(sheet, key), None),
    )
    reader.end()
    return member


def _consensus(reader: Reader) -> Sheet | None:
    return _sheet_or_null(reader, CONSENSUS)


def _sheet_or_null(reader: Reader, evaluator: str) -> Sheet | None:
    return reader.or_null(lambda sheet: _sheet(sheet, evaluator))


def _sheet(reader: Reader, evaluator: str) -> Sheet:
    sheet = Sheet(
        evaluator=evaluator,
        marks=_mapping(reader.field("marks"), _mark),
        total_only=_optional(reader, "total_only", _points_or_null, None),
        submitted=_optional(reader, "submitted", Reader.boolean, True),
    )
    reader.end()
    return sheet


def _mark(reader: Reader) -> Mark:
    state = reader.field("state").choice(MarkState)
    scored = state is MarkState.SCORED
    value = reader.field("value") if scored else reader.optional("value")
    mark = Mark(
        state=state,
        value=_points(value) if value and scored else None,
        reason=_text(reader, "reason", CELL),
    )
    if value and not scored and reader.members_sound("state"):
        value.fail("只有 scored 的指标才有得分，请删去。")
    reader.end()
    return mark


def _printed(reader: Reader) -> PrintedFigures | None:
    return reader.or_null(_printed_figures)


def _printed_figures(reader: Reader) -> PrintedFigures:
    printed = PrintedFigures(
        total=_optional(reader, "total", _points_or_null, None),
        mean=_optional(reader, "mean", _points_or_null, None),
        grade=_text(reader, "grade", SHORT),
        execution_rate=_optional(reader, "execution_rate", _rate, None),
    )
    reader.end()
    return printed


def _department(reader: Reader) -> Department | None:
    return reader.or_null(_department_review)


def _department_review(reader: Reader) -> Department:
    department = Department(
        score=_optional(reader, "score", _points_or_null, None),
        grade=_text(reader, "grade", SHORT),
        opinion=_text(reader, "opinion", PROSE, multiline=True),
    )
    reader.end()
    return department


def _evidence(reader: Reader) -> Evidence:
    file = Evidence(
        title=reader.field("title").text(max=LINE, blank=False),
        sha256=_sha256(reader.field("sha256")),
        size=reader.field("size").integer(minimum=1, maximum=MOST_BYTES),
        indicators=_list(reader.field("indicators"), lambda key: key.text(max=KEY)),
    )
    reader.end()
    return file


def _sha256(reader: Reader) -> str:
    text = reader.text(max=64)
    if reader.sound and not SHA_256.fullmatch(text):
        reader.fail("应为 64 位小写十六进制的 SHA-256。")
    return text


def _list(reader: Reader, read: Callable[[Reader], T]) -> tuple[T, ...]:
    items = reader.items()
    return tuple(map(read, items)) if _bounded(reader, len(items)) else ()


def _mapping(reader: Reader, read: Callable[[Reader], T]) -> dict[str, T]:
    members = reader.object_items()
    return {key: read(item) for key, item in members} if _bounded(reader, len(members)) else {}


def _bounded(reader: Reader, count: int) -> bool:
    if count > ITEMS_LIMIT:
        reader.fail(f"项数过多：{count} 项，最多 {ITEMS_LIMIT} 项。")
    return count <= ITEMS_LIMIT


def _optional(reader: Reader, name: str, read: Callable[[Reader], T], default: T) -> T:
    member = reader.optional(name)
    return default if member is None else read(member)


def _text(reader: Reader, name: str, limit: int, *, multiline: bool = False) -> str:
    return _optional(reader, name, lambda item: item.text(max=limit, multiline=multiline), "")


def _project_type(reader: Reader) -> ProjectType:
    return reader.choice(ProjectType)


def _date(reader: Reader) -> date | None:
    return reader.or_null(Reader.date)


def _money(reader: Reader) -> Decimal | None:
    return reader.or_null(lambda item: item.decimal(max_digits=15, places=2, minimum=Decimal(0)))


def _points(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=7, places=4, minimum=Decimal(0))


def _points_or_null(reader: Reader) -> Decimal | None:
    return reader.or_null(_points)


def _rate(reader: Reader) -> Decimal | None:
    return reader.or_null(lambda item: item.decimal(max_digits=10, places=6, minimum=Decimal(0)))
