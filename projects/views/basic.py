from fractions import Fraction
from typing import Any

from django import forms
from django.utils.functional import cached_property

from evalsys.figures import arrival_rate, balance, execution_rate, percent_text, wan_text
from projects.domain import save_basic
from projects.forms import BasicInfoForm, FundingForm
from projects.models import BasicInfo
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView, shown_values


class BasicEdit(DraftView):
    """项目基本信息表, block 一, with the funding matrix whose totals the server adds up."""

    template_name = "projects/basic.html"
    permission = staticmethod(can_edit_forms)
    tab = "projects:basic"

    @cached_property
    def basic(self) -> BasicInfo:
        return self.evaluation.basic

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        pack = self.evaluation.rule_pack.pack
        self.form = BasicInfoForm(data, instance=self.basic, pack=pack)
        self.funding = FundingForm(data, lines=self.evaluation.funding.all())
        return [self.form, self.funding]

    def save(self, *, seen: int) -> int:
        save_basic(
            self.basic,
            seen=seen,
            values=self.form.cleaned_data,
            amounts=self.funding.valid_amounts(),
        )
        return self.basic.version

    def stored_values(self) -> dict[str, str]:
        basic = BasicInfoForm(instance=self.basic)
        funding = FundingForm(lines=self.evaluation.funding.all())
        return shown_values([*basic, *funding])

    def fragments(self) -> dict[str, str]:
        return {f"#{name}": text for name, text in self.figures().items()}

    def figures(self) -> dict[str, str]:
        """What follows from the saved amounts, by the id of its place on the page."""
        totals = self.evaluation.funding.totals()
        budget = (
            self.basic.annual_budget if self.basic.annual_budget is not None else totals["planned"]
        )
        left = balance(totals["received"], totals["spent"])
        arrived = arrival_rate(totals["received"], totals["planned"])
        executed = execution_rate(totals["spent"], budget)
        return {
            **{
                f"total-{name}": "" if total is None else wan_text(total)
                for name, total in totals.items()
            },
            "balance": "" if left is None else wan_text(left),
            "arrival-rate": "" if arrived is None else percent_text(arrived),
            "execution-rate": "" if executed is None else percent_text(executed),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pack = self.evaluation.rule_pack.pack
        return super().get_context_data(
            form=self.form,
            funding=self.funding,
            basic=self.basic,
            figures=self.figures(),
            wording=pack.wording,
            execution_warning=percent_text(Fraction(pack.limit("execution_warning")), 0),
            **kwargs,
        )
