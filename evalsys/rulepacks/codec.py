"""Rule packs as JSON: the strict reading, the one way of writing, the digest.

The form is documented in docs/rulepacks.md. Points, rates and limits are texts of decimals.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from evalsys.canonical import decimal_text, digest
from evalsys.jsonread import IDENTIFIER, JsonError, Reader, load_json
from evalsys.rulepacks.leafrules import (
    dump_default_rules,
    dump_rule,
    read_default_rules,
    read_rule,
)
from evalsys.rulepacks.rules import RULES
from evalsys.rulepacks.schema import (
    FORMAT,
    LEVELS,
    REQUIRED_THRESHOLDS,
    REQUIRED_WORDING,
    SEVERITIES,
    Averaging,
    DefaultRules,
    ExecutionCap,
    FundingSource,
    GoalType,
    GradeBand,
    IndicatorTemplate,
    LeafRule,
    NotApplicable,
    OutlineSection,
    RulePack,
    ScoringRules,
    TreeFreedom,
)

T = TypeVar("T")

LIMIT_BYTES = 1_000_000
PLACES_LIMIT = 4
POINT_DIGITS = 9
CHECK_CODE = re.compile(r"[A-Z][0-9]{2}", re.ASCII)

# Lengths in characters, as wide as the columns that keep a copy.
KEY = 50
WORD = 20
LABEL = 50
NAME = 100
PROSE = 2000
HINT = 200

# Members of a node that came after the first packs were published.
ADDED = ("target_hint", "evidence_asked")


class PackError(JsonError):
    """The data is no rule pack; ``problems`` names every place and what is wrong there."""


def load_pack(source: bytes | str) -> RulePack:
    """Read a rule pack file; PackError with every problem found."""
    try:
        data = load_json(source, limit_bytes=LIMIT_BYTES)
    except JsonError as error:
        raise PackError(error.problems) from error
    return parse_pack(data)


def parse_pack(data: object) -> RulePack:
    """Read a rule pack from JSON data; PackError with every problem found.

    A rule over several parts is tried only where each of them could be read.
    """
    reader = Reader(data)
    pack = _pack(reader)
    broken = [
        problem for parts, rule in RULES if reader.members_sound(*parts) for problem in rule(pack)
    ]
    if problems := (*reader.problems, *broken):
        raise PackError(problems)
    return replace(pack, digest=digest(dump_pack(pack)))


def dump_pack(pack: RulePack) -> dict[str, object]:
    """Write a pack as JSON data; the digest is not part of it.

    Every member is present but those that came after the first packs, which are left out when
    empty, so that no digest changed.
    """
    scoring = pack.scoring
    added = {"severities": dict(pack.severities), "required_classes": list(pack.required_classes)}
    return {
        "format": FORMAT,
        "code": pack.code,
        "version": pack.version,
        "name": pack.name,
        "place": pack.place,
        "note": pack.note,
        "verified": pack.verified,
        "tree_freedom": pack.tree_freedom.value,
        "tree": [_dump_node(node) for node in pack.tree],
        "scoring": {
            "total": decimal_text(scoring.total),
            "mark_step": decimal_text(scoring.mark_step),
            "places": scoring.places,
            "averaging": scoring.averaging.value,
            "not_applicable": scoring.not_applicable.value,
            "minimum_evaluators": scoring.minimum_evaluators,
            "grades": [
                {"word": band.word, "lower": decimal_text(band.lower)} for band in scoring.grades
            ],
            "execution_caps": [
                {"below": decimal_text(cap.below), "cap": decimal_text(cap.cap)}
                for cap in scoring.execution_caps
            ],
        },
        "funding_sources": [
            {"key": source.key, "label": source.label} for source in pack.funding_sources
        ],
        "goal_types": [
            {"label": goal_type.label, "classes": list(goal_type.classes)}
            for goal_type in pack.goal_types
        ],
        "outline": [
            {
                "key": section.key,
                "number": section.number,
                "title": section.title,
                "level": section.level,
                "has_body": section.has_body,
                "prompt": section.prompt,
            }
            for section in pack.outline
        ],
        "wording": dict(pack.wording),
        "thresholds": {name: decimal_text(value) for name, value in pack.thresholds.items()},
        "default_rules": dump_default_rules(pack.default_rules),
    } | {name: value for name, value in added.items() if value}


def _dump_node(node: IndicatorTemplate) -> dict[str, object]:
    return {
        "key": node.key,
        "name": node.name,
        "weight": None if node.weight is None else decimal_text(node.weight),
        "explanation": node.explanation,
        "standard": node.standard,
        "verified": node.verified,
        "children": [_dump_node(child) for child in node.children],
        "rule": None if node.rule is None else dump_rule(node.rule),
        **{name: text for name in ADDED if (text := getattr(node, name))},
    }


def _pack(reader: Reader) -> RulePack:
    reader.field("format").constant(FORMAT)
    pack = RulePack(
        code=reader.field("code").identifier(max=KEY),
        version=reader.field("version").integer(minimum=1, maximum=9999),
        name=_name(reader.field("name")),
        place=_label(reader.field("place")),
        note=_prose(reader.field("note")),
        verified=reader.field("verified").boolean(),
        tree_freedom=reader.field("tree_freedom").choice(TreeFreedom),
        tree=tuple(_node(item, level=1) for item in reader.field("tree").items(filled=True)),
        scoring=_scoring(reader.field("scoring")),
        funding_sources=tuple(map(_source, reader.field("funding_sources").items(filled=True))),
        goal_types=tuple(map(_goal_type, reader.field("goal_types").items(filled=True))),
        outline=tuple(map(_section, reader.field("outline").items(filled=True))),
        wording=_named(reader.field("wording"), REQUIRED_WORDING, _wording),
        thresholds=_named(reader.field("thresholds"), REQUIRED_THRESHOLDS, _threshold),
        default_rules=_optional(reader, "default_rules", read_default_rules, DefaultRules()),
        severities=_severities(reader.optional("severities")),
        required_classes=_required_classes(reader.optional("required_classes")),
    )
    reader.end()
    return pack


def _node(reader: Reader, *, level: int) -> IndicatorTemplate:
    node = IndicatorTemplate(
        key=reader.field("key").identifier(max=KEY),
        name=_name(reader.field("name")),
        weight=reader.field("weight").or_null(_points),
        explanation=_optional(reader, "explanation", _prose, ""),
        standard=_optional(reader, "standard", _prose, ""),
        verified=_optional(reader, "verified", Reader.boolean, True),
        children=_children(reader.optional("children"), level + 1),
        rule=_optional(reader, "rule", _rule, None),
        target_hint=_optional(reader, "target_hint", _hint, ""),
        evidence_asked=_optional(reader, "evidence_asked", _prose, ""),
    )
    reader.end()
    return node


def _rule(reader: Reader) -> LeafRule | None:
    return reader.or_null(read_rule)


def _children(reader: Reader | None, level: int) -> tuple[IndicatorTemplate, ...]:
    items = reader.items() if reader else ()
    if reader and items and level > LEVELS:
        reader.fail(f"指标最多 {LEVELS} 级，请把这里的下级指标移到上一级。")
        return ()
    return tuple(_node(item, level=level) for item in items)


def _scoring(reader: Reader) -> ScoringRules:
    scoring = ScoringRules(
        total=_points(reader.field("total")),
        mark_step=_points(reader.field("mark_step")),
        places=reader.field("places").integer(minimum=0, maximum=PLACES_LIMIT),
        averaging=reader.field("averaging").choice(Averaging),
        not_applicable=reader.field("not_applicable").choice(NotApplicable),
        minimum_evaluators=reader.field("minimum_evaluators").integer(minimum=1, maximum=99),
        grades=tuple(map(_band, reader.field("grades").items(filled=True))),
        execution_caps=_optional(reader, "execution_caps", _caps, ()),
    )
    reader.end()
    return scoring


def _band(reader: Reader) -> GradeBand:
    band = GradeBand(_word(reader.field("word")), _points(reader.field("lower")))
    reader.end()
    return band


def _caps(reader: Reader) -> tuple[ExecutionCap, ...]:
    return tuple(map(_cap, reader.items()))


def _cap(reader: Reader) -> ExecutionCap:
    cap = ExecutionCap(_points(reader.field("below")), _points(reader.field("cap")))
    reader.end()
    return cap


def _source(reader: Reader) -> FundingSource:
    source = FundingSource(reader.field("key").identifier(max=KEY), _label(reader.field("label")))
    reader.end()
    return source


def _goal_type(reader: Reader) -> GoalType:
    goal_type = GoalType(
        label=_label(reader.field("label")),
        classes=tuple(map(_label, reader.field("classes").items(filled=True))),
    )
    reader.end()
    return goal_type


def _section(reader: Reader) -> OutlineSection:
    section = OutlineSection(
        key=reader.field("key").identifier(max=KEY),
        number=reader.field("number").text(max=WORD),
        title=_name(reader.field("title")),
        level=reader.field("level").integer(minimum=1, maximum=4),
        has_body=reader.field("has_body").boolean(),
        prompt=_optional(reader, "prompt", _prose, ""),
    )
    reader.end()
    return section


def _named(reader: Reader, required: tuple[str, ...], read: Callable[[Reader], T]) -> dict[str, T]:
    members = reader.object_items()
    present = {name for name, _ in members}
    for name in required:
        if name not in present:
            reader.field(name)
    for name, item in members:
        if len(name) > KEY or not IDENTIFIER.fullmatch(name):
            item.fail(f"这一项的名称只能用英文字母、数字和 _ . -，最多 {KEY} 个字符。")
    return {name: read(item) for name, item in members}


def _severities(reader: Reader | None) -> dict[str, str]:
    members = reader.object_items() if reader else ()
    for code, item in members:
        if not CHECK_CODE.fullmatch(code):
            item.fail("核对项的编号应是一个大写字母加两位数字，例如 C11。")
    return {code: _severity(item) for code, item in members}


def _severity(reader: Reader) -> str:
    severity = reader.text(max=WORD)
    if severity not in SEVERITIES and reader.sound:
        reader.fail(f"严重程度可选：{'、'.join(SEVERITIES)}。")
    return severity


def _required_classes(reader: Reader | None) -> tuple[str, ...]:
    return tuple(item.identifier(max=KEY) for item in reader.items()) if reader else ()


def _optional(reader: Reader, name: str, read: Callable[[Reader], T], default: T) -> T:
    member = reader.optional(name)
    return default if member is None else read(member)


def _label(reader: Reader) -> str:
    return reader.text(max=LABEL, blank=False)


def _word(reader: Reader) -> str:
    return reader.text(max=WORD, blank=False)


def _name(reader: Reader) -> str:
    return reader.text(max=NAME, blank=False)


def _prose(reader: Reader) -> str:
    return reader.text(max=PROSE, multiline=True)


def _hint(reader: Reader) -> str:
    return reader.text(max=HINT)


def _wording(reader: Reader) -> str:
    return reader.text(max=PROSE)


def _points(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=POINT_DIGITS, places=PLACES_LIMIT)


def _threshold(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=POINT_DIGITS, places=PLACES_LIMIT, minimum=Decimal(0))
