"""项目基本信息表: the project and its money, the scored indicator tree, the people."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from evalsys.figures import plain, wan_text
from reports.documents.blocks import (
    Align,
    AnyCell,
    Cell,
    CheckMark,
    Document,
    Kind,
    Look,
    Note,
    Row,
    RowGroup,
    SignatureCell,
    Table,
)
from reports.documents.remarks import remarks
from reports.documents.text import paper_text
from reports.dossier.facts import Facts
from reports.dossier.model import (
    BasicInfo,
    Department,
    Dossier,
    FundingLine,
    Indicator,
    PanelMember,
    ProjectType,
)
from scoring.engine import Result

Words = dict[str, str]

PROJECT_WIDTHS = (18, 15, 18, 16, 18, 15)
SCORE_WIDTHS = (17, 9, 18, 9, 23, 12, 12)
PANEL_WIDTHS = (14, 18, 32, 18, 18)
DEPARTMENT_WIDTHS = (25, 25, 25, 25)
SCORE_HEADS = ("level_one", "weight", "level_two", "weight", "level_three", "weight", "score")
PANEL_HEADS = (
    "evaluator_name",
    "evaluator_title",
    "evaluator_unit",
    "evaluator_score",
    "signature",
)
TREE_LEVELS = 3
LARGE_PANEL = 8
NOT_APPLICABLE = "不适用"


def basic_document(dossier: Dossier) -> Document:
    """Score cells stay blank until there is a result; every disagreement is a numbered note."""
    words = dossier.pack.wording
    facts = Facts(dossier)
    result = facts.result
    notes = remarks(dossier, result)
    return Document(
        name="basic",
        title=words["basic_title"],
        kind=Kind.FORM,
        blocks=(
            _project_table(words, facts),
            _score_table(words, dossier.indicators, result),
            _panel_table(words, dossier, result),
            *_department_table(dossier.department),
            *(Note(text, number) for number, text in enumerate(notes, 1)),
        ),
    )


def _label(text: str) -> Cell:
    return Cell(text, look=Look.LABEL)


def _part(text: str, columns: int) -> Row:
    return (Cell(text, colspan=columns, align=Align.LEFT, look=Look.PART),)


def _entry(text: str, colspan: int = 1) -> Cell:
    return Cell(paper_text(text), colspan=colspan)


def _figure(text: str, rowspan: int = 1) -> Cell:
    return Cell(text, rowspan=rowspan, look=Look.FIGURE)


def _prose(text: str, colspan: int = 1) -> Cell:
    return Cell(paper_text(text), colspan=colspan, align=Align.LEFT)


# --- 一、项目基本情况


def _project_table(words: Words, facts: Facts) -> Table:
    basic = facts.dossier.basic
    return Table(
        widths=PROJECT_WIDTHS,
        head=(_part(words["basic_part_one"], len(PROJECT_WIDTHS)),),
        groups=(
            RowGroup(
                (
                    (
                        _label(words["implementing_unit"]),
                        _prose(basic.implementing_unit, 2),
                        _label(words["supervising_department"]),
                        _prose(basic.supervising_department, 2),
                    ),
                    (
                        _label(words["project_leader"]),
                        _entry(basic.project_leader, 2),
                        _label(words["phone"]),
                        _entry(basic.phone, 2),
                    ),
                    (
                        _label(words["address"]),
                        _prose(basic.address, 3),
                        _label(words["postcode"]),
                        _entry(basic.postcode),
                    ),
                    _type_row(words, basic),
                )
            ),
            RowGroup(tuple(_money_rows(words, facts)), together=True),
        ),
    )


def _type_row(words: Words, basic: BasicInfo) -> Row:
    return (
        _label(words["project_type"]),
        *(
            Cell(CheckMark(words[key], words["tick"], basic.project_type is kind), colspan=colspan)
            for key, kind, colspan in (
                ("type_recurring", ProjectType.RECURRING, 2),
                ("type_one_off", ProjectType.ONE_OFF, 3),
            )
        ),
    )


def _money_rows(words: Words, facts: Facts) -> Iterator[Row]:
    """Totals, then one row per source.

    The form leaves the space under 实际使用情况 empty; a breakdown is printed there only where
    several sources make it say something new.
    """
    funding = facts.dossier.funding
    yield tuple(
        cell
        for key, amount in (
            ("planned", facts.planned),
            ("received", facts.received),
            ("spent", facts.spent),
        )
        for cell in (_label(words[key]), _figure(_wan(amount)))
    )
    spent_matters = sum(map(_is_used, funding)) > 1
    for index, line in enumerate(funding):
        label = _label(f"{words['of_which']}{line.label}" if index == 0 else line.label)
        cells: list[AnyCell] = [
            label,
            _figure(_wan(line.planned)),
            label,
            _figure(_wan(line.received)),
        ]
        if spent_matters:
            cells += [label, _figure(_wan(line.spent))]
        elif index == 0:
            cells.append(Cell(colspan=2, rowspan=len(funding)))
        yield tuple(cells)


def _is_used(line: FundingLine) -> bool:
    return any((line.planned, line.received, line.spent))


def _wan(yuan: Decimal | None) -> str:
    return "" if yuan is None else wan_text(yuan)


# --- 二、绩效评价指标评分


def _score_table(words: Words, indicators: tuple[Indicator, ...], result: Result) -> Table:
    scores = _scores(result)
    roots = _children(indicators, "")
    return Table(
        widths=SCORE_WIDTHS,
        head=(
            _part(words["basic_part_two"], len(SCORE_WIDTHS)),
            tuple(_label(words[key]) for key in SCORE_HEADS),
        ),
        groups=(
            *(
                RowGroup(tuple(_tree_rows(indicators, root, scores)), together=True)
                for root in roots
            ),
            RowGroup(
                (_total_row(words, indicators, result), _grade_row(words, result)), together=True
            ),
        ),
        joined=True,
    )


def _scores(result: Result) -> dict[str, str]:
    """The printed score of each leaf, nothing for a leaf without one."""
    printed = {leaf.key: plain(leaf.printed) for leaf in result.leaves if leaf.printed is not None}
    left_out = {leaf.key: NOT_APPLICABLE for leaf in result.leaves if not leaf.applicable}
    return printed | left_out


def _children(indicators: tuple[Indicator, ...], parent: str) -> tuple[Indicator, ...]:
    return tuple(indicator for indicator in indicators if indicator.parent == parent)


def _tree_rows(
    indicators: tuple[Indicator, ...], node: Indicator, scores: dict[str, str]
) -> Iterator[Row]:
    """One row per leaf; a node stands in the first row of its leaves and spans them."""
    children = _children(indicators, node.key)
    if not children:
        unused = 2 * (TREE_LEVELS - node.level)
        blank = (Cell(colspan=unused),) if unused else ()
        yield (*_node_cells(node), *blank, _figure(scores.get(node.key, "")))
        return
    rows = [row for child in children for row in _tree_rows(indicators, child, scores)]
    yield (*_node_cells(node, rowspan=len(rows)), *rows[0])
    yield from rows[1:]


def _node_cells(node: Indicator, rowspan: int = 1) -> Row:
    return (
        Cell(paper_text(node.name), rowspan=rowspan),
        _figure(plain(node.weight), rowspan),
    )


def _total_row(words: Words, indicators: tuple[Indicator, ...], result: Result) -> Row:
    """The sums of the columns above; a total that is not their sum is explained in a note."""
    weights = [_level_weight(indicators, level) for level in range(1, TREE_LEVELS + 1)]
    total = result.total if result.raw_total is None else result.raw_total
    return (
        _label(words["total_row"]),
        _figure(weights[0]),
        Cell(),
        _figure(weights[1]),
        Cell(),
        _figure(weights[2]),
        _figure("" if total is None else plain(total)),
    )


def _level_weight(indicators: tuple[Indicator, ...], level: int) -> str:
    weights = [indicator.weight for indicator in indicators if indicator.level == level]
    return plain(sum(weights, Decimal(0))) if weights else ""


def _grade_row(words: Words, result: Result) -> Row:
    return (
        _label(words["grade_row"]),
        Cell(result.grade or "", colspan=len(SCORE_WIDTHS) - 1),
    )


# --- 三、评价人员


def _panel_table(words: Words, dossier: Dossier, result: Result) -> Table:
    totals = (
        {one.evaluator: plain(one.total) for one in result.sheet_totals}
        if result.total is not None
        else {}
    )
    people = tuple(
        _person_row(number, member, totals.get(member.key, ""))
        for number, member in enumerate(dossier.panel, 1)
    )
    vacant = tuple(
        _person_row(number, PanelMember(key="", name="", title="", unit=""), "")
        for number in range(len(people) + 1, dossier.pack.scoring.minimum_evaluators + 1)
    )
    closing = (_mean_row(words, result), _leader_row(words, dossier.basic))
    return Table(
        widths=PANEL_WIDTHS,
        head=(
            _part(words["basic_part_three"], len(PANEL_WIDTHS)),
            tuple(_label(words[key]) for key in PANEL_HEADS),
        ),
        groups=tuple(_signed_together((*people, *vacant), closing)),
        joined=True,
    )


def _signed_together(people: tuple[Row, ...], closing: tuple[Row, ...]) -> Iterator[RowGroup]:
    """All who sign on one page; of a large panel at least the last with the leader."""
    if len(people) > LARGE_PANEL:
        yield RowGroup(people[:-LARGE_PANEL])
    yield RowGroup((*people[-LARGE_PANEL:], *closing), together=True)


def _person_row(number: int, member: PanelMember, total: str) -> Row:
    return (
        _entry(member.name),
        _entry(member.title),
        _prose(member.unit),
        _figure(total),
        SignatureCell(anchor=f"sign-evaluator-{number}"),
    )


def _mean_row(words: Words, result: Result) -> Row:
    mean = "" if result.mean is None else plain(result.mean)
    return (
        _label(words["sum_row"]),
        Cell(),
        Cell(),
        Cell(f"{words['mean_label']} {mean}".strip()),
        Cell(),
    )


def _leader_row(words: Words, basic: BasicInfo) -> Row:
    return (
        SignatureCell(
            anchor="sign-leader",
            label=words["leader_line"],
            date=_date_text(words, basic.evaluated_on),
            colspan=len(PANEL_WIDTHS),
        ),
    )


def _date_text(words: Words, day: date | None) -> str:
    """The date as written by hand, 2020年4月20日; room to write it when there is none yet."""
    year, month, number = (day.year, day.month, day.day) if day else ("　　", "　", "　")
    return f"{year}{words['date_year']}{month}{words['date_month']}{number}{words['date_day']}"


# --- what 主管部门 says, where it says something


def _department_table(department: Department | None) -> Iterator[Table]:
    if department is None:
        return
    score = "" if department.score is None else plain(department.score)
    yield Table(
        widths=DEPARTMENT_WIDTHS,
        head=(_part("主管部门意见", len(DEPARTMENT_WIDTHS)),),
        groups=(
            RowGroup(
                (
                    (
                        _label("主管部门评分"),
                        _figure(score),
                        _label("主管部门评定等次"),
                        Cell(department.grade),
                    ),
                    (_label("主管部门意见"), _prose(department.opinion, 3)),
                ),
                splittable=True,
            ),
        ),
        joined=True,
    )
