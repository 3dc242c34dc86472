"""Row groups longer than a page can hold together: cut where the pages end, each part with its own
names.

A cell that spans a page break would leave its second half without a name and without a border.
Where pages end is measured; how long a group is, is estimated, on the safe side.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from math import ceil

from reports.documents.blocks import (
    FULL_WIDTH,
    AnyCell,
    Block,
    Cell,
    Document,
    Row,
    RowGroup,
    Table,
    placed,
)

PAGE_MM = 240  # of 262 on a form, the rest is for what the estimate misses
TOGETHER_MM = 120  # a longer group may begin on one page and end on another
WIDTH_MM = 170
LINE_MM = 5.0
PADDING_MM = 2.4
CHAR_MM = 3.75
CONTINUED = "（续）"
ROUNDS = 4

PageOfRow = Mapping[str, int]
Measure = Callable[[Document], PageOfRow]


def cut_long_groups(document: Document, measure: Measure) -> Document:
    """``document`` with its long groups cut; ``measure`` tells the page of each named row."""
    loose = _mapped(document, _loosened)
    if not _has_names(loose):
        return loose
    starts: frozenset[str] = frozenset()
    for _ in range(ROUNDS):
        found = _first_on_their_page(loose, measure(_cut(loose, starts)))
        if found == starts:
            return _cut(loose, starts)
        starts = found
    return _mapped(document, _cut_by_estimate)


def has_long_groups(document: Document) -> bool:
    return _has_names(_mapped(document, _loosened))


def _has_names(document: Document) -> bool:
    return any(group.names for group in _groups(document))


def _groups(document: Document) -> Iterator[RowGroup]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield from block.groups


def _mapped(document: Document, change: Callable[[str, Table], Table]) -> Document:
    def changed(number: int, block: Block) -> Block:
        return change(f"row-{number}", block) if isinstance(block, Table) else block

    blocks = (changed(number, block) for number, block in enumerate(document.blocks))
    return replace(document, blocks=tuple(blocks))


# --- long groups, let loose and named


def _loosened(name: str, table: Table) -> Table:
    groups = (
        part
        for number, group in enumerate(table.groups)
        for part in _loosened_group(f"{name}-{number}", group, table)
    )
    return replace(table, groups=tuple(groups))


def _loosened_group(name: str, group: RowGroup, table: Table) -> Iterator[RowGroup]:
    """Rows that no page can hold are set apart, and may be split."""
    heights = _row_heights(group.rows, table.widths)
    room = _room(table)
    if max(heights) > room:
        yield from _pages_full(group, table.widths, heights, room)
    elif sum(heights) > TOGETHER_MM and _has_spans(group):
        names = tuple(f"{name}-{row}" for row in range(len(group.rows)))
        yield replace(group, together=False, names=names)
    elif group.together and sum(heights) > room:
        yield replace(group, together=False)
    else:
        yield group


def _has_spans(group: RowGroup) -> bool:
    return any(cell.rowspan > 1 for row in group.rows for cell in row)


# --- cut where the pages end


def _first_on_their_page(document: Document, pages: PageOfRow) -> frozenset[str]:
    return frozenset(
        name
        for group in _groups(document)
        for before, name in pairwise(group.names)
        if pages[name] != pages[before]
    )


def _cut(document: Document, starts: frozenset[str]) -> Document:
    def cut(_: str, table: Table) -> Table:
        parts = (part for group in table.groups for part in _parts(group, table, starts))
        return replace(table, groups=tuple(parts))

    return _mapped(document, cut)


def _parts(group: RowGroup, table: Table, starts: frozenset[str]) -> Iterator[RowGroup]:
    edges = [index for index, name in enumerate(group.names) if name in starts]
    for start, end in pairwise((0, *edges, len(group.rows))):
        rows = _slice(group.rows, len(table.widths), start, end)
        yield replace(group, rows=rows, names=group.names[start:end])


def _cut_by_estimate(_: str, table: Table) -> Table:
    """Every part on a page of its own: never wrong, but it leaves paper empty."""
    room = _room(table)
    groups = (
        part
        for group in table.groups
        for part in _pages_full(group, table.widths, _row_heights(group.rows, table.widths), room)
    )
    return replace(table, groups=tuple(groups))


def _pages_full(
    group: RowGroup, widths: tuple[int, ...], heights: list[float], room: float
) -> Iterator[RowGroup]:
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


# --- how tall rows are, roughly


def _room(table: Table) -> float:
    return PAGE_MM - sum(_row_heights(table.head, table.widths))


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
