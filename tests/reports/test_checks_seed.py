"""The published form of Haikou: what a reviewer would send back is found, and nothing else."""

import time

import pytest

from reports.checks import Severity, Verdict, examine
from reports.dossier.facts import Facts
from reports.dossier.seed import seed_dossier

# Groups A, B without B07, C without C08, D and F of the published list.
OURS = {
    *(f"A{number:02}" for number in range(1, 15)),
    *(f"B{number:02}" for number in range(1, 11) if number != 7),
    *(f"C{number:02}" for number in range(1, 14) if number != 8),
    *(f"D{number:02}" for number in range(1, 9)),
    *(f"F{number:02}" for number in range(1, 4)),
}
PUBLISHED = {
    "A04": ["printed.grade"],
    "A05": ["printed.mean", "consensus"],
    "A06": ["printed.execution_rate"],
    "B05": ["funding", "printed.total"],
    "C02": ["sections.other"],
    "C03": ["execution_reason"],
    "C05": ["basic.project_type", "printed.signed"],
    "C07": ["printed.headings[17].number"],
    "C11": ["evidence"],
    "C12": ["appointed_by"],
    "D01": [f"targets[{row}].target" for row in range(7)],
    "D02": ["targets[0].goal_class", "targets[2].goal_class"],
    "D03": ["targets[7].target"],
    "D06": [f"targets[{row}].standards" for row in range(8)],
}


@pytest.fixture(scope="module")
def answers():
    examined = examine(Facts(seed_dossier("as_published")))
    return {one.check.code: one for one in examined if one.check.code in OURS}


def test_every_check_of_the_list_is_there(answers):
    assert set(answers) == OURS


def test_what_is_wrong_is_found_at_its_place_and_nothing_else(answers):
    found = {
        code: [finding.place.field for finding in answer.findings]
        for code, answer in answers.items()
        if answer.findings
    }
    assert found == PUBLISHED


@pytest.mark.parametrize("code", ["A01", "A02", "A03", "A09", "A10", "A11", "B06", "B08", "C10"])
def test_what_is_consistent_passes(code, answers):
    assert answers[code].verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("code", "found", "expected", "how"),
    [
        ("A05", "88 分", "90.33 分", "(89 + 96 + 86) ÷ 3 = 90.33"),
        ("A06", "59.1%", "59.0%", "12.84 万元 ÷ 21.76 万元 = 59.007%"),
        ("A04", "良好", "优", "总分 90.33 分"),
        ("C07", "（3）", "（2）", "项目完成质量"),
        ("C03", "（空）", "写明原因，不超过 100 字", "执行率 59.0%，低于 90.0%"),
    ],
)
def test_a_finding_says_what_is_there_what_should_be_and_why(code, found, expected, how, answers):
    finding = answers[code].findings[0]
    assert (finding.found, finding.expected) == (found, expected)
    assert how in finding.how


def test_severities_are_those_of_the_published_list(answers):
    warnings = {
        *("A10", "A14", "B03", "B05", "B06", "B08", "B10", "C02", "C09", "C11", "C12", "C13"),
        *("D01", "D02", "D03", "D04", "D05", "F03"),
    }
    expected = dict.fromkeys(OURS, Severity.BLOCK) | dict.fromkeys(warnings, Severity.WARN)
    expected["B09"] = Severity.INFO
    assert {code: answer.severity for code, answer in answers.items()} == expected


def test_a_rule_without_caps_does_not_cap(answers):
    assert answers["B04"].verdict is Verdict.NOT_APPLICABLE


def test_keys_are_unique(answers):
    keys = [finding.key for answer in answers.values() for finding in answer.findings]
    assert len(set(keys)) == len(keys)


def test_it_is_examined_in_the_twinkling_of_an_eye():
    """Under 20 ms when nothing else runs; the limit here leaves room for a busy machine."""
    dossier = seed_dossier("as_published")
    examine(Facts(dossier))

    def seconds():
        start = time.process_time()
        examine(Facts(dossier))
        return time.process_time() - start

    assert min(seconds() for _ in range(10)) < 0.05
