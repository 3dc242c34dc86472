"""Forms that save themselves: one answer for a script, one for a plain browser post."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInView
from evalsys.versioning import StaleVersionError
from projects.autosave import CONFLICT, conflict_answer, is_autosave, saved_answer, seen_version
from projects.views.mixins import EvaluationMixin


class SavingView(SignedInView, TemplateView):
    """Subclasses build ``self.forms``, save what is valid and say how the saved row reads.

    docs/pages.md describes the protocol: a refused value never keeps the others from being
    saved, and a stale version writes nothing and answers with both values.
    """

    edits_forms = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.forms = self.build_forms(None)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.forms = self.build_forms(request.POST)
        for form in self.forms:
            form.is_valid()
        try:
            version = self.save(seen=seen_version(request))
        except StaleVersionError as stale:
            return self.conflict(request, stale)
        if is_autosave(request):
            return saved_answer(version, self.errors(), self.fragments())
        return self.answer_browser(request)

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        raise NotImplementedError

    def save(self, *, seen: int) -> int:
        """Store every valid value and return the row's new version; raises StaleVersionError."""
        raise NotImplementedError

    def stored_values(self) -> dict[str, str]:
        """The saved values by input name, as a person would type them."""
        raise NotImplementedError

    def fragments(self) -> dict[str, str]:
        """Selector to text of what the server computes from the saved values."""
        return {}

    def errors(self) -> dict[str, list[str]]:
        return {
            form.add_prefix(name): [str(sentence) for sentence in sentences]
            for form in self.forms
            for name, sentences in form.errors.items()
        }

    def conflict(self, request: HttpRequest, stale: StaleVersionError) -> HttpResponse:
        if is_autosave(request):
            return conflict_answer(stale.current.version, self.stored_values(), self.fragments())
        messages.error(request, "别人刚刚保存过这张表，您的改动还没有保存。请对照后再保存一次。")
        return self.render_to_response(self.get_context_data(), status=CONFLICT)

    def answer_browser(self, request: HttpRequest) -> HttpResponse:
        if self.errors():
            messages.warning(request, "有的内容没有保存，原因写在相应的格子下面；其余已保存。")
            return self.render_to_response(self.get_context_data())
        messages.success(request, "已保存。")
        return redirect(request.path)


class DraftView(EvaluationMixin, SavingView):
    """A draft of one of an evaluation's forms."""


def shown_values(fields: Iterable[forms.BoundField]) -> dict[str, str]:
    """What the inputs show, by input name."""
    return {field.html_name: _as_text(field.value()) for field in fields}


def _as_text(value: Any) -> str:
    """A ticked box reads ``on``, as browsers post it."""
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)
