"""One byte form for equal data, so that a digest or a seal means something."""

import hashlib
import json
from decimal import Decimal

from evalsys.figures import plain


def decimal_text(value: Decimal) -> str:
    """Write a number in plain digits, the same for equal numbers: 4.00 and 4 both give ``4``."""
    if not value.is_finite():
        raise ValueError(f"{value} has no canonical text")
    text = plain(value)
    return "0" if text == "-0" else text


def canonical_json(value: object) -> bytes:
    """Write JSON data as UTF-8 with sorted keys and no spaces.

    Takes None, bool, int, str, lists, tuples and dicts with text keys. Anything else, floats
    included, raises TypeError; lone surrogates raise ValueError.
    """
    _require_json(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON in lower-case hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _require_json(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case list() | tuple():
            for item in value:
                _require_json(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"{key!r} is no text key")
                _require_json(item)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical JSON form")
