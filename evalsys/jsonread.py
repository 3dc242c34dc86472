"""Strict reading of JSON from outside: every problem named by its path, all of them at once.

``load_json`` turns bytes into plain data; ``Reader`` walks that data, writes down each problem and
goes on with a harmless value, so that one pass finds everything. ``Reader.finish`` raises.
Paths look like ``tree[2].children[0].weight``; the root is the empty path.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self, TypeVar

from evalsys.text import find_forbidden, forbidden_sentence

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

DEPTH_LIMIT = 32
INTEGER_DIGITS = 18

PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")
PLAIN_NUMBER = re.compile(r"(?!-[0.]+\Z)-?(0|[1-9][0-9]*)(\.[0-9]+)?")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """Where in the file, and a Chinese sentence saying what is wrong there."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}：{self.message}" if self.path else self.message


class JsonError(ValueError):
    """The file cannot be taken; ``problems`` is never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @property
    def path(self) -> str:
        return self.problems[0].path

    @property
    def message(self) -> str:
        return self.problems[0].message


def load_json(source: bytes | str, *, limit_bytes: int) -> Any:
    """Parse JSON text; JsonError for whatever is malformed, doubled, too deep or too large."""
    text = _decode(source, limit_bytes)
    try:
        raw = json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_Pairs, parse_int=_bounded_integer
        )
    except json.JSONDecodeError as error:
        raise _refusal(
            f"不是合法的 JSON：第 {error.lineno} 行第 {error.colno} 列附近有错，请检查括号和引号。"
        ) from error
    except RecursionError as error:
        raise _refusal(_too_deep()) from error
    problems: list[Problem] = []
    value = _settle(raw, "", 0, problems)
    if problems:
        raise JsonError(tuple(problems))
    return value


class Reader:
    """One value of a JSON document and the way to it.

    A missing or wrong value is written down once; what is read from it afterwards is harmless
    filler, to be thrown away when ``finish`` raises.
    """

    def __init__(
        self, value: object, path: str = "", problems: list[Problem] | None = None
    ) -> None:
        self.value = value
        self.path = path
        self._problems: list[Problem] = [] if problems is None else problems
        self._read: set[str] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found wrong so far in the whole document, in reading order."""
        return tuple(self._problems)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong at this place or inside it."""
        return not any(_inside(problem.path, self.path) for problem in self._problems)

    def members_sound(self, *names: str) -> bool:
        """Whether this is an object and nothing was found wrong in these members."""
        places = [member_path(self.path, name) for name in names]
        return not any(
            problem.path == self.path or any(_inside(problem.path, place) for place in places)
            for problem in self._problems
        )

    def fail(self, message: str) -> None:
        """Write down a problem of this very place."""
        self._problems.append(Problem(self.path, message))

    def finish(self) -> None:
        if self._problems:
            raise JsonError(self.problems)

    def field(self, name: str) -> Self:
        """Return a member that must be there."""
        members = self._members()
        self._read.add(name)
        child = self._child(members.get(name, _MISSING), member_path(self.path, name))
        if name not in members and self.value is not _MISSING:
            child.fail("缺少这一项，请补上。")
        return child

    def optional(self, name: str) -> Self | None:
        """Return a member, or None where it is absent (JSON null is not absence)."""
        self._read.add(name)
        return self.field(name) if name in self._members() else None

    def or_null(self, read: Callable[[Self], T]) -> T | None:
        """Read this value unless it is JSON null."""
        return None if self.value is None else read(self)

    def end(self) -> None:
        """Refuse members nobody asked for; call it when an object is read."""
        for name in self._members():
            if name not in self._read:
                self._child(None, member_path(self.path, name)).fail(
                    "不认识这一项，请删去或改正名称。"
                )

    def items(self, *, filled: bool = False) -> tuple[Self, ...]:
        """Return the elements of a list; ``filled`` refuses an empty one."""
        elements = self._typed(list, "应为列表（方括号）。")
        if elements == [] and filled:
            self._refuse(None, "不能为空，至少要有一项。")
        return tuple(
            self._child(element, f"{self.path}[{index}]")
            for index, element in enumerate(elements or [])
        )

    def object_items(self) -> tuple[tuple[str, Self], ...]:
        """Return the members of an object whose keys are free."""
        members = self._members()
        self._read.update(members)
        return tuple(
            (name, self._child(value, member_path(self.path, name)))
            for name, value in members.items()
        )

    def text(self, *, max: int, blank: bool = True, multiline: bool = False) -> str:  # noqa: A002
        """Return a text of at most ``max`` characters, none of them forbidden by evalsys.text."""
        value = self._typed(str, "应为文本（双引号）。")
        if value is None:
            return ""
        if len(value) > max:
            return self._refuse("", f"文字过长：{len(value)} 字，最多 {max} 字。")
        if sentence := forbidden_sentence(value, multiline=multiline):
            return self._refuse("", sentence)
        if not blank and not value.strip():
            return self._refuse("", "不能为空，请填写。")
        return value

    def constant(self, expected: str) -> None:
        """Refuse every value but this text."""
        value = self._typed(str, "应为文本（双引号）。")
        if value not in (None, expected):
            self._refuse(None, f"应为 {expected}，请改正。")

    def identifier(self, *, max: int = 60) -> str:  # noqa: A002
        """Return a key of ASCII letters, digits, ``_``, ``.`` and ``-``."""
        value = self.text(max=max, blank=False)
        if value and not IDENTIFIER.fullmatch(value):
            return self._refuse("", "只能用英文字母、数字和 _ . -，并以字母或数字开头。")
        return value

    def decimal(
        self,
        *,
        max_digits: int,
        places: int,
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
    ) -> Decimal:
        """Return a number written as text; ``max_digits`` counts both sides of the point."""
        value = self._typed(str, '应为文本形式的数，例如 "12.5"，而不是 JSON 数字。')
        if value is None:
            return Decimal(0)
        if not PLAIN_NUMBER.fullmatch(value):
            return self._refuse(Decimal(0), "不是数：只写半角数字和一个小数点，例如 12.5。")
        whole, _, fraction = value.removeprefix("-").partition(".")
        if len(fraction) > places:
            return self._refuse(Decimal(0), f"小数位过多，最多 {places} 位。")
        if len(whole) > max_digits - places:
            return self._refuse(Decimal(0), f"数过大，整数部分最多 {max_digits - places} 位。")
        return self._within(Decimal(value), minimum, maximum)

    def integer(self, *, minimum: int, maximum: int) -> int:
        """Return a JSON integer."""
        value = self._typed(int, "应为整数。")
        return minimum if value is None else self._within(value, minimum, maximum)

    def boolean(self) -> bool:
        return self._typed(bool, "应为 true 或 false。") or False

    def choice(self, options: type[E]) -> E:
        """Return the member of a text enumeration with this value."""
        value = self._typed(str, "应为文本（双引号）。")
        members = {option.value: option for option in options}
        first = next(iter(options))
        if value is None:
            return first
        if value not in members:
            return self._refuse(first, f"不在可选范围内，可选：{'、'.join(map(repr, members))}。")
        return members[value]

    def date(self) -> date:
        """Return a day written YYYY-MM-DD."""
        value = self._typed(str, "应为日期文本，例如 2020-04-20。")
        if value is None:
            return date.min
        try:
            if ISO_DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        return self._refuse(date.min, "不是有效日期，请写成 2020-04-20 的样子。")

    def _child(self, value: object, path: str) -> Self:
        return type(self)(value, path, self._problems)

    def _members(self) -> dict[str, object]:
        return self._typed(dict, "应为对象（花括号）。") or {}

    def _typed(self, kind: type[T], message: str) -> T | None:
        if self.value is _MISSING:
            return None
        if type(self.value) is not kind:
            return self._refuse(None, message)
        return self.value

    def _refuse(self, filler: T, message: str) -> T:
        self.fail(message)
        self.value = _MISSING
        return filler

    def _within(self, value: "N", minimum: "N | None", maximum: "N | None") -> "N":
        if minimum is not None and value < minimum:
            return self._refuse(minimum, f"不能小于 {minimum}。")
        if maximum is not None and value > maximum:
            return self._refuse(maximum, f"不能大于 {maximum}。")
        return value


N = TypeVar("N", int, Decimal)


def member_path(path: str, name: str) -> str:
    """Return the path of a member; unusual names are quoted and escaped, very long ones cut."""
    if len(name) <= _SHOWN_KEY and PLAIN_KEY.fullmatch(name):
        return f"{path}.{name}" if path else name
    shown = name if len(name) <= _SHOWN_KEY else f"{name[:_SHOWN_KEY]}…"
    escaped = find_forbidden(shown, multiline=False) is not None
    return f"{path}[{json.dumps(shown, ensure_ascii=escaped)}]"


class _Missing:
    """Stands where a value should be and is not."""


class _Pairs(list[tuple[str, object]]):
    """An object as written, doubled keys included."""


_MISSING = _Missing()
_SHOWN_KEY = 40


def _decode(source: bytes | str, limit_bytes: int) -> str:
    size = len(source) if isinstance(source, bytes) else len(source.encode(errors="surrogatepass"))
    if size > limit_bytes:
        raise _refusal(f"文件过大：{size} 字节，最多 {limit_bytes} 字节。")
    if isinstance(source, str):
        return source
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        raise _refusal("文件不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error


def _bounded_integer(digits: str) -> int | float:
    return int(digits) if len(digits.lstrip("-")) <= INTEGER_DIGITS else math.inf


def _settle(raw: object, path: str, depth: int, problems: list[Problem]) -> object:
    """Turn what the parser gave into plain data, writing down what JSON lets through."""
    if depth > DEPTH_LIMIT:
        problems.append(Problem(path, _too_deep()))
        return None
    match raw:
        case _Pairs():
            return _settle_members(raw, path, depth, problems)
        case list():
            return [
                _settle(item, f"{path}[{index}]", depth + 1, problems)
                for index, item in enumerate(raw)
            ]
        case str() if SURROGATE.search(raw):
            problems.append(Problem(path, "文字中有损坏的字符，请重新输入这段文字。"))
        case float() if not math.isfinite(raw):
            problems.append(Problem(path, "数过大，或不是数（NaN、Infinity）。"))
    return raw


def _settle_members(
    pairs: _Pairs, path: str, depth: int, problems: list[Problem]
) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, item in pairs:
        place = member_path(path, name)
        if name in members:
            problems.append(Problem(place, "同一项出现了两次，请删去一个。"))
        if SURROGATE.search(name):
            problems.append(Problem(place, "项的名称中有损坏的字符，请改正。"))
        members[name] = _settle(item, place, depth + 1, problems)
    return members


def _inside(path: str, place: str) -> bool:
    return not place or path == place or path.startswith((f"{place}.", f"{place}["))


def _too_deep() -> str:
    return f"嵌套过深，最多 {DEPTH_LIMIT} 层。"


def _refusal(message: str) -> JsonError:
    return JsonError((Problem("", message),))
