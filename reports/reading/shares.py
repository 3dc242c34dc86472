"""占年初预算的 59.0%: a rate that follows from the amount before it and a sum of the forms."""

from collections.abc import Iterator
from fractions import Fraction

from evalsys.figures import half_up, plain, wan_text
from reports.reading import terms
from reports.reading.claims import TERM_WINDOW, Claim, is_of_the_whole_year
from reports.reading.figures import Figure, Kind
from reports.reading.formvalues import SHOWN_PLACES, FormValue, FormValues
from reports.reading.passage import Passage

ALMOST = Fraction(2, 100)
PARTS = ("spent", "balance", "received", "budget_left", "undrawn")


def share_claims(passage: Passage, values: FormValues) -> Iterator[Claim]:
    """Where the part is no form value, only a rate that almost fits is taken for meant."""
    for figure in passage.figures:
        if figure.kind is Kind.RATE and (claim := _share(passage, figure, values)):
            yield claim


def _share(passage: Passage, figure: Figure, values: FormValues) -> Claim | None:
    clause = passage.clause_start(figure.start)
    start = max(clause, figure.start - TERM_WINDOW)
    found = terms.SHARE.search(passage.text, start, figure.start)
    if not found or not is_of_the_whole_year(passage, found.start()):
        return None
    part = passage.amounts.last_within(passage.sentence_start(figure.start), found.start())
    if part is None:
        return None
    known = next((one for one in values.named(PARTS) if part.agrees(one.exact)), None)
    wholes = _wholes(found["whole"] or "", known, values)
    shares = tuple(_value(known.exact if known else part.value, whole) for whole in wholes)
    if not shares:
        return None
    if any(figure.agrees(rate.exact) for rate in values.named(terms.SPENDING)):
        return Claim(figure, values.named(terms.SPENDING), strict=False)
    almost = any(abs(figure.value - share.exact) < ALMOST for share in shares)
    return Claim(figure, shares, strict=almost or (known is not None and bool(found["whole"])))


def _wholes(words: str, known: FormValue | None, values: FormValues) -> list[FormValue]:
    """What the words after 占 name; without words the budget, for what was spent of it."""
    keys: tuple[str, ...] = ()
    if words.strip():
        keys = next((keys for pattern, keys in terms.WHOLES if pattern.search(words)), ())
    elif known and known.key == "spent":
        keys = terms.BUDGET
    return [whole for whole in values.named(keys) if whole.exact]


def _value(part: Fraction, whole: FormValue) -> FormValue:
    rate = part / whole.exact
    percent = plain(half_up(rate * 100, SHOWN_PLACES))
    how = f"{_wan(part)} ÷ {whole.label} {_wan(whole.exact)} = {percent}%"
    return FormValue("share", f"占{whole.label}的比例", rate, how)


def _wan(yuan: Fraction) -> str:
    return wan_text(half_up(yuan, 2))
