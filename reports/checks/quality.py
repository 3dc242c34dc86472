"""How good a report reads to a reviewer: form, content, evidence, from what the checks found.

No published rubric could be verified, so this one is ours; docs/checks.md prints it. It judges the
report, not the project, and is never part of the result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.checks.model import Answer, Check, Severity, Verdict

FORM, CONTENT, EVIDENCE = "形式", "内容", "证据"
# Of the points of its criterion, for each finding.
COSTS = {Severity.BLOCK: Decimal("0.5"), Severity.WARN: Decimal("0.25"), Severity.INFO: Decimal(0)}
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Criterion:
    """``codes`` are the checks whose findings cost points here."""

    part: str
    title: str
    points: Decimal
    codes: tuple[str, ...]


@dataclass(frozen=True)
class QualityMark:
    """``points`` is None where no check had anything to compare; ``checks`` are those that cost."""

    criterion: Criterion
    points: Decimal | None
    checks: tuple[Check, ...] = ()

    @property
    def lost(self) -> Decimal:
        return Decimal(0) if self.points is None else self.criterion.points - self.points


@dataclass(frozen=True)
class Quality:
    """``points`` out of ``full``; criteria that do not apply count in neither."""

    marks: tuple[QualityMark, ...]

    @property
    def points(self) -> Decimal:
        return sum((mark.points for mark in self.marks if mark.points is not None), Decimal(0))

    @property
    def full(self) -> Decimal:
        applicable = (mark for mark in self.marks if mark.points is not None)
        return sum((mark.criterion.points for mark in applicable), Decimal(0))

    @property
    def dearest(self) -> tuple[QualityMark, ...]:
        """What would raise it, most first."""
        lost = (mark for mark in self.marks if mark.lost)
        return tuple(sorted(lost, key=lambda mark: mark.lost, reverse=True))


def _criterion(part: str, title: str, points: int, codes: str) -> Criterion:
    return Criterion(part, title, Decimal(points), tuple(codes.split()))


RUBRIC = (
    _criterion(FORM, "报告各节齐全，序号连续", 10, "C07"),
    _criterion(FORM, "基本信息和封面要素齐全", 10, "C05 C06"),
    _criterion(FORM, "没有提示语、占位符和错别字", 8, "C08 E05"),
    _criterion(FORM, "篇幅和时间合乎要求", 4, "C09 C13"),
    _criterion(FORM, "等次用语规范", 4, "A04 E06"),
    _criterion(CONTENT, "表内数字对得上", 10, "A01 A02 A03 A05 A06 A07 A09 A10 A11 A12 A13 A14"),
    _criterion(CONTENT, "报告里的数字与表一致", 8, "E01 E02"),
    _criterion(CONTENT, "绩效目标量化、标准分明", 10, "D01 D03 D06"),
    _criterion(CONTENT, "指标归类恰当，不重复", 4, "D02 D04 D05"),
    _criterion(CONTENT, "分析与事实不矛盾", 6, "B05 B07 B08 E03"),
    _criterion(CONTENT, "问题有原因、措施、责任人和期限", 6, "E07"),
    _criterion(EVIDENCE, "得分有佐证材料", 10, "C11"),
    _criterion(EVIDENCE, "偏差和低执行率说明了原因", 6, "C01 C02 C03 C04"),
    _criterion(EVIDENCE, "评价工作组依文件成立，人数足够", 4, "C12"),
)


def quality(answers: Iterable[Answer]) -> Quality:
    by_code = {answer.check.code: answer for answer in answers}
    return Quality(tuple(_mark(criterion, by_code) for criterion in RUBRIC))


def _mark(criterion: Criterion, answers: dict[str, Answer]) -> QualityMark:
    own = [answers[code] for code in criterion.codes if code in answers]
    compared = [one for one in own if one.verdict in {Verdict.PASSED, Verdict.FOUND}]
    if not compared:
        return QualityMark(criterion, None)
    share = max(Decimal(0), 1 - sum(_costs(compared), Decimal(0)))
    points = (criterion.points * share).quantize(TENTH)
    costly = tuple(one.check for one in compared if any(_costs([one])))
    return QualityMark(criterion, points, costly)


def _costs(answers: Iterable[Answer]) -> Iterator[Decimal]:
    for answer in answers:
        yield from (COSTS[answer.severity] for _ in answer.findings)
