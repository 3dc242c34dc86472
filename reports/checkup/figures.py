"""Printed figures beside what the entries of the same form imply."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys import figures
from evalsys.figures import half_up, percent_text, plain, wan_text
from reports.checkup.model import Reading
from reports.checkup.parts import Printed
from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from scoring.engine import grade_for

FEWEST_PLACES = 2
MONEY_TOTALS = (("planned", "计划合计"), ("received", "到位合计"), ("spent", "使用合计"))


@dataclass(frozen=True)
class Figure:
    """Texts as people write them; "" where nothing is printed, or nothing follows.

    ``agrees`` is None when there is nothing to compare.
    """

    label: str
    printed: str
    implied: str
    how: str
    agrees: bool | None
    place: Printed | None = None


def compared(reading: Reading, facts: Facts) -> tuple[Figure, ...]:
    return tuple(
        figure
        for figure in (
            *_weights(reading, facts),
            *_scores(reading, facts),
            *_money(reading, facts),
        )
        if figure.printed or figure.implied
    )


def _points(
    label: str, printed: Decimal | None, implied: Decimal | None, how: str, place: Printed | None
) -> Figure:
    return Figure(
        label,
        _text(printed),
        _text(implied),
        "" if implied is None else how,
        None if printed is None or implied is None else printed == implied,
        place,
    )


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


# --- weights


def _weights(reading: Reading, facts: Facts) -> Iterator[Figure]:
    tree = facts.dossier.indicators
    children = _children(tree)
    leaves = [one for one in tree if one.key not in children]
    if not leaves:
        return
    totals = [
        (value, f"printed.weight_totals[{level}]")
        for level, value in enumerate(_weight_totals(reading))
        if value is not None
    ]
    printed, path = totals[-1] if totals else (None, "indicators[0]")
    added = _sum(one.weight for one in leaves)
    place = reading.place_of(path)
    yield _points("分值合计", printed, added, f"{len(leaves)} 项末级指标相加", place)
    for index, node in enumerate(tree):
        below = _sum(child.weight for child in children.get(node.key, ()))
        path = f"indicators[{index}].weight"
        if node.key in children and path in reading.places and below != node.weight:
            place = reading.place_of(path)
            yield _points(f"「{node.name}」的分值", node.weight, below, "下级指标相加", place)


def _weight_totals(reading: Reading) -> tuple[Decimal | None, ...]:
    printed = reading.dossier.printed
    return printed.weight_totals if printed else ()


def _children(tree: Iterable[Indicator]) -> dict[str, list[Indicator]]:
    children: defaultdict[str, list[Indicator]] = defaultdict(list)
    for node in tree:
        if node.parent:
            children[node.parent].append(node)
    return children


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


# --- scores


def _scores(reading: Reading, facts: Facts) -> Iterator[Figure]:
    printed = facts.dossier.printed
    if printed is None:
        return
    total = None if reading.is_unclear("consensus.") else _added_scores(facts)
    mean = _mean(facts)
    yield from _subtotals(reading, facts)
    yield _points("总分", printed.total, total, "得分栏相加", reading.place_of("printed.total"))
    totals = _panel_totals(facts)
    yield _points(
        "评分合计",
        printed.sum_of_totals,
        _sum(totals) if totals and printed.sum_of_totals is not None else None,
        "各评价人员的评分相加",
        reading.place_of("printed.sum_of_totals"),
    )
    how = f"（{' + '.join(map(plain, totals))}）÷ {len(totals)}" if totals else ""
    yield _points("平均分", printed.mean, mean, how, reading.place_of("printed.mean"))
    yield _grade(reading, facts, total if mean is None else mean)


def _added_scores(facts: Facts) -> Decimal | None:
    sheet = facts.dossier.consensus
    if sheet is None:
        return None
    return _sum(mark.value for mark in sheet.marks.values() if mark.value is not None)


def _panel_totals(facts: Facts) -> list[Decimal]:
    totals = [one.sheet.total_only for one in facts.dossier.panel if one.sheet]
    return [total for total in totals if total is not None]


def _mean(facts: Facts) -> Decimal | None:
    """Of all people on the panel, at the decimals the form prints and at least two."""
    totals, printed = _panel_totals(facts), facts.dossier.printed
    if not totals or len(totals) < len(facts.dossier.panel):
        return None
    places = _places(printed.mean) if printed and printed.mean is not None else 0
    exact = Fraction(_sum(totals)) / len(totals)
    return half_up(exact, max(places, FEWEST_PLACES))


def _places(value: Decimal) -> int:
    return len(plain(value).partition(".")[2])


def _grade(reading: Reading, facts: Facts, total: Decimal | None) -> Figure:
    """Of the mean of the evaluators, where there is a panel, else of the added scores."""
    dossier = facts.dossier
    printed = dossier.printed.grade if dossier.printed else ""
    implied = "" if total is None else grade_for(total, dossier.pack.scoring) or ""
    how = "" if total is None else f"{plain(total)} 分对照等次下限"
    agrees = printed == implied if printed and implied else None
    return Figure("评价等次", printed, implied, how, agrees, reading.place_of("printed.grade"))


def _subtotals(reading: Reading, facts: Facts) -> Iterator[Figure]:
    dossier = facts.dossier
    printed = dossier.printed.subtotals if dossier.printed else {}
    children = _children(dossier.indicators)
    marks = dossier.consensus.marks if dossier.consensus else {}

    def added(key: str) -> Decimal:
        if key not in children:
            mark = marks.get(key)
            return mark.value if mark and mark.value is not None else Decimal(0)
        return _sum(added(child.key) for child in children[key])

    for node in dossier.indicators:
        if node.key in printed:
            place = reading.place_of(f"printed.subtotals.{node.key}")
            label = f"「{node.name}」的得分"
            yield _points(label, printed[node.key], added(node.key), "下级得分相加", place)


# --- money


def _money(reading: Reading, facts: Facts) -> Iterator[Figure]:
    printed = facts.dossier.printed
    if printed is None:
        return
    for name, label in MONEY_TOTALS:
        yield _amount(
            label,
            getattr(printed, name),
            _divided(reading, facts, name),
            "各来源相加",
            reading.place_of(f"printed.{name}"),
        )
    yield _amount(
        "全年预算", facts.dossier.annual_budget, None, "", reading.place_of("annual_budget")
    )
    yield _rate(
        "到位率",
        printed.arrival_rate,
        facts.arrival_rate,
        "到位 ÷ 计划",
        reading.place_of("printed.arrival_rate"),
    )
    yield _rate(
        "预算执行率",
        printed.execution_rate,
        facts.execution_rate,
        _execution_formula(facts),
        reading.place_of("printed.execution_rate"),
    )
    yield _amount(
        "结余", printed.balance, facts.balance, "到位减使用", reading.place_of("printed.balance")
    )


def _divided(reading: Reading, facts: Facts, column: str) -> Decimal | None:
    """What the sources add to, where the form divides the column among them."""
    total = reading.place_of(f"printed.{column}")
    lines = [
        getattr(line, column)
        for index, line in enumerate(facts.dossier.funding)
        if reading.places.get(f"funding[{index}].{column}") != total
    ]
    return figures.total(lines)


def _amount(
    label: str, printed: Decimal | None, implied: Decimal | None, how: str, place: Printed | None
) -> Figure:
    agrees = None if printed is None or implied is None else printed == implied
    how = "" if implied is None else how
    return Figure(label, _wan(printed), _wan(implied), how, agrees, place)


def _wan(yuan: Decimal | None) -> str:
    return "" if yuan is None else f"{wan_text(yuan)} 万元"


def _rate(
    label: str, printed: Decimal | None, implied: Fraction | None, how: str, place: Printed | None
) -> Figure:
    """Compared at the decimals that are printed, and never fewer than those of a whole percent."""
    places = max(_places(printed) - FEWEST_PLACES, 0) if printed is not None else 1
    written = "" if printed is None else percent_text(Fraction(printed), places)
    follows = "" if implied is None else percent_text(implied, places)
    agrees = written == follows if written and follows else None
    return Figure(label, written, follows, how, agrees, place)


def _execution_formula(facts: Facts) -> str:
    if facts.spent is None or not facts.annual_budget:
        return ""
    return f"{wan_text(facts.spent)} ÷ {wan_text(facts.annual_budget)}"
