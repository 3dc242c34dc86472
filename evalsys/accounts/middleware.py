from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponse]
SIGNED_IN, SEEN = "signed_in_at", "seen_at"
REFRESH_SECONDS = 60


class SessionLimits:
    """Ends a session 12 hours after sign-in; use within 30 minutes keeps it alive.

    The cookie's age is the idle limit. Touching the session once a minute instead of at
    every request keeps page views free of database writes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        now = timezone.now().timestamp()
        started = request.session.setdefault(SIGNED_IN, now)
        if now - started > settings.SESSION_ABSOLUTE_AGE.total_seconds():
            logout(request)
        elif now - request.session.get(SEEN, 0) > REFRESH_SECONDS:
            request.session[SEEN] = now


class PasswordChangeRequired:
    """A password that somebody else chose opens one page only: the one that changes it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request.user, "must_change_password", False):
            allowed = {reverse("password_change"), reverse("logout")}
            if request.path not in allowed:
                return redirect("password_change")
        return self.get_response(request)


class PrivatePages:
    """Pages of a signed-in person are kept in no cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
