"""The dossier as JSON: the strict reading, the one way of writing, the digest.

The form is documented in docs/dossier.md. Money (元), points and rates are texts of decimals.
A member may be left out where the model has a default; writing gives all of them except the
value and reason of a mark that has none, and what came to the form later where it says nothing.
"""

import re
from typing import Any

from evalsys.canonical import decimal_text, digest
from evalsys.jsonread import JsonError, Problem, Reader, load_json
from evalsys.rulepacks.codec import PackError, dump_pack, parse_pack
from evalsys.rulepacks.leafrules import dump_rule, read_rule
from evalsys.rulepacks.schema import LEVELS, LeafRule, RulePack
from projects.enums import State
from reports.dossier.members import (
    CELL,
    KEY,
    LABEL,
    LINE,
    PROSE,
    SECTION,
    SHORT,
    date_or_null,
    day,
    list_of,
    mapping,
    money,
    number,
    optional,
    optional_list,
    optional_mapping,
    points,
    points_or_null,
    said,
    signed_money,
    text,
)
from reports.dossier.model import (
    CONSENSUS,
    FORMAT,
    Approved,
    BasicInfo,
    Department,
    Dossier,
    Evidence,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    ProjectType,
)
from reports.dossier.printed import dump_printed, read_printed
from reports.dossier.references import RULES
from scoring.engine.model import Mark, MarkState, Sheet

LIMIT_BYTES = 5_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100
POSTCODE = 6
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


def parse_indicators(data: object) -> tuple[Indicator, ...]:
    """A list of what ``dump_indicator`` writes; DossierError where it is none."""
    reader = Reader(data)
    indicators = list_of(reader, _indicator)
    if reader.problems:
        raise DossierError(reader.problems)
    return indicators


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
        "annual_budget": number(dossier.annual_budget),
        "targets": [_dump_target(target) for target in dossier.targets],
        "sections": dict(dossier.sections),
        "indicators": [dump_indicator(indicator) for indicator in dossier.indicators],
        "panel": [_dump_member(member) for member in dossier.panel],
        "consensus": _dump_sheet(dossier.consensus),
        "printed": dump_printed(dossier.printed),
        "department": _dump_department(dossier.department),
        **said("evidence", [_dump_evidence(file) for file in dossier.evidence]),
        **said("old_form", dossier.old_form),
        **said("initial_budget", number(dossier.initial_budget)),
        **said("adjustment", number(dossier.adjustment)),
        **said("adjustment_reason", dossier.adjustment_reason),
        **said("execution_reason", dossier.execution_reason),
        **said("appointed_by", dossier.appointed_by),
        **said("due_on", day(dossier.due_on)),
        **said("submitted_on", day(dossier.submitted_on)),
        **said("approved", _dump_approved(dossier.approved)),
        **said("explanations", dict(dossier.explanations)),
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
        **said("target_hint", indicator.target_hint),
        **said("evidence_asked", indicator.evidence_asked),
        **said("deviation_reason", indicator.deviation_reason),
        **said("improvement", indicator.improvement),
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
        "evaluated_on": day(basic.evaluated_on),
    }


def _dump_funding_line(line: FundingLine) -> dict[str, Any]:
    return {
        "source": line.source,
        "label": line.label,
        "planned": number(line.planned),
        "received": number(line.received),
        "spent": number(line.spent),
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
        "total_only": number(sheet.total_only),
        "marks": {key: _dump_mark(mark) for key, mark in sheet.marks.items()},
    }


def _dump_mark(mark: Mark) -> dict[str, str]:
    members = {"state": mark.state.value}
    if mark.value is not None:
        members["value"] = decimal_text(mark.value)
    if mark.reason:
        members["reason"] = mark.reason
    return members


def _dump_department(department: Department | None) -> dict[str, Any] | None:
    if department is None:
        return None
    return {
        "score": number(department.score),
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


def _dump_approved(approved: Approved | None) -> dict[str, Any] | None:
    if approved is None:
        return None
    return {
        "indicators": [dump_indicator(indicator) for indicator in approved.indicators],
        "document": approved.document,
        "approved_on": day(approved.approved_on),
    }


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
        funding=list_of(reader.field("funding"), _funding_line),
        annual_budget=optional(reader, "annual_budget", money, None),
        targets=list_of(reader.field("targets"), _target),
        sections=mapping(reader.field("sections"), _section),
        indicators=list_of(reader.field("indicators"), _indicator),
        panel=list_of(reader.field("panel"), _member),
        consensus=optional(reader, "consensus", _consensus, None),
        printed=optional(reader, "printed", read_printed, None),
        department=optional(reader, "department", _department, None),
        evidence=optional_list(reader, "evidence", _evidence),
        initial_budget=optional(reader, "initial_budget", money, None),
        adjustment=optional(reader, "adjustment", signed_money, None),
        adjustment_reason=text(reader, "adjustment_reason", CELL),
        execution_reason=text(reader, "execution_reason", CELL),
        appointed_by=text(reader, "appointed_by", LABEL),
        due_on=optional(reader, "due_on", date_or_null, None),
        submitted_on=optional(reader, "submitted_on", date_or_null, None),
        approved=optional(reader, "approved", _approved, None),
        explanations=optional_mapping(reader, "explanations", _explanation),
        old_form=optional(reader, "old_form", Reader.boolean, False),
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
        implementing_unit=text(reader, "implementing_unit", LABEL),
        supervising_department=text(reader, "supervising_department", LABEL),
        project_leader=text(reader, "project_leader", SHORT),
        phone=text(reader, "phone", SHORT),
        address=text(reader, "address", LINE),
        postcode=text(reader, "postcode", POSTCODE),
        project_type=optional(reader, "project_type", _project_type, ProjectType.BLANK),
        evaluated_on=optional(reader, "evaluated_on", date_or_null, None),
    )
    reader.end()
    return basic


def _funding_line(reader: Reader) -> FundingLine:
    line = FundingLine(
        source=reader.field("source").identifier(max=KEY),
        label=reader.field("label").text(max=SHORT, blank=False),
        planned=optional(reader, "planned", money, None),
        received=optional(reader, "received", money, None),
        spent=optional(reader, "spent", money, None),
    )
    reader.end()
    return line


def _target(reader: Reader) -> PerformanceTarget:
    target = PerformanceTarget(
        goal_type=reader.field("goal_type").text(max=SHORT),
        goal_class=reader.field("goal_class").text(max=SHORT),
        target=reader.field("target").text(max=CELL),
        standards=optional(reader, "standards", _standards, ("", "", "", "")),
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
        weight=points(reader.field("weight")),
        explanation=text(reader, "explanation", PROSE, multiline=True),
        standard=text(reader, "standard", PROSE, multiline=True),
        target_value=text(reader, "target_value", LINE),
        actual_value=text(reader, "actual_value", LINE),
        rule=optional(reader, "rule", _rule, None),
        target_hint=text(reader, "target_hint", LINE),
        evidence_asked=text(reader, "evidence_asked", PROSE, multiline=True),
        deviation_reason=text(reader, "deviation_reason", CELL),
        improvement=text(reader, "improvement", CELL),
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
        title=text(reader, "title", SHORT),
        unit=text(reader, "unit", LABEL),
        is_leader=optional(reader, "is_leader", Reader.boolean, False),
        sheet=optional(reader, "sheet", lambda sheet: _sheet_or_null(sheet, key), None),
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
        marks=mapping(reader.field("marks"), _mark),
        total_only=optional(reader, "total_only", points_or_null, None),
        submitted=optional(reader, "submitted", Reader.boolean, True),
    )
    reader.end()
    return sheet


def _mark(reader: Reader) -> Mark:
    state = reader.field("state").choice(MarkState)
    scored = state is MarkState.SCORED
    value = reader.field("value") if scored else reader.optional("value")
    mark = Mark(
        state=state,
        value=points(value) if value and scored else None,
        reason=text(reader, "reason", CELL),
    )
    if value and not scored and reader.members_sound("state"):
        value.fail("只有 scored 的指标才有得分，请删去。")
    reader.end()
    return mark


def _department(reader: Reader) -> Department | None:
    return reader.or_null(_department_review)


def _department_review(reader: Reader) -> Department:
    department = Department(
        score=optional(reader, "score", points_or_null, None),
        grade=text(reader, "grade", SHORT),
        opinion=text(reader, "opinion", PROSE, multiline=True),
    )
    reader.end()
    return department


def _evidence(reader: Reader) -> Evidence:
    file = Evidence(
        title=reader.field("title").text(max=LINE, blank=False),
        sha256=_sha256(reader.field("sha256")),
        size=reader.field("size").integer(minimum=1, maximum=MOST_BYTES),
        indicators=list_of(reader.field("indicators"), lambda key: key.text(max=KEY)),
    )
    reader.end()
    return file


def _approved(reader: Reader) -> Approved | None:
    return reader.or_null(_approved_tree)


def _approved_tree(reader: Reader) -> Approved:
    approved = Approved(
        indicators=list_of(reader.field("indicators"), _indicator),
        document=text(reader, "document", LABEL),
        approved_on=optional(reader, "approved_on", date_or_null, None),
    )
    reader.end()
    return approved


def _explanation(reader: Reader) -> str:
    return reader.text(max=CELL, blank=False, multiline=True)


def _sha256(reader: Reader) -> str:
    digest_text = reader.text(max=64)
    if reader.sound and not SHA_256.fullmatch(digest_text):
        reader.fail("应为 64 位小写十六进制的 SHA-256。")
    return digest_text


def _project_type(reader: Reader) -> ProjectType:
    return reader.choice(ProjectType)
