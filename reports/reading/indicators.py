"""Figures of a text that name an indicator: 培训教师 3126 人次 beside its 实际完成值."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from reports.dossier.facts import Facts
from reports.dossier.model import Indicator
from reports.reading import terms
from reports.reading.claims import Claim, is_of_the_whole_year
from reports.reading.figures import Figure, Kind, fold, read_figures
from reports.reading.formvalues import FormValue
from reports.reading.passage import Passage

COUNTED_BY = re.compile(
    r"(?:数量|次数|人次|人数|户数|个数|件数|期数|场次|场数|台数|面积|里程|长度|数|量|指标|情况)$"
)
SHORTEST_NAME = 3
NAME_WINDOW = 40
DOING = re.compile(
    r"举办|开展|完成|新建|改建|实施|组织|购置|购买|维护|维修|发放|建成|新增|服务|培训|检测|处理|实际|共计?|累计|全年|年内|"
    r"总|合计|已|经|[，,、：:“”\s\ue000]"
)
PLANNED = re.compile(r"目标|计划|指标值|应|年初设定|要求|任务数?")
LEAF_KINDS = {Kind.COUNT, Kind.RATE}


@dataclass(frozen=True)
class _Measured:
    """A leaf whose 实际完成值 (or 指标值) is one figure with a unit."""

    words: str
    kind: Kind
    unit: str
    value: FormValue


@dataclass(frozen=True)
class Indicators:
    facts: Facts

    def claims(self, passage: Passage) -> Iterator[Claim]:
        if self._named is None:
            return
        for figure in passage.figures:
            if figure.kind in LEAF_KINDS and (claim := self._claim(passage, figure)):
                yield claim

    def _claim(self, passage: Passage, figure: Figure) -> Claim | None:
        assert self._named is not None  # asked for in claims()
        clause = passage.clause_start(figure.start)
        start = max(clause, figure.start - NAME_WINDOW)
        found = self._named.search(passage.text, start, figure.start)
        if found is None or PLANNED.search(passage.text, clause, figure.start):
            return None
        measured = self._measured.get((found["name"], figure.kind, figure.unit))
        if measured is None or not is_of_the_whole_year(passage, figure.start):
            return None
        lead = terms.NEUTRAL.sub("", DOING.sub("", passage.text[clause : found.start()]))
        return Claim(figure, (measured.value,), strict=not lead)

    @cached_property
    def _named(self) -> re.Pattern[str] | None:
        names = sorted({name for name, _, _ in self._measured}, key=len, reverse=True)
        if not names:
            return None
        return re.compile(rf"(?P<name>{'|'.join(map(re.escape, names))}){terms.GLUE}$")

    @cached_property
    def _measured(self) -> dict[tuple[str, Kind, str], _Measured]:
        """By name, kind and unit; a name that two leaves share says nothing."""
        found: dict[tuple[str, Kind, str], _Measured | None] = {}
        for leaf in self.facts.dossier.indicators:
            for one in _measured(leaf):
                key = (one.words, one.kind, one.unit)
                found[key] = None if key in found else one
        return {key: one for key, one in found.items() if one}


def _measured(leaf: Indicator) -> Iterator[_Measured]:
    given = read_figures(fold(leaf.actual_value))
    if len(given) != 1 or given[0].kind not in LEAF_KINDS:
        return
    figure = given[0]
    how = f"指标「{leaf.name}」的实际完成值是 {leaf.actual_value}"
    value = FormValue(f"leaf:{leaf.key}", f"{leaf.name}的实际完成值", Fraction(figure.value), how)
    for words in {leaf.name, COUNTED_BY.sub("", leaf.name)}:
        if len(words) >= SHORTEST_NAME:
            yield _Measured(words, figure.kind, figure.unit, value)
