from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInView
from evalsys.decisions import Decision
from evalsys.versioning import StaleVersionError
from projects.permissions import can_edit_forms, can_read
from projects.views.mixins import EvaluationMixin, refuse
from reports.anchors import FINDINGS, FORM_PAGES, Anchors
from reports.checks import CHECKS, Answer, Check, Finding, Severity, Verdict
from reports.checks.labels import place_words
from reports.checks.quality import quality
from reports.checks.settling import is_settled
from reports.dossier.model import Dossier
from reports.examination import anchors_of, examine_for, explain
from reports.forms import ExplanationForm
from reports.models import Explanation

GROUPS = {
    "A": "算得对",
    "B": "分给得当",
    "C": "填得全",
    "D": "目标合格",
    "E": "文字与数字一致",
    "F": "办理合规",
}
LEVELS = {Severity.BLOCK: "block", Severity.WARN: "warn", Severity.INFO: "info"}
SEVERITIES = {
    Severity.BLOCK: "必须改正",
    Severity.WARN: "改正，或写明情况",
    Severity.INFO: "供参考",
}
SILENT = {
    Verdict.PASSED: "通过",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.NOT_ENOUGH_DATA: "资料不够，没有查",
}
GONE = "这一处已经改过了，不用再说明。"
STALE = "别人刚刚写过这一处的说明，请对照后再保存。"


@dataclass(frozen=True)
class Item:
    """A finding as the page shows it; ``form`` is there for who may explain it."""

    finding: Finding
    where: str
    url: str
    explanation: str
    settled: bool
    form: ExplanationForm | None = None


@dataclass(frozen=True)
class Card:
    """What one check found."""

    answer: Answer
    findings: list[Item]

    @property
    def severity(self) -> Severity:
        return self.answer.severity


@dataclass(frozen=True)
class Section:
    """The checks of one severity; ``level`` as components/notice.html has it."""

    level: str
    meaning: str
    cards: list[Card]

    @property
    def count(self) -> int:
        return sum(len(card.findings) for card in self.cards)


class Findings(EvaluationMixin, TemplateView):
    """核对: what the examiner finds, and what the unit says to it.

    Nothing derived from marks is examined before the user may see results.
    """

    template_name = "reports/findings.html"
    permission = staticmethod(can_read)
    tab = FINDINGS
    edits_forms = True
    posted: ExplanationForm | None = None

    @cached_property
    def examined(self) -> tuple[Dossier, tuple[Answer, ...]]:
        return examine_for(self.request.user, self.evaluation)

    @cached_property
    def anchors(self) -> Anchors:
        return anchors_of(self.evaluation, self.examined[0])

    @cached_property
    def may_edit(self) -> Decision:
        return can_edit_forms(self.request.user, self.evaluation)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_edit:
            return refuse(request, self.may_edit.reason)
        self.posted = self._form(request.POST)
        if not self.posted.is_valid():
            return self.render_to_response(self.get_context_data())
        key = self.posted.cleaned_data["finding"]
        if key not in self._explicable():
            messages.info(request, GONE)
            return redirect(request.path)
        return self._keep(request, key)

    def _keep(self, request: HttpRequest, key: str) -> HttpResponse:
        said = self.posted.cleaned_data if self.posted else {}
        try:
            explain(
                self.evaluation,
                key,
                said["text"],
                seen=said["version"],
                actor=self.request.user,
            )
        except StaleVersionError:
            messages.error(request, STALE)
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(request, "说明已保存。")
        return redirect(request.path)

    def _explicable(self) -> set[str]:
        _, answers = self.examined
        warnings = (answer for answer in answers if answer.severity is Severity.WARN)
        return {finding.key for answer in warnings for finding in answer.findings}

    def _form(self, data: Any = None, **initial: Any) -> ExplanationForm:
        least = self.evaluation.rule_pack.pack.limit("reason_minimum")
        return ExplanationForm(
            data, initial=initial, least=least, auto_id=f"{initial.get('finding', 'posted')}-%s"
        )

    def cards(self) -> Iterator[Card]:
        dossier, answers = self.examined
        kept = {row.finding: row for row in self.evaluation.explanations.all()}
        for answer in answers:
            if answer.findings:
                items = [
                    self._item(dossier, answer, finding, kept.get(finding.key))
                    for finding in answer.findings
                ]
                yield Card(answer, items)

    def _item(
        self, dossier: Dossier, answer: Answer, finding: Finding, row: Explanation | None
    ) -> Item:
        anchor = self.anchors.anchor(finding.place)
        linked = anchor.page != FINDINGS and (self.may_edit or anchor.page not in FORM_PAGES)
        explicable = self.may_edit and answer.severity is Severity.WARN
        return Item(
            finding=finding,
            where=place_words(dossier, finding.place),
            url=anchor.address(self.evaluation.pk) if linked else "",
            explanation=dossier.explanations.get(finding.key, ""),
            settled=is_settled(answer, finding, dossier.explanations),
            form=self._form_of(finding, row) if explicable else None,
        )

    def _form_of(self, finding: Finding, row: Explanation | None) -> ExplanationForm:
        if self.posted and self.posted.data.get("finding") == finding.key:
            return self.posted
        version, text = (row.version, row.text) if row else (0, "")
        return self._form(finding=finding.key, version=version, text=text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = list(self.cards())
        _, answers = self.examined
        return super().get_context_data(
            sections=[
                Section(LEVELS[severity], meaning, [c for c in cards if c.severity is severity])
                for severity, meaning in SEVERITIES.items()
            ],
            quality=quality(answers),
            open_items=sum(not item.settled for card in cards for item in card.findings),
            silent=[
                (meaning, [answer for answer in answers if answer.verdict is verdict])
                for verdict, meaning in SILENT.items()
            ],
            **kwargs,
        )


class CheckList(SignedInView, TemplateView):
    """Every check there is, from the table of checks."""

    template_name = "reports/checks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checks = sorted(CHECKS.values(), key=lambda check: check.code)
        return super().get_context_data(
            groups=[
                (letter, GROUPS.get(letter, letter), list(group))
                for letter, group in groupby(checks, key=_letter)
            ],
            severities={severity.value: meaning for severity, meaning in SEVERITIES.items()},
            **kwargs,
        )


def _letter(check: Check) -> str:
    return check.code[0]
