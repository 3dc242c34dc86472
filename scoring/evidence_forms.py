from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms

from evalsys.fields import TextField
from projects.evidence.domain import LARGEST_FILE
from projects.evidence.kinds import ACCEPT
from projects.models import Evidence
from scoring.evidence import LeafGroup
from scoring.models import Indicator

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

TITLE_LENGTH = 200
MOST_AT_ONCE = 100_000_000


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        files = data if isinstance(data, list) and data else [data or None]
        return [super(FilesField, self).clean(file, initial) for file in files]


class LeavesForm(forms.Form):
    """Which leaves, by key, with at least one ticked."""

    indicators = forms.MultipleChoiceField(
        label="对应的指标",
        error_messages={
            "required": "请至少选一个对应的指标。",
            "invalid_choice": "指标体系刚刚有变动，请刷新页面再选。",
        },
    )

    def __init__(self, *args: Any, groups: Iterable[LeafGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = list(groups)
        self.leaves = {leaf.key: leaf for group in self.groups for leaf in group.leaves}
        self.fields["indicators"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (leaf.key, leaf.name) for leaf in self.leaves.values()
        ]

    @property
    def ticked(self) -> list[str]:
        return self["indicators"].value() or []

    def chosen(self) -> list[Indicator]:
        """In printed order."""
        keys = set(self.cleaned_data["indicators"])
        return [leaf for key, leaf in self.leaves.items() if key in keys]


class UploadForm(LeavesForm):
    """Files, each of which becomes one piece of evidence for the same leaves."""

    upload = FilesField(
        label="文件",
        widget=FilesInput(
            attrs={
                "accept": ACCEPT,
                "class": "form-control",
                "data-largest": LARGEST_FILE,
                "data-most": MOST_AT_ONCE,
            }
        ),
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )
    title = TextField(
        label="标题",
        max_length=TITLE_LENGTH,
        required=False,
        printed=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text="不填就用文件名。",
    )

    field_order = ("upload", "title", "indicators")

    def titles(self) -> list[str]:
        """One for each file; a title given for several is numbered."""
        files, title = self.cleaned_data["upload"], self.cleaned_data["title"]
        if not title:
            return [PurePath(file.name or "").stem for file in files]
        numbered = [f"{title}（{number}）" for number in range(1, len(files) + 1)]
        return [title] if len(files) == 1 else numbered


class EvidenceForm(LeavesForm):
    """Title and leaves of what was uploaded."""

    title = TextField(
        label="标题",
        max_length=TITLE_LENGTH,
        printed=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    field_order = ("title", "indicators")

    def __init__(
        self, data: Mapping[str, Any] | None, *, evidence: Evidence, groups: Iterable[LeafGroup]
    ) -> None:
        linked = [leaf.key for leaf in evidence.indicators.all()]
        self.evidence = evidence
        super().__init__(
            data, groups=groups, initial={"title": evidence.title, "indicators": linked}
        )

    def acceptable(self) -> dict[str, Any]:
        """What may be stored: a refused half stays as it was stored before."""
        refused = self.errors
        return {
            "title": self.evidence.title if "title" in refused else self.cleaned_data["title"],
            "leaves": list(self.evidence.indicators.all())
            if "indicators" in refused
            else self.chosen(),
        }
