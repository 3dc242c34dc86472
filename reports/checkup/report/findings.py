"""Findings as a reader meets them: by severity, each check once with all its places."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.checks import Severity
from reports.checkup.examination import Examination, Found
from reports.checkup.parts import Printed
from reports.documents.findings import place_text

SEVERITIES = {Severity.BLOCK: "必须改正", Severity.WARN: "需要说明", Severity.INFO: "提示"}
LEVELS = {Severity.BLOCK: "block", Severity.WARN: "warn", Severity.INFO: "info"}


@dataclass(frozen=True)
class FoundLine:
    """``found`` is what stands there, ``expected`` what should, ``how`` why."""

    where: str
    found: str
    expected: str
    how: str


@dataclass(frozen=True)
class FoundGroup:
    code: str
    severity: Severity
    title: str
    lines: tuple[FoundLine, ...]

    @property
    def level(self) -> str:
        return LEVELS[self.severity]

    @property
    def severity_word(self) -> str:
        return SEVERITIES[self.severity]


def found_groups(examination: Examination, *, several_files: bool) -> tuple[FoundGroup, ...]:
    """In the order of the examination, which is by severity and code."""
    listed: dict[str, list[Found]] = {}
    for one in examination.found:
        listed.setdefault(one.code, []).append(one)
    return tuple(
        FoundGroup(
            code,
            found[0].severity,
            found[0].title,
            tuple(_lines(found, examination, several_files)),
        )
        for code, found in listed.items()
    )


def _lines(
    found: list[Found], examination: Examination, several_files: bool
) -> Iterator[FoundLine]:
    for one in found:
        finding = one.finding
        where = place(one.place, several_files=several_files)
        inside = place_text(examination.reading.dossier, finding.place)
        full = "，".join(part for part in (where, inside) if part)
        yield FoundLine(full, finding.found, finding.expected, finding.how)


def place(printed: Printed | None, *, several_files: bool) -> str:
    """In words, with the file's name where there are several."""
    if printed is None or not printed.where:
        return ""
    return f"{printed.file} {printed.where}" if several_files else printed.where


def counts_text(examination: Examination) -> str:
    """必须改正 20 处，需要说明 27 处."""
    counted = [(SEVERITIES[one], examination.count(one)) for one in Severity]
    return "，".join(f"{word} {count} 处" for word, count in counted if count) or "没有发现问题"
