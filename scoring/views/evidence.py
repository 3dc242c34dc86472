"""佐证材料: files behind the leaves; the unit's finance staff put them in."""

from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from evalsys.accounts.requests import SignedInRequest
from evalsys.fields import TextField
from projects.evidence import domain
from projects.evidence.errors import RefusedFileError
from projects.evidence.kinds import BY_KEY, ENDINGS
from projects.models import Evidence
from projects.permissions import can_edit_forms
from projects.views.drafts import DraftView
from projects.views.mixins import MOVED_ON, EvaluationMixin, refuse
from projects.workflow import still_in_state
from scoring.evidence import LeafGroup, attach, leaf_groups, save_evidence
from scoring.evidence_forms import TITLE_LENGTH, EvidenceForm, UploadForm
from scoring.models import Indicator

TAB = "scoring:evidence"


class EvidencePage(EvaluationMixin, TemplateView):
    """What there is, for which leaves; with a form to add more while the forms are open."""

    template_name = "scoring/evidence/list.html"
    tab = TAB

    @cached_property
    def groups(self) -> list[LeafGroup]:
        return leaf_groups(self.evaluation.indicators.all())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        decision = can_edit_forms(request.user, self.evaluation)
        if not decision:
            return refuse(request, decision.reason)
        form = UploadForm(request.POST, request.FILES, groups=self.groups)
        if form.is_valid() and self._attach_all(form):
            return redirect(TAB, pk=pk)
        return self.render_to_response(self.get_context_data(form=form))

    def _attach_all(self, form: UploadForm) -> bool:
        """Whether every file was kept; those that were not are named with the reason."""
        refused = []
        for file, title in zip(form.cleaned_data["upload"], form.titles(), strict=True):
            try:
                self._attach(form, file, title)
            except RefusedFileError as refusal:
                refused.append(f"「{file.name}」没有上传：{refusal}")
        kept = len(form.cleaned_data["upload"]) - len(refused)
        if kept:
            messages.success(self.request, f"已上传 {kept} 个文件。")
        for sentence in refused:
            messages.error(self.request, sentence)
        return not refused

    def _attach(self, form: UploadForm, upload: UploadedFile, title: str) -> None:
        title = _clean_title(title)
        file = domain.checked(upload)
        with transaction.atomic():
            if not still_in_state(self.evaluation):
                raise RefusedFileError(MOVED_ON)
            attach(
                self.evaluation, file, title=title, leaves=form.chosen(), actor=self.request.user
            )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        evidence = list(
            self.evaluation.evidence.select_related("added_by").prefetch_related("indicators")
        )
        kwargs.setdefault("form", UploadForm(groups=self.groups))
        return super().get_context_data(
            evidence=evidence,
            kinds={key: kind.label for key, kind in BY_KEY.items()},
            bare=bare_leaves(self.groups, evidence),
            decision=can_edit_forms(self.request.user, self.evaluation),
            endings=ENDINGS,
            limits=_limits(evidence),
            **kwargs,
        )


def bare_leaves(groups: list[LeafGroup], evidence: list[Evidence]) -> list[Indicator]:
    """Those no file stands behind."""
    covered = {leaf.pk for file in evidence for leaf in file.indicators.all()}
    return [leaf for group in groups for leaf in group.leaves if leaf.pk not in covered]


def _clean_title(title: str) -> str:
    """A file's name becomes a title, so it has to keep what titles keep."""
    try:
        return str(TextField(max_length=TITLE_LENGTH, printed=False).clean(title))
    except ValidationError as error:
        raise RefusedFileError(f"标题不能用：{error.messages[0]}请另写标题。") from error


def _limits(evidence: list[Evidence]) -> dict[str, int]:
    return {
        "file": domain.LARGEST_FILE,
        "all": domain.MOST_BYTES,
        "used": sum(file.size for file in evidence),
        "count": domain.MOST_FILES,
    }


class OneEvidenceMixin(EvaluationMixin):
    """Sets ``self.evidence``, a file of this evaluation."""

    @cached_property
    def evidence(self) -> Evidence:
        files = self.evaluation.evidence.select_related("evaluation")
        return get_object_or_404(files, pk=self.kwargs["file"])


class EvidenceEdit(OneEvidenceMixin, DraftView):
    """Title and leaves of one file; saves itself."""

    template_name = "scoring/evidence/edit.html"
    permission = staticmethod(can_edit_forms)
    tab = TAB

    @cached_property
    def groups(self) -> list[LeafGroup]:
        return leaf_groups(self.evaluation.indicators.all())

    def build_forms(self, data: Any) -> list[forms.BaseForm]:
        self.form = EvidenceForm(data, evidence=self.evidence, groups=self.groups)
        return [self.form]

    def save(self, *, seen: int) -> int:
        save_evidence(self.evidence, seen=seen, actor=self.request.user, **self.form.acceptable())
        return self.evidence.version

    def stored_values(self) -> dict[str, str]:
        linked = {leaf.key for leaf in self.evidence.indicators.all()}
        keys = [leaf.key for group in self.groups for leaf in group.leaves if leaf.key in linked]
        return {"title": self.evidence.title, "indicators": "\n".join(keys)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, evidence=self.evidence, **kwargs)


class EvidenceRemove(OneEvidenceMixin):
    permission = staticmethod(can_edit_forms)
    edits_forms = True

    def post(self, request: SignedInRequest, pk: int, file: int) -> HttpResponse:
        domain.remove(self.evidence, actor=request.user)
        messages.success(request, f"已删除「{self.evidence.title}」。")
        return redirect(TAB, pk=pk)


class EvidenceDownload(OneEvidenceMixin):
    """Always a download, never shown by the browser; each is journaled."""

    def get(self, request: HttpRequest, pk: int, file: int) -> FileResponse:
        content = domain.hand_out(self.evidence, actor=self.request.user)
        return FileResponse(
            BytesIO(content),
            as_attachment=True,
            filename=domain.file_name(self.evidence),
            content_type=BY_KEY[self.evidence.kind].media_type,
        )
