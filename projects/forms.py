"""The entry forms. A draft may be incomplete, so nothing is required; guards ask for the rest."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from evalsys.accounts.enums import ADMINISTRATORS, Role
from evalsys.accounts.models import Unit, User
from evalsys.crispy import CrispyForm
from evalsys.fields import (
    CellForm,
    TextField,
    WanYuanField,
    choose_from,
    dress_cells,
    limit_length,
)
from evalsys.rulepacks.schema import RulePack
from evalsys.text import fold_digits
from projects.enums import FundingColumn, ProjectType
from projects.models import (
    BasicInfo,
    Evaluation,
    FundingLine,
    NarrativeSection,
    PanelMember,
    PerformanceTarget,
    Project,
)
from projects.narrative import Reader

POSTCODE_DIGITS = 6
LONGEST_REASON = 500
LONGEST_SECTION = 20_000


class ProjectForm(CrispyForm, forms.ModelForm):
    unit = forms.ModelChoiceField(
        label="项目实施单位", queryset=Unit.objects.none(), empty_label=None
    )
    name = TextField(label="项目名称", max_length=200)
    remark = TextField(
        label="备注", max_length=100, required=False, help_text="同名项目靠备注区分，不印在表上。"
    )

    class Meta:
        model = Project
        fields = ["unit", "name", "remark"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "unit", Unit.objects.where(user, Role.FINANCE_STAFF))

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        same = Project.objects.filter(
            unit=cleaned.get("unit"), name=cleaned.get("name"), remark=cleaned.get("remark") or ""
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "本单位已有同名项目；如确是另一个项目，请填写备注区分。")
        return cleaned


class BasicInfoForm(CellForm, forms.ModelForm):
    """Block 一; the funding matrix is FundingForm, saved with it."""

    implementing_unit = TextField(label="项目实施单位", max_length=100, required=False, wraps=True)
    supervising_department = TextField(label="主管部门", max_length=100, required=False, wraps=True)
    project_leader = TextField(label="项目负责人", max_length=50, required=False)
    phone = TextField(label="联系电话", max_length=50, required=False)
    address = TextField(label="地址", max_length=200, required=False, wraps=True)
    postcode = TextField(label="邮编", max_length=20, required=False)
    project_type = forms.ChoiceField(
        label="项目类型", choices=ProjectType.choices, required=False, widget=forms.RadioSelect
    )
    initial_budget = WanYuanField(label="年初预算数（万元）", required=False)
    adjustment = WanYuanField(label="预算调整数（万元）", required=False, signed=True)
    adjustment_reason = TextField(
        label="预算调整的原因", max_length=LONGEST_REASON, required=False, wraps=True
    )
    annual_budget = WanYuanField(label="全年预算数（万元）", required=False)
    execution_reason = TextField(
        label="执行率低的原因", max_length=LONGEST_REASON, required=False, wraps=True
    )
    evaluated_on = forms.DateField(
        label="评价日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = BasicInfo
        fields = [
            "implementing_unit",
            "supervising_department",
            "project_leader",
            "phone",
            "address",
            "postcode",
            "project_type",
            "initial_budget",
            "adjustment",
            "adjustment_reason",
            "annual_budget",
            "execution_reason",
            "evaluated_on",
        ]

    def __init__(self, *args: Any, pack: RulePack | None = None, **kwargs: Any) -> None:
        """Reasons are as long as the pack says, where one is given."""
        super().__init__(*args, **kwargs)
        if pack:
            limit_length(self, "adjustment_reason", pack.limit("adjustment_reason_maximum"))
            limit_length(self, "execution_reason", pack.limit("execution_reason_maximum"))

    def clean_postcode(self) -> str:
        postcode = fold_digits(self.cleaned_data["postcode"])
        if postcode and not (
            postcode.isascii() and postcode.isdigit() and len(postcode) == POSTCODE_DIGITS
        ):
            raise ValidationError("邮编应为 6 位数字。")
        return postcode


class FundingForm(CellForm):
    """The matrix 计划/到位/使用 × source: one 万元 cell per pair, such as ``central-planned``."""

    def __init__(self, *args: Any, lines: Iterable[FundingLine], **kwargs: Any) -> None:
        self.lines = list(lines)
        super().__init__(*args, **kwargs)
        self.fields |= {
            cell_name(line, column): WanYuanField(
                label=f"{column.label}：{line.label}（万元）",
                required=False,
                initial=getattr(line, column.value),
            )
            for line in self.lines
            for column in FundingColumn
        }
        dress_cells(self)

    def rows(self) -> list[tuple[FundingLine, list[forms.BoundField]]]:
        return [
            (line, [self[cell_name(line, column)] for column in FundingColumn])
            for line in self.lines
        ]

    def valid_amounts(self) -> dict[FundingLine, dict[str, Any]]:
        """元 by line and column, of the cells that could be read."""
        return {
            line: {
                column.value: self.cleaned_data[cell_name(line, column)]
                for column in FundingColumn
                if cell_name(line, column) in self.cleaned_data
            }
            for line in self.lines
        }


def cell_name(line: FundingLine, column: FundingColumn) -> str:
    return f"{line.source}-{column.value}"


def suggesting(datalist: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": datalist})


class TargetForm(CellForm, forms.ModelForm):
    goal_type = TextField(
        label="指标类型", max_length=50, required=False, widget=suggesting("goal-types")
    )
    goal_class = TextField(
        label="指标名称", max_length=50, required=False, widget=suggesting("goal-classes")
    )
    target = TextField(label="绩效目标", max_length=500, required=False, wraps=True)
    excellent = TextField(label="优", max_length=100, required=False, wraps=True)
    good = TextField(label="良", max_length=100, required=False, wraps=True)
    fair = TextField(label="中", max_length=100, required=False, wraps=True)
    poor = TextField(label="差", max_length=100, required=False, wraps=True)

    class Meta:
        model = PerformanceTarget
        fields = ["goal_type", "goal_class", "target", "excellent", "good", "fair", "poor"]


class SectionForm(forms.ModelForm):
    body = TextField(
        label="正文", max_length=LONGEST_SECTION, required=False, multiline=True, rows=5
    )

    class Meta:
        model = NarrativeSection
        fields = ["body"]

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["body"].widget.attrs |= {"class": "paper-text", "data-live-text": True}

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        problems = self.reader.problems(body)
        if problems:
            raise ValidationError(problems)
        return body


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return " · ".join(filter(None, [obj.name, obj.job_title, obj.unit.name]))


class SeatForm(CrispyForm):
    """Appoints one more member of the panel from the people the unit may ask."""

    submit_label = "加入评价工作组"
    user = PersonField(label="评价人员", queryset=User.objects.none())
    is_leader = forms.BooleanField(label="担任组长", required=False)

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evaluation = evaluation
        choose_from(self, "user", candidates(evaluation))


class AppointmentForm(CrispyForm):
    """The document that appoints the panel."""

    submit_label = "保存文号"
    appointed_by = TextField(
        label="成立评价工作组的文号",
        max_length=100,
        required=False,
        help_text="例如 海编办〔2020〕12 号。",
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        kwargs["initial"] = {"appointed_by": evaluation.appointed_by}
        super().__init__(*args, **kwargs)


class ReasonForm(forms.Form):
    reason = TextField(label="原因", max_length=500, required=False, multiline=True)


class SeatsForm(forms.Form):
    """Which members a step concerns."""

    seat = forms.ModelMultipleChoiceField(queryset=PanelMember.objects.none(), required=False)

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "seat", evaluation.panel.seated())

    def seats(self) -> frozenset[int]:
        return frozenset(member.pk for member in self.cleaned_data["seat"])


def candidates(evaluation: Evaluation) -> QuerySet[User]:
    """Everyone of the supervising department's tree who has no seat yet and administers nothing."""
    top = evaluation.unit.parent or evaluation.unit
    taken = PanelMember.objects.filter(evaluation=evaluation, user__isnull=False).values("user")
    return (
        User.objects.filter(is_active=True, unit__in=Unit.objects.under([top.path or "-"]))
        .exclude(pk__in=taken)
        .exclude(role_grants__role__in=ADMINISTRATORS)
        .select_related("unit")
    )
