"""Leaf rules in the editor: a kind to choose, a line of particulars, and whether it was checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from evalsys.fields import TextField, dress_cells
from evalsys.jsonread import JsonError
from evalsys.rulepacks.leafrules import dump_rule, parse_rule
from evalsys.rulepacks.ruletext import (
    HINTS,
    KINDS,
    LONGEST,
    WITH_LINE,
    RuleTextError,
    read_rule_line,
    rule_line,
)
from evalsys.rulepacks.schema import LeafRule
from evalsys.rulepacks.words import DEFAULT_RULES
from scoring.engine import rule_text
from scoring.pack_forms.members import Content, MemberForm

PARTS = ("kind", "line", "verified")
TO_PEOPLE = "由评价人员打分"
# What a default rule may be, by the 指标值 it is for.
DEFAULT_KINDS = {
    "at_least": ("at_least",),
    "equal": ("equal",),
    "at_most": ("at_most_linear", "at_most_ratio"),
    "words": ("tiers",),
}


def stored_rule(data: object) -> LeafRule | None:
    """The rule a draft holds; None where it holds none, or nothing that is one."""
    try:
        return parse_rule(data)
    except JsonError:
        return None


def typed_of(data: object) -> dict[str, Any]:
    """A stored rule as it stands in the fields."""
    rule = stored_rule(data)
    if rule is None:
        return dict(zip(PARTS, ("", "", False), strict=True))
    return dict(zip(PARTS, (*rule_line(rule), rule.verified), strict=True))


def rule_from(typed: Mapping[str, Any], stored: object) -> dict[str, object] | None:
    """The rule as the pack's JSON has it; RuleTextError.

    A stored one stays as it is while its line does: a word may hold what the line cannot say.
    """
    kind, verified = typed["kind"], typed["verified"]
    line = typed["line"] if kind in WITH_LINE else ""
    before = stored_rule(stored)
    if not kind:
        return None
    if before and rule_line(before) == (kind, line):
        return dump_rule(before) | {"verified": verified}
    return dump_rule(read_rule_line(kind, line, verified=verified))


def sentence_of(data: object) -> str:
    rule = stored_rule(data)
    return rule_text(rule) if rule else ""


def kind_field(rule: "RuleField") -> forms.ChoiceField:
    choices = [("", rule.blank), *rule.kinds.items()]
    select = forms.Select(attrs={"data-rule-kind": True})
    return forms.ChoiceField(label=rule.label, choices=choices, required=False, widget=select)


def line_field(rule: "RuleField") -> TextField:
    """Its placeholder follows the kind that is chosen (rules.js)."""
    hints = {f"data-hint-{kind}": hint for kind, hint in HINTS.items()}
    widget = forms.TextInput(attrs={"data-rule-line": True, **hints})
    label = f"{rule.label}的参数"
    return TextField(label=label, max_length=LONGEST, required=False, printed=False, widget=widget)


def initial_of(prefix: str, data: object) -> dict[str, Any]:
    return {f"{prefix}_{part}": value for part, value in typed_of(data).items()}


def default_initial(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for rule in DEFAULT_KINDS
        for name, value in initial_of(rule, rules.get(rule)).items()
    }


@dataclass(frozen=True)
class RuleField:
    """Where a form asks for a rule: what it is for, what none means, and which kinds there are."""

    label: str
    blank: str
    kinds: Mapping[str, str]


class RuledForm(MemberForm):
    """Has fields ``NAME_kind``, ``NAME_line`` and ``NAME_verified`` for each of its ``RULES``."""

    RULES: ClassVar[Mapping[str, RuleField]]

    def __init__(self, *args: Any, stored: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        for name, rule in self.RULES.items():
            self.fields |= {
                f"{name}_kind": kind_field(rule),
                f"{name}_line": line_field(rule),
                f"{name}_verified": forms.BooleanField(label="规则已核实", required=False),
            }
        dress_cells(self)

    def stored_under(self, name: str) -> object:
        """The rule the draft has there now."""
        return self.stored.get(name)

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self.RULES:
            self._clean_rule(name)
        return self.cleaned_data

    def _clean_rule(self, name: str) -> None:
        typed = {part: self.cleaned_data.get(f"{name}_{part}") for part in PARTS}
        if None in typed.values() or self.add_prefix(f"{name}_kind") not in self.data:
            return
        try:
            self.cleaned_data[name] = rule_from(typed, self.stored_under(name))
        except RuleTextError as error:
            self.add_error(f"{name}_line", str(error))

    def accepted(self) -> Content:
        parts = {f"{name}_{part}" for name in self.RULES for part in PARTS}
        found = {name: value for name, value in super().accepted().items() if name not in parts}
        return found | {
            name: self.cleaned_data[name] for name in self.RULES if name in self.cleaned_data
        }


class DefaultRulesForm(RuledForm):
    """The rule of leaves without one, by what their 指标值 says."""

    RULES = {
        name: RuleField(DEFAULT_RULES[name], TO_PEOPLE, {kind: KINDS[kind] for kind in kinds})
        for name, kinds in DEFAULT_KINDS.items()
    }

    def lines(self) -> list["DefaultLine"]:
        return [
            DefaultLine(
                rule.label,
                self[f"{name}_kind"],
                self[f"{name}_line"],
                self[f"{name}_verified"],
                sentence_of(self.stored.get(name)),
                f"default-{name}-sentence",
            )
            for name, rule in self.RULES.items()
        ]


@dataclass(frozen=True)
class DefaultLine:
    """A default rule on the page; ``place`` is the id of the element with its sentence."""

    label: str
    kind: forms.BoundField
    line: forms.BoundField
    verified: forms.BoundField
    sentence: str
    place: str
