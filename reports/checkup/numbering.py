"""Numbers at the beginning of a line: 一、（一）1.（1）."""

import re
from dataclasses import dataclass

NUMERALS = "一二三四五六七八九十"
NUMBERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"第?[{NUMERALS}]{{1,3}}(?:、|[.．]|部分)\s*")),
    (2, re.compile(rf"[（(]\s*[{NUMERALS}]{{1,3}}\s*[)）]、?\s*")),
    (3, re.compile(r"[0-9０-９]{1,2}\s*(?:、|[.．](?![0-9])|\s)\s*")),
    (4, re.compile(r"[（(]\s*[0-9０-９]{1,2}\s*[)）]、?\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*")),
)


@dataclass(frozen=True)
class Numbered:
    """A line that begins with a number: its level by the number's form, and the rest."""

    level: int
    number: str
    rest: str


def numbered(text: str) -> Numbered | None:
    for level, pattern in NUMBERS:
        if found := pattern.match(text.strip()):
            return Numbered(level, found[0].strip(), text.strip()[found.end() :].strip())
    return None
