from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
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
from scoring.engine import SheetProgress
from scoring.forms import HandInForm, MarkForm
from scoring.models import Indicator, Mark, ScoreSheet
from scoring.permissions import can_mark, can_open_sheet
from scoring.recusal import StepOutRefusedError, step_out
from scoring.sheets import IncompleteError, SealedError, hand_in, save_mark, sheet_for
from scoring.trees import in_use, marks_of, nodes_of, proposals_of


@dataclass(frozen=True)
class SheetRow:
    indicator: Indicator
    form: MarkForm | None


class SheetMixin(EvaluationMixin):
    """Sets ``self.sheet``: one's own, found through the panel."""

    @cached_property
    def sheet(self) -> ScoreSheet:
        return sheet_for(self.evaluation, self.request.user)

    @cached_property
    def rules(self) -> ScoringRules:
        return self.evaluation.rule_pack.pack.scoring


class SheetPage(SheetMixin, TemplateView):
    """The whole tree on one page, with a mark and a remark per leaf."""

    template_name = "scoring/sheet.html"
    permission = staticmethod(can_open_sheet)
    tab = "scoring:sheet"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicators = in_use(self.evaluation.indicators.all())
        marks = list(self.sheet.marks.select_related("indicator"))
        progress = _progress(nodes_of(indicators), marks)
        return super().get_context_data(
            sheet=self.sheet,
            rows=self._rows(indicators, marks),
            progress=progress,
            done=progress.scored + progress.not_applicable,
            pack=self.evaluation.rule_pack.pack,
            decision=can_mark(self.request.user, self.evaluation),
            **kwargs,
        )

    def _rows(self, indicators: list[Indicator], marks: list[Mark]) -> list[SheetRow]:
        by_leaf = {mark.indicator_id: mark for mark in marks}
        outcomes = proposals_of(self.evaluation, indicators)
        return [
            SheetRow(
                row,
                MarkForm(mark=by_leaf[row.pk], rules=self.rules, outcome=outcomes.get(row.key))
                if row.pk in by_leaf
                else None,
            )
            for row in indicators
        ]


class MarkSave(SheetMixin):
    """One row. Answers by the protocol of docs/pages.md; without a script it redirects."""

    permission = staticmethod(can_mark)

    def post(self, request: SignedInRequest, pk: int, mark: int) -> HttpResponse:
        row = get_object_or_404(Mark.objects.select_related("indicator"), pk=mark, sheet=self.sheet)
        outcome = proposals_of(self.evaluation, [row.indicator]).get(row.indicator.key)
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
            return conflict_answer(row.version, _shown(row))
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
        indicators = in_use(self.evaluation.indicators.all())
        progress = _progress(
            nodes_of(indicators), list(self.sheet.marks.select_related("indicator"))
        )
        subtotals = {
            f"#subtotal-{row.pk}": plain(progress.subtotals[row.key]) for row in indicators
        }
        return subtotals | {
            "#total": plain(progress.total),
            "#scored": str(progress.scored + progress.not_applicable),
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


def _progress(roots: tuple[engine.Node, ...], marks: list[Mark]) -> SheetProgress:
    return engine.sheet_total(roots, engine.Sheet(evaluator="", marks=marks_of(marks)))


def _shown(row: Mark) -> dict[str, str]:
    return {
        "value": "" if row.value is None else plain(row.value),
        "not_applicable": "on" if row.state == engine.MarkState.NOT_APPLICABLE else "",
        "remark": row.remark,
    }
