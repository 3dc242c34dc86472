"""What stands on an old form: people with their totals, a column of scores, printed figures."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms

from evalsys.fields import CellForm, StrictDecimalField, TextField, dress_cells
from evalsys.figures import plain
from scoring.models import Indicator, PrintedFigures
from scoring.old_forms import Person

MOST_POINTS = Decimal("999.9999")
MOST_PEOPLE = 30


class PercentField(StrictDecimalField):
    """Typed and shown as printed, 59.1 for 59.1 %; kept as a fraction, Decimal("0.591")."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=4, maximum=Decimal(9999), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        percent = super().to_python(str(value or "").strip().removesuffix("%").removesuffix("％"))
        return None if percent is None else percent / 100

    def prepare_value(self, value: Any) -> Any:
        return plain(value * 100) if isinstance(value, Decimal) else value


def points_field(label: str) -> StrictDecimalField:
    """As printed, even if it is more than there is to get."""
    return StrictDecimalField(label=label, places=4, maximum=MOST_POINTS, required=False)


class PersonForm(CellForm):
    name = TextField(label="姓名", max_length=50, required=False)
    job_title = TextField(label="职务/职称", max_length=50, required=False)
    unit_name = TextField(label="单位", max_length=100, required=False, wraps=True)
    total = points_field("项目评分")
    is_leader = forms.BooleanField(label="组长", required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if not self.errors and any(cleaned.values()) and not cleaned["name"]:
            self.add_error("name", "请填姓名。")
        return cleaned

    def person(self) -> Person:
        """What could be read; what was refused is blank."""
        given = self.cleaned_data
        return Person(
            name=given.get("name", ""),
            job_title=given.get("job_title", ""),
            unit_name=given.get("unit_name", ""),
            is_leader=given.get("is_leader", False),
            total=given.get("total"),
        )


class PeopleFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    def clean(self) -> None:
        leaders = [form for form in self.forms if form.cleaned_data.get("is_leader")]
        for form in leaders[1:]:
            form.add_error("is_leader", "组长只能有一位。")

    def people(self) -> list[Person]:
        """In the order of the page; blank lines at the end are not kept, the first leader leads."""
        people = [form.person() for form in self.forms]
        while people and people[-1] == Person(""):
            people.pop()
        return people


PeopleForms = forms.formset_factory(
    PersonForm,
    formset=PeopleFormSet,
    extra=0,
    max_num=MOST_PEOPLE,
    absolute_max=MOST_PEOPLE,
    validate_max=True,
)


class PrintedForm(CellForm, forms.ModelForm):  # type: ignore[type-arg]  # the same
    """The figures under the form, as printed."""

    total = points_field("总分")
    mean = points_field("平均分")
    grade = TextField(label="评价等次", max_length=20, required=False)
    execution_rate = PercentField(label="预算执行率（%）", required=False)

    class Meta:
        model = PrintedFigures
        fields = ["total", "mean", "grade", "execution_rate"]


class ColumnForm(CellForm):
    """The printed score of each leaf: one cell per leaf, such as ``leaf-goal_content``."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        leaves: Iterable[Indicator],
        scores: Mapping[str, Decimal],
    ) -> None:
        self.leaves = list(leaves)
        super().__init__(data)
        for leaf in self.leaves:
            field = points_field(f"{leaf.name}得分")
            field.initial = scores.get(leaf.key)
            self.fields[f"leaf-{leaf.key}"] = field
        dress_cells(self)

    def scores(self) -> dict[Indicator, Decimal]:
        """Of the leaves that have one that could be read."""
        given = ((leaf, self.cleaned_data.get(f"leaf-{leaf.key}")) for leaf in self.leaves)
        return {leaf: value for leaf, value in given if value is not None}
