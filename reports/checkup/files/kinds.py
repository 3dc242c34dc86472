"""What a file is, judged by its first bytes and its parts. Its name only speaks for text."""

import zipfile
from collections.abc import Iterable
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from reports.checkup.files.errors import BROKEN, EMPTY, UnreadableError


class Kind(StrEnum):
    TEXT = "text"
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    ZIP = "zip"


LABELS = {
    Kind.TEXT: "纯文本",
    Kind.DOCX: "Word（docx）",
    Kind.XLSX: "Excel（xlsx）",
    Kind.PDF: "PDF",
    Kind.ZIP: "压缩包（zip）",
}
SUFFIXES = {
    ".txt": Kind.TEXT,
    ".md": Kind.TEXT,
    ".csv": Kind.TEXT,
    ".tsv": Kind.TEXT,
    ".docx": Kind.DOCX,
    ".docm": Kind.DOCX,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".pdf": Kind.PDF,
    ".zip": Kind.ZIP,
}

SAVE_AS_DOCX = "请用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（.docx）”，再交新文件。"
SAVE_AS_XLSX = "请用 Excel 或 WPS 表格打开，选“另存为”，类型选“Excel 工作簿（.xlsx）”，再交新文件。"
TAKE_TEXT = "请交有文字的 Word、Excel 或 PDF 文件；只有扫描件的，请先做文字识别。"
LOCKED = "文件加了密码。请先打开去掉密码，另存一份再试。"

ZIP_START = b"PK\x03\x04"
EMPTY_ZIP_START = b"PK\x05\x06"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
PDF_START, PDF_WITHIN = b"%PDF-", 1024

# What a file begins with, and what to say of it.
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", f"这是 RTF 文件。{SAVE_AS_DOCX}"),
    (b"\x89PNG", f"这是图片。{TAKE_TEXT}"),
    (b"\xff\xd8\xff", f"这是图片。{TAKE_TEXT}"),
    (b"GIF8", f"这是图片。{TAKE_TEXT}"),
    (b"II*\x00", f"这是图片。{TAKE_TEXT}"),
    (b"MM\x00*", f"这是图片。{TAKE_TEXT}"),
    (b"Rar!", "这是 RAR 压缩包。请解压后交里面的文件，或改用 zip。"),
    (b"7z\xbc\xaf", "这是 7z 压缩包。请解压后交里面的文件，或改用 zip。"),
    (b"\x1f\x8b", "这是 gzip 压缩包。请解压后交里面的文件，或改用 zip。"),
)
# The same for markup, whatever blanks stand before it.
MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<html", f"这是网页格式的文件。{SAVE_AS_XLSX}"),
    (b"<!doctype", f"这是网页格式的文件。{SAVE_AS_XLSX}"),
    (b"<table", f"这是网页格式的文件。{SAVE_AS_XLSX}"),
    (b"<?xml", f"这是 XML 格式的文件。{SAVE_AS_DOCX}"),
    (b"mime-version:", f"这是单个文件网页。{SAVE_AS_DOCX}"),
)
OLE_SENTENCES = {
    ".doc": f"这是旧版 Word 文件（.doc）。{SAVE_AS_DOCX}",
    ".wps": f"这是 WPS 文字文件（.wps）。{SAVE_AS_DOCX}",
    ".dot": f"这是旧版 Word 模板。{SAVE_AS_DOCX}",
    ".xls": f"这是旧版 Excel 文件（.xls）。{SAVE_AS_XLSX}",
    ".et": f"这是 WPS 表格文件（.et）。{SAVE_AS_XLSX}",
    ".ppt": f"这是演示文稿。{TAKE_TEXT}",
    ".dps": f"这是演示文稿。{TAKE_TEXT}",
}
OLE_ELSE = f"这是旧版 Office 文件。文字文件{SAVE_AS_DOCX}"

# A part that only this kind of package has.
PACKAGES: tuple[tuple[str, Kind], ...] = (
    ("word/document.xml", Kind.DOCX),
    ("xl/workbook.xml", Kind.XLSX),
)
FOREIGN_PACKAGES: tuple[tuple[str, str], ...] = (
    (
        "OFD.xml",
        "这是 OFD 版式文件，还不能直接读。请交制作它的 Word、Excel 文件，或转成有文字的 PDF。",
    ),
    ("ppt/presentation.xml", f"这是演示文稿。{TAKE_TEXT}"),
    ("content.xml", f"这是 OpenDocument 文件。{SAVE_AS_DOCX}"),
)


def kind_of(name: str, source: bytes) -> Kind:
    """Raises UnreadableError for what is none of the kinds."""
    if not source.strip(b"\x00\t\r\n "):
        raise UnreadableError(EMPTY)
    if PDF_START in source[:PDF_WITHIN]:
        return Kind.PDF
    if source.startswith((ZIP_START, EMPTY_ZIP_START)):
        return _package_kind(source)
    if source.startswith(OLE_START):
        raise UnreadableError(_ole_sentence(name, source))
    _refuse_foreign(source)
    return Kind.TEXT


def expected_kind(name: str) -> Kind | None:
    return SUFFIXES.get(suffix_of(name))


def suffix_of(name: str) -> str:
    return PurePath(name).suffix.lower()


def _package_kind(source: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(source)) as archive:
            names = set(archive.namelist())
    except Exception as error:  # broken archives raise a dozen kinds
        raise UnreadableError(BROKEN) from error
    for part, kind in PACKAGES:
        if part in names:
            return kind
    for part, sentence in FOREIGN_PACKAGES:
        if part in names:
            raise UnreadableError(sentence)
    return Kind.ZIP


def _ole_sentence(name: str, source: bytes) -> str:
    if ENCRYPTED_PACKAGE in source:
        return LOCKED
    return OLE_SENTENCES.get(suffix_of(name), OLE_ELSE)


def _refuse_foreign(source: bytes) -> None:
    _refuse(FOREIGN, source)
    _refuse(MARKUP, source[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _refuse(table: Iterable[tuple[bytes, str]], source: bytes) -> None:
    for start, sentence in table:
        if source.startswith(start):
            raise UnreadableError(sentence)
