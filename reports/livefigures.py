"""Figures a text takes from the forms: ``{{实际使用}}`` prints as 12.84万元 and never goes stale.

The dossier keeps the braces, documents and checks see the values. ``\\{{`` is a brace meant as one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from evalsys.figures import percent_text, plain, wan_text
from reports.dossier.facts import Facts

LONGEST_NAME = 40
TOKEN = re.compile(
    rf"(?P<escape>\\?)(?:\{{\{{|｛｛)(?P<name>[^{{}}｛｝\n]{{1,{LONGEST_NAME}}})(?:\}}\}}|｝｝)"
)
BRACKETS = str.maketrans("()", "（）")
NOT_FILLED, AFTER_SCORING = "未填", "评分后生成"


@dataclass(frozen=True)
class LiveFigure:
    """``value`` is what is printed, with its unit; "" while it does not exist, for ``missing``."""

    name: str
    what: str
    unit: str
    value: str
    missing: str = NOT_FILLED

    @property
    def shown(self) -> str:
        return self.value or f"〔{self.name}：{self.missing}〕"


def palette(facts: Facts) -> dict[str, LiveFigure]:
    """Every live figure of these forms by name, in the order they are offered.

    Results are there only where the dossier was loaded with the marks.
    """
    figures = (*_sums(facts), *_rates(facts), *_sources(facts), *_words(facts), *_results(facts))
    return {figure.name: figure for figure in figures}


def _sums(facts: Facts) -> Iterator[LiveFigure]:
    sums = (
        ("计划投资额", "计划投资额合计", facts.planned),
        ("年初预算", "年初预算数", facts.dossier.initial_budget),
        ("全年预算", "全年预算数；没有另填的，就是计划投资额", facts.annual_budget),
        ("实际到位", "实际到位资金合计", facts.received),
        ("实际使用", "实际使用情况合计", facts.spent),
        ("结余", "实际到位 − 实际使用", facts.balance),
    )
    for name, what, yuan in sums:
        yield _in_wan(name, what, yuan)
    for name, what, yuan in sums:
        printed = "" if yuan is None else f"{plain(yuan)}元"
        yield LiveFigure(f"{name}（元）", f"{what}，以元计", "元", printed)


def _in_wan(name: str, what: str, yuan: Decimal | None) -> LiveFigure:
    return LiveFigure(name, what, "万元", "" if yuan is None else f"{wan_text(yuan)}万元")


def _rates(facts: Facts) -> Iterator[LiveFigure]:
    for name, what, rate in (
        ("预算执行率", "实际使用 ÷ 全年预算", facts.execution_rate),
        ("到位率", "实际到位 ÷ 计划投资额", facts.arrival_rate),
    ):
        yield LiveFigure(name, what, "%", "" if rate is None else percent_text(rate))


def _sources(facts: Facts) -> Iterator[LiveFigure]:
    for line in facts.dossier.funding:
        for column, amount in (
            ("计划投资额", line.planned),
            ("实际到位", line.received),
            ("实际使用", line.spent),
        ):
            yield _in_wan(f"{line.label}{column}", f"{column}中的{line.label}一行", amount)


def _words(facts: Facts) -> Iterator[LiveFigure]:
    dossier = facts.dossier
    for name, what, value in (
        ("预算年度", "自评的年度", f"{dossier.fiscal_year}年"),
        ("项目名称", "三张表上的项目名称", dossier.project_name),
        ("项目实施单位", "基本信息表上的项目实施单位", dossier.basic.implementing_unit),
        ("主管部门", "基本信息表上的主管部门", dossier.basic.supervising_department),
    ):
        yield LiveFigure(name, what, "", value)


def _results(facts: Facts) -> Iterator[LiveFigure]:
    result = facts.result
    for name, what, points in (
        ("总分", "评价工作组评出的总分", result.total),
        ("平均分", "评价人员评分的平均分", result.mean),
    ):
        printed = "" if points is None else f"{plain(points)}分"
        yield LiveFigure(name, what, "分", printed, AFTER_SCORING)
    yield LiveFigure("等次", "由总分得出的评价等次", "", result.grade or "", AFTER_SCORING)


@dataclass(frozen=True)
class Token:
    """``text[start:end]`` with its braces; ``escaped`` when a brace is meant."""

    start: int
    end: int
    name: str
    escaped: bool


def parse(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        name = found["name"].strip().translate(BRACKETS)
        yield Token(*found.span(), name, bool(found["escape"]))


def escape(text: str) -> str:
    """``text`` with every brace that would be read as a live figure meant as a brace."""
    return TOKEN.sub(lambda found: found[0] if found["escape"] else f"\\{found[0]}", text)


def unknown_names(text: str, known: Callable[[], dict[str, LiveFigure]]) -> tuple[str, ...]:
    """Names in braces that are no live figure, each once; ``known`` is asked only if needed."""
    names = dict.fromkeys(token.name for token in parse(text) if not token.escaped)
    if not names:
        return ()
    figures = known()
    return tuple(name for name in names if name not in figures)


@dataclass(frozen=True)
class Piece:
    """Where a token of the typed text went in the shown one."""

    start: int
    end: int
    typed_start: int
    typed_end: int
    is_live: bool


@dataclass(frozen=True)
class Expanded:
    """A text with its values, and the way back to what was typed."""

    text: str
    pieces: tuple[Piece, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def is_live(self, start: int, end: int) -> bool:
        """Whether any of ``text[start:end]`` comes from a live figure."""
        index = bisect_right(self._starts, end - 1) - 1
        return index >= 0 and self.pieces[index].is_live and self.pieces[index].end > start

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """The span of the typed text that shows as ``text[start:end]``."""
        return self._typed_start(start), max(self._typed_end(end), self._typed_start(start))

    def _typed_start(self, position: int) -> int:
        piece = self._piece_at(position)
        if piece is None:
            return position
        if position < piece.end:
            return piece.typed_start
        return position - piece.end + piece.typed_end

    def _typed_end(self, position: int) -> int:
        piece = self._piece_at(position - 1)
        if piece is None:
            return position
        if position <= piece.end:
            return piece.typed_end
        return position - piece.end + piece.typed_end

    def _piece_at(self, position: int) -> Piece | None:
        """The last piece that begins at or before a position."""
        index = bisect_right(self._starts, position) - 1
        return self.pieces[index] if index >= 0 else None


def expand(text: str, facts: Facts) -> Expanded:
    """``text`` as it prints. A name that is not there is said to be missing, never printed raw."""
    tokens = tuple(parse(text))
    if not tokens:
        return Expanded(text)
    figures = palette(facts)
    parts: list[str] = []
    pieces: list[Piece] = []
    typed = shown = 0
    for token in tokens:
        before = text[typed : token.start]
        value = _printed(text, token, figures)
        parts += (before, value)
        start = shown + len(before)
        shown = start + len(value)
        pieces.append(Piece(start, shown, token.start, token.end, not token.escaped))
        typed = token.end
    return Expanded("".join((*parts, text[typed:])), tuple(pieces))


def _printed(text: str, token: Token, figures: dict[str, LiveFigure]) -> str:
    if token.escaped:
        return text[token.start + 1 : token.end]
    figure = figures.get(token.name)
    return figure.shown if figure else f"〔没有「{token.name}」这个数据〕"
