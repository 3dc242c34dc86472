"""Tables on one grid, for formats whose columns have the same widths all the way down."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from reports.documents.blocks import AnyCell, Block, Row, RowGroup, Table, placed


@dataclass(frozen=True)
class GridCell:
    """A cell from column ``first`` up to, not including, ``end`` of the common grid."""

    cell: AnyCell
    first: int
    end: int


@dataclass(frozen=True)
class GridRow:
    """The cells that begin in this row; ``head`` rows open a table, ``group`` owns the others.

    ``last`` is the final row of its group or head.
    """

    cells: tuple[GridCell, ...]
    head: bool
    group: RowGroup | None
    last: bool


@dataclass(frozen=True)
class Grid:
    """``widths`` in hundredths of the page's width, adding to 100."""

    widths: tuple[int, ...]
    rows: tuple[GridRow, ...]


def runs(blocks: Sequence[Block]) -> Iterator[Block | tuple[Table, ...]]:
    """The blocks in order, each table together with those that are joined to it."""
    run: list[Table] = []
    for block in blocks:
        if isinstance(block, Table) and (block.joined or not run):
            run.append(block)
            continue
        if run:
            yield tuple(run)
            run = []
        if isinstance(block, Table):
            run.append(block)
        else:
            yield block
    if run:
        yield tuple(run)


def common_edges(tables: Iterable[Table]) -> tuple[int, ...]:
    """Every column edge of any of the tables, from 0 to 100."""
    return tuple(sorted({edge for table in tables for edge in _edges(table)}))


def on_grid(tables: Sequence[Table], edges: tuple[int, ...] = ()) -> Grid:
    """The tables as one, on their common edges or on wider ones that hold them."""
    edges = edges or common_edges(tables)
    return Grid(
        widths=tuple(end - start for start, end in pairwise(edges)),
        rows=tuple(row for table in tables for row in _table_rows(table, edges)),
    )


def _table_rows(table: Table, edges: tuple[int, ...]) -> Iterator[GridRow]:
    yield from _part_rows(table, table.head, edges, None)
    for group in table.groups:
        yield from _part_rows(table, group.rows, edges, group)


def _part_rows(
    table: Table, rows: tuple[Row, ...], edges: tuple[int, ...], group: RowGroup | None
) -> Iterator[GridRow]:
    columns = [edges.index(edge) for edge in _edges(table)]
    found: list[list[GridCell]] = [[] for _ in rows]
    for row, column, cell in placed(rows, len(table.widths)):
        found[row].append(GridCell(cell, columns[column], columns[column + cell.colspan]))
    for number, cells in enumerate(found, 1):
        yield GridRow(tuple(cells), group is None, group, last=number == len(rows))


def _edges(table: Table) -> list[int]:
    return [0, *accumulate(table.widths)]
