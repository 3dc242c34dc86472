"""One text taken apart: its figures, the years it speaks of, its sentences and clauses."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from reports.reading.figures import Figure, Kind, fold, read_figures
from reports.reading.years import Role, YearMention, read_years

OWN_NAME, A_TITLE = "\ue000", "\ue001"
TITLE = re.compile(r"《[^《》\n]{1,100}》")
SENTENCE_END = re.compile(r"[。！？!?\n]+")
CLAUSE_END = re.compile(r"[，；：。！？!?;\n（）()]|,(?![0-9]{3})|:(?![0-9])")
LONGEST_LOOK = 240


class Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Match:
    """Where a pattern stands, and its first group or all of it."""

    start: int
    end: int
    words: str


S = TypeVar("S", bound=Span)


class Spans(Generic[S]):
    """Spans in the order of a text, which never overlap, found by position."""

    def __init__(self, spans: Iterable[S]) -> None:
        self.all = tuple(spans)
        self.starts = [span.start for span in self.all]
        self.ends = [span.end for span in self.all]

    def within(self, start: int, end: int) -> Iterator[S]:
        for index in range(bisect_left(self.starts, start), bisect_right(self.ends, end)):
            yield self.all[index]

    def any_within(self, start: int, end: int) -> bool:
        return bisect_left(self.starts, start) < bisect_right(self.ends, end)

    def last_within(self, start: int, end: int) -> S | None:
        index = bisect_right(self.ends, end) - 1
        return self.all[index] if index >= 0 and self.starts[index] >= start else None


@dataclass(frozen=True)
class Passage:
    """``text`` is folded, so positions are those of the text as typed. ``year`` is the form's."""

    text: str
    year: int

    @classmethod
    def of(cls, typed: str, year: int, own_names: tuple[str, ...] = ()) -> "Passage":
        """Own names and titles of documents are masked: their digits and words say nothing."""
        text = fold(typed)
        for name in sorted(filter(None, own_names), key=len, reverse=True):
            text = text.replace(fold(name), OWN_NAME * len(name))
        return cls(TITLE.sub(lambda found: A_TITLE * len(found[0]), text), year)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return read_figures(self.text)

    @cached_property
    def years(self) -> Spans[YearMention]:
        return Spans(read_years(self.text, self.year))

    @cached_property
    def amounts(self) -> Spans[Figure]:
        return Spans(figure for figure in self.figures if figure.kind is Kind.MONEY)

    @cached_property
    def counts(self) -> Spans[Figure]:
        """In digits: 两级财政 and 三批下达 count nothing the money bought."""
        return Spans(one for one in self.figures if one.kind is Kind.COUNT and one.digits_end)

    def matches(self, pattern: re.Pattern[str]) -> Spans[Match]:
        """Where a pattern stands in the whole text; looked for once."""
        if pattern not in self._matches:
            group = 1 if pattern.groups else 0
            found = (Match(*one.span(), one[group]) for one in pattern.finditer(self.text))
            self._matches[pattern] = Spans(found)
        return self._matches[pattern]

    def has(self, pattern: re.Pattern[str], start: int, end: int) -> bool:
        return self.matches(pattern).any_within(start, end)

    def sentence_start(self, position: int) -> int:
        """Where the sentence begins, or as far back as a reader looks."""
        return self._start(SENTENCE_END, position)

    def sentence_end(self, position: int) -> int:
        return self._end(SENTENCE_END, position)

    def clause_start(self, position: int) -> int:
        return self._start(CLAUSE_END, position)

    def clause_end(self, position: int) -> int:
        return self._end(CLAUSE_END, position)

    def year_at(self, position: int) -> int:
        """The year what stands here belongs to: the last one named before it in its paragraph."""
        farthest = max(0, position - 2 * LONGEST_LOOK)
        paragraph = max(self.text.rfind("\n", farthest, position) + 1, farthest)
        last = self._times.last_within(paragraph, position)
        return self.year if last is None else last.years[0]

    def compares(self, start: int, end: int) -> bool:
        """Whether another year is named only for comparison in between."""
        return self._compared.any_within(start, end)

    @cached_property
    def _times(self) -> Spans[YearMention]:
        return Spans(one for one in self.years.all if one.role is Role.TIME)

    @cached_property
    def _compared(self) -> Spans[YearMention]:
        compared = (one for one in self.years.all if one.role is Role.COMPARED)
        return Spans(one for one in compared if not one.covers(self.year))

    @cached_property
    def _matches(self) -> dict[re.Pattern[str], Spans[Match]]:
        return {}

    def _start(self, ends: re.Pattern[str], position: int) -> int:
        stops = self.matches(ends).ends
        index = bisect_right(stops, position)
        return max(stops[index - 1] if index else 0, position - LONGEST_LOOK, 0)

    def _end(self, ends: re.Pattern[str], position: int) -> int:
        stops = self.matches(ends).starts
        index = bisect_left(stops, position)
        return min([*stops[index : index + 1], len(self.text), position + LONGEST_LOOK])
