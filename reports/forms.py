from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evalsys.fields import TextField
from reports.checks.words import length

LONGEST_KEY = 200


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
