"""One form for each part of a pack that is no list, and one for the rows of each list."""

from typing import Any

from django import forms

from evalsys.fields import TextField
from evalsys.rulepacks import codec
from evalsys.rulepacks.ruletext import BY_TARGET, KINDS
from evalsys.rulepacks.schema import LEVELS, Averaging, NotApplicable, TreeFreedom
from evalsys.rulepacks.words import AVERAGING, FREEDOM, NOT_APPLICABLE, THRESHOLDS, WORDING
from scoring.pack_forms.members import (
    CountField,
    KeyedRow,
    LevelField,
    MemberForm,
    NamedForm,
    PointsField,
    row_set,
)
from scoring.pack_forms.rules import RuledForm, RuleField

LEVEL_CHOICES = [(level, f"{level} 级") for level in range(1, LEVELS + 1)]
OUTLINE_LEVELS = [(level, f"{level} 级") for level in range(1, 5)]


class HeadForm(MemberForm):
    name = TextField(label="名称", max_length=codec.NAME, required=False)
    place = TextField(label="适用地区", max_length=codec.LABEL, required=False)
    tree_freedom = forms.ChoiceField(
        label="单位可否改动指标", choices=[(key.value, FREEDOM[key]) for key in TreeFreedom]
    )
    verified = forms.BooleanField(label="指标、名称和分值已对照原件核实", required=False)
    note = TextField(
        label="说明（来源、哪些未核实）",
        max_length=codec.PROSE,
        multiline=True,
        required=False,
        printed=False,
    )


class ScoringForm(MemberForm):
    total = PointsField(label="总分")
    mark_step = PointsField(label="打分步长")
    places = CountField(label="保留小数位数")
    averaging = forms.ChoiceField(
        label="怎样合成总分", choices=[(key.value, AVERAGING[key]) for key in Averaging]
    )
    not_applicable = forms.ChoiceField(
        label="不适用的指标", choices=[(key.value, NOT_APPLICABLE[key]) for key in NotApplicable]
    )
    minimum_evaluators = CountField(label="评价人员至少几人")


class ThresholdsForm(NamedForm):
    def build(self, name: str) -> forms.Field:
        return PointsField(label=THRESHOLDS.get(name, name))


class WordingForm(NamedForm):
    def build(self, name: str) -> forms.Field:
        return TextField(
            label=WORDING.get(name, name),
            max_length=codec.PROSE,
            required=False,
            strip=False,
            wraps=True,
        )


class TreeRow(RuledForm, KeyedRow):
    """A node; ``stored`` has the rules of the draft by key."""

    RULES = {"rule": RuleField("计分规则", BY_TARGET, KINDS)}
    level = LevelField(LEVEL_CHOICES, label="级", widget=forms.HiddenInput)
    name = TextField(label="指标", max_length=codec.NAME, required=False, wraps=True)
    weight = PointsField(label="分值", blank=None)
    explanation = TextField(
        label="指标解释", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )
    standard = TextField(
        label="评分标准", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )
    target_hint = TextField(
        label="指标值提示", max_length=codec.HINT, required=False, printed=False
    )
    evidence_asked = TextField(
        label="佐证材料", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )
    verified = forms.BooleanField(label="已核实", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("explanation", "evidence_asked", "standard", "target_hint"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label

    def stored_under(self, name: str) -> object:
        return self.stored.get(self.cleaned_data.get("key", ""))


class GradeRow(MemberForm):
    BLANK = {"word": "", "lower": ""}
    word = TextField(label="等次", max_length=codec.WORD, required=False)
    lower = PointsField(label="下限")


class CapRow(MemberForm):
    BLANK = {"below": "", "cap": ""}
    below = PointsField(label="执行率低于")
    cap = PointsField(label="封顶分")


class SourceRow(KeyedRow):
    BLANK = {"label": ""}
    label = TextField(label="资金来源", max_length=codec.LABEL, required=False)


class GoalTypeRow(MemberForm):
    BLANK = {"label": "", "classes": []}
    label = TextField(label="指标类型", max_length=codec.LABEL, required=False)
    classes = TextField(label="指标名称", max_length=codec.PROSE, required=False, wraps=True)

    def clean_classes(self) -> list[str]:
        names = self.cleaned_data["classes"].replace(",", "、").replace("，", "、").split("、")
        return [name.strip() for name in names if name.strip()]


class OutlineRow(KeyedRow):
    BLANK = {"number": "", "title": "", "prompt": "", "level": 1}
    level = LevelField(OUTLINE_LEVELS, label="级")
    number = TextField(label="序号", max_length=codec.WORD, required=False, strip=False)
    title = TextField(label="标题", max_length=codec.NAME, required=False)
    has_body = forms.BooleanField(label="要写正文", required=False)
    prompt = TextField(
        label="提示", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )


TreeRows, GradeRows, CapRows = row_set(TreeRow), row_set(GradeRow), row_set(CapRow)
SourceRows, GoalTypeRows, OutlineRows = (
    row_set(SourceRow),
    row_set(GoalTypeRow),
    row_set(OutlineRow),
)
