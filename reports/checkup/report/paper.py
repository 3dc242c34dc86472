"""A check-up as a document to print."""

from collections.abc import Iterable, Iterator

from evalsys.glyphs import unprintable
from reports.checkup.examination import Checkup, Examination
from reports.checkup.figures import Figure
from reports.checkup.report.findings import FoundGroup, counts_text, found_groups, place
from reports.documents.blocks import (
    Align,
    Block,
    Cell,
    Document,
    Heading,
    Kind,
    Look,
    Note,
    Paragraph,
    Row,
    RowGroup,
    Table,
)

TITLE = "自评材料体检报告"
CANNOT_PRINT = "□"
LONGEST_CELL = 300
FIGURE_WIDTHS, FIGURE_HEADS = (20, 18, 18, 44), ("项目", "表上印的", "算出来的", "怎样算的")
FINDING_WIDTHS, FINDING_HEADS = (24, 20, 22, 34), ("位置", "写的是", "应为", "依据")
UNREAD_WIDTHS, UNREAD_HEADS = (24, 34, 42), ("位置", "原文", "原因")
FILE_WIDTHS, FILE_HEADS = (34, 66), ("文件", "说明")


def checkup_document(checkup: Checkup) -> Document:
    return Document("checkup", TITLE, Kind.FORM, tuple(_blocks(checkup)))


def _blocks(checkup: Checkup) -> Iterator[Block]:
    files = [(one.name, one.sentence) for one in checkup.refusals]
    if rows := [*files, *checkup.remarks]:
        yield _table(FILE_WIDTHS, FILE_HEADS, rows)
    several = len({form.printed.file for one in checkup.examinations for form in one.reading.forms})
    for one in checkup.examinations:
        yield from _examination(one, several_files=several > 1)


def _examination(one: Examination, *, several_files: bool) -> Iterator[Block]:
    reading = one.reading
    dossier = reading.dossier
    yield Heading(1, _clean(f"{dossier.project_name}（{dossier.fiscal_year} 年度）"))
    yield Paragraph(
        _clean(f"认出：{'、'.join(form.name for form in reading.forms)}。"), indented=False
    )
    yield Paragraph(f"检查结果：{counts_text(one)}。", indented=False)
    yield Heading(2, "一、印出的数与算出的数")
    figures = [_figure(figure, several_files) for figure in one.figures]
    yield _table(FIGURE_WIDTHS, FIGURE_HEADS, figures)
    yield Heading(2, "二、检查发现")
    yield _findings(found_groups(one, several_files=several_files))
    if reading.unread:
        yield Heading(2, "三、没有读出来的")
        unread = [
            (
                place(one.printed, several_files=several_files),
                one.printed.text,
                _why(one.what, one.why),
            )
            for one in reading.unread
        ]
        yield _table(UNREAD_WIDTHS, UNREAD_HEADS, unread)
    for number, note in enumerate(reading.notes, 1):
        where = place(note.printed, several_files=several_files)
        yield Note(_clean(f"{note.text}{f'（{where}）' if where else ''}"), number)


def _why(what: str, why: str) -> str:
    return f"{what}：{why}" if what else why


def _figure(figure: Figure, several_files: bool) -> tuple[str, ...]:
    differs = "不一致。" if figure.agrees is False else ""
    where = place(figure.place, several_files=several_files)
    how = "；".join(part for part in (figure.how, where) if part)
    return figure.label, figure.printed, figure.implied, f"{differs}{how}"


def _findings(groups: Iterable[FoundGroup]) -> Table:
    """One table; each check opens a part of it."""
    return Table(FINDING_WIDTHS, (_head(FINDING_HEADS),), tuple(map(_finding_rows, groups)))


def _finding_rows(group: FoundGroup) -> RowGroup:
    title = _clean(f"{group.severity_word}　{group.code}　{group.title}")
    part = Cell(title, colspan=len(FINDING_WIDTHS), align=Align.LEFT, look=Look.PART)
    lines = (_row((line.where, line.found, line.expected, line.how)) for line in group.lines)
    return RowGroup(((part,), *lines), splittable=True)


def _table(widths: tuple[int, ...], heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    groups = tuple(RowGroup((_row(row),), splittable=True) for row in rows)
    return Table(widths, (_head(heads),), groups)


def _head(heads: Iterable[str]) -> Row:
    return tuple(Cell(text, look=Look.LABEL) for text in heads)


def _row(texts: Iterable[str]) -> Row:
    return tuple(Cell(_clean(text), align=Align.LEFT) for text in texts)


def _clean(text: str) -> str:
    """On one line, of a bearable length, with a box for what no bundled font has."""
    line = " ".join(text.split())
    line = line.translate({ord(char): CANNOT_PRINT for char in unprintable(line)})
    return line if len(line) <= LONGEST_CELL else f"{line[:LONGEST_CELL]}……"
