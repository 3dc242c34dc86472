"""A measured figure, its JSON form and its line in the table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from reports.bench.clocks import Times

COLUMNS = ("", "ms", "p95", "clock", "ratio", "against", "")
MORE_UNITS = {
    "queries": "queries",
    "pages": "pages",
    "kb": "KB",
    "peak_mb": "MB peak",
    "weasyprint": "modules of WeasyPrint",
    "editors": "editors",
    "saves": "saves",
    "conflicts": "conflicts",
    "kills": "kills",
    "acts": "journaled acts",
    "lost": "lost",
    "torn": "half-written",
    "errors": "errors",
}


@dataclass(frozen=True)
class Figure:
    """``ms`` is a median; ``ratio`` says how many times the figure ``against`` takes.

    ``more`` holds counts by the names of ``MORE_UNITS``.
    """

    name: str
    ms: float
    clock: str
    p95_ms: float | None = None
    ratio: float | None = None
    against: str = ""
    more: Mapping[str, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def figure(
    name: str,
    times: Times,
    *,
    against: tuple[str, Times] | None = None,
    p95: bool = False,
    more: Mapping[str, int] | None = None,
) -> Figure:
    """``against`` is the name and the times of what this is compared with."""
    return Figure(
        name=name,
        ms=times.median,
        clock=times.clock,
        p95_ms=times.p95() if p95 else None,
        ratio=times.median / against[1].median if against else None,
        against=against[0] if against else "",
        more=more or {},
    )


def compared(
    times: Mapping[str, Times],
    baseline: str,
    *,
    p95: bool = False,
    more: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Figure]:
    """A figure for each of ``times``, all but the baseline's own against it."""
    counts = more or {}
    return [
        figure(
            name,
            taken,
            against=None if name == baseline else (baseline, times[baseline]),
            p95=p95,
            more=counts.get(name),
        )
        for name, taken in times.items()
    ]


def table(rows: Sequence[Figure]) -> str:
    cells = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(COLUMNS))]
    return "\n".join(_line(row, widths) for row in cells)


def _cells(row: Figure) -> tuple[str, ...]:
    return (
        row.name,
        _three_digits(row.ms),
        "" if row.p95_ms is None else _three_digits(row.p95_ms),
        row.clock,
        "" if row.ratio is None else f"{_three_digits(row.ratio)} x",
        row.against,
        ", ".join(f"{count} {MORE_UNITS[name]}" for name, count in row.more.items()),
    )


def _three_digits(value: float) -> str:
    places = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004
    return f"{value:.{places}f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    numbers = {1, 2, 4}
    padded = (
        cell.rjust(width) if column in numbers else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
