"""Which figure of a text names which value of the forms, and whether it may.

A figure is bound to a form value by the form term right before it, or right after it. Where the
words around leave no doubt that the whole project in the form's year is meant, any difference
counts; elsewhere only a slip of the pen does: two digits changed places, a shifted point.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from reports.reading import terms
from reports.reading.figures import Figure, Kind
from reports.reading.formvalues import FormValue, FormValues
from reports.reading.passage import Passage

TERM_WINDOW = 40
AFTER_WINDOW = 24
FEWEST_DIGITS_OF_A_SLIP = 3
SPENT_ON_THINGS = ("spent", "received")


@dataclass(frozen=True)
class Claim:
    """``figure`` names one of ``values``, likeliest first; ``strict`` when nothing else fits."""

    figure: Figure
    values: tuple[FormValue, ...]
    strict: bool

    @property
    def agreeing(self) -> FormValue | None:
        return next((value for value in self.values if self.figure.agrees(value.exact)), None)

    @property
    def meant(self) -> FormValue:
        """What it should have said: the value it misses by a slip, else the likeliest."""
        return next((value for value in self.values if is_slip(self.figure, value)), self.values[0])

    @property
    def is_wrong(self) -> bool:
        return not self.agreeing and (self.strict or is_slip(self.figure, self.meant))


def is_slip(figure: Figure, value: FormValue) -> bool:
    """Neighbouring digits changed places, or the decimal point (or the unit) is wrong."""
    written, meant = _digits(figure.value), _digits(value.exact)
    if len(set(meant)) < FEWEST_DIGITS_OF_A_SLIP:
        return False
    if written == meant:
        return figure.kind is Kind.MONEY and figure.value != value.exact
    return written in _swapped(meant)


def _digits(number: Fraction) -> str:
    return str(round(abs(number) * 10**6)).strip("0")


def _swapped(digits: str) -> Iterator[str]:
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def claims(passage: Passage, values: FormValues) -> Iterator[Claim]:
    """The claims of a passage in order; a figure makes one at most."""
    for figure in passage.figures:
        claim = _claim(passage, figure, values)
        if claim is not None:
            yield claim


@dataclass(frozen=True)
class _Bound:
    """The term of a figure, and where its clause begins and the term does."""

    term: terms.Term
    start: int
    term_start: int


def _claim(passage: Passage, figure: Figure, values: FormValues) -> Claim | None:
    bound = _term_before(passage, figure) or _term_after(passage, figure)
    if bound is None or not is_of_the_whole_year(passage, figure.start):
        return None
    lead = passage.text[bound.start : bound.term_start]
    named = (*values.named(bound.term.accepts), *_of_sources(values, bound.term, lead))
    if not named:
        return None
    return Claim(figure, named, _leaves_no_doubt(passage, figure, bound.term, lead))


def _term_before(passage: Passage, figure: Figure) -> _Bound | None:
    pattern = terms.BEFORE.get(figure.kind)
    if pattern is None:
        return None
    clause = passage.clause_start(figure.start)
    found = pattern.search(passage.text, max(clause, figure.start - TERM_WINDOW), figure.start)
    return _bound(figure.kind, found, clause, found.start()) if found else None


def _term_after(passage: Passage, figure: Figure) -> _Bound | None:
    pattern = terms.AFTER.get(figure.kind)
    if pattern is None:
        return None
    end = min(passage.clause_end(figure.end), figure.end + AFTER_WINDOW)
    found = pattern.match(passage.text, figure.end, end)
    clause = passage.clause_start(figure.start)
    return _bound(figure.kind, found, clause, figure.start) if found else None


def _bound(kind: Kind, found: re.Match[str], clause: int, term_start: int) -> _Bound:
    number = next(int(name[1:]) for name, text in found.groupdict().items() if text is not None)
    return _Bound(terms.TERMS[kind][number], clause, term_start)


def is_of_the_whole_year(passage: Passage, position: int) -> bool:
    """Not of a part, a plan, another time or somebody else."""
    clause = passage.clause_start(position)
    if passage.year_at(position) != passage.year or passage.compares(clause, position):
        return False
    sentence = passage.sentence_start(position)
    return not (
        passage.has(terms.PART, sentence, position)
        or passage.has(terms.ELSEWHERE, clause, position)
    )


def is_neutral(lead: str) -> bool:
    """Whether words before a term leave it what it is."""
    return not terms.NEUTRAL.sub("", lead)


def _leaves_no_doubt(passage: Passage, figure: Figure, term: terms.Term, lead: str) -> bool:
    if term.loose or _is_of_one_thing(passage, figure, term, lead):
        return False
    rest = terms.NEUTRAL.sub("", lead)
    if not rest:
        return True
    sentence = passage.sentence_start(figure.start)
    about = passage.has(terms.PROJECT, sentence, figure.start)
    return about and terms.OURSELVES.fullmatch(rest) is not None


def _is_of_one_thing(passage: Passage, figure: Figure, term: terms.Term, lead: str) -> bool:
    """Whether the sentence speaks of something the money bought, or of points for a part."""
    sentence, start = passage.sentence_start(figure.start), figure.start
    if figure.kind is Kind.POINTS and passage.has(terms.POINTS_OF_A_PART, sentence, start):
        return True
    if term.accepts[0] in SPENT_ON_THINGS and passage.has(
        terms.SPENT_ON, figure.end, passage.clause_end(figure.end)
    ):
        return True
    if term.sure or terms.IN_ALL.search(lead):
        return False
    return (
        passage.counts.any_within(sentence, start)
        or passage.has(terms.ITEM, sentence, start)
        or _is_of_another_project(passage, sentence, start)
    )


def _is_of_another_project(passage: Passage, start: int, end: int) -> bool:
    named = passage.matches(terms.SOME_PROJECT).within(start, end)
    return any(not is_neutral(project.words) for project in named)


def _of_sources(values: FormValues, term: terms.Term, lead: str) -> tuple[FormValue, ...]:
    if not terms.SOURCE.search(lead):
        return ()
    return tuple(value for value in values.sources if value.key in term.accepts)
