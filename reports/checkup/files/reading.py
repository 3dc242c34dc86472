"""From the bytes of a file to its content. ``files.limited`` puts it under limits."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from evalsys.text import without_forbidden
from reports.checkup.files import limits
from reports.checkup.files.docx import read_docx
from reports.checkup.files.errors import BROKEN, EMPTY, TOO_LARGE, UnreadableError
from reports.checkup.files.kinds import LABELS, Kind, expected_kind, kind_of
from reports.checkup.files.packages import opened, part
from reports.checkup.files.text import read_text
from reports.checkup.raw import Block, Content, Found, Outcome, Paragraph, Refusal

TOO_LARGE_FILE = f"文件过大，最多 {limits.FILE // limits.MEGABYTE} MB。"
NESTED_ZIP = "压缩包里又有压缩包。请解压后直接交里面的文件。"
EMPTY_ZIP = "压缩包里没有文件。"
UTF_8_NAME = 0x800
IGNORED_PARTS = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read_file(name: str, source: bytes) -> list[Outcome]:
    """What the file holds, or why not; a zip gives one outcome for each of its files."""
    if len(source) > limits.FILE:
        return [Refusal(name, TOO_LARGE_FILE)]
    try:
        kind = kind_of(name, source)
        if kind is Kind.ZIP:
            return list(_members(name, source))
        return [_content(name, kind, source)]
    except UnreadableError as error:
        return [Refusal(name, str(error))]
    except Exception:  # noqa: BLE001  whatever a parser raises for a file made to break it
        return [Refusal(name, BROKEN)]


def _members(name: str, source: bytes) -> Iterator[Outcome]:
    with opened(source) as archive:
        members = [info for info in archive.infolist() if _is_wanted(info)]
        if not members:
            raise UnreadableError(EMPTY_ZIP)
        if len(members) > limits.FILES:
            raise UnreadableError(f"压缩包里最多 {limits.FILES} 个文件。")
        for info in members:
            inner = f"{name}/{_member_name(info)}"
            content = part(archive, info.filename, limit=limits.FILE)
            if content[:4] == b"PK\x03\x04" and _kind_or_none(inner, content) is Kind.ZIP:
                yield Refusal(inner, NESTED_ZIP)
            else:
                yield from read_file(inner, content)


def _kind_or_none(name: str, source: bytes) -> Kind | None:
    try:
        return kind_of(name, source)
    except UnreadableError:
        return None


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not any(ignored in info.filename for ignored in IGNORED_PARTS)


def _member_name(info: zipfile.ZipInfo) -> str:
    """Chinese zip programs write names in GBK and do not say so."""
    if info.flag_bits & UTF_8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _content(name: str, kind: Kind, source: bytes) -> Content:
    found = READERS[kind](source)
    remarks = found.remarks
    blocks, hidden = _cleaned(found.blocks)
    if not blocks:
        raise UnreadableError(EMPTY)
    if hidden:
        remarks.append(f"删去了 {hidden} 个看不见的字符。")
    expected = expected_kind(name)
    if expected not in {kind, None}:
        remarks.append(f"文件名像{LABELS[expected]}，内容是{LABELS[kind]}，已按{LABELS[kind]}读。")
    return Content(name, tuple(blocks), tuple(remarks), found.pictures)


def _read_xlsx(source: bytes) -> Found:
    from reports.checkup.files.xlsx import read_xlsx  # noqa: PLC0415  slow to load

    return read_xlsx(source)


def _read_pdf(source: bytes) -> Found:
    from reports.checkup.files.pdf import read_pdf  # noqa: PLC0415  slow to load

    return read_pdf(source)


READERS: dict[Kind, Callable[[bytes], Found]] = {
    Kind.TEXT: lambda source: Found(read_text(source)),
    Kind.DOCX: read_docx,
    Kind.XLSX: _read_xlsx,
    Kind.PDF: _read_pdf,
}


def _cleaned(blocks: Iterable[Block]) -> tuple[list[Block], int]:
    """Without hidden characters, and how many there were."""
    cleaned, hidden, length = [], 0, 0
    for block in blocks:
        clean, count, size = _clean_block(block)
        hidden, length = hidden + count, length + size
        if length > limits.CHARACTERS:
            raise UnreadableError(TOO_LARGE)
        cleaned.append(clean)
    return cleaned, hidden


def _clean_block(block: Block) -> tuple[Block, int, int]:
    if isinstance(block, Paragraph):
        text = without_forbidden(block.text)
        return replace(block, text=text), len(block.text) - len(text), len(text)
    before = sum(len(cell.text) for row in block.rows for cell in row)
    rows = tuple(
        tuple(replace(cell, text=without_forbidden(cell.text)) for cell in row)
        for row in block.rows
    )
    after = sum(len(cell.text) for row in rows for cell in row)
    return replace(block, rows=rows), before - after, after
