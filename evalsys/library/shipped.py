"""The library that comes with the product."""

from functools import cache
from pathlib import Path

from evalsys.library.codec import load_library
from evalsys.library.schema import Library

FILE = Path(__file__).parent / "data" / "common.json"


@cache
def shipped_library() -> Library:
    return load_library(FILE.read_bytes())
