"""The form fields of the house: one for numbers, one for text, the same strictness everywhere.

Django's own take 1_0 for 10, full-width and Arabic digits, and hidden characters.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet

from evalsys.figures import YUAN_PER_WAN, plain, wan_text
from evalsys.glyphs import unprintable
from evalsys.text import fold_digits, forbidden_sentence

NUMBER = re.compile(r"[0-9]{1,13}(?:\.[0-9]+)?")
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

MINUS_SIGNS = ("-", "－", "−")
UNSIGNED = "请填数字，例如 21.76；不要写单位、正负号或其他符号。"
SIGNED = "请填数字，例如 21.76，调减写 -21.76；不要写单位或其他符号。"


class StrictDecimalField(forms.Field):
    """A number in plain digits; thousands commas and full-width digits are understood.

    Anything else is refused with a sentence, never guessed. Only a ``signed`` one takes a minus.
    """

    def __init__(
        self,
        *,
        places: int,
        maximum: Decimal | None = None,
        signed: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        self.places, self.maximum, self.signed = places, maximum, signed
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = fold_digits(str(value or "")).strip().replace("，", ",")
        if not text:
            return None
        if self.signed and text.startswith(MINUS_SIGNS):
            return -self._number(text[1:].strip())
        return self._number(text)

    def _number(self, text: str) -> Decimal:
        if GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not NUMBER.fullmatch(text):
            raise ValidationError(SIGNED if self.signed else UNSIGNED)
        return self._bounded(Decimal(text))

    def _bounded(self, number: Decimal) -> Decimal:
        _, _, decimals = format(number, "f").partition(".")
        if len(decimals) > self.places:
            raise ValidationError(f"最多 {self.places} 位小数。")
        if self.maximum is not None and number > self.maximum:
            raise ValidationError(f"不能大于 {plain(self.maximum)}。")
        return number

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class WanYuanField(StrictDecimalField):
    """Typed and shown in 万元, kept in 元: 21.76 on paper is Decimal("217600.00")."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=6, maximum=Decimal("999999999.999999"), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        wan = super().to_python(value)
        return None if wan is None else (wan * YUAN_PER_WAN).quantize(Decimal("0.01"))

    def prepare_value(self, value: Any) -> Any:
        return wan_text(value) if isinstance(value, Decimal) else value


class TextField(forms.CharField):
    """One line, or several when ``multiline``, with nothing hidden or unprintable in it.

    ``wraps`` shows a long line in a box that grows; what is not ``printed`` needs no glyphs.
    """

    def __init__(
        self,
        *,
        multiline: bool = False,
        wraps: bool = False,
        printed: bool = True,
        rows: int = 1,
        **kwargs: Any,
    ) -> None:
        self.multiline, self.printed = multiline, printed
        if multiline or wraps:
            attrs = {"rows": rows, "data-autogrow": True}
            kwargs.setdefault("widget", forms.Textarea(attrs=attrs))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser would cut a pasted text without a word."""
        return {name: v for name, v in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        sentence = forbidden_sentence(value, multiline=self.multiline)
        if sentence:
            raise ValidationError(sentence)
        missing = unprintable(value) if self.printed else ""
        if missing:
            raise ValidationError(
                f"这些字不在印制字库里，打印会成方框：{''.join(missing)}。请换用通行字，或请系统管理员补充字库。"
            )


class CellForm(forms.Form):
    """A form whose fields fill the cells of a paper table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_cells(self)


def dress_cells(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxInput):
            number = " num" if isinstance(field, StrictDecimalField) else ""
            field.widget.attrs |= {"class": f"cell-input{number}", "autocomplete": "off"}


def limit_length(form: forms.BaseForm, name: str, longest: Decimal) -> None:
    """At most this many characters in a text field, and never more than its column takes."""
    field = form.fields[name]
    own = min(int(longest), field.max_length)  # type: ignore[attr-defined]  # a TextField
    others = [one for one in field.validators if not isinstance(one, MaxLengthValidator)]
    field.validators = [*others, MaxLengthValidator(own)]


def choose_from(form: forms.BaseForm, name: str, choices: QuerySet[Any]) -> None:
    """Offer ``choices`` in the form's choice field of that name."""
    form.fields[name].queryset = choices  # type: ignore[attr-defined]  # a ModelChoiceField
