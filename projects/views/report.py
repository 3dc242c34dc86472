from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from projects.domain import save_section
from projects.forms import SectionForm
from projects.models import NarrativeSection
from projects.narrative import Reader, reader_for
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView


class ReportEdit(DraftView):
    """评价报告: the whole outline on one page; each section is a form of its own."""

    template_name = "projects/report.html"
    permission = staticmethod(can_edit_forms)
    tab = "projects:report"

    @cached_property
    def section(self) -> NarrativeSection:
        return get_object_or_404(
            self.evaluation.sections, key=self.request.POST.get("section"), has_body=True
        )

    @cached_property
    def posted(self) -> SectionForm:
        return self._form(self.section, self.request.POST)

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        return [] if data is None else [self.posted]

    @cached_property
    def reader(self) -> Reader:
        return reader_for(self.request.user, self.evaluation)

    def _form(self, section: NarrativeSection, data: Any = None) -> SectionForm:
        auto_id = f"id_{section.key}_%s"
        return SectionForm(data, instance=section, auto_id=auto_id, reader=self.reader)

    def save(self, *, seen: int) -> int:
        if self.posted.errors:
            return seen
        save_section(self.section, seen=seen, body=self.posted.cleaned_data["body"])
        return self.section.version

    def stored_values(self) -> dict[str, str]:
        return {"body": self.section.body}

    def fragments(self) -> dict[str, str]:
        key = self.section.key
        return {
            "#palette": self.reader.palette(),
            f"#remarks-{key}": self.reader.remarks(key, self.section.body),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sections = [
            (section, self._form_shown(section), self.reader.remarks(section.key, section.body))
            for section in self.evaluation.sections.all()
        ]
        return super().get_context_data(
            sections=sections,
            palette=self.reader.palette(),
            wording=self.evaluation.rule_pack.pack.wording,
            **kwargs,
        )

    def _form_shown(self, section: NarrativeSection) -> SectionForm | None:
        if not section.has_body:
            return None
        posted = self.request.method == "POST" and self.section.pk == section.pk
        return self.posted if posted else self._form(section)
