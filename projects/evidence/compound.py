"""Compound files (.doc, .xls, .wps, .et): the names in them, read with bounds; source: [MS-CFB]."""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from projects.evidence.errors import MACROS, RefusedFileError, damaged, not_of

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
HEADER_BYTES = 512
HEADER_TABLE_SECTORS = 109
ENTRY_BYTES = 128
NAME_BYTES = 64
NO_SECTOR = 0xFFFFFFFA  # this and above
SECTOR_SHIFTS = {9, 12}
MOST_SECTORS = 4_096
MACRO_STORAGES = frozenset({"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"})


class CompoundError(Exception):
    """The file is no compound file, or its tables lead nowhere."""


def compound(streams: frozenset[str], label: str) -> Callable[[BinaryIO], None]:
    """A check for files with one of these streams, and without macros."""

    def check(file: BinaryIO) -> None:
        try:
            names = entry_names(file)
        except CompoundError as error:
            raise damaged(label) from error
        if names & MACRO_STORAGES:
            raise RefusedFileError(MACROS)
        if not names & streams:
            raise not_of(label)

    return check


def is_locked_package(file: BinaryIO) -> bool:
    """Office keeps a docx or xlsx with a password as a compound file, whatever its ending."""
    try:
        return "EncryptedPackage" in entry_names(file)
    except CompoundError:
        return False


def entry_names(file: BinaryIO) -> set[str]:
    """The names of all streams and storages."""
    try:
        return {name for sector in _Reader(file).directory() for name in _names(sector)}
    except (struct.error, UnicodeDecodeError) as error:
        raise CompoundError from error


def _names(sector: bytes) -> Iterator[str]:
    for start in range(0, len(sector), ENTRY_BYTES):
        (length,) = struct.unpack_from("<H", sector, start + NAME_BYTES)
        if 2 <= length <= NAME_BYTES:  # noqa: PLR2004  two bytes are the end of an empty name
            yield sector[start : start + length - 2].decode("utf-16-le")


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.seek(0)
        self.header = file.read(HEADER_BYTES)
        (shift,) = struct.unpack_from("<H", self.header, 30)
        if not self.header.startswith(SIGNATURE) or shift not in SECTOR_SHIFTS:
            raise CompoundError
        self.sector_bytes = 1 << shift

    def directory(self) -> Iterator[bytes]:
        """The sectors of the directory, along its chain through the allocation table."""
        table = self._table_sectors()
        per_sector = self.sector_bytes // 4
        (number,) = struct.unpack_from("<I", self.header, 48)
        for _ in range(MOST_SECTORS):
            if number >= NO_SECTOR:
                return
            yield self._sector(number)
            if number // per_sector >= len(table):
                break
            part = self._sector(table[number // per_sector])
            (number,) = struct.unpack_from("<I", part, number % per_sector * 4)
        raise CompoundError

    def _table_sectors(self) -> list[int]:
        """Where the allocation table lies: 109 sectors by the header, the rest along a chain."""
        found = list(struct.unpack_from(f"<{HEADER_TABLE_SECTORS}I", self.header, 76))
        (more,) = struct.unpack_from("<I", self.header, 68)
        for _ in range(MOST_SECTORS):
            if more >= NO_SECTOR:
                return [number for number in found if number < NO_SECTOR]
            *numbers, more = struct.unpack(f"<{self.sector_bytes // 4}I", self._sector(more))
            found += numbers
        raise CompoundError

    def _sector(self, number: int) -> bytes:
        self.file.seek((number + 1) * self.sector_bytes)
        content = self.file.read(self.sector_bytes)
        if len(content) < self.sector_bytes:
            raise CompoundError
        return content
