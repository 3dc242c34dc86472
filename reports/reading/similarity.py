"""How much of a text stands in another: shared runs of characters, figures left out."""

import re
from functools import lru_cache
from zlib import crc32

RUN = 8
KEPT_OF = 2  # every other run tells as much as all of them
NOT_TEXT = re.compile(r"[0-9０-９.,%％，。；：、！？“”‘’（）()《》〔〕\s]+")


def containment(text: str, other: str) -> float:
    """The share of ``text`` that stands in ``other`` too, from 0 to 1; 0 for a text too short."""
    mine = runs(text)
    return len(mine & runs(other)) / len(mine) if mine else 0.0


@lru_cache(maxsize=512)
def runs(text: str) -> frozenset[int]:
    """Checksums of the runs of ``RUN`` characters, a fixed part of them."""
    plain = NOT_TEXT.sub("", text)
    found = (crc32(plain[at : at + RUN].encode()) for at in range(len(plain) - RUN + 1))
    return frozenset(run for run in found if run % KEPT_OF == 0)
