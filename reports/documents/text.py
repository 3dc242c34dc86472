"""How typed text is set on paper. What is stored never changes.

Typed Chinese carries spaces around figures and half-width brackets, which on paper look like
holes. Spaces between two hanzi stay: they are how a name of two characters is written.
"""

import re

HANZI = "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PUNCTUATION = "\u3001-\u3004\u3008-\u3020\u2014\u2018\u2019\u201c\u201d\u2026\uff01-\uffee"
SPACES = " \u00a0\u2002-\u200a\u202f"
WESTERN = "0-9A-Za-z%‰℃()."

GAPS = re.compile(
    f"(?<=[0-9])[{SPACES}]+(?=[%‰℃])"
    f"|(?<=[{HANZI}])[{SPACES}]+(?=[{WESTERN}])"
    f"|(?<=[{WESTERN}])[{SPACES}]+(?=[{HANZI}])"
    f"|(?<=[{PUNCTUATION}])[{SPACES}]+(?=[{HANZI}{WESTERN}])"
    f"|(?<=[{HANZI}{WESTERN}])[{SPACES}]+(?=[{PUNCTUATION}])"
)
CHINESE = re.compile(f"(?![（）])[{HANZI}{PUNCTUATION}]")  # brackets do not decide for brackets
FULL_WIDTH = {"(": "（", ")": "）"}


def paper_text(text: str) -> str:
    """``text`` as it prints: no spaces beside figures, full-width brackets beside hanzi.

    >>> paper_text("拨款 21.76 万元 (年初)")
    '拨款21.76万元（年初）'
    """
    return GAPS.sub("", _full_width_brackets(GAPS.sub("", text.strip())))


def paragraphs(text: str) -> tuple[str, ...]:
    """The typed lines as printed paragraphs; empty lines and indents by hand are dropped."""
    lines = (paper_text(line.strip().strip("\u3000")) for line in text.splitlines())
    return tuple(line for line in lines if line)


def _full_width_brackets(text: str) -> str:
    chars = list(text)
    for start, end in _bracket_pairs(text):
        inner_and_outer = (*text[max(start - 1, 0) : start + 2], *text[end - 1 : end + 2])
        if any(CHINESE.match(char) for char in inner_and_outer):
            chars[start], chars[end] = FULL_WIDTH["("], FULL_WIDTH[")"]
    return "".join(chars)


def _bracket_pairs(text: str) -> list[tuple[int, int]]:
    pairs, still_open = [], []
    for index, char in enumerate(text):
        if char == "(":
            still_open.append(index)
        elif char == ")" and still_open:
            pairs.append((still_open.pop(), index))
    return pairs
