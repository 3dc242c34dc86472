"""The seal of journal entries and score sheets: an HMAC over canonical content, per purpose."""

import hashlib
import hmac

from django.conf import settings

from evalsys.canonical import canonical_json


def seal(purpose: str, content: object) -> str:
    """HMAC-SHA-256 in hex; the purpose keeps one kind of seal from standing for another."""
    message = canonical_json({"purpose": purpose, "content": content})
    return hmac.new(settings.SEAL_KEY.encode(), message, hashlib.sha256).hexdigest()


def is_sealed(given: str, purpose: str, content: object) -> bool:
    return hmac.compare_digest(given, seal(purpose, content))
