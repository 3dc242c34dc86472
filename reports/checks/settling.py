"""Which findings stand in the way: those that block, and warnings that nobody has explained."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reports.checks.model import Answer, Finding, Severity


def unsettled(
    answers: Iterable[Answer], explanations: Mapping[str, str]
) -> Iterator[tuple[Answer, Finding]]:
    for answer in answers:
        for finding in answer.findings:
            if not is_settled(answer, finding, explanations):
                yield answer, finding


def counts(answers: Iterable[Answer], explanations: Mapping[str, str]) -> dict[str, int]:
    """How many findings of each severity there are, and how many warnings nobody explained."""
    found = [(answer, finding) for answer in answers for finding in answer.findings]
    of = Counter(answer.severity for answer, _ in found)
    unexplained = sum(
        answer.severity is Severity.WARN and not is_settled(answer, finding, explanations)
        for answer, finding in found
    )
    return {
        "block": of[Severity.BLOCK],
        "warn": of[Severity.WARN],
        "unexplained": unexplained,
        "info": of[Severity.INFO],
    }


def is_settled(answer: Answer, finding: Finding, explanations: Mapping[str, str]) -> bool:
    """Information settles itself, a warning is explained, what blocks is put right."""
    explained = bool(explanations.get(finding.key, "").strip())
    return answer.severity is Severity.INFO or (answer.severity is Severity.WARN and explained)
