"""项目绩效目标表."""

from reports.documents.blocks import (
    Align,
    Cell,
    Document,
    Kind,
    Look,
    Note,
    Paragraph,
    Row,
    RowGroup,
    Table,
)
from reports.documents.text import paper_text
from reports.dossier.model import Dossier, PerformanceTarget

WIDTHS = (14, 22, 36, 7, 7, 7, 7)
STANDARDS = ("standard_1", "standard_2", "standard_3", "standard_4")
BLANK_ROW = PerformanceTarget(goal_type="", goal_class="", target="")


def goals_document(dossier: Dossier) -> Document:
    words = dossier.pack.wording
    project_name = paper_text(dossier.project_name)
    return Document(
        name="goals",
        title=words["goals_title"],
        kind=Kind.FORM,
        blocks=(
            Paragraph(f"{words['project_name']}：{project_name}", indented=False),
            _table(words, dossier.targets or (BLANK_ROW,)),
            Note(words["goals_note"]),
        ),
    )


def _table(words: dict[str, str], targets: tuple[PerformanceTarget, ...]) -> Table:
    return Table(
        widths=WIDTHS,
        head=_head(words),
        groups=(RowGroup(tuple(_row(target) for target in targets)),),
    )


def _head(words: dict[str, str]) -> tuple[Row, ...]:
    tall = tuple(
        Cell(words[key], rowspan=2, look=Look.LABEL)
        for key in ("goal_type", "goal_class", "goal_target")
    )
    standard = Cell(words["goal_standard"], colspan=len(STANDARDS), look=Look.LABEL)
    return (
        (*tall, standard),
        tuple(Cell(words[key], look=Look.LABEL) for key in STANDARDS),
    )


def _row(target: PerformanceTarget) -> Row:
    return (
        Cell(paper_text(target.goal_type)),
        Cell(paper_text(target.goal_class)),
        Cell(paper_text(target.target), align=Align.LEFT),
        *(Cell(paper_text(standard)) for standard in target.standards),
    )
