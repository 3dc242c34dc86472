"""Where a draft comes from, and what a version is read against."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from evalsys.accounts.models import Unit
from evalsys.crispy import CrispyForm
from evalsys.fields import TextField, choose_from
from evalsys.jsonread import IDENTIFIER
from evalsys.rulepacks import codec
from evalsys.rulepacks.domain import code_is_taken
from evalsys.rulepacks.models import RulePackVersion


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
