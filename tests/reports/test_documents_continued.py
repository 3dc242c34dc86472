"""Long groups cut at page ends, with a page that is told instead of laid out."""

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


def pages_of(size, *, asked=None):
    """A measure of pages that hold ``size`` rows each."""

    def measure(loose):
        if asked is not None:
            asked.append(loose)
        names = [name for one in parts(loose) for name in one.names or [None] * len(one.rows)]
        return {name: at // size for at, name in enumerate(names) if name}

    return measure


def unmeasured(loose):
    raise AssertionError("nothing to measure")


def test_a_short_group_stays_as_it_is_and_nothing_is_measured():
    whole = document(group(16))
    assert cut_long_groups(whole, unmeasured) == whole


def test_a_longer_group_is_cut_where_pages_end_and_named_again_without_its_figure():
    asked = []
    first, second, third = parts(cut_long_groups(document(group(70)), pages_of(30, asked=asked)))
    assert [len(one.rows) for one in (first, second, third)] == [30, 30, 10]
    for part in (second, third):
        assert [cell.text for cell in part.rows[0]][:2] == [f"一级{CONTINUED}", ""]
        assert part.rows[0][0].rowspan == len(part.rows)
    assert not any(one.together for one in (first, second, third))
    assert len(asked) == 2  # as it comes, and whether the cut ones stay where they are


def test_a_group_that_ends_with_its_page_is_not_cut():
    (only,) = parts(cut_long_groups(document(group(30)), pages_of(30)))
    assert [cell.text for cell in only.rows[0]] == ["一级", "55", "叶1"]


def test_a_group_without_merged_cells_needs_no_cut():
    rows = tuple((Cell(), Cell(), Cell(f"{n}")) for n in range(90))
    (only,) = parts(cut_long_groups(document(RowGroup(rows, together=True)), unmeasured))
    assert only == RowGroup(rows, together=False)


def test_pages_that_never_settle_leave_each_part_on_a_page_of_its_own():
    measures = iter([pages_of(30), pages_of(20)] * 3)

    def restless(loose):
        return next(measures)(loose)

    cut = cut_long_groups(document(group(70)), restless)
    assert all(one.together for one in parts(cut))
    assert [cell.text for cell in parts(cut)[1].rows[0]][:2] == [f"一级{CONTINUED}", ""]
    assert sum(len(one.rows) for one in parts(cut)) == 70


def test_a_row_longer_than_a_page_may_be_split_and_the_others_may_not():
    rows = tuple((Cell(), Cell(), Cell(text)) for text in ("短", "长" * 5000, "短"))
    before, long, after = parts(cut_long_groups(document(RowGroup(rows)), unmeasured))
    assert [one.splittable for one in (before, long, after)] == [False, True, False]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=4), st.booleans(), st.integers(5, 40))
def test_cutting_loses_no_leaf_and_keeps_the_grid(sizes, together, page):
    groups = [
        group(size, together=together, text=f"叶{index}之") for index, size in enumerate(sizes)
    ]
    cut = cut_long_groups(document(*groups), pages_of(page))  # a broken grid raises
    leaves = [row[-1].text for part in parts(cut) for row in part.rows]
    assert leaves == [row[-1].text for one in groups for row in one.rows]
