from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evalsys.accounts.forms import PasswordAgainForm
from evalsys.crispy import CrispyForm
from evalsys.fields import CellForm, StrictDecimalField, TextField, choose_from, limit_length
from evalsys.figures import plain
from evalsys.rulepacks.codec import PROSE
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.schema import NotApplicable, RulePack, ScoringRules
from projects.models import FIRST_YEAR, LAST_YEAR, Evaluation, Project
from scoring import engine
from scoring.engine import MarkState, NoProposal, Proposal
from scoring.models import DepartmentReview, Indicator, Mark


class OpeningForm(CrispyForm):
    submit_label = "开始填报"
    fiscal_year = StrictDecimalField(label="预算年度", places=0, maximum=Decimal(LAST_YEAR))
    rule_pack = forms.ModelChoiceField(
        label="规则包",
        queryset=RulePackVersion.objects.none(),
        empty_label=None,
        help_text="决定指标体系、权重、等次和报告提纲；送审之前可以换。",
    )
    due_on = forms.DateField(
        label="完成期限", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    copies = forms.BooleanField(
        label="从这个项目以前的自评复制指标、目标和文字",
        required=False,
        initial=True,
        help_text="下一步先列出会复制什么，由您选定；打分、实际完成值和金额不复制。",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        if not project.evaluations.exists():
            del self.fields["copies"]
        newest = RulePackVersion.objects.newest().usable_in(project.unit)
        choose_from(self, "rule_pack", newest.defer("content"))

    def clean_fiscal_year(self) -> int:
        year = int(self.cleaned_data["fiscal_year"])
        if year < FIRST_YEAR:
            raise ValidationError(f"请填四位年份，{FIRST_YEAR} 到 {LAST_YEAR} 之间。")
        if Evaluation.objects.filter(project=self.project, fiscal_year=year).exists():
            raise ValidationError(f"这个项目 {year} 年度的自评已经开始了。")
        return year


class MarkForm(forms.Form):
    """One leaf of one sheet: points, or 不适用 with its reason where the pack allows it."""

    value = StrictDecimalField(label="得分", places=4, required=False)
    not_applicable = forms.BooleanField(label="不适用", required=False)
    remark = TextField(label="说明", max_length=500, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        mark: Mark,
        rules: ScoringRules,
        outcome: Proposal | NoProposal | None = None,
    ) -> None:
        self.mark, self.rules, self.leaf = mark, rules, mark.indicator
        self.outcome = outcome
        self.proposal = outcome if isinstance(outcome, Proposal) else None
        initial = {
            "value": mark.value,
            "not_applicable": mark.state == MarkState.NOT_APPLICABLE,
            "remark": mark.remark,
        }
        super().__init__(data, initial=initial, auto_id=f"mark-{mark.pk}-%s")
        if rules.not_applicable is NotApplicable.REFUSED:
            del self.fields["not_applicable"]
        self.fields["value"].widget.attrs |= {
            "class": "mark-input",
            "autocomplete": "off",
            "data-max": plain(self.leaf.weight or Decimal(0)),
            "aria-describedby": f"mark-{mark.pk}-value_weight",
        }
        if self.proposal and self.proposal.value is not None:
            self.fields["value"].widget.attrs["data-proposal"] = plain(self.proposal.value)
        self.fields["remark"].widget.attrs |= {
            "class": "remark-input",
            "autocomplete": "off",
            "placeholder": "说明（可不填）",
        }

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned.get("not_applicable") and cleaned["value"] is not None:
            self.add_error("value", "已选不适用，请清空得分；要打分就取消不适用。")
            return cleaned
        problem = engine.check_mark(
            self.judgement(), self.leaf.weight or Decimal(0), self.rules, self.proposal
        )
        if problem:
            self.add_error("remark" if cleaned.get("not_applicable") else "value", problem)
        return cleaned

    @property
    def difference(self) -> str:
        """What the stored mark still lacks because it is not what the rule gives."""
        stored = engine.Mark(MarkState(self.mark.state), self.mark.value, self.mark.remark)
        return engine.unexplained_difference(stored, self.proposal) or ""

    @property
    def state(self) -> MarkState:
        if self.cleaned_data.get("not_applicable"):
            return MarkState.NOT_APPLICABLE
        return MarkState.UNSCORED if self.cleaned_data["value"] is None else MarkState.SCORED

    def judgement(self) -> engine.Mark:
        value = self.cleaned_data["value"] if self.state is MarkState.SCORED else None
        return engine.Mark(self.state, value, self.cleaned_data["remark"])

    def acceptable(self) -> engine.Mark:
        """What may be stored: a refused half of the row stays as it was stored before."""
        if not self.errors:
            return self.judgement()
        stored = engine.Mark(MarkState(self.mark.state), self.mark.value, self.mark.remark)
        remark = self.cleaned_data.get("remark", stored.reason)
        return replace(stored, reason=remark if self._fits(stored, remark) else stored.reason)

    def _fits(self, stored: engine.Mark, remark: str) -> bool:
        """A stored 不适用 needs its reason; any other mark stands without one."""
        return stored.state is not MarkState.NOT_APPLICABLE or bool(remark)


class IndicatorForm(CellForm, forms.ModelForm):
    """A row of 指标体系. What the pack fixes is shown, not asked."""

    name = TextField(label="指标", max_length=100, wraps=True)
    weight = StrictDecimalField(label="分值", places=4, maximum=Decimal(1000), required=False)
    explanation = TextField(label="指标解释", max_length=PROSE, required=False, wraps=True)
    standard = TextField(label="评分标准", max_length=PROSE, required=False, wraps=True)
    evidence_asked = TextField(label="佐证材料", max_length=PROSE, required=False, wraps=True)
    target_value = TextField(label="指标值", max_length=200, required=False, wraps=True)
    actual_value = TextField(label="实际完成值", max_length=200, required=False, wraps=True)
    deviation_reason = TextField(label="偏差原因", max_length=500, required=False, wraps=True)
    improvement = TextField(label="改进措施", max_length=500, required=False, wraps=True)

    class Meta:
        model = Indicator
        fields = [
            "name",
            "weight",
            "explanation",
            "standard",
            "evidence_asked",
            "target_value",
            "actual_value",
            "deviation_reason",
            "improvement",
        ]

    def __init__(self, *args: Any, frozen: frozenset[str], pack: RulePack, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"indicator-{kwargs['instance'].pk}-%s", **kwargs)
        self.fields["weight"].places = pack.scoring.places  # type: ignore[attr-defined]  # a StrictDecimalField
        for name in ("deviation_reason", "improvement"):
            limit_length(self, name, pack.limit("deviation_reason_maximum"))
        for name in frozen:
            del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["placeholder"] = field.label
        if "target_value" in self.fields and self.instance.target_hint:
            hint = f"指标值，例如 {self.instance.target_hint}"
            self.fields["target_value"].widget.attrs["placeholder"] = hint

    def clean_weight(self) -> Decimal | None:
        weight: Decimal | None = self.cleaned_data["weight"]
        if weight is not None and weight <= 0:
            raise ValidationError("分值应大于 0；还没定就先空着。")
        return weight


class DepartmentForm(CellForm, forms.ModelForm):
    """主管部门评分, at most the pack's total, and 意见."""

    score = StrictDecimalField(label="主管部门评分", places=4, required=False)
    opinion = TextField(
        label="主管部门意见", max_length=2000, required=False, multiline=True, rows=4
    )

    class Meta:
        model = DepartmentReview
        fields = ["score", "opinion"]

    def __init__(self, *args: Any, rules: ScoringRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["score"]
        field.places, field.maximum = rules.places, rules.total  # type: ignore[attr-defined]  # a StrictDecimalField


class HandInForm(PasswordAgainForm):
    nothing_done = "评分表没有提交"
