from typing import Any

from django import forms
from django.utils.functional import cached_property

from evalsys.rulepacks.schema import ScoringRules
from projects.views.drafts import DraftView, shown_values
from reports.department import beside
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from scoring.department import can_score_for_department, save_department_review
from scoring.forms import DepartmentForm
from scoring.models import DepartmentReview


class DepartmentEdit(DraftView):
    """主管部门评分 and 意见, saved as a draft beside what the panel's marks come to."""

    template_name = "reports/department.html"
    permission = staticmethod(can_score_for_department)
    tab = "reports:department"

    @cached_property
    def review(self) -> DepartmentReview:
        return self.evaluation.department_review

    @cached_property
    def rules(self) -> ScoringRules:
        return self.evaluation.rule_pack.pack.scoring

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        self.form = self._form(data)
        return [self.form]

    def _form(self, data: Any = None) -> DepartmentForm:
        return DepartmentForm(data, instance=self.review, rules=self.rules)

    def save(self, *, seen: int) -> int:
        save_department_review(self.review, seen=seen, values=self.form.cleaned_data)
        return self.review.version

    def stored_values(self) -> dict[str, str]:
        return shown_values(self._form())

    def fragments(self) -> dict[str, str]:
        shown = beside(Facts(load_dossier(self.evaluation.pk)))
        return {"#department-grade": shown.grade, "#department-difference": shown.difference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = Facts(load_dossier(self.evaluation.pk))
        return super().get_context_data(
            form=self.form,
            review=self.review,
            result=facts.result,
            rules=self.rules,
            beside=beside(facts),
            **kwargs,
        )
