"""A01–A05: weights and points add up, the mean and the grade follow from them."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import half_up, plain
from evalsys.jsonread import member_path
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Scored,
    Severity,
)
from reports.checks.places import at
from reports.checks.registry import WITHIN, check
from reports.checks.words import points, shown
from scoring.engine import check_tree, grade_for, sheet_total
from scoring.engine.marks import bare_total, unscored_leaves

NO_MARKS = "没有各项得分。"


def wrong_points(path: str, found: Decimal, expected: Decimal, how: str) -> Iterator[Finding]:
    """A finding where two numbers of points differ."""
    if found != expected:
        correction = Correction(plain(expected))
        yield Finding(at(path), points(found), points(expected), how, correction)


@check(
    "A01",
    Severity.BLOCK,
    "各级分值逐级相加相等，总分等于规则包规定的满分",
    source="财政支出项目绩效评价指标评分表",
)
def weights_add_up(case: Case) -> Iterator[Finding]:
    if not case.dossier.indicators:
        raise NotEnoughDataError("还没有指标。")
    places = {one.key: index for index, one in enumerate(case.dossier.indicators)}
    for problem in check_tree(case.facts.roots, case.pack.scoring):
        if problem.expected is not None:
            path = f"indicators[{places[problem.key]}].weight" if problem.key else "indicators"
            yield Finding(
                at(path), points(problem.found), points(problem.expected), problem.message
            )
    yield from _weight_totals(case)


def _weight_totals(case: Case) -> Iterator[Finding]:
    """What the row 总分 prints below each column of weights."""
    printed = case.dossier.printed
    parents = {one.parent for one in case.dossier.indicators}
    for level, total in enumerate(printed.weight_totals if printed else (), start=1):
        weights = [
            one.weight
            for one in case.dossier.indicators
            if one.level == level or (one.level < level and one.key not in parents)
        ]
        if total is not None and weights:
            path = f"printed.weight_totals[{level - 1}]"
            how = f"{'一二三'[level - 1]}级指标分值相加"
            yield from wrong_points(path, total, sum(weights, Decimal(0)), how)


@check(
    "A02",
    Severity.BLOCK,
    "得分不小于 0，不大于分值",
    applies="已评分的自评表",
    phase=Phase.RESULTS,
    source=WITHIN,
)
def points_within_weights(case: Case) -> Iterator[Finding]:
    if not case.sheets:
        raise NotEnoughDataError(NO_MARKS)
    limit = case.pack.scoring.total
    for scored in case.sheets:
        for leaf in case.leaves:
            path = scored.place_of(leaf.key)
            what = f"{scored.name}「{leaf.indicator.name}」的分值"
            yield from _above(path, scored.points(leaf.key), leaf.indicator.weight, what)
        yield from _above(f"{scored.path}.total_only", scored.sheet.total_only, limit, "满分")
    if case.dossier.printed:
        yield from _above("printed.total", case.dossier.printed.total, limit, "满分")
        yield from _above("printed.mean", case.dossier.printed.mean, limit, "满分")


def _above(path: str, found: Decimal | None, limit: Decimal, what: str) -> Iterator[Finding]:
    if found is not None and not 0 <= found <= limit:
        how = f"不能超过{what} {plain(limit)} 分"
        yield Finding(at(path), points(found), f"0 至 {points(limit)}", how)


@check(
    "A03",
    Severity.BLOCK,
    "各项得分相加等于小计和总分，印出的就是算出的",
    applies="已评分的自评表",
    phase=Phase.RESULTS,
    source=WITHIN,
)
def points_add_up(case: Case) -> Iterator[Finding]:
    printed = case.dossier.printed
    compared = False
    for scored in case.sheets:
        written = scored.sheet.total_only
        if written is not None and _is_whole(case, scored):
            compared = True
            added = sheet_total(case.facts.roots, scored.sheet).total
            how = f"{scored.name}各项得分相加"
            yield from wrong_points(f"{scored.path}.total_only", written, added, how)
    if printed and printed.total is not None and (total := _column_total(case)) is not None:
        compared = True
        yield from wrong_points("printed.total", printed.total, total, "各项得分相加")
    subtotals = _subtotals(case)
    for key, found in printed.subtotals.items() if printed else ():
        if key in subtotals:
            compared = True
            name = next(one.name for one in case.dossier.indicators if one.key == key)
            path = member_path("printed.subtotals", key)
            yield from wrong_points(path, found, subtotals[key], f"「{name}」下各项得分相加")
    if not compared:
        raise NotEnoughDataError("没有可以与各项得分对照的小计或总分。")


def _is_whole(case: Case, scored: Scored) -> bool:
    """Marks for every leaf, so that they can be added up."""
    bare = bare_total(scored.sheet) is not None
    return (
        bool(scored.sheet.marks)
        and not bare
        and not unscored_leaves(case.facts.roots, scored.sheet)
    )


def _column_total(case: Case) -> Decimal | None:
    """What the form's total follows from: its own score column, else the evaluators' marks."""
    column = case.facts.column
    if column is None:
        return case.facts.result.total
    return column.total if column.total is not None else _plain_sum(case)


def _plain_sum(case: Case) -> Decimal | None:
    """Where the tree or a mark is wrong there is no result, but there is a sum."""
    column = _column(case)
    return case.facts.consensus_total if column and _is_whole(case, column) else None


def _subtotals(case: Case) -> dict[str, Decimal]:
    column = _column(case)
    if column is None:
        return case.facts.result.subtotals
    whole = _is_whole(case, column)
    return sheet_total(case.facts.roots, column.sheet).subtotals if whole else {}


def _column(case: Case) -> Scored | None:
    return next((one for one in case.sheets if one.sheet is case.dossier.consensus), None)


@check(
    "A04",
    Severity.BLOCK,
    "评价等次按总分得出，不空着（正文里的见 E01、E06）",
    applies="印有等次的自评表",
    phase=Phase.RESULTS,
    source=WITHIN,
)
def grade_follows(case: Case) -> Iterator[Finding]:
    printed = case.dossier.printed
    if printed is None:
        raise NotApplicableError("等次由系统按总分得出，没有另外印出的。")
    expected, how = _grade(case)
    if printed.grade != expected:
        yield Finding(
            at("printed.grade"), shown(printed.grade), expected, how, Correction(expected)
        )


def _grade(case: Case) -> tuple[str, str]:
    """The word, and how it follows from the total."""
    total, grade = case.facts.result.total, case.facts.result.grade
    if total is None and case.facts.column:
        total, grade = case.facts.column.total, case.facts.column.grade
    if total is None and case.dossier.printed and case.dossier.printed.total is not None:
        total = case.dossier.printed.total
        grade = grade_for(total, case.pack.scoring)
    if total is None or grade is None:
        raise NotEnoughDataError("还没有总分。")
    bands = "，".join(f"{band.word} {plain(band.lower)} 分起" for band in case.pack.scoring.grades)
    return grade, f"总分 {points(total)}；{bands}"


@check(
    "A05",
    Severity.BLOCK,
    "平均分按规定的方法得出；与得分栏不一致的，有说明",
    applies="印有平均分或得分栏的自评表",
    phase=Phase.RESULTS,
    source=WITHIN,
)
def mean_follows(case: Case) -> Iterator[Finding]:
    printed, column = case.dossier.printed, case.facts.column
    if printed is None and column is None:
        raise NotApplicableError("平均分由系统算出，没有另外印出的数。")
    totals = [total for scored in case.panel_sheets if (total := _total(case, scored)) is not None]
    if not totals or len(totals) < len(case.dossier.panel):
        raise NotEnoughDataError("不是每位评价人员都有总分。")
    mean, how = _mean(case, totals)
    if printed and printed.sum_of_totals is not None:
        added = " + ".join(map(plain, totals))
        total = sum(totals, Decimal(0))
        yield from wrong_points("printed.sum_of_totals", printed.sum_of_totals, total, added)
    if printed and printed.mean is not None:
        yield from wrong_points("printed.mean", printed.mean, mean, how)
    if column and column.mean is not None and column.mean != mean:
        key = "A05:consensus"
        if not case.dossier.explanations.get(key, "").strip():
            how = f"得分栏相加 {plain(column.mean)}；个人总分 {how}；不一致的须说明"
            yield Finding(at("consensus"), points(column.mean), points(mean), how)


def _total(case: Case, scored: Scored) -> Decimal | None:
    """What an evaluator gave: the marks added up, else the total alone."""
    if _is_whole(case, scored):
        return sheet_total(case.facts.roots, scored.sheet).total
    return bare_total(scored.sheet)


def _mean(case: Case, totals: list[Decimal]) -> tuple[Decimal, str]:
    """By the pack's rule where there is a result, else the bare mean of the totals."""
    result = case.facts.result
    if result.mean is None:
        mean = half_up(Fraction(sum(totals, Decimal(0))) / len(totals), case.pack.scoring.places)
        return mean, _formula(totals, mean)
    counted = [one.total for one in result.sheet_totals if one.counted] or totals
    return result.mean, _formula(counted, result.mean)


def _formula(totals: list[Decimal], mean: Decimal) -> str:
    return f"({' + '.join(map(plain, totals))}) ÷ {len(totals)} = {mean}"
