"""Characters that must not enter any record, and digits typed in full width.

Hidden characters pass ordinary text fields and then reverse what a reader sees, split words
that a search should find, or break an export. Rare ideographs (unassigned ones too, newer than
this Python's tables), variation selectors, newlines and tabs are ordinary text.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

LINE_CHARACTERS = "\n\t"
BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
CATEGORY_NAMES = {
    "Cc": "控制字符",
    "Cf": "不可见字符",
    "Cs": "残缺字符",
    "Zl": "特殊换行符",
    "Zp": "特殊换行符",
}
FULL_WIDTH_NUMBERS = str.maketrans("０１２３４５６７８９．", "0123456789.")


class Forbidden(NamedTuple):
    """``position`` counts from 0 in code points; ``name`` is the kind of character in Chinese."""

    position: int
    char: str
    name: str


def find_forbidden(text: str, *, multiline: bool = True) -> Forbidden | None:
    """The first character that may not be stored; a one-line text has no newline or tab either."""
    allowed = LINE_CHARACTERS if multiline else ""
    for index, char in enumerate(text):
        if char not in allowed and (name := _forbidden_name(char)):
            return Forbidden(index, char, name)
    return None


def forbidden_sentence(text: str, *, multiline: bool = True) -> str | None:
    """What to tell the person who gave ``text``, or None when every character may be stored."""
    found = find_forbidden(text, multiline=multiline)
    if found is None:
        return None
    before = text[: found.position]
    line = before.count("\n") + 1
    column = found.position - (before.rfind("\n") + 1) + 1
    place = f"第 {line} 行第 {column} 个字" if line > 1 else f"第 {column} 个字"
    return f"{place}是{found.name}（U+{ord(found.char):04X}），请删去后再试。"


def without_forbidden(text: str) -> str:
    """``text`` with every character left out that may not be stored."""
    hidden = [char for char in set(text) if char not in LINE_CHARACTERS and _forbidden_name(char)]
    return text.translate({ord(char): None for char in hidden})


def fold_digits(text: str) -> str:
    """Full-width digits and full stop as ASCII; every other character stays."""
    return text.translate(FULL_WIDTH_NUMBERS)


@lru_cache(maxsize=8192)  # a text repeats its characters
def _forbidden_name(char: str) -> str:
    if char in LINE_CHARACTERS:
        return "换行或制表符"
    if char in BIDI_CONTROLS:
        return "改变文字方向的字符"
    if char in INVISIBLE_LETTERS:
        return "不可见字符"
    if _is_noncharacter(char):
        return "残缺字符"
    return CATEGORY_NAMES.get(unicodedata.category(char), "")


def _is_noncharacter(char: str) -> bool:
    code = ord(char)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE  # noqa: PLR2004  Unicode 23.7
