"""Zip packages (docx, xlsx, zip) judged by their directory before anything is unpacked."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from reports.checkup.files import limits
from reports.checkup.files.errors import BROKEN, TOO_LARGE, UnreadableError
from reports.checkup.files.kinds import LOCKED

ENCRYPTED_BIT = 0x1
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


@contextmanager
def opened(source: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, when its directory declares sizes that may be read; else UnreadableError."""
    try:
        archive = zipfile.ZipFile(BytesIO(source))
    except Exception as error:  # broken archives raise a dozen kinds
        raise UnreadableError(BROKEN) from error
    with archive:
        _judge(archive.infolist())
        yield archive


def part(archive: zipfile.ZipFile, name: str, *, limit: int = limits.XML_PART) -> bytes:
    """One part, b"" when it is missing. zipfile never unpacks more than the directory declares."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return b""
    if info.file_size > limit:
        raise UnreadableError(TOO_LARGE)
    try:
        return archive.read(info)
    except Exception as error:
        raise UnreadableError(BROKEN) from error


def xml_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of XML without declarations that could make a reader swell or look elsewhere."""
    xml = part(archive, name)
    if DECLARATION.search(xml) or xml.startswith(UTF_16_STARTS):
        raise UnreadableError(BROKEN)
    return xml


def _judge(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > limits.PARTS or sum(one.file_size for one in parts) > limits.UNPACKED:
        raise UnreadableError(TOO_LARGE)
    if any(one.flag_bits & ENCRYPTED_BIT for one in parts):
        raise UnreadableError(LOCKED)
