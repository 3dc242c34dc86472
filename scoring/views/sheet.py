from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInRequest
from evalsys.figures import plain
from evalsys.rulepacks.schema import ScoringRules
from evalsys.versioning import StaleVersionError
from projects.autosave import conflict_answer, is_autosave, saved_answer, seen_version
from projects.forms import ReasonForm
from projects.views.evaluations import redirect_to_visible
from projects.views.mixins import EvaluationMixin, refuse
from projects.workflow import RefusedError
from scoring import engine
from scoring.forms import HandInForm, MarkForm
from scoring.models import Indicator, Mark, ScoreSheet, SheetVersion
from scoring.past import PastScore, past_scores
from scoring.permissions import can_mark, can_open_sheet
from scoring.recusal import StepOutRefusedError, step_out
from scoring.sheets import IncompleteError, SealedError, hand_in, save_mark, sheet_for
from scoring.trees import in_use, marks_of, nodes_of, proposals_of


@dataclass(frozen=True)
class SheetRow:
    """A node of the tree; only a leaf has a form, and maybe a score of the year before."""

    indicator: Indicator
    form: MarkForm | None = None
    past: PastScore | None = None


@dataclass(frozen=True)
class Missing:
    """Why the sheet cannot be handed in yet."""

    leaf: Indicator
    sentence: str


class SheetMixin(EvaluationMixin):
    """Sets ``self.sheet``: one's own, found through the panel."""

    @cached_property
    def sheet(self) -> ScoreSheet:
        return sheet_for(self.evaluation, self.request.user)

    @cached_property
    def rules(self) -> ScoringRules:
        return self.evaluation.rule_pack.pack.scoring

    @cached_property
    def indicators(self) -> list[Indicator]:
        return in_use(self.evaluation.indicators.all())

    @cached_property
    def outcomes(self) -> dict[str, engine.Proposal | engine.NoProposal]:
        return proposals_of(self.evaluation, self.indicators)

    def reckon(self, marks: Iterable[Mark]) -> tuple[engine.SheetProgress, list[Missing]]:
        """What the sheet comes to, and what it still lacks, in printed order."""
        roots = nodes_of(self.indicators, self.outcomes)
        sheet = engine.Sheet(evaluator="", marks=marks_of(marks))
        problems = engine.check_sheet(roots, sheet, self.rules)
        missing = [
            Missing(row, problems[row.key]) for row in self.indicators if row.key in problems
        ]
        return engine.sheet_total(roots, sheet), missing


class SheetPage(SheetMixin, TemplateView):
    """The whole tree on one page, with a mark and a remark per leaf."""

    template_name = "scoring/sheet.html"
    permission = staticmethod(can_open_sheet)
    tab = "scoring:sheet"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        marks = list(self.sheet.marks.select_related("indicator"))
        progress, missing = self.reckon(marks)
        prefetch_related_objects(self.indicators, "evidence")
        return super().get_context_data(
            sheet=self.sheet,
            rows=self._rows(marks),
            progress=progress,
            missing=missing,
            done=progress.scored + progress.not_applicable,
            pack=self.evaluation.rule_pack.pack,
            decision=can_mark(self.request.user, self.evaluation),
            returned=SheetVersion.objects.select_related("reopened_by")
            .filter(sheet=self.sheet.pk)
            .last(),
            **kwargs,
        )

    def _rows(self, marks: list[Mark]) -> list[SheetRow]:
        by_leaf = {mark.indicator_id: mark for mark in marks}
        past = past_scores(self.evaluation)
        return [
            SheetRow(row, self._form(by_leaf[row.pk]), past.get(row.key))
            if row.pk in by_leaf
            else SheetRow(row)
            for row in self.indicators
        ]

    def _form(self, mark: Mark) -> MarkForm:
        outcome = self.outcomes.get(mark.indicator.key)
        return MarkForm(mark=mark, rules=self.rules, outcome=outcome)


class MarkSave(SheetMixin):
    """One row. Answers by the protocol of docs/pages.md; without a script it redirects."""

    permission = staticmethod(can_mark)

    def post(self, request: SignedInRequest, pk: int, mark: int) -> HttpResponse:
        row = get_object_or_404(Mark.objects.select_related("indicator"), pk=mark, sheet=self.sheet)
        outcome = self.outcomes.get(row.indicator.key)
        form = MarkForm(request.POST, mark=row, rules=self.rules, outcome=outcome)
        form.is_valid()
        accepted = form.acceptable()
        try:
            save_mark(
                row,
                seen=seen_version(request),
                state=accepted.state,
                value=accepted.value,
                remark=accepted.reason,
            )
        except StaleVersionError:
            return self._conflict(row)
        except SealedError:
            return refuse(request, "评分表已提交并封存，不能再改。")
        return self._answer(form)

    def _conflict(self, row: Mark) -> HttpResponse:
        if is_autosave(self.request):
            return conflict_answer(row.version, _shown(row), self._fragments())
        messages.error(
            self.request, f"「{row.indicator.name}」在别处改过，这次的得分没有保存，请核对后再填。"
        )
        return redirect("scoring:sheet", pk=self.evaluation.pk)

    def _answer(self, form: MarkForm) -> HttpResponse:
        row = form.mark
        errors = {name: list(map(str, found)) for name, found in form.errors.items()}
        if is_autosave(self.request):
            difference = {f"#difference-{row.pk}": form.difference}
            return saved_answer(row.version, errors, self._fragments() | difference)
        for sentences in errors.values():
            messages.error(self.request, f"「{row.indicator.name}」{sentences[0]}")
        return redirect("scoring:sheet", pk=self.evaluation.pk)

    def _fragments(self) -> dict[str, str]:
        progress, missing = self.reckon(self.sheet.marks.select_related("indicator"))
        sums = [(row, plain(progress.subtotals[row.key])) for row in self.indicators]
        return {
            **{f"#subtotal-{row.pk}": points for row, points in sums},
            **{f"#part-{row.pk}": points for row, points in sums if row.parent_id is None},
            "#total": plain(progress.total),
            "#scored": str(progress.scored + progress.not_applicable),
            "#missing": render_to_string("scoring/missing.html", {"missing": missing}),
        }


class SheetHandIn(SheetMixin):
    """Asks for the password again, lists what is missing, seals."""

    permission = staticmethod(can_mark)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = HandInForm(request.POST, request=request)
        if not form.is_valid():
            messages.error(request, str(form.errors["password"][0]))
            return redirect("scoring:sheet", pk=pk)
        try:
            hand_in(self.sheet, user=request.user)
        except IncompleteError as incomplete:
            self._tell(incomplete)
            return redirect("scoring:sheet", pk=pk)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        except SealedError:
            messages.info(request, "评分表已经提交过了。")
        else:
            messages.success(request, "评分表已提交并封存。")
        return redirect_to_visible(request, self.evaluation)

    def _tell(self, incomplete: IncompleteError) -> None:
        names = dict(self.evaluation.indicators.values_list("key", "name"))
        listed = "；".join(
            f"{names.get(key, '')}：{text}" for key, text in incomplete.problems.items()
        )
        messages.error(self.request, f"还不能提交。{listed}")


class SheetStepOut(SheetMixin):
    """Declares a conflict of interest; without a reason nothing happens."""

    permission = staticmethod(can_mark)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, str(form.errors["reason"][0]))
            return redirect("scoring:sheet", pk=pk)
        try:
            step_out(self.evaluation, request.user, reason=form.cleaned_data["reason"])
        except StepOutRefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect("scoring:sheet", pk=pk)
        messages.success(request, "已声明利益冲突并回避，您的评分不计入。")
        return redirect_to_visible(request, self.evaluation)


def _shown(row: Mark) -> dict[str, str]:
    return {
        "value": "" if row.value is None else plain(row.value),
        "not_applicable": "on" if row.state == engine.MarkState.NOT_APPLICABLE else "",
        "remark": row.remark,
    }
