from typing import Any

from django import forms
from django.utils.functional import cached_property

from projects.domain import save_targets
from projects.forms import TargetForm
from projects.models import GoalForm, PerformanceTarget
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView, shown_values

MOST_ROWS = 200

TargetFormSet = forms.formset_factory(
    TargetForm,
    extra=0,
    max_num=MOST_ROWS,
    absolute_max=MOST_ROWS,
    validate_max=True,
)


class GoalsEdit(DraftView):
    """项目绩效目标表: rows in the order of the paper, saved together."""

    template_name = "projects/goals.html"
    permission = staticmethod(can_edit_forms)
    tab = "projects:goals"

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        self.formset = self._formset(data)
        return [*self.formset.forms]

    def _formset(self, data: Any) -> Any:
        if data is not None:
            return TargetFormSet(data, prefix="row")
        rows = [{name: getattr(row, name) for name in TargetForm.Meta.fields} for row in self.rows]
        return TargetFormSet(initial=rows or [{}], prefix="row")

    @property
    def rows(self) -> list[PerformanceTarget]:
        return list(self.evaluation.targets.all())

    @cached_property
    def goals(self) -> GoalForm:
        return self.evaluation.goals

    def save(self, *, seen: int) -> int:
        if not self.formset.is_valid() and self.formset.non_form_errors():
            return seen
        save_targets(self.goals, seen=seen, rows=self._valid_rows())
        return self.goals.version

    def _valid_rows(self) -> list[dict[str, str]]:
        """Row by row as on the page; empty rows at the end are not kept."""
        names = TargetForm.Meta.fields
        rows = [{name: form.cleaned_data.get(name, "") for name in names} for form in self.formset]
        while rows and not any(rows[-1].values()):
            rows.pop()
        return rows

    def errors(self) -> dict[str, list[str]]:
        found = super().errors()
        if self.formset.non_form_errors():
            found["row-TOTAL_FORMS"] = [
                str(sentence) for sentence in self.formset.non_form_errors()
            ]
        return found

    def stored_values(self) -> dict[str, str]:
        stored = self._formset(None)
        return {"row-TOTAL_FORMS": str(len(stored.forms))} | {
            name: value
            for form in stored.forms
            for name, value in shown_values(form[field] for field in TargetForm.Meta.fields).items()
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pack = self.evaluation.rule_pack.pack
        return super().get_context_data(
            formset=self.formset,
            goals=self.goals,
            goal_types=pack.goal_types,
            wording=pack.wording,
            **kwargs,
        )
