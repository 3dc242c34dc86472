"""The forms of the pack editor: each reads its part of a draft's JSON and writes it back.

What a field refuses is not stored: a row of the tree keeps what it had, a new value stays blank,
and a blank that may not be blank is one of the draft's problems.
"""

import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from evalsys.accounts.models import Unit
from evalsys.canonical import decimal_text
from evalsys.crispy import CrispyForm
from evalsys.fields import StrictDecimalField, TextField, choose_from, dress_cells
from evalsys.jsonread import IDENTIFIER
from evalsys.rulepacks import codec
from evalsys.rulepacks.domain import code_is_taken
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.rows import Row, rows_of, tree_of
from evalsys.rulepacks.schema import LEVELS, Averaging, NotApplicable, TreeFreedom
from evalsys.rulepacks.words import AVERAGING, FREEDOM, NOT_APPLICABLE, THRESHOLDS, WORDING

MOST_ROWS = 300
LEVEL_CHOICES = [(level, f"{level} 级") for level in range(1, LEVELS + 1)]
OUTLINE_LEVELS = [(level, f"{level} 级") for level in range(1, 5)]
Content = dict[str, Any]


def new_key() -> str:
    return f"n{secrets.token_hex(4)}"


class PointsField(StrictDecimalField):
    """Points, rates and limits: typed as a number, kept as its text; ``blank`` is what '' means."""

    def __init__(self, *, blank: str | None = "", **kwargs: Any) -> None:
        super().__init__(
            places=codec.PLACES_LIMIT, maximum=Decimal(99999), required=False, **kwargs
        )
        self.blank = blank

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return self.blank if number is None else decimal_text(number)


class CountField(StrictDecimalField):
    """A whole number; ``blank`` where nothing is typed, so that the draft says what is missing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=0, maximum=Decimal(9999), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number)


class LevelField(forms.TypedChoiceField):
    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, coerce=int, required=True, **kwargs)


class MemberForm(forms.Form):
    """A form over members of one JSON object, drawn as cells of a table.

    ``BLANK`` is what stands where a value was refused and none was stored before.
    """

    BLANK: ClassVar[Content] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"use_required_attribute": False, "empty_permitted": False}
        super().__init__(*args, **kwargs)
        dress_cells(self)

    def accepted(self) -> Content:
        return self.BLANK | {
            name: self.cleaned_data.get(name) for name in self.fields if name not in self.errors
        }


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


class NamedForm(MemberForm):
    """One field for each member of an object whose names are free, such as the limits."""

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: self.build(name) for name in names}
        dress_cells(self)

    def build(self, name: str) -> forms.Field:
        raise NotImplementedError


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


class KeyedRow(MemberForm):
    """A row with a key of its own, which nobody types and which stays when the row moves."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        fits = IDENTIFIER.fullmatch(key) and len(key) <= codec.KEY
        return key if fits else new_key()


class TreeRow(KeyedRow):
    level = LevelField(LEVEL_CHOICES, label="级", widget=forms.HiddenInput)
    name = TextField(label="指标", max_length=codec.NAME, required=False, wraps=True)
    weight = PointsField(label="分值", blank=None)
    explanation = TextField(
        label="指标解释", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )
    standard = TextField(
        label="评分标准", max_length=codec.PROSE, required=False, wraps=True, printed=False
    )
    verified = forms.BooleanField(label="已核实", required=False, initial=True)


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


RowSet: TypeAlias = "forms.BaseFormSet[Any]"


def row_set(form: type[MemberForm]) -> type[RowSet]:
    return forms.formset_factory(
        form, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


TreeRows, GradeRows, CapRows = row_set(TreeRow), row_set(GradeRow), row_set(CapRow)
SourceRows, GoalTypeRows, OutlineRows = (
    row_set(SourceRow),
    row_set(GoalTypeRow),
    row_set(OutlineRow),
)


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

    def rows(self, kind: type[RowSet], prefix: str, initial: list[Row]) -> RowSet:
        return kind(self.data, initial=initial, prefix=prefix)


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
        self.tree = self.rows(TreeRows, "row", rows_of(self.content["tree"]))
        self.grades = self.rows(GradeRows, "grade", scoring["grades"])
        self.caps = self.rows(CapRows, "cap", scoring["execution_caps"])

    def parts(self) -> list[MemberForm]:
        return [self.head, self.scoring, self.thresholds]

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
            }
        )

    def tree_rows(self) -> list[Row]:
        """Each row over what the draft has under its key, so that nothing unseen is lost."""
        stored = {row["key"]: row for row in rows_of(self.content["tree"])}
        blank: Row = {"name": "", "weight": None, "explanation": "", "standard": "", "level": 1}
        return [
            blank | stored.get(row.get("key", ""), {}) | row for row in accepted_rows(self.tree)
        ]


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


def accepted_rows(rows: RowSet) -> list[Row]:
    return [form.accepted() for form in rows.forms]


class StartForm(CrispyForm):
    """A pack of one's own, copied from a version."""

    submit_label = "开始起草"
    owner = forms.ModelChoiceField(label="发布单位", queryset=Unit.objects.none(), empty_label=None)
    code = forms.CharField(
        label="代码",
        max_length=codec.KEY,
        help_text="英文字母、数字和 - _ .，例如 sanya-2026；发布后不变。",
    )
    name = TextField(label="名称", max_length=codec.NAME)
    place = TextField(label="适用地区", max_length=codec.LABEL)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "owner", units)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not IDENTIFIER.fullmatch(code):
            raise ValidationError("代码只能用英文字母、数字和 - _ .，并以字母或数字开头。")
        if code_is_taken(code):
            raise ValidationError("这个代码已经有规则包或草稿在用，请换一个。")
        return code


class CompareForm(forms.Form):
    """Which version to read a version against."""

    other = forms.ModelChoiceField(
        label="与哪一版对照", queryset=RulePackVersion.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, versions: QuerySet[RulePackVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "other", versions)
        self.fields["other"].widget.attrs["class"] = "form-select"
