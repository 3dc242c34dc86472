"""Printed money as lines of sources in 元, and the printed totals of the columns beside them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from evalsys.rulepacks.schema import RulePack
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.sources import Sources
from reports.checkup.parts import MoneyCell
from reports.checkup.values import is_blank, money
from reports.checkup.words import label
from reports.dossier.members import SHORT
from reports.dossier.model import FundingLine

USUAL_UNIT = "万元"
UNDIVIDED = "未分来源"
COLUMNS = ("planned", "received", "spent")
WORDS = {
    "planned": "计划（年初预算）",
    "annual": "全年预算",
    "received": "到位",
    "spent": "使用（执行）",
}
NO_UNIT = f"金额没有写单位，按表式惯例读作{USUAL_UNIT}。"
MOST_SOURCES = 30
# 当年 and 本年 mean the same; so do 财政拨款 with and without it.
SYNONYMS = (("本年", "当年"), ("本级", ""), ("资金", ""), ("拨款", ""))


@dataclass
class Funding:
    """元. ``totals`` are as printed, by column; ``annual`` is the annual budget."""

    lines: tuple[FundingLine, ...] = ()
    totals: dict[str, Decimal] = field(default_factory=dict)
    annual: Decimal | None = None


@dataclass
class _Ledger:
    sources: dict[str, str] = field(default_factory=dict)  # printed name by its bare words
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    totals: dict[str, Decimal] = field(default_factory=dict)
    cells: dict[tuple[str, str], MoneyCell] = field(default_factory=dict)


def read_funding(sources: Sources, pack: RulePack, desk: Desk) -> Funding:
    ledger = _Ledger()
    for cell in sources.money:
        _enter(cell, ledger, desk)
    if any(not cell.unit and not _is_zero_or_blank(cell) for cell in ledger.cells.values()):
        desk.note(NO_UNIT, next(iter(ledger.cells.values())).printed)
    lines = _lines(ledger, pack, desk)
    annual = ledger.totals.get("annual")
    if annual is None:
        given = [value for (source, column), value in ledger.amounts.items() if column == "annual"]
        annual = sum(given, Decimal(0)) if given else None
    totals = {name: value for name, value in ledger.totals.items() if name in COLUMNS}
    _point_at_totals(ledger, desk)
    return Funding(lines, totals, annual)


def _is_zero_or_blank(cell: MoneyCell) -> bool:
    return is_blank(cell.printed.text) or not cell.printed.text.strip("0. ")


def _enter(cell: MoneyCell, ledger: _Ledger, desk: Desk) -> None:
    """The first amount of a place counts; another one there is pointed out."""
    bare = label(cell.source)
    if cell.source and len(ledger.sources) < MOST_SOURCES:
        ledger.sources.setdefault(bare, cell.source)
    what = f"{cell.source or '合计'}的{WORDS[cell.column]}"
    found = desk.value(
        cell.printed,
        lambda text: money(text, cell.unit or USUAL_UNIT),
        what=what,
        path=f"money.{cell.column}.{bare}",
    )
    if found is None:
        return
    key = (bare, cell.column)
    known = ledger.amounts.get(key) if cell.source else ledger.totals.get(cell.column)
    if known is None:
        ledger.cells[key] = cell if not found.own else MoneyCell(*vars(cell).values())
        (ledger.amounts if cell.source else ledger.totals)[key if cell.source else cell.column] = (
            found.yuan
        )
    elif known != found.yuan:
        desk.note(f"{what}印了两处，数不一样，取先印的一处。", cell.printed)


def _lines(ledger: _Ledger, pack: RulePack, desk: Desk) -> tuple[FundingLine, ...]:
    keys = _Keys(pack)
    lines = {}
    for bare, name in ledger.sources.items():
        amounts = {column: ledger.amounts.get((bare, column)) for column in COLUMNS}
        lines[bare] = FundingLine(keys.key(bare), name[:SHORT], **amounts)
    for column in COLUMNS:
        total = ledger.totals.get(column)
        if total is not None and all(getattr(line, column) is None for line in lines.values()):
            _place_total(column, total, lines, ledger, desk)
    result = tuple(lines.values())
    for index, bare in enumerate(lines):
        for column in COLUMNS:
            cell = ledger.cells.get((bare, column))
            if cell:
                desk.places[f"funding[{index}].{column}"] = cell.printed
    return result


def _place_total(
    column: str, total: Decimal, lines: dict[str, FundingLine], ledger: _Ledger, desk: Desk
) -> None:
    """A column that prints its total only: it is the one source's that has money, else nobody's."""
    paying = [bare for bare, line in lines.items() if any(_amounts(line))]
    printed = ledger.cells["", column].printed
    if len(paying) == 1:
        line = lines[paying[0]]
        desk.note(f"{WORDS[column]}只印了合计；只有{line.label}有资金，记在它名下。", printed)
        bare = paying[0]
    else:
        bare = UNDIVIDED
        line = lines.get(bare, FundingLine("undivided", UNDIVIDED))
        if lines:
            desk.note(f"{WORDS[column]}只印了合计，没有分来源。", printed)
    lines[bare] = FundingLine(**{**vars(line), column: total})
    ledger.cells[bare, column] = ledger.cells["", column]


def _amounts(line: FundingLine) -> Iterable[Decimal | None]:
    return (getattr(line, column) for column in COLUMNS)


class _Keys:
    """Keys of the pack's sources where the words are theirs, else numbers."""

    def __init__(self, pack: RulePack) -> None:
        self.known = {_essence(source.label): source.key for source in pack.funding_sources}
        self.used: set[str] = set()

    def key(self, bare: str) -> str:
        key = self.known.get(_essence(bare), "")
        if not key or key in self.used:
            key = f"source{len(self.used) + 1}"
        self.used.add(key)
        return key


def _essence(name: str) -> str:
    bare = label(name)
    for words, other in SYNONYMS:
        bare = bare.replace(words, other)
    return bare


def _point_at_totals(ledger: _Ledger, desk: Desk) -> None:
    for column in ledger.totals:
        cell = ledger.cells["", column]
        path = "annual_budget" if column == "annual" else f"printed.{column}"
        desk.places[path] = cell.printed
