from django.http import HttpRequest
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from evalsys.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind LoginRequiredMiddleware gets: its user is never anonymous."""

    user: User


class SignedInView(TemplateResponseMixin, ContextMixin, View):
    """What mixins of pages build on; it answers no method by itself."""

    request: SignedInRequest
