"""The answers of the save protocol that docs/pages.md describes."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

FORBIDDEN = 403
CONFLICT = 409


def is_autosave(request: HttpRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"


def seen_version(request: HttpRequest) -> int:
    """The version the page was made from; anything unreadable counts as stale."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def saved_answer(
    version: int, errors: dict[str, list[str]], fragments: dict[str, str]
) -> JsonResponse:
    """``errors`` by input name: those values were refused, all others are stored."""
    return JsonResponse(
        {
            "status": "saved",
            "version": version,
            "saved_at": timezone.localtime().strftime("%H:%M"),
            "errors": errors,
            "fragments": fragments,
        }
    )


def conflict_answer(
    version: int, theirs: dict[str, str], fragments: dict[str, str] | None = None
) -> JsonResponse:
    """``fragments`` as in saved_answer: what others stored moves the totals too."""
    answer: dict[str, Any] = {"status": "conflict", "version": version, "theirs": theirs}
    if fragments:
        answer["fragments"] = fragments
    return JsonResponse(answer, status=CONFLICT)


def forbidden_answer(reason: str) -> JsonResponse:
    return JsonResponse({"message": reason}, status=FORBIDDEN)
