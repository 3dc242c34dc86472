"""Every figure of a form, and the ways in which people get one wrong."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from evalsys.canonical import decimal_text
from evalsys.jsonread import member_path
from reports.dossier.codec import parse_dossier
from reports.dossier.model import Dossier


@dataclass(frozen=True)
class Figure:
    """A place in the dossier's JSON that holds a figure, and what it is a figure of."""

    steps: tuple[str | int, ...]
    kind: str
    text: str

    @property
    def path(self) -> str:
        path = ""
        for step in self.steps:
            path = f"{path}[{step}]" if isinstance(step, int) else member_path(path, step)
        return path


AMOUNTS = ("initial_budget", "adjustment", "annual_budget")
PRINTED = (
    "total", "mean", "execution_rate", "arrival_rate", "balance", "sum_of_totals", "planned",
    "received", "spent",
)  # fmt: skip


def figures(data: dict) -> list[Figure]:
    """Every figure of a consistent dossier that another one of it follows from, or follows from."""
    return [
        *_money(data),
        *_indicators(data),
        *(
            figure
            for index, member in enumerate(data["panel"])
            for figure in _sheet(("panel", index, "sheet"), member["sheet"])
        ),
        *(_sheet(("consensus",), data["consensus"]) if data["consensus"] else ()),
        *_printed(data["printed"]),
    ]


def _money(data: dict) -> Iterator[Figure]:
    for index, line in enumerate(data["funding"]):
        for name in ("planned", "received", "spent"):
            if line[name] is not None:
                yield Figure(("funding", index, name), name, line[name])
    for name in AMOUNTS:
        if data.get(name) is not None:
            yield Figure((name,), name, data[name])


def _indicators(data: dict) -> Iterator[Figure]:
    for index, one in enumerate(data["indicators"]):
        yield Figure(("indicators", index, "weight"), "weight", one["weight"])
        if one["rule"] and re.search("[0-9]", one["target_value"]):
            for name in ("target_value", "actual_value"):
                yield Figure(("indicators", index, name), name, one[name])


def _sheet(steps: tuple, sheet: dict) -> Iterator[Figure]:
    column = steps == ("consensus",)
    for key, mark in sheet["marks"].items():
        kind = "mark of the column" if column else "mark"
        yield Figure((*steps, "marks", key, "value"), kind, mark["value"])
    if sheet["total_only"] is not None:
        yield Figure((*steps, "total_only"), "evaluator's total", sheet["total_only"])


def _printed(printed: dict) -> Iterator[Figure]:
    for name in PRINTED:
        yield Figure(("printed", name), f"printed {name}", printed[name])
    for key, points in printed["subtotals"].items():
        yield Figure(("printed", "subtotals", key), "printed subtotal", points)
    for index, points in enumerate(printed["weight_totals"]):
        yield Figure(("printed", "weight_totals", index), "printed weight total", points)


MONEY = {"planned", "received", "spent", "balance", *AMOUNTS}
WIDTHS = {"rate": (1, 4), "money": (11, 2), "sum": (4, 2), "points": (3, 2)}


def _width(kind: str) -> tuple[int, int]:
    """Digits before and after the point that a figure of this kind may have."""
    name = kind.removeprefix("printed ")
    if name in MONEY:
        return WIDTHS["money"]
    return WIDTHS[
        "rate" if name.endswith("rate") else "sum" if name.startswith("sum") else "points"
    ]


def mistyped(chance: random.Random, figure: Figure) -> str:
    """Its text as a person gets it wrong: with another figure, and still a figure."""
    text, (whole, decimals) = figure.text, _width(figure.kind)
    match = re.search(r"[0-9]+(?:\.[0-9]+)?", text)
    for _ in range(50):
        wrong = chance.choice(SLIPS)(chance, match[0])
        sound = re.fullmatch(rf"[0-9]{{1,{whole}}}(\.[0-9]{{1,{decimals}}})?", wrong)
        if sound and Decimal(wrong) != Decimal(match[0]):
            return text[: match.start()] + decimal_text(Decimal(wrong)) + text[match.end() :]
    raise AssertionError(f"no other figure for {text}")


def _digit(chance: random.Random, figure: str) -> str:
    at = chance.choice([i for i, char in enumerate(figure) if char != "."])
    return figure[:at] + chance.choice("0123456789") + figure[at + 1 :]


def _swap(chance: random.Random, figure: str) -> str:
    at = chance.randrange(max(1, len(figure) - 1))
    return figure[:at] + figure[at : at + 2][::-1] + figure[at + 2 :]


def _drop(chance: random.Random, figure: str) -> str:
    at = chance.randrange(len(figure))
    return figure[:at] + figure[at + 1 :]


def _double(chance: random.Random, figure: str) -> str:
    at = chance.randrange(len(figure))
    return figure[: at + 1] + figure[at:]


def _nudge(chance: random.Random, figure: str) -> str:
    decimals = len(figure.partition(".")[2])
    return str(Decimal(figure) + chance.choice([1, -1]) * Decimal(1).scaleb(-decimals))


def _shift(chance: random.Random, figure: str) -> str:
    return decimal_text(Decimal(figure) * chance.choice([10, Decimal("0.1"), 100, 10_000]))


SLIPS = (_digit, _digit, _swap, _drop, _double, _nudge, _shift)


def changed(data: dict, figure: Figure, text: str) -> Dossier:
    """The dossier with one figure replaced; ``data`` is left as it is."""
    return parse_dossier(_replaced(data, figure.steps, text))


def _replaced(data, steps, text):
    if not steps:
        return text
    first, *rest = steps
    copy = list(data) if isinstance(data, list) else dict(data)
    copy[first] = _replaced(data[first], rest, text)
    return copy


def right_places(data: dict, figure: Figure) -> set[str]:
    """The fields at which a wrong figure may be told: itself, and what is next to follow from it."""
    return {figure.path, *_follows(data, figure)}


def _follows(data: dict, figure: Figure) -> Iterator[str]:
    match figure.steps:
        case ("funding", index, name):
            yield from (f"funding[{index}].{other}" for other in ("received", "spent"))
            yield from (f"printed.{name}", "printed.balance")
            yield "annual_budget"
        case ("initial_budget" | "adjustment",):
            yield "annual_budget"
        case ("annual_budget",):
            yield from ("printed.execution_rate", "initial_budget")
        case ("indicators", index, "weight"):
            yield from _weight_sums(data, index)
        case ("indicators", index, _):
            yield from _marks_of(data, data["indicators"][index]["key"])
            yield f"indicators[{index}].deviation_reason"
        case ("consensus", "marks", key, _):
            yield from ("printed.total", *_subtotals_above(data, key))
        case ("panel", index, "sheet", "marks", _, _):
            yield f"panel[{index}].sheet.total_only"
        case ("panel", _, "sheet", "total_only"):
            yield from ("printed.sum_of_totals", "printed.mean")


def _weight_sums(data: dict, index: int) -> Iterator[str]:
    one = data["indicators"][index]
    yield "indicators"
    yield f"printed.weight_totals[{one['level'] - 1}]"
    for number, other in enumerate(data["indicators"]):
        if other["key"] == one["parent"]:
            yield f"indicators[{number}].weight"


def _marks_of(data: dict, key: str) -> Iterator[str]:
    place = member_path("marks", key)
    yield f"consensus.{place}.value"
    yield from (f"panel[{index}].sheet.{place}.value" for index in range(len(data["panel"])))


def _subtotals_above(data: dict, key: str) -> Iterator[str]:
    parents = {one["key"]: one["parent"] for one in data["indicators"]}
    while key := parents[key]:
        yield member_path("printed.subtotals", key)
