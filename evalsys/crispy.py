from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms


class CrispyForm(forms.Form):
    """A short form drawn by crispy-forms, field after field, with one button."""

    submit_label = "保存"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields)
        helper.add_input(Submit("", self.submit_label))
        return helper
