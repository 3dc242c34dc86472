"""The pages of the pack editor: each reads its part of a draft's JSON and writes it back."""

from collections.abc import Mapping
from typing import Any

from django import forms

from evalsys.rulepacks.rows import Row, rows_of, tree_of, without_blank
from scoring.pack_forms.members import Content, MemberForm, RowSet, accepted_rows
from scoring.pack_forms.parts import (
    CapRows,
    GoalTypeRows,
    GradeRows,
    HeadForm,
    OutlineRows,
    ScoringForm,
    SourceRows,
    ThresholdsForm,
    TreeRows,
    WordingForm,
)
from scoring.pack_forms.rules import DefaultRulesForm, default_initial, initial_of

BLANK_ROW: Row = {
    "name": "",
    "weight": None,
    "explanation": "",
    "standard": "",
    "rule": None,
    "level": 1,
}


class Section:
    """One page of the editor: its forms over ``content``, and the content with what they accept."""

    key: str
    label: str
    template: str
    do_not_call_in_templates = True

    def __init__(self, content: Content, data: Mapping[str, Any] | None = None) -> None:
        self.content, self.data = content, data
        self.build()

    def build(self) -> None:
        raise NotImplementedError

    def parts(self) -> list[MemberForm]:
        """The forms that are no rows."""
        return []

    def row_sets(self) -> list[RowSet]:
        return []

    def changed(self) -> Content:
        """The content with every accepted value in it."""
        raise NotImplementedError

    @property
    def forms(self) -> list[forms.BaseForm]:
        return [*self.parts(), *(form for rows in self.row_sets() for form in rows.forms)]

    @property
    def fits(self) -> bool:
        """Whether the post has the rows it says it has; nothing is stored otherwise."""
        return not any(rows.non_form_errors() for rows in self.row_sets())

    @property
    def shape(self) -> list[list[str]]:
        """Which rows there are; a save over other rows than were seen would drop some."""
        return [
            [str(form["key"].value() if "key" in form.fields else "") for form in rows.forms]
            for rows in self.row_sets()
        ]

    def rows(self, kind: type[RowSet], prefix: str, initial: list[Row], **given: Any) -> RowSet:
        return kind(self.data, initial=initial, prefix=prefix, form_kwargs=given)


class RulesSection(Section):
    """指标与规则: everything that makes marks a grade, on one screen."""

    key, label, template = "rules", "指标与规则", "scoring/packs/rules.html"

    def build(self) -> None:
        scoring = self.content["scoring"]
        self.head = HeadForm(self.data, initial=self.content)
        self.scoring = ScoringForm(self.data, initial=scoring)
        self.thresholds = ThresholdsForm(
            self.data,
            initial=self.content["thresholds"],
            names=self.content["thresholds"],
            prefix="limit",
        )
        self.default_rules = DefaultRulesForm(
            self.data,
            stored=self.content["default_rules"],
            initial=default_initial(self.content["default_rules"]),
            prefix="default",
        )
        tree = rows_of(self.content["tree"])
        self.tree = self.rows(
            TreeRows,
            "row",
            [row | initial_of("rule", row.get("rule")) for row in tree],
            stored={row["key"]: row.get("rule") for row in tree},
        )
        self.grades = self.rows(GradeRows, "grade", scoring["grades"])
        self.caps = self.rows(CapRows, "cap", scoring["execution_caps"])

    def parts(self) -> list[MemberForm]:
        return [self.head, self.scoring, self.thresholds, self.default_rules]

    def row_sets(self) -> list[RowSet]:
        return [self.tree, self.grades, self.caps]

    def changed(self) -> Content:
        before = self.content["scoring"]
        scoring = before | self.scoring.accepted()
        scoring["grades"] = accepted_rows(self.grades)
        scoring["execution_caps"] = accepted_rows(self.caps)
        return (
            self.content
            | self.head.accepted()
            | {
                "scoring": scoring,
                "thresholds": self.content["thresholds"] | self.thresholds.accepted(),
                "tree": tree_of(self.tree_rows()),
                "default_rules": self.content["default_rules"] | self.default_rules.accepted(),
            }
        )

    def tree_rows(self) -> list[Row]:
        """Each row over what the draft has under its key, so that nothing unseen is lost."""
        stored = {row["key"]: row for row in rows_of(self.content["tree"])}
        rows = (
            BLANK_ROW | stored.get(row.get("key", ""), {}) | row for row in accepted_rows(self.tree)
        )
        return [without_blank(row) for row in rows]


class FormsSection(Section):
    """资金、目标与提纲: what the unit is asked to fill in."""

    key, label, template = "forms", "资金、目标与提纲", "scoring/packs/forms.html"

    def build(self) -> None:
        goals = [
            goal | {"classes": "、".join(goal["classes"])} for goal in self.content["goal_types"]
        ]
        self.sources = self.rows(SourceRows, "source", self.content["funding_sources"])
        self.goals = self.rows(GoalTypeRows, "goal", goals)
        self.outline = self.rows(OutlineRows, "part", self.content["outline"])

    def row_sets(self) -> list[RowSet]:
        return [self.sources, self.goals, self.outline]

    def changed(self) -> Content:
        return self.content | {
            "funding_sources": accepted_rows(self.sources),
            "goal_types": accepted_rows(self.goals),
            "outline": accepted_rows(self.outline),
        }


class WordingSection(Section):
    """表格用语: the words of the printed forms."""

    key, label, template = "wording", "表格用语", "scoring/packs/wording.html"

    def build(self) -> None:
        words = self.content["wording"]
        self.words = WordingForm(self.data, initial=words, names=words, prefix="word")

    def parts(self) -> list[MemberForm]:
        return [self.words]

    def changed(self) -> Content:
        return self.content | {"wording": self.content["wording"] | self.words.accepted()}


SECTIONS: dict[str, type[Section]] = {
    section.key: section for section in (RulesSection, FormsSection, WordingSection)
}
