from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.views.generic.edit import FormMixin

ALREADY_THERE = "这一条刚刚已经保存过了，请返回核对，不必再填一次。"


class RefuseDuplicates(FormMixin):  # type: ignore[type-arg]
    """Two posts at once pass the same check; the table's constraint stops the second."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return self.form_saved(form)
        except IntegrityError:
            form.add_error(None, ALREADY_THERE)
            return self.form_invalid(form)

    def form_saved(self, form: Any) -> HttpResponse:
        """Save and answer."""
        raise NotImplementedError
