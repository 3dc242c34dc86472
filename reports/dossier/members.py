"""How one member of a dossier file is read, and how long its text may be."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from evalsys.canonical import decimal_text
from evalsys.jsonread import Reader

T = TypeVar("T")

ITEMS_LIMIT = 1000

KEY = 50
SHORT = 50
LABEL = 100
LINE = 200
CELL = 500
PROSE = 2000
SECTION = 30_000


def said(name: str, value: Any) -> dict[str, Any]:
    """A member younger than the format: left out where empty, so that older digests stand."""
    return {name: value} if value else {}


def number(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def list_of(reader: Reader, read: Callable[[Reader], T]) -> tuple[T, ...]:
    items = reader.items()
    return tuple(map(read, items)) if _bounded(reader, len(items)) else ()


def mapping(reader: Reader, read: Callable[[Reader], T]) -> dict[str, T]:
    members = reader.object_items()
    return {key: read(item) for key, item in members} if _bounded(reader, len(members)) else {}


def optional_list(reader: Reader, name: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
    member = reader.optional(name)
    return () if member is None else list_of(member, read)


def optional_mapping(reader: Reader, name: str, read: Callable[[Reader], T]) -> dict[str, T]:
    member = reader.optional(name)
    return {} if member is None else mapping(member, read)


def _bounded(reader: Reader, count: int) -> bool:
    if count > ITEMS_LIMIT:
        reader.fail(f"项数过多：{count} 项，最多 {ITEMS_LIMIT} 项。")
    return count <= ITEMS_LIMIT


def optional(reader: Reader, name: str, read: Callable[[Reader], T], default: T) -> T:
    member = reader.optional(name)
    return default if member is None else read(member)


def text(reader: Reader, name: str, limit: int, *, multiline: bool = False) -> str:
    return optional(reader, name, lambda item: item.text(max=limit, multiline=multiline), "")


def date_or_null(reader: Reader) -> date | None:
    return reader.or_null(Reader.date)


def money(reader: Reader) -> Decimal | None:
    return reader.or_null(lambda item: item.decimal(max_digits=15, places=2, minimum=Decimal(0)))


def points(reader: Reader) -> Decimal:
    return reader.decimal(max_digits=7, places=4, minimum=Decimal(0))


def points_or_null(reader: Reader) -> Decimal | None:
    return reader.or_null(points)


def rate(reader: Reader) -> Decimal | None:
    return reader.or_null(lambda item: item.decimal(max_digits=10, places=6, minimum=Decimal(0)))


def signed_money(reader: Reader) -> Decimal | None:
    return reader.or_null(lambda item: item.decimal(max_digits=15, places=2))


def sum_of_points(reader: Reader) -> Decimal | None:
    """What a whole panel's totals may add to."""
    return reader.or_null(lambda item: item.decimal(max_digits=9, places=4, minimum=Decimal(0)))
