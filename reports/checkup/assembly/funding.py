"""Printed money as lines of sources in 元, and the printed totals of the columns beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from evalsys import figures
from evalsys.rulepacks.schema import RulePack
from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.sources import Sources
from reports.checkup.parts import NOTHING, MoneyCell, Printed
from reports.checkup.values import money, signed_money
from reports.checkup.words import label
from reports.dossier.members import SHORT
from reports.dossier.model import FundingLine

USUAL_UNIT = "万元"
COLUMNS = ("planned", "received", "spent")
ANNUAL = "annual"
WORDS = {
    "planned": "计划（年初预算）",
    "annual": "全年预算",
    "received": "到位",
    "spent": "使用（执行）",
}
TOTAL = ""  # the source of a column's total
UNDIVIDED, UNDIVIDED_KEY = "未分来源", "undivided"
MOST_SOURCES = 30
# 当年 and 本年 mean the same; so do 财政拨款 and 财政资金.
SYNONYMS = (("本年", "当年"), ("本级", ""), ("资金", ""), ("拨款", ""))

NO_UNIT = f"金额没有写单位，按表式惯例读作{USUAL_UNIT}。"
TWICE = "{}印了两处，数不一样，取先印的一处。"
ONE_PAYER = "{}只印了合计；只有{}有资金，记在它名下。"
NOT_DIVIDED = "{}只印了合计，没有分来源。"
PARTLY_UNREAD = "{}有一格没有读出来，这一栏只取合计。"


@dataclass(frozen=True)
class Funding:
    """元. ``totals`` are as printed, by column; ``adjustment`` is what makes ``annual`` of the
    initial budget.
    """

    lines: tuple[FundingLine, ...]
    totals: dict[str, Decimal]
    annual: Decimal | None
    adjustment: Decimal | None

    @property
    def initial(self) -> Decimal | None:
        """年初预算, where the form has it beside an annual budget."""
        return None if self.annual is None else self.totals.get("planned")


@dataclass
class _Ledger:
    """Amounts by source and column, with their places; names of sources by their bare words."""

    names: dict[str, str] = field(default_factory=dict)
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    printed: dict[tuple[str, str], Printed] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)
    without_unit: list[Printed] = field(default_factory=list)

    def column(self, column: str) -> list[Decimal]:
        return [
            amount
            for (source, of), amount in self.amounts.items()
            if of == column and source != TOTAL
        ]


def read_funding(sources: Sources, pack: RulePack, desk: Desk) -> Funding:
    ledger = _Ledger()
    for cell in sources.money:
        _enter(cell, ledger, desk)
    if ledger.without_unit:
        desk.note(NO_UNIT, ledger.without_unit[0])
    lines = _lines(ledger, pack, desk)
    totals = {
        column: ledger.amounts[TOTAL, column]
        for column in COLUMNS
        if (TOTAL, column) in ledger.amounts
    }
    annual = _annual(ledger)
    _point_at_totals(ledger, desk)
    return Funding(lines, totals, annual, _adjustment(sources, totals.get("planned"), annual, desk))


def _enter(cell: MoneyCell, ledger: _Ledger, desk: Desk) -> None:
    """The first amount of a place counts; another one there is pointed out."""
    bare, what = label(cell.source), f"{cell.source or '合计'}的{WORDS[cell.column]}"
    if bare and len(ledger.names) < MOST_SOURCES:
        ledger.names.setdefault(bare, cell.source)
    path = f"money.{cell.column}.{bare}"
    read = partial(money, unit=cell.unit or USUAL_UNIT)
    found = desk.value(cell.printed, read, what=what, path=path)
    if found is None:
        if desk.is_unread(path) and bare != TOTAL:
            ledger.unclear.add(cell.column)
        return
    if found.yuan and not (found.own or cell.unit):
        ledger.without_unit.append(cell.printed)
    known = ledger.amounts.setdefault((bare, cell.column), found.yuan)
    ledger.printed.setdefault((bare, cell.column), cell.printed)
    if known != found.yuan:
        desk.note(TWICE.format(what), cell.printed)


def _annual(ledger: _Ledger) -> Decimal | None:
    if (TOTAL, ANNUAL) in ledger.amounts:
        return ledger.amounts[TOTAL, ANNUAL]
    return None if ANNUAL in ledger.unclear else figures.total(ledger.column(ANNUAL))


def _adjustment(
    sources: Sources, initial: Decimal | None, annual: Decimal | None, desk: Desk
) -> Decimal | None:
    """As printed, else the difference: the form defines it so."""
    cell = sources.execution.get("adjustment", NOTHING)
    read = partial(signed_money, unit=sources.money[0].unit or USUAL_UNIT if sources.money else "")
    printed = desk.value(cell, read, what="预算调整", path="adjustment")
    if printed is not None:
        return printed.yuan
    return None if initial is None or annual is None else annual - initial


# --- lines


def _lines(ledger: _Ledger, pack: RulePack, desk: Desk) -> tuple[FundingLine, ...]:
    keys = _Keys(pack)
    lines = {
        bare: FundingLine(keys.key(bare), name[:SHORT], **_amounts(ledger, bare))
        for bare, name in ledger.names.items()
    }
    for column in COLUMNS:
        divided = any(getattr(line, column) is not None for line in lines.values())
        if (TOTAL, column) in ledger.amounts and not divided:
            _place_total(column, lines, ledger, desk)
    for index, bare in enumerate(lines):
        for column in COLUMNS:
            desk.spot(f"funding[{index}].{column}", ledger.printed.get((bare, column), NOTHING))
    return tuple(lines.values())


def _amounts(ledger: _Ledger, bare: str) -> dict[str, Decimal | None]:
    """Nothing of a column in which an amount could not be read: its sum would be wrong."""
    return {
        column: None if column in ledger.unclear else ledger.amounts.get((bare, column))
        for column in COLUMNS
    }


def _place_total(column: str, lines: dict[str, FundingLine], ledger: _Ledger, desk: Desk) -> None:
    """A column that gives its total only is that of the one source with money, else nobody's."""
    total, printed = ledger.amounts[TOTAL, column], ledger.printed[TOTAL, column]
    paying = [bare for bare, line in lines.items() if any(_paid(line))]
    if column in ledger.unclear:
        bare, sentence = UNDIVIDED, PARTLY_UNREAD.format(WORDS[column])
    elif len(paying) == 1:
        bare = paying[0]
        sentence = ONE_PAYER.format(WORDS[column], lines[bare].label)
    else:
        bare, sentence = UNDIVIDED, NOT_DIVIDED.format(WORDS[column]) if lines else ""
    if sentence:
        desk.note(sentence, printed)
    line = lines.get(bare, FundingLine(UNDIVIDED_KEY, UNDIVIDED))
    lines[bare] = FundingLine(**vars(line) | {column: total})
    ledger.printed[bare, column] = printed


def _paid(line: FundingLine) -> Iterator[Decimal | None]:
    return (getattr(line, column) for column in COLUMNS)


def _point_at_totals(ledger: _Ledger, desk: Desk) -> None:
    for column in COLUMNS:
        desk.spot(f"printed.{column}", ledger.printed.get((TOTAL, column), NOTHING))
    desk.spot("annual_budget", ledger.printed.get((TOTAL, ANNUAL), NOTHING))


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
