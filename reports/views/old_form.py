"""旧表得分: what an old form prints, typed in beside what it implies."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInRequest
from evalsys.figures import plain
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView, shown_values
from projects.views.mixins import EvaluationMixin, refuse
from reports.dossier.facts import Facts
from reports.dossier.loader import load_dossier
from scoring.evidence import LeafGroup, leaf_groups
from scoring.models import Indicator, Mark, PrintedFigures
from scoring.old_form_forms import MOST_PEOPLE, ColumnForm, PeopleForms, PersonForm, PrintedForm
from scoring.old_forms import (
    become_old_form,
    can_become_old_form,
    can_enter_old_form,
    can_leave_old_form,
    leave_old_form,
    save_old_form,
)

ADDRESS = "reports:old_form"
PREFIX = "person"


class OldFormEdit(DraftView):
    """Everything on one page that saves itself as one thing; what follows is the server's."""

    template_name = "reports/old_form.html"
    permission = staticmethod(can_leave_old_form)
    tab = ADDRESS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        decision = can_enter_old_form(self.request.user, self.evaluation)
        if not decision:
            return render(request, "reports/old_form_fixed.html", self._page(decision=decision))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        decision = can_enter_old_form(self.request.user, self.evaluation)
        if not decision:
            return refuse(request, decision.reason)
        return super().post(request, *args, **kwargs)

    def _page(self, **kwargs: Any) -> dict[str, Any]:
        """What every page of an evaluation shows."""
        return super().get_context_data(**kwargs)

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        self.people = PeopleForms(data, prefix=PREFIX, initial=self._stored_people())
        self.figures = PrintedForm(data, instance=self.printed)
        self.column = ColumnForm(data, leaves=self.leaves, scores=self._stored_scores())
        return [*self.people.forms, self.figures, self.column]

    @cached_property
    def printed(self) -> PrintedFigures:
        return self.evaluation.printed

    @cached_property
    def groups(self) -> list[LeafGroup]:
        return leaf_groups(self.evaluation.indicators.all())

    @property
    def leaves(self) -> list[Indicator]:
        return [leaf for group in self.groups for leaf in group.leaves]

    def _stored_people(self) -> list[dict[str, Any]]:
        members = self.evaluation.panel.select_related("sheet")
        return [
            {
                "name": member.name,
                "job_title": member.job_title,
                "unit_name": member.unit_name,
                "is_leader": member.is_leader,
                "total": member.sheet.total_only,
            }
            for member in members
        ] or [{}] * self.evaluation.rule_pack.pack.scoring.minimum_evaluators

    def _stored_scores(self) -> dict[str, Any]:
        column = Mark.objects.filter(sheet__evaluation=self.evaluation, sheet__member=None)
        return {
            mark.indicator.key: mark.value
            for mark in column.select_related("indicator")
            if mark.value is not None
        }

    def save(self, *, seen: int) -> int:
        if not self.people.is_valid() and self.people.non_form_errors():
            return seen
        refused = set(self.figures.errors)
        save_old_form(
            self.printed,
            seen=seen,
            figures={k: v for k, v in self.figures.cleaned_data.items() if k not in refused},
            people=self.people.people(),  # type: ignore[attr-defined]  # a PeopleFormSet
            column=self.column.scores(),
        )
        return self.printed.version

    def errors(self) -> dict[str, list[str]]:
        found = super().errors()
        if self.people.non_form_errors():
            found[f"{PREFIX}-TOTAL_FORMS"] = [f"一份表最多 {MOST_PEOPLE} 位评价人员。"]
        return found

    def stored_values(self) -> dict[str, str]:
        self.build_forms(None)
        rows = [form[name] for form in self.people.forms for name in PersonForm.base_fields]
        values = shown_values([*rows, *self.figures, *self.column])
        return {f"{PREFIX}-TOTAL_FORMS": str(len(self.people.forms))} | values

    def fragments(self) -> dict[str, str]:
        facts = self._facts()
        sums = {f"#subtotal-{row.root.pk}": row.subtotal for row in self._columns(facts)}
        implied = render_to_string("reports/old_form_implied.html", _implied(facts))
        return sums | {"#column-total": _column_total(facts), "#implied": implied}

    def _facts(self) -> Facts:
        return Facts(load_dossier(self.evaluation.pk, with_department=False))

    def _columns(self, facts: Facts) -> list["ColumnPart"]:
        sums = facts.column_so_far.subtotals if facts.column_so_far else {}
        return [
            ColumnPart(
                group.root,
                tuple((leaf, self.column[f"leaf-{leaf.key}"]) for leaf in group.leaves),
                plain(sums[group.root.key]) if group.root.key in sums else "",
            )
            for group in self.groups
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = self._facts()
        return self._page(
            people=self.people,
            figures=self.figures,
            parts=self._columns(facts),
            column_total=_column_total(facts),
            printed=self.printed,
            pack=self.evaluation.rule_pack.pack,
            **_implied(facts),
            **kwargs,
        )


@dataclass(frozen=True)
class ColumnPart:
    """A first-level indicator with the cells of its leaves, and what they add to."""

    root: Indicator
    cells: tuple[tuple[Indicator, forms.BoundField], ...]
    subtotal: str


def _column_total(facts: Facts) -> str:
    return "" if facts.consensus_total is None else plain(facts.consensus_total)


def _implied(facts: Facts) -> dict[str, Any]:
    return {"facts": facts, "result": facts.result}


class OldFormStart(EvaluationMixin, TemplateView):
    """Tells what copying an old form means, and makes a draft one."""

    template_name = "reports/old_form_start.html"
    permission = staticmethod(can_edit_forms)
    edits_forms = True
    tab = "projects:panel"

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        decision = can_become_old_form(request.user, self.evaluation)
        if not decision:
            return refuse(request, decision.reason)
        become_old_form(self.evaluation, actor=request.user)
        messages.success(request, "已改为旧表录入，请照原表填写。")
        return redirect(ADDRESS, pk=pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision = can_become_old_form(self.request.user, self.evaluation)
        return super().get_context_data(decision=decision, **kwargs)


class OldFormLeave(EvaluationMixin):
    """Back to an evaluation that people will score; what was copied goes."""

    permission = staticmethod(can_leave_old_form)
    edits_forms = True

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        leave_old_form(self.evaluation, actor=request.user)
        messages.success(request, "已改回由评价人员评分，请指定评价工作组。")
        return redirect("projects:panel", pk=pk)
