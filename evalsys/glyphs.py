"""Which characters the bundled document fonts can print.

Asked at data entry, so that a name that cannot be printed is refused there with its character
named, and not when the document is made.
"""

from functools import cache
from pathlib import Path
from unicodedata import category

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
LINE_CHARACTERS = frozenset("\n\r\t")
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
VARIATION_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def unprintable(text: str) -> list[str]:
    """The characters of ``text`` that no bundled font has, each once, in order.

    Line breaks and tabs are layout. A variation selector prints as the plain character before it.
    """
    return [char for char in dict.fromkeys(text) if char not in _printable()]


@cache
def _printable() -> frozenset[str]:
    """Some 32,000 characters; control characters stand in a font's table without a shape."""
    in_fonts = {chr(code) for file in FONTS.glob("*.ttf") for code in _codes(file)}
    shapes = {char for char in in_fonts if category(char) not in UNSEEN}
    return frozenset(shapes | LINE_CHARACTERS | VARIATION_SELECTORS)


def _codes(file: Path) -> set[int]:
    with TTFont(file, lazy=True) as font:
        return set(font.getBestCmap())
