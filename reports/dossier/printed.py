"""What an old form printed, as JSON: in a dossier file, and its lists in a row of the database."""

from decimal import Decimal
from typing import Any

from evalsys.canonical import decimal_text
from evalsys.jsonread import Reader
from evalsys.rulepacks.schema import LEVELS
from reports.dossier.members import (
    KEY,
    LABEL,
    SHORT,
    money,
    number,
    optional,
    optional_list,
    optional_mapping,
    points,
    points_or_null,
    rate,
    said,
    signed_money,
    sum_of_points,
    text,
)
from reports.dossier.model import PrintedFigures, PrintedHeading


def dump_printed(printed: PrintedFigures | None) -> dict[str, Any] | None:
    if printed is None:
        return None
    return {
        "total": number(printed.total),
        "mean": number(printed.mean),
        "grade": printed.grade,
        "execution_rate": number(printed.execution_rate),
        **said("arrival_rate", number(printed.arrival_rate)),
        **said("balance", number(printed.balance)),
        **said("sum_of_totals", number(printed.sum_of_totals)),
        **said("planned", number(printed.planned)),
        **said("received", number(printed.received)),
        **said("spent", number(printed.spent)),
        **dump_lists(printed),
        **({} if printed.signed is None else {"signed": printed.signed}),
    }


def dump_lists(printed: PrintedFigures) -> dict[str, Any]:
    """The members that hold several figures or texts."""
    return {
        **said("subtotals", {key: decimal_text(v) for key, v in printed.subtotals.items()}),
        **said("weight_totals", [number(value) for value in printed.weight_totals]),
        **said("headings", [vars(heading) for heading in printed.headings]),
    }


def read_lists(reader: Reader) -> dict[str, Any]:
    return {
        "subtotals": optional_mapping(reader, "subtotals", points),
        "weight_totals": _weight_totals(reader),
        "headings": optional_list(reader, "headings", _heading),
    }


def read_printed(reader: Reader) -> PrintedFigures | None:
    return reader.or_null(_figures)


def _figures(reader: Reader) -> PrintedFigures:
    printed = PrintedFigures(
        total=optional(reader, "total", points_or_null, None),
        mean=optional(reader, "mean", points_or_null, None),
        grade=text(reader, "grade", SHORT),
        execution_rate=optional(reader, "execution_rate", rate, None),
        arrival_rate=optional(reader, "arrival_rate", rate, None),
        balance=optional(reader, "balance", signed_money, None),
        sum_of_totals=optional(reader, "sum_of_totals", sum_of_points, None),
        planned=optional(reader, "planned", money, None),
        received=optional(reader, "received", money, None),
        spent=optional(reader, "spent", money, None),
        signed=optional(reader, "signed", _yes_or_no, None),
        **read_lists(reader),
    )
    reader.end()
    return printed


def _yes_or_no(reader: Reader) -> bool | None:
    return reader.or_null(Reader.boolean)


def _weight_totals(reader: Reader) -> tuple[Decimal | None, ...]:
    totals = optional_list(reader, "weight_totals", points_or_null)
    if len(totals) > LEVELS:
        reader.field("weight_totals").fail(f"指标最多 {LEVELS} 级，这里有 {len(totals)} 个合计。")
    return totals


def _heading(reader: Reader) -> PrintedHeading:
    heading = PrintedHeading(
        number=text(reader, "number", SHORT),
        title=text(reader, "title", LABEL),
        key=text(reader, "key", KEY),
    )
    reader.end()
    return heading
