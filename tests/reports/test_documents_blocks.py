import pytest

from reports.documents.blocks import (
    Cell,
    CheckMark,
    Document,
    Heading,
    Kind,
    Note,
    PageBreak,
    Paragraph,
    RowGroup,
    Table,
    placed,
    texts,
)


def table(*rows, widths=(40, 60)):
    return Table(widths=widths, head=(), groups=(RowGroup(rows),))


def test_spans_that_fill_the_grid_are_accepted():
    rows = ((Cell("a", rowspan=2), Cell("b")), (Cell("c"),), (Cell("d", colspan=2),))
    assert [(row, column, cell.text) for row, column, cell in placed(rows, 2)] == [
        (0, 0, "a"),
        (0, 1, "b"),
        (1, 1, "c"),
        (2, 0, "d"),
    ]
    assert table(*rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (((Cell(),),), "row 1 ends before column 2"),
        (((Cell(), Cell(), Cell()),), "row 1 has more cells than columns"),
        (((Cell(colspan=3),),), "row 1: a cell does not fit at column 1"),
        (((Cell(), Cell(rowspan=2)), (Cell(colspan=2),)), "row 2: a cell does not fit at column 1"),
        (((Cell(rowspan=2), Cell()),), "a cell spans more rows than there are"),
    ],
)
def test_a_grid_with_holes_or_overlaps_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        table(*rows)


def test_widths_add_to_a_hundred():
    with pytest.raises(ValueError, match="add to 99"):
        table((Cell(), Cell()), widths=(40, 59))


def test_a_choice_prints_its_mark_only_when_chosen():
    assert CheckMark("一次性项目", "√", checked=True).text == "一次性项目（√）"
    assert CheckMark("一次性项目", "√", checked=False).text == "一次性项目（　）"


def test_texts_come_in_printed_order():
    document = Document(
        name="x",
        title="表",
        kind=Kind.FORM,
        blocks=(
            Heading(1, "一"),
            PageBreak(),
            Table((100,), ((Cell("头"),),), (RowGroup(((Cell(),), (Cell("身"),))),)),
            Paragraph("文"),
            Note("记"),
            Note("再记", 2),
        ),
    )
    assert list(texts(document)) == ["表", "一", "头", "身", "文", "记", "注2：再记"]
