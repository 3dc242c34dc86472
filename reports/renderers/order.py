"""What is asked of the typesetter and what it gives: plain data that crosses to the worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

CODE_NAME = "verify-code.svg"  # the QR code among the pictures of a signed document


@dataclass(frozen=True)
class Draft:
    """Not signed: 草稿 across every page, the SHA-256 of the data in the foot."""

    digest: str


@dataclass(frozen=True)
class Final:
    """Signed: ``code`` and the ``address`` of the page that takes it are printed in the foot.

    ``link`` opens that page with the code filled in; it is what the QR code holds.
    """

    code: str
    address: str
    link: str


Stamp = Draft | Final


@dataclass(frozen=True)
class Enclosed:
    """A file inside the PDF. ``made`` is aware; it is written, so it decides the bytes too."""

    name: str
    content: bytes
    description: str
    made: datetime


@dataclass(frozen=True)
class Picture:
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Page:
    """A whole HTML page, one document. One that ``may_shrink`` is set smaller when that brings
    it from two sheets of paper to one.
    """

    html: str
    may_shrink: bool = False


@dataclass(frozen=True)
class Order:
    """``pictures`` are all that the ``pages`` may show."""

    pages: tuple[Page, ...]
    title: str
    stamp: Stamp | None = None
    enclosed: tuple[Enclosed, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class Probe:
    """A question: on which sheet, counted from 0, does each element with an ``id`` begin?"""

    page: Page
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class Anchor:
    """The place of a signature cell: ``page`` counts from 0.

    ``box`` is left, bottom, right, top in points from the lower left corner of that page.
    """

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Typeset:
    pdf: bytes
    anchors: Mapping[str, Anchor]
