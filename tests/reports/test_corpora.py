"""Precision before recall, on the labelled texts of tests/corpora; docs/corpora.md tells of them."""

import random
import time
from collections import Counter
from dataclasses import replace

import pytest

from reports.checks import CHECKS, Case, NotApplicableError, NotEnoughDataError, examine
from reports.dossier.facts import Facts
from reports.dossier.seed import seed_dossier
from reports.reading.figures import Kind
from reports.reading.narrative import Narrative
from tests.corpora.texts import correct_texts, faulty_texts

NARRATIVE = {"B07", "C08", "E01", "E02", "E03", "E04", "E05", "E06", "E07"}
FEWEST_CORRECT, FEWEST_FIGURES, FEWEST_FAULTY = 60, 800, 120
FIGURES_PER_FALSE_FINDING = 50
PRECISION, RECALL, RECALL_OF_CHANGED_DIGITS = 0.98, 0.95, 0.80


@pytest.fixture(scope="module")
def correct():
    return correct_texts()


@pytest.fixture(scope="module")
def faulty():
    return faulty_texts()


def findings(text):
    """Of the checks of the narrative alone, which read the text once together."""
    case = Case(Facts(text.dossier))
    return [(code, finding) for code in sorted(NARRATIVE) for finding in asked(code, case)]


def asked(code, case):
    try:
        return list(CHECKS[code].function(case))
    except (NotApplicableError, NotEnoughDataError):
        return []


def figures(text):
    sections = Narrative(Facts(text.dossier)).sections
    return sum(
        one.kind is not Kind.OTHER for section in sections for one in section.passage.figures
    )


def is_labelled(text, label, code, finding):
    key = finding.place.field.removeprefix("sections.")
    body = text.dossier.sections.get(key, "")
    start = body.find(label.found)
    return (
        code == label.code
        and start >= 0
        and start < finding.place.end
        and start + len(label.found) > finding.place.start
        and label.expected in finding.expected
    )


def test_the_corpora_are_large_enough(correct, faulty):
    assert len(correct) >= FEWEST_CORRECT
    assert sum(map(figures, correct)) >= FEWEST_FIGURES
    assert len(faulty) >= FEWEST_FAULTY
    assert all(text.labels for text in faulty)
    assert {label.code for text in faulty for label in text.labels} >= NARRATIVE - {"E04"}


def test_every_label_stands_in_its_text(faulty):
    assert [
        (text.name, label.found)
        for text in faulty
        for label in text.labels
        if not any(label.found in body for body in text.dossier.sections.values())
    ] == []


def test_every_correct_text_has_a_result_to_compare_with(correct):
    assert [text.name for text in correct if Facts(text.dossier).result.total is None] == []


def test_correct_texts_are_left_alone(correct):
    false = [(text.name, code, one.found) for text in correct for code, one in findings(text)]
    assert len(false) * FIGURES_PER_FALSE_FINDING < sum(map(figures, correct)), false


def test_precision_and_recall_on_the_faulty_texts(faulty):
    hits, missed, extra = 0, [], []
    for text in faulty:
        found = findings(text)
        for label in text.labels:
            if any(is_labelled(text, label, *one) for one in found):
                hits += 1
            else:
                missed.append((text.name, label.code, label.found))
        extra += [
            (text.name, code, one.found)
            for code, one in found
            if not any(is_labelled(text, label, code, one) for label in text.labels)
        ]
    assert hits / (hits + len(missed)) >= RECALL, missed
    assert hits / (hits + len(extra)) >= PRECISION, extra


def test_a_changed_digit_of_a_form_value_is_found(correct):
    """In each text, each figure that names a form value, one digit of it changed."""
    chance = random.Random(2019)
    outcomes = Counter(outcome for text in correct for outcome in changed_digits(text, chance))
    assert outcomes["found"] / outcomes.total() >= RECALL_OF_CHANGED_DIGITS, outcomes


def changed_digits(text, chance):
    narrative = Narrative(Facts(text.dossier))
    for section in narrative.sections:
        for claim in narrative.claims(section):
            figure = claim.figure
            if claim.agreeing and figure.digits_end:
                body = with_other_digit(section.text, figure, chance)
                changed = replace(
                    text.dossier, sections=text.dossier.sections | {section.key: body}
                )
                yield "found" if is_found(changed, section.key, figure.start) else "missed"


def with_other_digit(text, figure, chance):
    places = [at for at in range(figure.start, figure.digits_end) if text[at].isdecimal()]
    at = chance.choice(places)
    digit = chance.choice([one for one in "123456789" if one != text[at]])
    return text[:at] + digit + text[at + 1 :]


def is_found(dossier, key, start):
    narrative = Narrative(Facts(dossier))
    return any(
        claim.is_wrong and claim.figure.start == start
        for section in narrative.sections
        if section.key == key
        for claim in narrative.claims(section)
    )


# Speed.


def seconds(dossier, rounds=3):
    """Processor time of all checks, warm; the best of some rounds."""

    def once():
        facts = Facts(dossier)
        start = time.process_time()
        examine(facts)
        return time.process_time() - start

    return min(once() for _ in range(rounds))


def test_the_published_text_is_read_in_a_tenth_of_a_second():
    dossier = seed_dossier("as_published")
    seconds(dossier)
    assert seconds(dossier) < 0.1


PIECES = {
    "ordinary": "2019年实际支出12.84万元，占年初预算的59.0%，完成维护56次。",
    "no stops": "预算执行率59.1%支出12.84万元2018年",
    "digits": "1",
    "numerals": "一百",
    "brackets": "（1）",
    "lists": "（1）甲\n（3）乙\n",
    "braces": "{{实际使用}}",
    "open braces": "{{",
    "titles": "《",
    "problems": "一是预算不够科学；",
    "doubled": "项目",
    "glue": "支出共计达到约为",
}


def long(kind, length):
    piece = PIECES[kind]
    body = (piece * (length // len(piece) + 1))[:length]
    return replace(seed_dossier("as_published"), sections={"efficiency_progress": body})


def grows_in_proportion(kind, length, times):
    short, whole = seconds(long(kind, length // times), 2), seconds(long(kind, length), 2)
    return whole < 3 * times * short + 0.05


@pytest.mark.parametrize("kind", PIECES)
def test_long_texts_take_time_in_proportion(kind):
    assert grows_in_proportion(kind, 6_000, 4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PIECES)
def test_the_longest_texts_do_too(kind):
    assert grows_in_proportion(kind, 30_000, 10)
