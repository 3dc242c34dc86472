"""The same blocks as typed text, Word, a workbook, a web page for a PDF."""

import io
import re
import zipfile
from collections.abc import Iterator
from html import escape

from openpyxl import Workbook

from tests.checkup.layouts import Block, Grid

STAMP = (2024, 1, 1, 0, 0, 0)


def placed(grid: Grid) -> Iterator[list[tuple[int, str, int, int, bool]]]:
    """Rows of (column, text, across, down, from above), with the places merged cells cover."""
    reaching: dict[int, tuple[int, int]] = {}  # column → (across, rows it still covers)
    for cells in grid:
        line, below, column, queue = [], {}, 0, list(cells)
        while queue or column in reaching:
            if column in reaching:
                content, (across, down), above = "", reaching[column], True
            else:
                cell = queue.pop(0)
                content, across, down, above = cell.text, cell.across, cell.down, False
            line.append((column, content, across, down, above))
            if down > 1:
                below[column] = (across, down - 1)
            column += across
        reaching = below
        yield line


def lines(blocks: list[Block], *, between: str = "\t", merged: str = "blank") -> Iterator[str]:
    """Rows as lines. ``merged`` cells are left ``blank``, ``lost`` or ``filled`` with their text."""
    for block in blocks:
        if isinstance(block, str):
            yield block
            continue
        texts: dict[int, str] = {}
        for line in placed(block):
            cells = []
            for column, text, across, _, above in line:
                if not above:
                    texts[column] = text
                if merged == "lost":
                    cells += [] if above else [text]
                else:
                    shown = texts.get(column, "") if above and merged == "filled" else text
                    cells += [shown] + [""] * (across - 1)
            yield between.join(cells)


def text(blocks: list[Block], **how: str) -> str:
    return "\n".join(lines(blocks, **how)) + "\n"


NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def word(blocks: list[Block], *, merged: bool = True) -> bytes:
    return package("".join(body(blocks, merged=merged)))


def package(inside: str) -> bytes:
    """The smallest document that Word opens."""
    document = f"<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>"
    files = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document}
    return archive({name: content.encode() for name, content in files.items()})


def body(blocks: list[Block], *, merged: bool = True) -> Iterator[str]:
    for block in blocks:
        yield paragraph(block) if isinstance(block, str) else table(block, merged=merged)


def paragraph(content: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(content)}</w:t></w:r></w:p>'


def table(grid: Grid, *, merged: bool = True) -> str:
    rows, texts = [], {}
    for line in placed(grid):
        cells = []
        for column, content, across, down, above in line:
            if not above:
                texts[column] = content
            shown = texts[column] if above and not merged else content
            cells.append(_cell(shown, across, down if merged else 1, above and merged))
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def _cell(content: str, across: int, down: int, above: bool) -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    merge = "<w:vMerge/>" if above else '<w:vMerge w:val="restart"/>' if down > 1 else ""
    inside = "".join(map(paragraph, content.split("\n")))
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{inside}</w:tc>"


def restamped(package: bytes) -> bytes:
    """The same bytes whenever it is written: one date for all parts, inside and out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename.endswith("thumbnail.jpeg"):
                continue
            content = old.read(info)
            if info.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2024-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(info.filename, STAMP), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook(
    sheets: dict[str, list[Block]],
    numbers: dict[str, str] | None = None,
    *,
    hidden: str = "",
    formulas: bool = False,
) -> bytes:
    """``numbers`` are formats by the text of a cell: those cells hold numbers."""
    book = Workbook()
    book.remove(book.active)
    for name, blocks in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        top = 1
        for block in blocks:
            top = _write_block(sheet, block, top, numbers or {})
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and not formulas:
                    cell.data_type = "s"  # what begins with = is no formula
    return saved(book)


def _write_block(sheet, block: Block, top: int, numbers: dict[str, str]) -> int:
    if isinstance(block, str):
        sheet.cell(top, 1, block)
        sheet.merge_cells(start_row=top, end_row=top, start_column=1, end_column=8)
        return top + 1
    for offset, line in enumerate(placed(block)):
        for column, content, across, down, above in line:
            if above:
                continue
            cell = sheet.cell(top + offset, column + 1)
            fill(cell, content, numbers)
            if across > 1 or down > 1:
                sheet.merge_cells(
                    start_row=top + offset,
                    end_row=top + offset + down - 1,
                    start_column=column + 1,
                    end_column=column + across,
                )
    return top + len(block)


def fill(cell, content: str, numbers: dict[str, str]) -> None:
    if content in numbers:
        plain = content.replace(",", "")
        cell.value = float(plain.rstrip("%")) / 100 if plain.endswith("%") else float(plain)
        cell.number_format = numbers[content]
    else:
        cell.value = content or None


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return restamped(out.getvalue())


def page(blocks: list[Block]) -> str:
    """A web page with ruled tables."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{block}</p>")
            continue
        rows = []
        for cells in block:
            tds = "".join(
                f'<td colspan="{cell.across}" rowspan="{cell.down}">{cell.text}</td>'
                for cell in cells
            )
            rows.append(f"<tr>{tds}</tr>")
        parts.append(f"<table>{''.join(rows)}</table>")
    style = (
        "table{border-collapse:collapse;width:100%}td{border:1px solid;padding:2px}p{margin:4px 0}"
    )
    return f'<html lang="zh"><style>{style} body{{font:10pt "Gov Song"}}</style>{"".join(parts)}</html>'


class _GbkName(zipfile.ZipInfo):
    """A name as Chinese zip programs of old write it: in GBK, without saying so."""

    def _encodeFilenameFlags(self):  # noqa: N802  zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def archive(files: dict[str, bytes], *, names: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            info = names(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()


def gbk_archive(files: dict[str, bytes]) -> bytes:
    return archive(files, names=_GbkName)
