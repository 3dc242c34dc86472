from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


class RefuseNul:
    """PostgreSQL cannot store a NUL, and nobody types one: such a request is a bad request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul(request.GET) or (request.method == "POST" and _has_nul(request.POST)):
            raise SuspiciousOperation("a NUL character in the request")
        return self.get_response(request)


class RefuseHuge:
    """Refuses a body by its announced length; a body without one counts as empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.LARGEST_REQUEST:
            raise RequestDataTooBig("the body of the request is too large")
        return self.get_response(request)


def _has_nul(values: QueryDict) -> bool:
    return any(NUL in value for _, given in values.lists() for value in given)
