"""Row groups longer than a page, cut so that each part carries its own names.

A cell that spans a page break would leave its second half without a name and without a border.
Heights are estimated from the number of characters, on the safe side.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from reports.documents.blocks import (
    FULL_WIDTH,
    AnyCell,
    Cell,
    Document,
    Row,
    RowGroup,
    Table,
    placed,
)

PAGE_MM = 240  # of 259 on a form, the rest is for what the estimate misses
WIDTH_MM = 170
LINE_MM = 5.0
PADDING_MM = 2.4
CHAR_MM = 3.75
CONTINUED = "（续）"


def cut_long_groups(document: Document) -> Document:
    blocks = tuple(
        _cut_table(block) if isinstance(block, Table) else block for block in document.blocks
    )
    return replace(document, blocks=blocks)


def _cut_table(table: Table) -> Table:
    room = PAGE_MM - sum(_row_heights(table.head, table.widths))
    groups = tuple(part for group in table.groups for part in _cut_group(group, table.widths, room))
    return replace(table, groups=groups)


def _cut_group(group: RowGroup, widths: tuple[int, ...], room: float) -> Iterator[RowGroup]:
    heights = _row_heights(group.rows, widths)
    longest = sum(heights) if group.together else max(heights)
    if longest <= room:
        yield group
        return
    for start, end in _page_fulls(heights, room):
        yield RowGroup(
            _slice(group.rows, len(widths), start, end),
            together=group.together and end - start > 1,
            splittable=heights[start] > room,
        )


def _page_fulls(heights: list[float], room: float) -> Iterator[tuple[int, int]]:
    """Runs of rows that fit on a page; a row that does not is a run of its own."""
    start, filled = 0, 0.0
    for row, height in enumerate(heights):
        if row > start and filled + height > room:
            yield start, row
            start, filled = row, 0.0
        filled += height
    yield start, len(heights)


def _slice(rows: tuple[Row, ...], columns: int, start: int, end: int) -> tuple[Row, ...]:
    """The rows from ``start`` to ``end``, with cells that began earlier named again."""
    part: list[list[tuple[int, AnyCell]]] = [[] for _ in range(start, end)]
    for row, column, cell in placed(rows, columns):
        first, last = max(row, start), min(row + cell.rowspan, end)
        if first < last:
            shown = _continued(cell) if row < start else cell
            part[first - start].append((column, replace(shown, rowspan=last - first)))
    return tuple(
        tuple(cell for _, cell in sorted(row, key=lambda placed: placed[0])) for row in part
    )


def _continued(cell: AnyCell) -> AnyCell:
    """Names are repeated with a mark; a figure, repeated, would be counted twice."""
    if isinstance(cell, Cell) and cell.text:
        is_figure = cell.text.replace(".", "").isdecimal()
        return replace(cell, content="" if is_figure else f"{cell.text}{CONTINUED}")
    return cell


def _row_heights(rows: tuple[Row, ...], widths: tuple[int, ...]) -> list[float]:
    heights = [0.0] * len(rows)
    for row, column, cell in placed(rows, len(widths)):
        width = sum(widths[column : column + cell.colspan]) * WIDTH_MM / FULL_WIDTH
        share = _cell_height(cell.text, width) / cell.rowspan
        for covered in range(row, row + cell.rowspan):
            heights[covered] = max(heights[covered], share)
    return heights


def _cell_height(text: str, width: float) -> float:
    per_line = max(1, int((width - PADDING_MM) / CHAR_MM))
    lines = sum(max(1, ceil(len(line) / per_line)) for line in text.split("\n"))
    return lines * LINE_MM + PADDING_MM
