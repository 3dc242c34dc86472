"""Verification codes: 140 random bits in characters that cannot be mistaken for each other."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH, GROUP = 28, 4
MISREAD = str.maketrans("ILO", "110")
CODE = re.compile(rf"(?:[{ALPHABET}]{{{GROUP}}}-){{{LENGTH // GROUP - 1}}}[{ALPHABET}]{{{GROUP}}}")
SEPARATORS = re.compile(r"[\s\-–—－_.·]+")


def new_code() -> str:
    """Such as ``7Q2M-9XKD-…``, seven groups of four."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(characters: str) -> str:
    return "-".join(characters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(text: str) -> str:
    """A code as a person types it, in any case and with any separators; "" when it is none."""
    characters = SEPARATORS.sub("", _narrow(text)).upper().translate(MISREAD)
    code = grouped(characters)
    return code if len(characters) == LENGTH and CODE.fullmatch(code) else ""


def find_code(text: str) -> str:
    """The first code inside a longer text, such as an address or the name of a file."""
    found = CODE.search(_narrow(text).upper())
    return found[0] if found else ""


def _narrow(text: str) -> str:
    """Full-width letters and digits as ASCII."""
    return "".join(
        chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character
        for character in text
    )
