"""Files checked without entering them: what they hold, what follows, what is wrong.

Pure: the same files and year give the same answer, and nothing is kept. One call examines one
dossier or a handful of files, so that a job can take thousands one after another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.checks import Answer, Finding, Phase, Severity, Verdict, examine
from reports.checks.words import BLANK
from reports.checkup.assembly import assemble
from reports.checkup.dossierfiles import is_json, read_dossier_file
from reports.checkup.figures import Figure, compared
from reports.checkup.files.limited import Upload, read_uploads
from reports.checkup.grouping import grouped
from reports.checkup.model import Reading
from reports.checkup.parts import Part, Printed
from reports.checkup.raw import Content, Outcome, Refusal
from reports.checkup.walk import parts_of
from reports.dossier.facts import Facts

NOTHING_FOUND = (
    "没有认出自评的表或报告。"
    "本系统认得项目绩效目标表、项目基本信息表、绩效评价报告和项目支出绩效自评表。"
)
# About the passage of an evaluation through this program, which no file tells.
PHASES = (Phase.FORMS, Phase.RESULTS)
ORDER = tuple(Severity)


@dataclass(frozen=True)
class Found:
    """A finding of a check, and where in the files it stands."""

    code: str
    severity: Severity
    title: str
    finding: Finding
    place: Printed | None


@dataclass(frozen=True)
class Examination:
    """One evaluation: ``skipped`` are the checks that had nothing to look at, with the reason."""

    reading: Reading
    facts: Facts
    figures: tuple[Figure, ...]
    found: tuple[Found, ...]
    skipped: tuple[Answer, ...]

    def count(self, severity: Severity) -> int:
        return sum(one.severity is severity for one in self.found)


@dataclass(frozen=True)
class Checkup:
    """``remarks`` are about whole files: what was left out in reading them."""

    examinations: tuple[Examination, ...]
    refusals: tuple[Refusal, ...]
    remarks: tuple[tuple[str, str], ...]


def check_files(uploads: Iterable[Upload], *, assumed_year: int) -> Checkup:
    """Read and examine files that belong together or not. Raises nothing on bad files."""
    uploads = list(uploads)
    dossiers = [read_dossier_file(one) for one in uploads if is_json(one)]
    outcomes = read_uploads(one for one in uploads if not is_json(one))
    checkup = check_contents(outcomes, assumed_year=assumed_year)
    readings = [one for one in dossiers if isinstance(one, Reading)]
    refusals = [one for one in dossiers if isinstance(one, Refusal)]
    return Checkup(
        (*checkup.examinations, *map(examined, readings)),
        (*checkup.refusals, *refusals),
        checkup.remarks,
    )


def check_contents(outcomes: Iterable[Outcome], *, assumed_year: int) -> Checkup:
    outcomes = list(outcomes)
    contents = [one for one in outcomes if isinstance(one, Content)]
    parts = {content.name: parts_of(content) for content in contents}
    groups = grouped(part for listed in parts.values() for part in listed)
    return Checkup(
        tuple(examined(assemble(group, assumed_year=assumed_year)) for group in groups),
        (*(one for one in outcomes if isinstance(one, Refusal)), *_unrecognised(parts, groups)),
        tuple((one.name, remark) for one in contents for remark in one.remarks),
    )


def _unrecognised(parts: dict[str, list[Part]], groups: list[list[Part]]) -> Iterable[Refusal]:
    used = {part.file for group in groups for part in group}
    return [Refusal(name, NOTHING_FOUND) for name in parts if name not in used]


def examined(reading: Reading) -> Examination:
    """Every check's answer about one reading, as far as the files can bear it out."""
    facts = Facts(reading.dossier)
    answers = [_bearable(answer, reading) for answer in examine(facts, phases=PHASES)]
    found = [
        Found(
            answer.check.code,
            answer.severity,
            answer.check.title,
            finding,
            reading.place_of(finding.place.field, finding.place.start),
        )
        for answer in answers
        for finding in answer.findings
    ]
    found.sort(key=lambda one: (ORDER.index(one.severity), one.code))
    skipped = tuple(
        answer
        for answer in answers
        if answer.verdict in {Verdict.NOT_APPLICABLE, Verdict.NOT_ENOUGH_DATA}
    )
    return Examination(reading, facts, compared(reading, facts), tuple(found), skipped)


DOCUMENT_WORDS = {
    "goals": "绩效目标表",
    "basic": "基本信息表或自评表",
    "panel": "评价人员名单",
    "report": "评价报告",
}
NO_YEAR = "没有读到预算年度。"
NO_PACK = "没有与这份指标体系相同的规则包。"
NO_WEIGHTS = "评分表没有印分值。"
NO_FIELD = "表上没有这一栏。"
# Checks that compare with the year, with the pack's tree, or with weights.
OF_THE_YEAR = frozenset(["E02"])
OF_THE_PACK = frozenset(["C10", "D07"])
OF_WEIGHTS = frozenset(["A01", "B06", "C10", "D07"])
# What cannot be told while some figure could not be read.
UNCLEAR: tuple[tuple[tuple[str, ...], frozenset[str], str], ...] = (
    (
        ("money.annual",),
        frozenset(["A06", "A07", "A08", "A12", "B05", "C03", "C04", "E01"]),
        "全年预算没有读出来，没有对照。",
    ),
    (
        ("consensus.", "printed.subtotals"),
        frozenset(["A03", "A04", "B05", "B08"]),
        "有得分没有读出来，没有对照。",
    ),
    (("panel[",), frozenset(["A04", "A05", "B09"]), "有评价人员的评分没有读出来，没有对照。"),
    (("indicators[",), OF_WEIGHTS | {"A02", "A03", "A07"}, "有分值没有读出来，没有对照。"),
)
# What a form of one place asks for and one of another does not.
ASKED = {
    "printed.grade": "grade",
    "adjustment_reason": "reason",
}


def _bearable(answer: Answer, reading: Reading) -> Answer:
    """Without findings that the files cannot bear out: they lack the form, the field, the year."""
    if answer.verdict is not Verdict.FOUND or reading.whole:
        return answer
    if reason := _unfit(answer.check.code, reading):
        return _skipped(answer, reason)
    kept = tuple(one for one in answer.findings if _is_about(one, reading))
    if kept:
        return Answer(answer.check, Verdict.FOUND, kept, severity=answer.severity)
    document = answer.findings[0].place.document
    lacking = document in DOCUMENT_WORDS and document not in reading.documents
    return _skipped(answer, f"文件里没有{DOCUMENT_WORDS[document]}。" if lacking else NO_FIELD)


def _unfit(code: str, reading: Reading) -> str:
    """Why a check cannot be applied to this reading; "" when it can."""
    if code in OF_THE_YEAR and not reading.year_known:
        return NO_YEAR
    if code in OF_THE_PACK and not reading.fits:
        return NO_PACK
    if code in OF_WEIGHTS and "weight" not in reading.asked:
        return NO_WEIGHTS
    reasons = (
        why for starts, codes, why in UNCLEAR if code in codes and reading.is_unclear(*starts)
    )
    return next(reasons, "")


def _is_about(finding: Finding, reading: Reading) -> bool:
    field = finding.place.field
    unread = any(one.path == field for one in reading.unread)
    return not unread and _is_printed(finding, reading) and _is_asked(finding, reading)


def _is_printed(finding: Finding, reading: Reading) -> bool:
    document = finding.place.document
    return (
        document not in DOCUMENT_WORDS
        or document in reading.documents
        or finding.place.field in reading.places
    )


def _is_asked(finding: Finding, reading: Reading) -> bool:
    """Whether the forms have a place for what is said to be blank."""
    field, printed = finding.place.field, reading.dossier.printed
    if field.startswith("basic."):
        return field.removeprefix("basic.") in reading.asked
    if field == "funding" and finding.about:
        return finding.about in reading.asked
    if field == "panel" and finding.about == "leader":
        return not (printed and printed.signed is False)  # the leader is who has to sign
    return field not in ASKED or finding.found != BLANK or ASKED[field] in reading.asked


def _skipped(answer: Answer, reason: str) -> Answer:
    return Answer(answer.check, Verdict.NOT_ENOUGH_DATA, reason=reason, severity=answer.severity)
