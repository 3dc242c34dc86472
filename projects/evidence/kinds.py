"""What may be attached as evidence: told by signature and structure, never by the name alone.

Nothing in a file is trusted; what reads it has bounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from projects.evidence.compound import SIGNATURE as COMPOUND
from projects.evidence.compound import compound, is_locked_package
from projects.evidence.errors import LOCKED, RefusedFileError, damaged
from projects.evidence.packages import ofd, office

ZIP = b"PK\x03\x04"
PDF_TAIL_BYTES = 2_048
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Kind:
    """``endings`` are those a name may have; a download gets the first."""

    key: str
    label: str
    endings: tuple[str, ...]
    media_type: str
    signature: bytes
    check: Callable[[BinaryIO], None]
    is_image: bool = False

    @property
    def ending(self) -> str:
        return self.endings[0]


def kind_of(file: BinaryIO, name: str) -> Kind:
    """The kind that the name ends with and the content proves to be; raises RefusedFileError."""
    kind, ending = _named(name)
    file.seek(0)
    start = file.read(len(COMPOUND))
    if start == COMPOUND and kind.signature == ZIP and is_locked_package(file):
        raise RefusedFileError(LOCKED)
    if not start.startswith(kind.signature):
        raise RefusedFileError(f"文件名以 {ending} 结尾，内容却不是{kind.label}。")
    kind.check(file)
    file.seek(0)
    return kind


def _named(name: str) -> tuple[Kind, str]:
    for kind in KINDS:
        for ending in kind.endings:
            if name.lower().endswith(ending):
                return kind, ending
    raise RefusedFileError(f"不能上传这种文件；可以上传 {ENDINGS}。")


def _check_pdf(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - PDF_TAIL_BYTES))
    tail = file.read()
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise damaged("PDF")


def _proved_by_encoding(file: BinaryIO) -> None:
    """Pictures are decoded and encoded again, which proves more than a look at their structure."""


KINDS = (
    Kind("pdf", "PDF", (".pdf",), "application/pdf", b"%PDF-", _check_pdf),
    Kind("ofd", "OFD", (".ofd",), "application/ofd", ZIP, ofd("OFD")),
    Kind(
        "docx",
        "Word 文档",
        (".docx",),
        f"{OFFICE}.wordprocessingml.document",
        ZIP,
        office(b"wordprocessingml.document.main+xml", "Word 文档"),
    ),
    Kind(
        "xlsx",
        "Excel 表格",
        (".xlsx",),
        f"{OFFICE}.spreadsheetml.sheet",
        ZIP,
        office(b"spreadsheetml.sheet.main+xml", "Excel 表格"),
    ),
    Kind(
        "doc",
        "Word 97 文档",
        (".doc",),
        "application/msword",
        COMPOUND,
        compound(frozenset({"WordDocument"}), "Word 97 文档"),
    ),
    Kind(
        "xls",
        "Excel 97 表格",
        (".xls",),
        "application/vnd.ms-excel",
        COMPOUND,
        compound(frozenset({"Workbook", "Book"}), "Excel 97 表格"),
    ),
    Kind(
        "wps",
        "WPS 文字",
        (".wps",),
        "application/vnd.ms-works",
        COMPOUND,
        compound(frozenset({"WordDocument"}), "WPS 文字"),
    ),
    Kind(
        "et",
        "WPS 表格",
        (".et",),
        "application/octet-stream",
        COMPOUND,
        compound(frozenset({"Workbook", "Book"}), "WPS 表格"),
    ),
    Kind(
        "jpg",
        "JPEG 图片",
        (".jpg", ".jpeg"),
        "image/jpeg",
        b"\xff\xd8\xff",
        _proved_by_encoding,
        is_image=True,
    ),
    Kind(
        "png",
        "PNG 图片",
        (".png",),
        "image/png",
        b"\x89PNG\r\n\x1a\n",
        _proved_by_encoding,
        is_image=True,
    ),
)
BY_KEY = {kind.key: kind for kind in KINDS}
ENDINGS = "、".join(ending.removeprefix(".") for kind in KINDS for ending in kind.endings)
ACCEPT = ",".join(ending for kind in KINDS for ending in kind.endings)
