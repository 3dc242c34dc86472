from django.http import HttpRequest

from evalsys.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind LoginRequiredMiddleware gets: its user is never anonymous."""

    user: User
