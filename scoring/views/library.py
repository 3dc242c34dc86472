"""The indicator library: looking through it, a bureau's own entries, taking leaves over."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from evalsys.accounts.requests import SignedInView
from evalsys.duplicates import RefuseDuplicates
from evalsys.library.domain import add_entry, change_entry, leaves_for, set_retired
from evalsys.library.models import LibraryEntry
from evalsys.library.schema import LibraryLeaf
from evalsys.library.search import search
from evalsys.library.shipped import shipped_library
from evalsys.versioning import StaleVersionError
from projects.autosave import seen_version
from projects.views.mixins import EvaluationMixin, refuse
from scoring import tree_editing
from scoring.library_forms import EntryForm, SearchForm, initial_from
from scoring.models import Indicator
from scoring.permissions import (
    can_change_entry,
    can_edit_tree,
    can_keep_library,
    can_read_library,
)
from scoring.views.packs import DraftMixin

PAGE = 50
MOST_FOUND = 40


@dataclass(frozen=True)
class Listed:
    """A leaf in the list; ``entry`` is set where this user may change it."""

    leaf: LibraryLeaf
    entry: LibraryEntry | None = None
    retired: bool = False


class LibraryMixin(SignedInView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        decision = can_read_library(self.request.user)
        if not decision:
            return refuse(request, decision.reason)
        return super().dispatch(request, *args, **kwargs)

    def visible_entries(self) -> QuerySet[LibraryEntry]:
        return LibraryEntry.objects.visible_to(self.request.user).select_related("owner")


class LibraryList(LibraryMixin, TemplateView):
    """Every leaf the user's units may take over, and for their bureau those that were retired."""

    template_name = "scoring/library/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = SearchForm(self.request.GET)
        listed = {item.leaf.ref: item for item in self.listed()}
        found = search((item.leaf for item in listed.values()), form.wanted())
        pages = Paginator([listed[leaf.ref] for leaf in found], PAGE)
        return super().get_context_data(
            form=form,
            page=pages.get_page(self.request.GET.get("page")),
            note=shipped_library().note,
            keeps=can_keep_library(self.request.user),
            **kwargs,
        )

    def listed(self) -> list[Listed]:
        user = self.request.user
        own = [
            Listed(
                entry.leaf,
                entry if can_change_entry(user, entry) else None,
                entry.retired_at is not None,
            )
            for entry in self.visible_entries()
        ]
        shown = [item for item in own if item.entry or not item.retired]
        return [*shown, *(Listed(leaf) for leaf in shipped_library().leaves)]


class EntryCreate(LibraryMixin, RefuseDuplicates, FormView):
    """A new entry, blank or begun from another leaf (``?from=``)."""

    template_name = "scoring/library/entry.html"
    form_class = EntryForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        decision = can_keep_library(self.request.user)
        if not decision:
            return refuse(request, decision.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        leaves = [*(e.leaf for e in self.visible_entries()), *shipped_library().leaves]
        wanted = self.request.GET.get("from", "")
        return next((initial_from(leaf) for leaf in leaves if leaf.ref == wanted), {})

    def form_saved(self, form: EntryForm) -> HttpResponse:
        entry = add_entry(actor=self.request.user, **form.values())
        messages.success(self.request, f"「{entry}」已加入指标库，下属单位现在可以选用。")
        return redirect("scoring:library")


class EntryMixin(LibraryMixin):
    @cached_property
    def entry(self) -> LibraryEntry:
        return get_object_or_404(self.visible_entries(), pk=self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        readable = can_read_library(self.request.user)
        decision = can_change_entry(self.request.user, self.entry) if readable else readable
        if not decision:
            return refuse(request, decision.reason)
        return super().dispatch(request, *args, **kwargs)


class EntryEdit(EntryMixin, RefuseDuplicates, FormView):
    template_name = "scoring/library/entry.html"
    form_class = EntryForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "instance": self.entry}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(entry=self.entry, **kwargs)

    def form_saved(self, form: EntryForm) -> HttpResponse:
        entry = LibraryEntry.objects.select_related("owner").get(pk=self.entry.pk)
        seen, actor = seen_version(self.request), self.request.user
        try:
            change_entry(entry, seen=seen, actor=actor, **form.values())
        except StaleVersionError:
            form.tell_theirs(entry)
            return self.form_invalid(form)
        messages.success(self.request, f"「{entry}」已保存；已经选用它的指标体系不受影响。")
        return redirect("scoring:library")


class EntryRetire(EntryMixin):
    """Offer an entry no more, or again."""

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        retired = action == "retire"
        set_retired(self.entry, retired=retired, actor=self.request.user)
        done = "已停用，不再提供选用" if retired else "已恢复，可以选用"
        messages.success(request, f"「{self.entry}」{done}。")
        return redirect("scoring:library")


class Picking(TemplateView):
    """Search and results for taking a leaf over; htmx asks for the results alone."""

    results_template = "scoring/library/results.html"

    def get_template_names(self) -> list[str]:
        if self.request.headers.get("HX-Request") == "true":
            return [self.results_template]
        return super().get_template_names()

    def leaves(self) -> list[LibraryLeaf]:
        raise NotImplementedError

    def near(self) -> tuple[str, ...]:
        """The names of the place the leaf is for, the innermost first."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = SearchForm(self.request.GET)
        found = search(self.leaves(), form.wanted(self.near()))
        return super().get_context_data(
            search=form,
            leaves=found[:MOST_FOUND],
            more=max(0, len(found) - MOST_FOUND),
            **kwargs,
        )


class IndicatorLibrary(EvaluationMixin, Picking):
    """Take a leaf over into the evaluation's tree, below the row ``under``."""

    template_name = "scoring/library/picking.html"
    permission = staticmethod(can_edit_tree)
    tab = "scoring:indicators"
    edits_forms = True

    @cached_property
    def under(self) -> Indicator:
        said = self.request.POST or self.request.GET
        number = said.get("under", "")
        if not (number.isascii() and number.isdigit()):
            raise Http404
        rows = Indicator.objects.select_related("evaluation__rule_pack", "parent__parent")
        row = get_object_or_404(rows, pk=number, evaluation=self.evaluation)
        if not tree_editing.may_add_under(row, self.evaluation.rule_pack.pack):
            raise PermissionDenied("这里不能加指标，请选可以加下级的那一行。")
        return row

    def leaves(self) -> list[LibraryLeaf]:
        return leaves_for(self.evaluation.unit)

    def near(self) -> tuple[str, ...]:
        names, row = [], self.under
        while row is not None:
            names.append(row.name)
            row = row.parent  # type: ignore[assignment]  # the walk ends at a root
        return tuple(names)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(under=self.under, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = request.POST.get("entry", "")
        leaf = next((leaf for leaf in self.leaves() if leaf.ref == chosen), None)
        page = reverse("scoring:indicators", args=[pk])
        if leaf is None:
            messages.error(request, "这个指标刚刚停用了，请另选一个。")
            return redirect(page)
        row = tree_editing.add_leaf(self.under, leaf)
        messages.success(request, f"已加入「{row.name}」，请填分值和指标值。")
        return redirect(f"{page}#indicator-{row.pk}")


class DraftLibrary(DraftMixin, Picking):
    """What may be taken over into a draft's tree; the editor's script puts it there."""

    template_name = Picking.results_template

    def leaves(self) -> list[LibraryLeaf]:
        return leaves_for(self.draft.owner)

    def near(self) -> tuple[str, ...]:
        return tuple(self.request.GET.get("near", "")[:1000].split("\n"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(into_draft=True, **kwargs)
