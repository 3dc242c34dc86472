from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms


class CrispyForm(forms.Form):
    """A short form drawn by crispy-forms, field after field, with one button."""

    submit_label = "保存"

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = self.action
        helper.layout = Layout(*self.fields)
        helper.add_input(Submit("", self.submit_label))
        return helper
