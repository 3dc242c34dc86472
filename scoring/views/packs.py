"""The pages of a finance bureau's rule packs: list, one version, its draft, what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import escape
from django.views.generic import FormView, TemplateView

from evalsys.accounts.enums import Role
from evalsys.accounts.models import Unit
from evalsys.accounts.requests import SignedInView
from evalsys.rulepacks import domain
from evalsys.rulepacks.codec import PackError, parse_pack
from evalsys.rulepacks.differences import Change, difference
from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from evalsys.rulepacks.schema import IndicatorTemplate, RulePack
from evalsys.rulepacks.words import AVERAGING, DEFAULT_RULES, FREEDOM, place_words
from evalsys.versioning import StaleVersionError
from projects.autosave import forbidden_answer, is_autosave, seen_version
from projects.views.drafts import SavingView, shown_values
from projects.views.mixins import refuse
from scoring.engine import rule_text
from scoring.library_forms import SearchForm
from scoring.pack_forms import SECTIONS, CompareForm, RulesSection, Section, StartForm
from scoring.pack_marks import DraftMarks, RowMarks, draft_marks
from scoring.permissions import can_keep_packs, can_start_next_version

RESHAPED = "别人刚刚增删或移动了行，您的改动还没有保存。请刷新页面，再把改动填上。"

# The page of the editor a problem belongs to, by the first member of its path; else the rules.
PAGES = {
    "funding_sources": "forms",
    "goal_types": "forms",
    "outline": "forms",
    "wording": "wording",
}


class BureauMixin(SignedInView):
    """Only for finance bureaus."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        decision = can_keep_packs(self.request.user)
        if not decision:
            return refuse(request, decision.reason)
        return super().dispatch(request, *args, **kwargs)


class VersionMixin(BureauMixin):
    @cached_property
    def version(self) -> RulePackVersion:
        visible = RulePackVersion.objects.visible_to(self.request.user).select_related("owner")
        return get_object_or_404(visible, pk=self.kwargs["pk"])


class DraftMixin(BureauMixin):
    """A draft of another bureau answers 404."""

    @cached_property
    def draft(self) -> RulePackDraft:
        visible = RulePackDraft.objects.visible_to(self.request.user)
        return get_object_or_404(visible.select_related("owner", "based_on"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(draft=self.draft, sections=SECTIONS.values(), **kwargs)


@dataclass(frozen=True)
class Found:
    """A problem of a draft: where in words, what, and the page where it is put right."""

    where: str
    text: str
    page: str


def found_problems(content: dict[str, Any]) -> list[Found]:
    return [
        Found(
            place_words(problem.path),
            problem.message,
            PAGES.get(problem.path.partition("[")[0].partition(".")[0], "rules"),
        )
        for problem in domain.problems_of(content)
    ]


class PackList(BureauMixin, TemplateView):
    """Every pack the bureau may see, its versions newest first, and the drafts."""

    template_name = "scoring/packs/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        versions = RulePackVersion.objects.visible_to(user).defer("content").select_related("owner")
        drafts = RulePackDraft.objects.visible_to(user).select_related("owner", "based_on")
        return super().get_context_data(
            packs=[list(group) for _, group in groupby(versions, key=lambda each: each.code)],
            drafts=drafts.defer("based_on__content"),
            **kwargs,
        )


class PackVersion(VersionMixin, TemplateView):
    """One version as it was published, and what may be done with it."""

    template_name = "scoring/packs/version.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            version=self.version,
            pack=self.version.pack,
            rows=pack_rows(self.version.pack),
            default_rules=default_rules(self.version.pack),
            averaging=AVERAGING[self.version.pack.scoring.averaging],
            freedom=FREEDOM[self.version.pack.tree_freedom],
            next_version=can_start_next_version(self.request.user, self.version),
            **kwargs,
        )


@dataclass(frozen=True)
class PackRow:
    """A node as it is shown: ``rule`` is its own rule as a sentence."""

    level: int
    node: IndicatorTemplate
    rule: str


def pack_rows(pack: RulePack) -> list[PackRow]:
    def walk(nodes: tuple[IndicatorTemplate, ...], level: int) -> Iterator[PackRow]:
        for node in nodes:
            yield PackRow(level, node, rule_text(node.rule) if node.rule else "")
            yield from walk(node.children, level + 1)

    return list(walk(pack.tree, 1))


def default_rules(pack: RulePack) -> list[tuple[str, str, bool]]:
    """What kind of 指标值 each is for, the rule as a sentence, and whether it was checked."""
    return [
        (DEFAULT_RULES[name], rule_text(rule), rule.verified)
        for name, rule in vars(pack.default_rules).items()
        if rule
    ]


class DraftStart(VersionMixin, FormView):
    """A pack of one's own from any version; POST to ``next`` goes on with one's own."""

    template_name = "scoring/packs/start.html"
    form_class = StartForm

    def get_form_kwargs(self) -> dict[str, Any]:
        units = Unit.objects.where(self.request.user, Role.FINANCE_BUREAU)
        return super().get_form_kwargs() | {"units": units}

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.version.name, "place": self.version.place}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(version=self.version, **kwargs)

    def form_valid(self, form: StartForm) -> HttpResponse:
        try:
            draft = domain.start_draft(
                self.version,
                actor=self.request.user,
                **{name: form.cleaned_data[name] for name in ("owner", "code", "name", "place")},
            )
        except domain.TakenCodeError:
            form.add_error("code", "这个代码刚刚被别人用了，请换一个。")
            return self.form_invalid(form)
        return redirect("scoring:pack_draft", pk=draft.pk, page="rules")


class NextVersion(VersionMixin):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        decision = can_start_next_version(self.request.user, self.version)
        if not decision:
            return refuse(request, decision.reason)
        try:
            draft = domain.start_next_version(self.version, actor=self.request.user)
        except domain.TakenCodeError:
            draft = get_object_or_404(RulePackDraft, code=self.version.code)
            messages.info(request, "这个规则包已经有一份草稿，已为您打开。")
        return redirect("scoring:pack_draft", pk=draft.pk, page="rules")


class DraftEdit(DraftMixin, SavingView):
    """One page of the editor; it saves itself."""

    def get_template_names(self) -> list[str]:
        return [self.section.template]

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        kind = SECTIONS.get(self.kwargs["page"])
        if kind is None:
            raise Http404
        self.section: Section = kind(self.draft.content, data)
        return self.section.forms

    def save(self, *, seen: int) -> int:
        if not self.section.fits:
            return self.draft.version
        domain.save_draft(self.draft, seen=seen, content=self.section.changed())
        return self.draft.version

    def conflict(self, request: HttpRequest, stale: StaleVersionError) -> HttpResponse:
        stored = type(self.section)(self.draft.content)
        if is_autosave(request) and stored.shape != self.section.shape:
            return forbidden_answer(RESHAPED)
        return super().conflict(request, stale)

    def errors(self) -> dict[str, list[str]]:
        found = super().errors()
        for rows in self.section.row_sets():
            if sentences := rows.non_form_errors():
                found[f"{rows.prefix}-TOTAL_FORMS"] = [str(sentence) for sentence in sentences]
        return found

    def stored_values(self) -> dict[str, str]:
        stored = type(self.section)(self.draft.content)
        return {
            name: value
            for form in stored.forms
            for name, value in shown_values(form[field] for field in form.fields).items()
        }

    def fragments(self) -> dict[str, str]:
        context = {"problems": found_problems(self.draft.content), "draft": self.draft}
        problems = render_to_string("scoring/packs/problems.html", context)
        said = draft_marks(self.draft.content).fragments().items()
        return {"#problems": problems, **{f"#{place}": escape(text) for place, text in said}}

    def tree_rows(self, marks: DraftMarks) -> list[tuple[forms.BaseForm, RowMarks]]:
        """The grid's rows with what is said beside them; none on the other pages."""
        if not isinstance(self.section, RulesSection):
            return []
        said = [*marks.rows, *repeat(RowMarks(), len(self.section.tree.forms))]
        return list(zip(self.section.tree.forms, said, strict=False))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        marks = draft_marks(self.draft.content)
        return super().get_context_data(
            section=self.section,
            marks=marks,
            tree_rows=self.tree_rows(marks),
            no_mark=RowMarks(),
            search=SearchForm(),
            version=self.draft.version,
            problems=found_problems(self.draft.content),
            **kwargs,
        )


class DraftPublish(DraftMixin, TemplateView):
    """What changes against the version it comes from; then the draft becomes a version."""

    template_name = "scoring/packs/publish.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        problems = found_problems(self.draft.content)
        return super().get_context_data(
            problems=problems, changes=() if problems else self.changes(), **kwargs
        )

    def changes(self) -> tuple[Change, ...]:
        return difference(self.draft.based_on.pack, parse_pack(self.draft.content))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            version = domain.publish_draft(
                self.draft, seen=seen_version(request), actor=self.request.user
            )
        except StaleVersionError:
            messages.error(request, "草稿刚刚又改过，请核对后再发布。")
        except PackError as error:
            messages.error(request, f"还有 {len(error.problems)} 处问题，不能发布。")
        else:
            messages.success(request, f"已发布：{version}。下属单位开始自评时可以选用。")
            return redirect("scoring:pack", pk=version.pk)
        return redirect("scoring:pack_publish", pk=pk)


class DraftDiscard(DraftMixin):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = self.draft.name
        domain.discard_draft(self.draft, actor=self.request.user)
        messages.success(request, f"草稿「{name}」已删除。")
        return redirect("scoring:packs")


class PackDifference(VersionMixin, TemplateView):
    """Two versions side by side, of one pack or of two."""

    template_name = "scoring/packs/difference.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = RulePackVersion.objects.visible_to(self.request.user)
        versions = visible.exclude(pk=self.version.pk).defer("content")
        form = CompareForm(self.request.GET or None, versions=versions)
        other = form.cleaned_data["other"] if form.is_bound and form.is_valid() else None
        return super().get_context_data(
            version=self.version,
            form=form,
            other=other,
            changes=difference(other.pack, self.version.pack) if other else (),
            **kwargs,
        )
