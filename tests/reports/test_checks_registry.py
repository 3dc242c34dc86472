"""The machinery of the checks: what each answers, under which key, at which severity, when."""

from dataclasses import replace
from decimal import Decimal

import pytest

from projects.enums import State, states_from
from reports.checks import (
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Place,
    Severity,
    Verdict,
    check,
    examine,
)
from reports.checks.keys import finding_key
from reports.checks.model import Check
from reports.dossier.facts import Facts
from reports.dossier.model import PerformanceTarget, PrintedFigures
from tests.reports.dossiers import sheet, small_dossier, small_pack


@pytest.fixture
def one_check(monkeypatch):
    """Only the given check is registered; examining gives its answer."""

    def examined(function, dossier, phase=Phase.FORMS, **arguments):
        monkeypatch.setattr(
            "reports.checks.registry.CHECKS",
            {"Z01": Check("Z01", Severity.WARN, "", "", function, phase)},
        )
        return examine(Facts(dossier), **arguments)

    return examined


def at(path, **changes):
    return replace(Finding(Place("basic", path), "1", "2", ""), **changes)


def test_an_answer_is_one_of_four(one_check):
    def finds(case):
        yield at("annual_budget")

    def passes(case):
        yield from ()

    def does_not_apply(case):
        raise NotApplicableError("没有")
        yield

    def lacks_data(case):
        raise NotEnoughDataError("空着")
        yield

    answers = {
        function: one_check(function, small_dossier())[0]
        for function in (finds, passes, does_not_apply, lacks_data)
    }
    assert [(answer.verdict, answer.reason) for answer in answers.values()] == [
        (Verdict.FOUND, ""),
        (Verdict.PASSED, ""),
        (Verdict.NOT_APPLICABLE, "没有"),
        (Verdict.NOT_ENOUGH_DATA, "空着"),
    ]


def test_the_pack_sets_the_severity(one_check):
    pack = small_pack(severities={"Z01": "I"})
    assert one_check(lambda case: iter(()), small_dossier())[0].severity is Severity.WARN
    assert one_check(lambda case: iter(()), small_dossier(pack=pack))[0].severity is Severity.INFO


@pytest.mark.parametrize("state", State)
def test_no_mark_is_seen_before_every_sheet_is_in(one_check, state):
    seen = []

    def looks(case):
        seen.append((case.dossier.panel[0].sheet, case.dossier.consensus, case.dossier.printed))
        yield from ()

    dossier = small_dossier(
        state=state.value,
        consensus=sheet("consensus", lamps="40", safety="60"),
        printed=PrintedFigures(total=Decimal(100)),
    )
    one_check(looks, dossier)
    is_open = state in states_from(State.CONFIRMING)
    assert all(part is not None for part in seen[0]) is is_open
    assert any(part is not None for part in seen[0]) is is_open


def test_checks_of_results_wait_for_them(one_check):
    def finds(case):
        yield at("consensus")

    early = one_check(finds, small_dossier(state="scoring"), Phase.RESULTS)[0]
    assert (early.verdict, early.findings) == (Verdict.NOT_APPLICABLE, ())
    assert one_check(finds, small_dossier(), Phase.RESULTS)[0].verdict is Verdict.FOUND


def test_only_the_phases_asked_for_are_examined(one_check):
    assert (
        one_check(lambda case: iter(()), small_dossier(), Phase.COURSE, phases={Phase.FORMS}) == ()
    )


# Keys.


def key(path, dossier=None, **changes):
    return finding_key(dossier or small_dossier(), "Z01", at(path, **changes))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("annual_budget", "Z01:annual_budget"),
        ("funding[1].spent", "Z01:funding.municipal.spent"),
        ("indicators[2].weight", "Z01:indicators.lamps.weight"),
        ("panel[0].sheet.marks.lamps.value", "Z01:panel.zhao.sheet.marks.lamps.value"),
        ("panel[7]", "Z01:panel.7"),
        ("sections.conclusion", "Z01:sections.conclusion"),
    ],
)
def test_a_key_names_rows_by_what_they_are(path, expected):
    assert key(path) == expected


def test_a_key_survives_other_rows_and_not_another_target():
    lamps = small_dossier().targets[0]
    first = PerformanceTarget("产出指标", "质量指标", "完好率 98%")
    longer = small_dossier(targets=(first, lamps))
    assert key("targets[0].target") == key("targets[1].target", longer)
    assert key("targets[0].target", longer) != key("targets[1].target", longer)


def test_a_key_of_a_place_in_a_text_holds_what_was_found_there_and_not_where():
    early, late = (
        key("sections.other", place=Place("report", "sections.other", start, start + 1))
        for start in (3, 30)
    )
    assert early == late != key("sections.other")


def test_findings_of_one_name_are_numbered(one_check):
    def finds_twice(case):
        yield at("annual_budget")
        yield at("annual_budget")

    (answer,) = one_check(finds_twice, small_dossier())
    assert [one.key for one in answer.findings] == ["Z01:annual_budget", "Z01:annual_budget~2"]


def test_a_code_is_used_once(monkeypatch):
    monkeypatch.setattr("reports.checks.registry.CHECKS", {})
    enter = check("Z01", Severity.INFO, "")
    enter(lambda case: iter(()))
    with pytest.raises(ValueError, match="registered twice"):
        enter(lambda case: iter(()))
