"""Searching the indicator library, and a bureau's own entries in it."""

from typing import Any

from django import forms

from evalsys.accounts.enums import Role
from evalsys.accounts.models import Unit, User
from evalsys.crispy import CrispyForm
from evalsys.fields import TextField, choose_from
from evalsys.library.models import BETWEEN_USES, LibraryEntry
from evalsys.library.schema import (
    CLASS_LABELS,
    HINT,
    NAME,
    OPERATOR_LABELS,
    PROSE,
    SHORT,
    SOURCE,
    IndicatorClass,
    LibraryLeaf,
    Operator,
)
from evalsys.library.search import Wanted
from evalsys.rulepacks.ruletext import KINDS
from evalsys.rulepacks.schema import FormRate

LONGEST_SEARCH = 100


class SearchForm(forms.Form):
    """What is looked for; whatever cannot be read asks nothing."""

    q = forms.CharField(
        label="搜索", max_length=LONGEST_SEARCH, required=False, widget=forms.SearchInput
    )
    category = forms.ChoiceField(
        label="类别",
        required=False,
        choices=[("", "全部类别"), *((one.value, CLASS_LABELS[one]) for one in IndicatorClass)],
    )
    operator = forms.ChoiceField(
        label="方向",
        required=False,
        choices=[("", "全部方向"), *((one.value, OPERATOR_LABELS[one]) for one in Operator)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"auto_id": "library-%s"}))
        self.fields["q"].widget.attrs |= {
            "class": "form-control",
            "autocomplete": "off",
            "placeholder": "指标名称、用途或佐证材料，例如：培训 满意",
        }
        for name in ("category", "operator"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self, near: tuple[str, ...] = ()) -> Wanted:
        self.is_valid()
        said = self.cleaned_data
        category, operator = said.get("category"), said.get("operator")
        return Wanted(
            words=said.get("q", ""),
            indicator_class=IndicatorClass(category) if category else None,
            operator=Operator(operator) if operator else None,
            near=near,
        )


class EntryForm(CrispyForm, forms.ModelForm):
    """An indicator of the bureau's own."""

    owner = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label=None)
    name = TextField(label="指标", max_length=NAME)
    unit = TextField(
        label="度量单位",
        max_length=SHORT,
        required=False,
        help_text="例如：%、次、万元；定性不填。",
    )
    target = TextField(
        label="参考值",
        max_length=HINT,
        required=False,
        help_text="不写方向和单位，例如 90；定性写判断用语，例如 健全。",
    )
    explanation = TextField(label="指标解释", max_length=PROSE, multiline=True, rows=2)
    standard = TextField(label="评分标准", max_length=PROSE, required=False, multiline=True, rows=2)
    evidence_asked = TextField(
        label="佐证材料", max_length=PROSE, required=False, multiline=True, rows=2
    )
    uses = TextField(
        label="适用项目",
        max_length=HINT,
        required=False,
        help_text="用顿号隔开，例如：培训、会议；搜索时用得着。",
    )
    rate = forms.ChoiceField(
        label="按表内比率计分",
        required=False,
        choices=[
            ("", "不用，按指标值"),
            *((rate.value, KINDS[rate.value]) for rate in FormRate),
        ],
    )
    source = TextField(
        label="来源", max_length=SOURCE, required=False, help_text="标为已核实的，须写明来源文件。"
    )

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = LibraryEntry
        fields = [
            "owner",
            "indicator_class",
            "name",
            "operator",
            "unit",
            "target",
            "explanation",
            "standard",
            "evidence_asked",
            "uses",
            "rate",
            "source",
            "verified",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choose_from(self, "owner", Unit.objects.where(user, Role.FINANCE_BUREAU))
        self.fields["version"].initial = self.instance.version
        if self.instance.pk:
            del self.fields["owner"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def clean_uses(self) -> str:
        text = self.cleaned_data["uses"].replace(",", "、").replace("，", "、")
        return BETWEEN_USES.join(part.strip() for part in text.split("、") if part.strip())

    def clean(self) -> dict[str, Any]:
        super().clean()
        said = self.cleaned_data
        if said.get("operator") == Operator.WORDS and said.get("unit"):
            self.add_error("unit", "定性指标没有度量单位，请删去。")
        if said.get("verified") and not said.get("source"):
            self.add_error("source", "标为已核实的，须写明来源文件。")
        owner = self.instance.owner if self.instance.pk else said.get("owner")
        same = LibraryEntry.objects.filter(owner=owner, name=said.get("name", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "本单位的指标库里已有同名指标，请改用另一个名称。")
        return said

    def validate_constraints(self) -> None:
        """A name that is there already is told in ``clean``, at its field."""

    def tell_theirs(self, current: LibraryEntry) -> None:
        """Say beside each field what somebody else saved; saving again takes what stands here."""
        stored = EntryForm(instance=current, user=self.user)
        self.add_error(None, "别人刚刚改过这个指标。请对照各项下面写的，再保存一次。")
        for name in self._meta.fields or ():
            if name in self.fields and str(stored[name].value()) != str(self[name].value()):
                self.add_error(name, f"别人刚刚保存的是：{stored[name].value() or '（空）'}")
        self.data = {**self.data.dict(), "version": str(current.version)}  # type: ignore[attr-defined]  # a QueryDict


def initial_from(leaf: LibraryLeaf) -> dict[str, Any]:
    """What a new entry starts with when it is made from another leaf."""
    names = ("name", "operator", "unit", "target", "explanation", "standard", "evidence_asked")
    return {name: getattr(leaf, name) for name in names} | {
        "indicator_class": leaf.indicator_class,
        "uses": BETWEEN_USES.join(leaf.uses),
        "rate": leaf.rate or "",
    }
