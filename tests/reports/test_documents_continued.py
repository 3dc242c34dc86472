from hypothesis import given
from hypothesis import strategies as st

from reports.documents.blocks import Cell, Document, Kind, RowGroup, Table
from reports.renderers.continued import CONTINUED, cut_long_groups


def document(*groups):
    table = Table((20, 10, 70), ((Cell("头", colspan=3),),), groups)
    return Document("x", "表", Kind.FORM, (table,))


def group(leaves, *, together=True, text="叶"):
    first = (Cell("一级", rowspan=leaves), Cell("55", rowspan=leaves), Cell(f"{text}1"))
    return RowGroup((first, *((Cell(f"{text}{n}"),) for n in range(2, leaves + 1))), together)


def parts(cut):
    (table,) = cut.blocks
    return table.groups


def test_a_group_that_fits_stays_as_it_is():
    whole = document(group(20))
    assert cut_long_groups(whole) == whole


def test_a_longer_group_is_cut_and_named_again_without_its_figure():
    first, second, third = parts(cut_long_groups(document(group(70))))
    assert [cell.text for cell in first.rows[0]] == ["一级", "55", "叶1"]
    assert [cell.text for cell in second.rows[0]][:2] == [f"一级{CONTINUED}", ""]
    assert second.rows[0][0].rowspan == len(second.rows)
    assert [cell.text for part in (first, second, third) for row in part.rows for cell in row][
        -1
    ] == "叶70"
    assert first.together
    assert second.together


def test_a_row_longer_than_a_page_may_be_split_and_the_others_may_not():
    rows = tuple((Cell(), Cell(), Cell(text)) for text in ("短", "长" * 5000, "短"))
    before, long, after = parts(cut_long_groups(document(RowGroup(rows))))
    assert [one.splittable for one in (before, long, after)] == [False, True, False]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=4), st.booleans())
def test_cutting_loses_no_leaf_and_keeps_the_grid(sizes, together):
    groups = [
        group(size, together=together, text=f"叶{index}之") for index, size in enumerate(sizes)
    ]
    cut = cut_long_groups(document(*groups))  # a broken grid raises
    leaves = [row[-1].text for part in parts(cut) for row in part.rows]
    assert leaves == [row[-1].text for one in groups for row in one.rows]
