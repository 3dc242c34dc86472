"""Leaf rules as JSON, in packs, dossiers and rows alike; docs/rulepacks.md documents the form."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from evalsys.canonical import decimal_text
from evalsys.jsonread import Reader
from evalsys.rulepacks.schema import (
    AtLeast,
    AtMost,
    DefaultRules,
    Equal,
    ExcessForm,
    FormRate,
    FormRatio,
    InRange,
    LeafRule,
    Manual,
    OverFulfilment,
    Tier,
    Tiers,
)

R = TypeVar("R", bound=LeafRule)

WORD = 20
LABEL = 50
PLACES = 4
SHARE_DIGITS = 9
VALUE_DIGITS = 17


def read_rule(reader: Reader) -> LeafRule:
    """Read one rule; what is wrong is written down by the reader."""
    kind = reader.field("kind")
    name = kind.text(max=WORD)
    if name not in READERS:
        if reader.sound:
            kind.fail(f"不认识这种计分规则，可选：{'、'.join(READERS)}。")
        return Manual()
    rule = READERS[name](reader, _verified(reader))
    reader.end()
    return rule


def dump_rule(rule: LeafRule) -> dict[str, object]:
    """Write a rule with every member present."""
    members: dict[str, object] = {"kind": rule.kind, "verified": rule.verified}
    match rule:
        case AtLeast(over_fulfilment=over):
            members["over_fulfilment"] = None if over is None else _dump_deduction(over)
        case AtMost(form=form):
            members["form"] = form.value
        case InRange():
            members |= {
                "low": decimal_text(rule.low),
                "high": decimal_text(rule.high),
                "unit": rule.unit,
            }
        case Tiers(tiers=tiers):
            members["tiers"] = [
                {"word": tier.word, "label": tier.label, "lower": decimal_text(tier.lower)}
                for tier in tiers
            ]
        case FormRatio(rate=rate):
            members["rate"] = rate.value
    return members


def parse_rule(data: object) -> LeafRule | None:
    """A rule as stored, null for none; JsonError where it is no rule."""
    reader = Reader(data)
    rule = reader.or_null(read_rule)
    reader.finish()
    return rule


def read_default_rules(reader: Reader) -> DefaultRules:
    rules = DefaultRules(
        at_least=_of_kind(reader, AtLeast),
        equal=_of_kind(reader, Equal),
        at_most=_of_kind(reader, AtMost),
        words=_of_kind(reader, Tiers, member="words"),
    )
    reader.end()
    return rules


def dump_default_rules(rules: DefaultRules) -> dict[str, object]:
    return {name: None if rule is None else dump_rule(rule) for name, rule in vars(rules).items()}


def _of_kind(reader: Reader, kind: type[R], *, member: str = "") -> R | None:
    place = reader.optional(member or kind.kind)
    if place is None or (rule := place.or_null(read_rule)) is None:
        return None
    if isinstance(rule, kind):
        return rule
    if place.sound:
        place.fail(f"这里的计分规则应为 {kind.kind}。")
    return None


def _at_least(reader: Reader, verified: bool) -> AtLeast:
    place = reader.optional("over_fulfilment")
    over = place.or_null(_deduction) if place else None
    return AtLeast(verified=verified, over_fulfilment=over)


def _deduction(reader: Reader) -> OverFulfilment:
    over = OverFulfilment(_share(reader.field("threshold")), _share(reader.field("points")))
    reader.end()
    return over


def _dump_deduction(over: OverFulfilment) -> dict[str, object]:
    return {"threshold": decimal_text(over.threshold), "points": decimal_text(over.points)}


def _equal(reader: Reader, verified: bool) -> Equal:
    return Equal(verified=verified)


def _at_most(reader: Reader, verified: bool) -> AtMost:
    return AtMost(verified=verified, form=reader.field("form").choice(ExcessForm))


def _in_range(reader: Reader, verified: bool) -> InRange:
    unit = reader.optional("unit")
    return InRange(
        verified=verified,
        low=_value(reader.field("low")),
        high=_value(reader.field("high")),
        unit=unit.text(max=WORD) if unit else "",
    )


def _tiers(reader: Reader, verified: bool) -> Tiers:
    tiers = tuple(map(_tier, reader.field("tiers").items(filled=True)))
    return Tiers(verified=verified, tiers=tiers)


def _tier(reader: Reader) -> Tier:
    label = reader.optional("label")
    tier = Tier(
        word=reader.field("word").text(max=WORD, blank=False),
        lower=_share(reader.field("lower")),
        label=label.text(max=LABEL) if label else "",
    )
    reader.end()
    return tier


def _form_ratio(reader: Reader, verified: bool) -> FormRatio:
    return FormRatio(verified=verified, rate=reader.field("rate").choice(FormRate))


def _manual(reader: Reader, verified: bool) -> Manual:
    return Manual(verified=verified)


def _verified(reader: Reader) -> bool:
    place = reader.optional("verified")
    return place.boolean() if place else True


def _share(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=SHARE_DIGITS, places=PLACES)


def _value(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=VALUE_DIGITS, places=PLACES)


READERS: dict[str, Callable[[Reader, bool], LeafRule]] = {
    AtLeast.kind: _at_least,
    Equal.kind: _equal,
    AtMost.kind: _at_most,
    InRange.kind: _in_range,
    Tiers.kind: _tiers,
    FormRatio.kind: _form_ratio,
    Manual.kind: _manual,
}
