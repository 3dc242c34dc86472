"""What the pack editor's forms are made of: fields that keep what they accept as text, and rows.

What a field refuses is not stored: a row of the tree keeps what it had, a new value stays blank,
and a blank that may not be blank is one of the draft's problems.
"""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from django import forms

from evalsys.canonical import decimal_text
from evalsys.fields import StrictDecimalField, dress_cells
from evalsys.jsonread import IDENTIFIER
from evalsys.rulepacks import codec
from evalsys.rulepacks.rows import Row

MOST_ROWS = 300
Content = dict[str, Any]


def new_key() -> str:
    return f"n{secrets.token_hex(4)}"


class PointsField(StrictDecimalField):
    """Points, rates and limits: typed as a number, kept as its text; ``blank`` is what '' means."""

    def __init__(self, *, blank: str | None = "", **kwargs: Any) -> None:
        super().__init__(
            places=codec.PLACES_LIMIT, maximum=Decimal(99999), required=False, **kwargs
        )
        self.blank = blank

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return self.blank if number is None else decimal_text(number)


class CountField(StrictDecimalField):
    """A whole number; ``blank`` where nothing is typed, so that the draft says what is missing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=0, maximum=Decimal(9999), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number)


class LevelField(forms.TypedChoiceField):
    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, coerce=int, required=True, **kwargs)


class MemberForm(forms.Form):
    """A form over members of one JSON object, drawn as cells of a table.

    ``BLANK`` is what stands where a value was refused and none was stored before.
    """

    BLANK: ClassVar[Content] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"use_required_attribute": False, "empty_permitted": False}
        super().__init__(*args, **kwargs)
        dress_cells(self)

    def accepted(self) -> Content:
        return self.BLANK | {
            name: self.cleaned_data.get(name) for name in self.fields if name not in self.errors
        }


class NamedForm(MemberForm):
    """One field for each member of an object whose names are free, such as the limits."""

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: self.build(name) for name in names}
        dress_cells(self)

    def build(self, name: str) -> forms.Field:
        raise NotImplementedError


class KeyedRow(MemberForm):
    """A row with a key of its own, which nobody types and which stays when the row moves."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        fits = IDENTIFIER.fullmatch(key) and len(key) <= codec.KEY
        return key if fits else new_key()


RowSet: TypeAlias = "forms.BaseFormSet[Any]"


def row_set(form: type[MemberForm]) -> type[RowSet]:
    return forms.formset_factory(
        form, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


def accepted_rows(rows: RowSet) -> list[Row]:
    return [form.accepted() for form in rows.forms]
