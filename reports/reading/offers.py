"""Typed figures that equal a figure of the forms, and so could be live."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.livefigures import LiveFigure, palette
from reports.reading.claims import is_of_the_whole_year
from reports.reading.figures import Figure, Kind, fold
from reports.reading.narrative import Narrative, Section

NAMES = {
    "planned": "计划投资额",
    "initial_budget": "年初预算",
    "annual_budget": "全年预算",
    "received": "实际到位",
    "spent": "实际使用",
    "balance": "结余",
    "execution_rate": "预算执行率",
    "arrival_rate": "到位率",
    "total": "总分",
    "mean": "平均分",
}
IN_YUAN = "（元）"
FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Offer:
    """``start`` and ``end`` in the text as typed; ``found`` stands there now."""

    start: int
    end: int
    found: str
    figure: LiveFigure


def offers(narrative: Narrative) -> Iterator[Offer]:
    """Figures that would print as they are typed now; the words before them say which is meant."""
    figures = palette(narrative.facts)
    for section in narrative.sections:
        named = {claim.figure.start: claim.agreeing for claim in narrative.claims(section)}
        for typed in section.passage.figures:
            written = _plainly(section.text[typed.start : typed.end])
            value = named.get(typed.start)
            names = [NAMES.get(value.key, "")] if value else _unnamed(section, typed)
            found = _printed_alike(written, names, figures)
            if found and not section.shown.is_live(typed.start, typed.end):
                start, end = section.shown.typed(typed.start, typed.end)
                yield Offer(start, end, section.text[typed.start : typed.end], found)


def _unnamed(section: Section, typed: Figure) -> list[str]:
    """Without a word before it, only an amount that is hardly another one by chance."""
    digits = str(typed.value.numerator).strip("0")
    is_telling = typed.kind is Kind.MONEY and len(digits) >= FEWEST_DIGITS
    if is_telling and is_of_the_whole_year(section.passage, typed.start):
        return list(NAMES.values())
    return []


def _printed_alike(
    written: str, names: list[str], figures: dict[str, LiveFigure]
) -> LiveFigure | None:
    for name in names:
        for figure in (figures.get(name), figures.get(f"{name}{IN_YUAN}")):
            if figure and figure.value == written:
                return figure
    return None


def _plainly(text: str) -> str:
    """As the palette prints it: no spaces, no thousands."""
    return "".join(fold(text).split()).replace(",", "").replace("，", "")
