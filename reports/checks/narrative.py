"""Checks of what the report says: figures, years, contradictions, names, grades, problems."""

from collections.abc import Iterator
from decimal import Decimal

from evalsys.figures import plain
from evalsys.jsonread import member_path
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Place,
    Severity,
)
from reports.checks.places import at
from reports.checks.registry import check
from reports.dossier.model import Indicator
from reports.reading.claims import Claim
from reports.reading.contradictions import ALL_DONE, FROZEN, contradictions
from reports.reading.figures import Kind
from reports.reading.judgements import admissions, grade_claims
from reports.reading.narrative import Section
from reports.reading.otheryears import other_years
from reports.reading.problems import problems

REPORT = "评价报告"


def place(section: Section, start: int, end: int) -> Place:
    """A span of the text as shown, as a place in the text as typed."""
    return at(member_path("sections", section.key), *section.shown.typed(start, end))


def sections(case: Case) -> tuple[Section, ...]:
    if not case.narrative.sections:
        raise NotEnoughDataError("评价报告还没有写。")
    return case.narrative.sections


@check("E01", Severity.BLOCK, "正文里的金额、比率、数量与表上的一致", applies=REPORT)
def figures_agree(case: Case) -> Iterator[Finding]:
    """A figure that names a value of the forms equals it after conversion (checks.md E01)."""
    for section in sections(case):
        for claim in case.narrative.claims(section):
            if claim.is_wrong:
                yield _wrong_figure(case, section, claim)
        yield from _wrong_grades(case, section)


def _wrong_figure(case: Case, section: Section, claim: Claim) -> Finding:
    figure, meant = claim.figure, claim.meant
    digits = figure.digits_for(meant.exact)
    unit = section.text[figure.digits_end : figure.end] if figure.digits_end else figure.unit
    settled = figure.kind is not Kind.POINTS or _is_settled(case)
    return Finding(
        place(section, figure.start, figure.end),
        section.text[figure.start : figure.end],
        f"{digits}{unit}",
        f"{meant.label}：{meant.how}",
        Correction(f"{digits}{unit}") if settled and claim.strict else None,
    )


def _wrong_grades(case: Case, section: Section) -> Iterator[Finding]:
    grade, words = case.facts.result.grade, _grade_words(case)
    for claim in grade_claims(section.passage):
        if grade and claim.word in words and claim.word != grade:
            yield Finding(
                place(section, claim.start, claim.end),
                claim.word,
                grade,
                _how_graded(case),
                Correction(grade) if _is_settled(case) else None,
            )


def _is_settled(case: Case) -> bool:
    """Whether the result may be written into a text: no printed figure says something else."""
    return case.facts.result.total is not None and not case.facts.result.disagreements


def _grade_words(case: Case) -> list[str]:
    return [band.word for band in case.dossier.pack.scoring.grades]


def _how_graded(case: Case) -> str:
    total = case.facts.result.total
    return "等次由总分得出" if total is None else f"总分 {plain(total)} 分对照等次下限"


@check("E02", Severity.WARN, "正文写的是本年度的工作", applies=REPORT)
def years_agree(case: Case) -> Iterator[Finding]:
    """Work of another year is no result of this one; one finding per section and year."""
    for section in sections(case):
        seen = set()
        for mention in other_years(section.passage, background=section.is_background):
            year = mention.years[0]
            if year not in seen:
                seen.add(year)
                yield Finding(
                    place(section, mention.start, mention.end),
                    section.text[mention.start : mention.end],
                    f"{case.dossier.fiscal_year}年",
                    f"自评的是 {case.dossier.fiscal_year} 年度，这里写的是 {year} 年的事；"
                    "如确需提到，请写明与本年度的关系",
                )


@check("E03", Severity.WARN, "正文与表上的数字、正文前后不矛盾", applies=REPORT)
def nothing_contradicts(case: Case) -> Iterator[Finding]:
    frozen = _first_frozen(case)
    for section in sections(case):
        for one in contradictions(section.passage, case.facts):
            yield Finding(
                place(section, one.start, one.end),
                section.text[one.start : one.end],
                one.expected,
                f"{one.how}{frozen}",
            )
    yield from _done_and_not_done(case)


def _first_frozen(case: Case) -> str:
    """That the text itself says why money was not spent, where it does."""
    for section in case.narrative.sections:
        if found := FROZEN.search(section.text):
            return f"；「{section.outline.title}」写的是“{found[0]}”"
    return ""


def _done_and_not_done(case: Case) -> Iterator[Finding]:
    admitted = [
        (section, one)
        for section in case.narrative.sections
        for one in admissions(section.passage)
        if "完成" in section.text[one.start : one.end] and one.aspects
    ]
    if not admitted:
        return
    where, one = admitted[0]
    said = where.text[one.start : one.end]
    for section in case.narrative.sections:
        for found in ALL_DONE.finditer(section.text):
            yield Finding(
                place(section, *found.span()),
                found[0],
                "写明没有完成的部分",
                f"「{where.outline.title}」写的是“{said}”",
            )


@check("E06", Severity.BLOCK, "等次只用规则包规定的词", applies=REPORT)
def grades_are_of_the_pack(case: Case) -> Iterator[Finding]:
    words, grade = _grade_words(case), case.facts.result.grade
    for section in sections(case):
        for claim in grade_claims(section.passage):
            if claim.word not in words:
                yield Finding(
                    place(section, claim.start, claim.end),
                    claim.word,
                    grade or "、".join(words),
                    f"等次只有{'、'.join(words)}；{_how_graded(case)}",
                    Correction(grade) if grade and _is_settled(case) else None,
                )


@check("E07", Severity.WARN, "每个问题都有措施、责任人和期限", applies="写了存在问题的报告")
def problems_are_answered(case: Case) -> Iterator[Finding]:
    about = [section for section in sections(case) if "问题" in section.outline.title]
    about = [section for section in about if "其他" not in section.outline.title]
    if not about:
        raise NotApplicableError("评价报告没有写存在的问题这一节。")
    answers = "".join(
        section.text
        for section in case.narrative.sections
        if section not in about
        and any(w in section.outline.title for w in ("建议", "措施", "改进"))
    )
    for section in about:
        for one in problems(section.text, answers):
            if not one.is_answered:
                missing = [
                    word
                    for word, has in (
                        ("措施", one.has_measure),
                        ("责任人", one.has_owner),
                        ("期限", one.has_date),
                    )
                    if not has
                ]
                yield Finding(
                    place(section, one.start, one.end),
                    section.text[one.start : one.end],
                    f"写明{'、'.join(missing)}",
                    f"这个问题没有写{'、'.join(missing)}",
                )


@check("B07", Severity.WARN, "满分与正文的说法相符", applies="已评分的自评", phase=Phase.RESULTS)
def full_marks_fit_the_text(case: Case) -> Iterator[Finding]:
    """A leaf at full marks while the text calls that very thing unfinished, late or middling."""
    full = _full_marks(case)
    for section in sections(case):
        if "问题" in section.outline.title:
            continue
        for one in admissions(section.passage):
            leaves = [leaf for leaf in full if _concerns(leaf, one.aspects)]
            if leaves:
                listed = "、".join(f"{leaf.name} {plain(leaf.weight)}" for leaf in leaves)
                yield Finding(
                    place(section, one.start, one.end),
                    section.text[one.start : one.end],
                    "相应扣分，或写明为什么不影响得分",
                    f"这些指标得了满分：{listed}",
                )


def _full_marks(case: Case) -> list[Indicator]:
    """Leaves of output and effect that lost nothing."""
    printed = {leaf.key: leaf.printed for leaf in case.facts.result.leaves}
    if not any(points is not None for points in printed.values()):
        raise NotEnoughDataError("还没有各项指标的得分。")
    by_key = {row.key: row for row in case.dossier.indicators}
    return [
        by_key[key]
        for key, points in printed.items()
        if points == by_key[key].weight > Decimal(0) and _is_of_performance(by_key[key], by_key)
    ]


def _is_of_performance(leaf: Indicator, by_key: dict[str, Indicator]) -> bool:
    path = [leaf]
    while path[-1].parent in by_key:
        path.append(by_key[path[-1].parent])
    return any(word in row.name for row in path for word in ("产出", "效益", "绩效", "满意"))


def _concerns(leaf: Indicator, aspects: tuple[str, ...]) -> bool:
    return not aspects or any(aspect in leaf.name for aspect in aspects)
