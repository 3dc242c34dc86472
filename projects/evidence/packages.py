"""Zip packages (docx, xlsx, ofd): looked at by their directory, never unpacked as a whole."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import BinaryIO

from projects.evidence.errors import LOCKED, MACROS, RefusedFileError, damaged, not_of

END_RECORD, ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
END_BYTES, LOCATOR_BYTES, LONGEST_COMMENT = 22, 20, 65_535
MOST_DIRECTORY_BYTES = 2_000_000
MOST_PARTS = 5_000
MOST_UNPACKED = 500_000_000
MOST_PART_BYTES = 1_000_000
ENCRYPTED = 0x1
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def office(main_part: bytes, label: str) -> Callable[[BinaryIO], None]:
    """A check for Office documents whose main part has this content type."""

    def check(file: BinaryIO) -> None:
        with _opened(file, label) as package:
            types = _part(package, "[Content_Types].xml", label)
            names = package.namelist()
        if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
            raise RefusedFileError(MACROS)
        if main_part not in types:
            raise not_of(label)

    return check


def ofd(label: str) -> Callable[[BinaryIO], None]:
    """A check for GB/T 33190 documents."""

    def check(file: BinaryIO) -> None:
        with _opened(file, label) as package:
            if b"http://www.ofdspec.org" not in _part(package, "OFD.xml", label):
                raise not_of(label)

    return check


def _opened(file: BinaryIO, label: str) -> zipfile.ZipFile:
    """The package, once its directory is known to be harmless."""
    too_much = RefusedFileError(f"{label}解开后过大，请精简后再上传。")
    try:
        if _directory_bytes(file) > MOST_DIRECTORY_BYTES:
            raise too_much
        package = zipfile.ZipFile(file)
    except BROKEN as error:
        raise damaged(label) from error
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise too_much
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise RefusedFileError(LOCKED)
    if not _are_plain(package.namelist()):
        raise RefusedFileError(f"{label}内部的文件名不合规，请用办公软件另存后再上传。")
    return package


def _directory_bytes(file: BinaryIO) -> int:
    """As zipfile finds it; a file of our size has no use for zip64, whose sizes could lie."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_BYTES - LONGEST_COMMENT - LOCATOR_BYTES))
    tail = file.read()
    last = tail[-END_BYTES:]
    bare = last.startswith(END_RECORD) and last.endswith(b"\x00\x00")
    at = len(tail) - END_BYTES if bare else tail.rfind(END_RECORD)
    if at < 0 or tail[max(0, at - LOCATOR_BYTES) :].startswith(ZIP64_LOCATOR):
        raise zipfile.BadZipFile
    (length,) = struct.unpack_from("<I", tail, at + 12)
    return int(length)


def _are_plain(names: Iterable[str]) -> bool:
    """Each once, and none that would leave the folder it is unpacked in."""
    seen: set[str] = set()
    for name in names:
        leaves = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
        if leaves or name in seen:
            return False
        seen.add(name)
    return True


def _part(package: zipfile.ZipFile, name: str, label: str) -> bytes:
    try:
        with package.open(name) as part:
            return part.read(MOST_PART_BYTES)
    except KeyError as error:
        raise not_of(label) from error
    except BROKEN as error:
        raise damaged(label) from error
