from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evalsys.crispy import CrispyForm
from evalsys.fields import TextField
from reports.checks.words import length

LONGEST_KEY = 200


class ApprovalForm(CrispyForm):
    """文号 and date of an approval; ``tree`` is the digest of the indicators that were shown."""

    submit_label = "按现在的指标体系批复"
    document = TextField(label="批复文号", max_length=100, help_text="例如 海财绩〔2024〕15 号。")
    approved_on = forms.DateField(
        label="批复日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    tree = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ExplanationForm(forms.Form):
    """What is said to one finding; blank takes it back, anything else has the pack's length."""

    finding = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = TextField(label="说明", max_length=500, required=False, multiline=True, rows=2)

    def __init__(self, *args: Any, least: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least = int(least)
        self.fields["text"].widget.attrs["class"] = "form-control"

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if text and length(text) < self.least:
            raise ValidationError(f"请写清楚，至少 {self.least} 个字。")
        return text
