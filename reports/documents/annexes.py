"""What may be filed behind the three forms: the checks, the steps of the reckoning, the charts."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum

from evalsys.figures import plain
from reports.charts import losses, spreads
from reports.checks import Answer, Severity, Verdict, examine
from reports.documents.blocks import (
    Align,
    Block,
    Cell,
    ChartFigure,
    ChartKind,
    Document,
    Kind,
    Look,
    Note,
    Paragraph,
    Row,
    RowGroup,
    Table,
)
from reports.documents.findings import place_text
from reports.documents.text import paper_text
from reports.dossier.facts import Facts
from reports.dossier.model import Dossier
from reports.dossier.ruled import RuledLeaf, ruled_leaves
from scoring.engine import Proposal, Step

ROWS_OF_A_CHART = 26
BLANK = "—"

FINDING_WIDTHS = (18, 16, 18, 28, 20)
FINDING_HEADS = ("检查", "位置", "写的是", "应为及依据", "说明")
STEP_WIDTHS = (6, 18, 26, 32, 18)
STEP_HEADS = ("序号", "步骤", "规则", "用到的数", "得出")
RULED_WIDTHS = (22, 9, 12, 11, 23, 23)
RULED_HEADS = ("指标", "分值", "按规则", "评定得分", "算式", "规则")
SEVERITIES = {Severity.BLOCK: "必须改正", Severity.WARN: "需要说明", Severity.INFO: "提示"}
VERDICTS = {
    Verdict.PASSED: "通过",
    Verdict.FOUND: "有发现",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.NOT_ENOUGH_DATA: "数据不足",
}


class Annex(StrEnum):
    FINDINGS = "findings"
    STEPS = "steps"
    CHARTS = "charts"


ANNEX_TITLES = {
    Annex.FINDINGS: "检查发现与说明",
    Annex.STEPS: "如何算出",
    Annex.CHARTS: "图表",
}


def build_annexes(
    dossier: Dossier, chosen: Collection[Annex], answers: Sequence[Answer] | None = None
) -> tuple[Document, ...]:
    """The chosen annexes in their order. ``answers`` of the checks, where more is known than the
    dossier says; else it is examined by itself.
    """
    facts = Facts(dossier)
    return tuple(
        _annex(annex, facts, _blocks_of(annex, facts, answers))
        for annex in Annex
        if annex in chosen
    )


def _annex(annex: Annex, facts: Facts, blocks: Iterator[Block]) -> Document:
    dossier = facts.dossier
    about = f"项目名称：{paper_text(dossier.project_name)}　　预算年度：{dossier.fiscal_year}年"
    return Document(
        name=annex,
        title=f"附：{ANNEX_TITLES[annex]}",
        kind=Kind.FORM,
        blocks=(Paragraph(about, indented=False), *blocks),
    )


def _blocks_of(annex: Annex, facts: Facts, answers: Sequence[Answer] | None) -> Iterator[Block]:
    match annex:
        case Annex.FINDINGS:
            return _findings(facts.dossier, examine(facts) if answers is None else answers)
        case Annex.STEPS:
            return _steps(facts)
        case Annex.CHARTS:
            return _charts(facts)


def _table(widths: tuple[int, ...], heads: tuple[str, ...], groups: Sequence[RowGroup]) -> Table:
    head = tuple(Cell(text, look=Look.LABEL) for text in heads)
    return Table(widths=widths, head=(head,), groups=tuple(groups))


def _prose(text: str) -> Cell:
    return Cell(paper_text(text), align=Align.LEFT)


# --- 检查发现与说明


def _findings(dossier: Dossier, answers: Sequence[Answer]) -> Iterator[Block]:
    """The most serious first; then how many checks there were, and what came of them."""
    if groups := [
        group for severity in Severity for group in _severity(dossier, answers, severity)
    ]:
        yield _table(FINDING_WIDTHS, FINDING_HEADS, groups)
    else:
        yield Paragraph("没有发现需要改正或说明的问题。", indented=False)
    counts = Counter(answer.verdict for answer in answers)
    listed = "，".join(f"{VERDICTS[verdict]}{counts[verdict]}项" for verdict in Verdict)
    yield Note(f"注：共检查{len(answers)}项：{listed}。")


def _severity(
    dossier: Dossier, answers: Sequence[Answer], severity: Severity
) -> Iterator[RowGroup]:
    """A group for each check that found something; what they are called stands with the first."""
    title: tuple[Row, ...] = (
        (
            Cell(
                SEVERITIES[severity], colspan=len(FINDING_WIDTHS), align=Align.LEFT, look=Look.PART
            ),
        ),
    )
    for answer in answers:
        if answer.severity is severity and answer.findings:
            yield RowGroup((*title, *_finding_rows(dossier, answer)), together=True)
            title = ()


def _finding_rows(dossier: Dossier, answer: Answer) -> Iterator[Row]:
    check = answer.check
    name = Cell(f"{check.code} {check.title}", rowspan=len(answer.findings), align=Align.LEFT)
    for number, finding in enumerate(answer.findings):
        yield (
            *((name,) if number == 0 else ()),
            _prose(place_text(dossier, finding.place)),
            _prose(finding.found),
            _prose(f"{finding.expected}（{finding.how}）"),
            _prose(dossier.explanations.get(finding.key, "")),
        )


# --- 如何算出


def _steps(facts: Facts) -> Iterator[Block]:
    rows = (_step_row(number, step) for number, step in enumerate(facts.result.steps, 1))
    yield _table(STEP_WIDTHS, STEP_HEADS, [RowGroup(tuple(rows), splittable=True)])
    if ruled := ruled_leaves(facts):
        yield Paragraph("按规则的得分与评定的得分", indented=False)
        yield _table(RULED_WIDTHS, RULED_HEADS, [RowGroup(tuple(map(_ruled_row, ruled)))])


def _step_row(number: int, step: Step) -> Row:
    return (
        Cell(str(number)),
        _prose(step.title),
        _prose(step.rule),
        _prose("\n".join(step.inputs)),
        _prose(step.outcome),
    )


def _ruled_row(leaf: RuledLeaf) -> Row:
    score = BLANK if leaf.score is None else plain(leaf.score)
    points, formula, rule = BLANK, "", ""
    if isinstance(leaf.outcome, Proposal):
        points, formula, rule = leaf.outcome.points, leaf.outcome.formula, leaf.outcome.rule
    else:
        formula = leaf.outcome.reason
    return (
        _prose(leaf.indicator.name),
        Cell(plain(leaf.indicator.weight)),
        Cell(points),
        Cell(score),
        _prose(formula),
        _prose(rule),
    )


# --- 图表


def _charts(facts: Facts) -> Iterator[Block]:
    drawn = (
        (ChartKind.LOSSES, losses(facts), "各一级指标失分：实心为失分，方框为满分。"),
        (
            ChartKind.SPREADS,
            spreads(facts),
            "各项得分与分差：横线从最低分到最高分，圆圈为得分，方框右端为满分。",
        ),
    )
    figures = [
        ChartFigure(kind, piece, caption)
        for kind, chart, caption in drawn
        for piece in chart.pieces(ROWS_OF_A_CHART)
    ]
    yield from figures
    if not figures:
        yield Paragraph("还没有评分结果，没有可画的图。", indented=False)
