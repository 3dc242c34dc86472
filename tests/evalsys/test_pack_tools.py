"""Pure tools of the pack editor: rows and tree, differences, workbooks."""

import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from evalsys.rulepacks.codec import dump_pack
from evalsys.rulepacks.differences import Change, ChangeKind, difference
from evalsys.rulepacks.rows import below, paths_of, row_at, rows_of, tree_of, weights_of
from evalsys.rulepacks.schema import AtMost, ExcessForm, GradeBand, Tier, Tiers
from evalsys.rulepacks.shipped import shipped_pack, shipped_packs
from evalsys.rulepacks.words import place_words
from evalsys.rulepacks.workbook import (
    ALL_COLUMNS,
    COLUMNS,
    TREE_SHEET,
    WorkbookError,
    read_tree,
    write_workbook,
)

HAIKOU = shipped_pack("haikou-2019")


def changed_node(pack, path, **values):
    """The pack with one node changed; ``path`` are indexes from the roots on."""

    def change(nodes, way):
        index, *rest = way
        node = nodes[index]
        node = (
            replace(node, children=change(node.children, rest)) if rest else replace(node, **values)
        )
        return (*nodes[:index], node, *nodes[index + 1 :])

    return replace(pack, tree=change(pack.tree, path))


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.code)
def test_rows_make_the_tree_again(pack):
    tree = dump_pack(pack)["tree"]
    assert tree_of(rows_of(tree)) == tree


@given(st.lists(st.integers(-3, 9), max_size=20))
def test_any_levels_make_a_tree_that_keeps_every_row_in_order(levels):
    tree = tree_of({"key": str(number), "level": level} for number, level in enumerate(levels))
    rows = rows_of(tree)
    assert [row["key"] for row in rows] == [str(number) for number in range(len(levels))]
    assert all(1 <= row["level"] <= 3 for row in rows)
    assert rows_of(tree_of(rows)) == rows


def test_a_level_is_never_skipped():
    rows = [{"key": "a", "level": 1}, {"key": "b", "level": 3}]
    assert [row["level"] for row in rows_of(tree_of(rows))] == [1, 2]


def test_sums_stand_beside_groups_and_unreadable_weights_count_nothing():
    tree = [
        {"weight": "20", "children": [
            {"weight": "2.8", "children": []},
            {"weight": None, "children": []},
            {"weight": "abc", "children": []},
            {"weight": "10.3", "children": []},
        ]},
    ]  # fmt: skip
    assert list(below(tree)) == [Decimal("13.1"), None, None, None, None]
    assert weights_of(tree) == 20


def test_a_problem_finds_its_row():
    paths = list(paths_of(dump_pack(HAIKOU)["tree"]))
    assert row_at("tree[0].children[0].weight", paths) == (1, "weight")
    assert row_at("tree[1]", paths) == (9, "")
    assert row_at("tree", paths) == (None, "tree")
    assert place_words("scoring.grades[1].lower") == "评分规则 等次 第 2 行 下限"


def test_nothing_changed_between_a_pack_and_itself():
    assert all(difference(pack, pack) == () for pack in shipped_packs())
    renamed = replace(HAIKOU, code="other", version=7)
    assert difference(HAIKOU, renamed) == ()


def test_changes_of_a_node_say_before_and_after():
    new = changed_node(HAIKOU, (0, 0, 0), weight=Decimal(5), name="目标", verified=False)
    place = ("指标体系", "项目决策", "项目目标", "目标")
    assert difference(HAIKOU, new) == (
        Change(ChangeKind.CHANGED, (*place, "名称"), "目标内容", "目标"),
        Change(ChangeKind.CHANGED, (*place, "分值"), "4", "5"),
        Change(ChangeKind.CHANGED, (*place, "已核实"), "是", "否"),
    )


def test_nodes_come_and_go():
    less = changed_node(HAIKOU, (0, 0), children=())
    gone = Change(ChangeKind.REMOVED, ("指标体系", "项目决策", "项目目标", "目标内容"), "4 分")
    came = Change(ChangeKind.ADDED, gone.path, "", "4 分")
    assert difference(HAIKOU, less) == (gone,)
    assert difference(less, HAIKOU) == (came,)


def test_nodes_move_and_change_places():
    first, second, third = HAIKOU.tree
    turned = replace(HAIKOU, tree=(second, first, third))
    assert difference(HAIKOU, turned) == (
        Change(
            ChangeKind.CHANGED,
            ("指标体系", "次序"),
            "项目决策、项目管理、项目绩效",
            "项目管理、项目决策、项目绩效",
        ),
    )
    moved = replace(
        HAIKOU,
        tree=(
            replace(first, children=first.children[1:]),
            replace(second, children=(*second.children, first.children[0])),
            third,
        ),
    )
    (change,) = difference(HAIKOU, moved)
    assert change.place == "指标体系 › 项目管理 › 项目目标 › 位置"
    assert (change.before, change.after) == ("指标体系 › 项目决策", "指标体系 › 项目管理")


def test_rules_are_told_in_words():
    scoring = replace(
        HAIKOU.scoring, grades=(GradeBand("优", Decimal(95)), GradeBand("差", Decimal(0)))
    )
    wording = HAIKOU.wording | {"tick": "√√"}
    new = replace(HAIKOU, scoring=scoring, wording=wording, place="三亚市")
    assert [(change.place, change.after) for change in difference(HAIKOU, new)] == [
        ("适用地区", "三亚市"),
        ("等次", "优 95 分起；差 0 分起"),
        ("表格用语 › 选中的记号", "√√"),
    ]


def test_a_leafs_rule_is_told_in_words():
    rule = AtMost(form=ExcessForm.RATIO)
    (change,) = difference(HAIKOU, changed_node(HAIKOU, (0, 0, 0), rule=rule))
    assert change.path[-1] == "计分规则"
    assert change.after == "不高于指标值（≤，指标值÷实际值）"


def test_a_default_rule_is_told_in_words():
    rules = replace(HAIKOU.default_rules, words=TIERS)
    (change,) = difference(HAIKOU, replace(HAIKOU, default_rules=rules))
    assert change.place == "默认计分规则 › 指标值是文字的"
    assert (change.before, change.after) == (
        "（空）",
        "定性分档 达成（达成年度指标） 80%、未达成 0%（规则未核实）",
    )


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.code)
def test_a_workbook_brings_the_tree_back(pack):
    content = dump_pack(pack)
    assert read_tree(write_workbook(content), content["tree"]) == content["tree"]


TIERS = Tiers(
    verified=False, tiers=(Tier("达成", Decimal("0.8"), "达成年度指标"), Tier("未达成", Decimal(0)))
)


def test_a_workbook_of_before_leaves_what_it_has_no_column_for():
    said = changed_node(
        HAIKOU, (0, 0, 0), rule=TIERS, evidence_asked="会议纪要", target_hint="≥90%"
    )
    tree = dump_pack(said)["tree"]
    node = tree[0]["children"][0]["children"][0]
    line = (3, "goal_content", "目标内容", "4", node["explanation"], node["standard"], "是")
    parents = ((1, "decision", "项目决策", "4"), (2, "goals", "项目目标", "4"))
    short = read_tree(sheet(*((*row, "", "", "") for row in parents), line), tree)
    assert short[0]["children"][0]["children"][0] == node


def test_a_workbook_brings_rules_and_hints():
    said = changed_node(
        HAIKOU, (0, 0, 0), rule=TIERS, evidence_asked="会议纪要", target_hint="≥90%"
    )
    source = write_workbook(dump_pack(said))
    assert read_tree(source, []) == dump_pack(said)["tree"]
    book = load_workbook(BytesIO(source))
    assert [cell.value for cell in book[TREE_SHEET][4]][7:] == [
        "定性分档", "达成（达成年度指标） 80%、未达成 0%", "否", "≥90%", "会议纪要",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "line", "cell"),
    [("猜", "", "H2"), ("在区间内", "五天", "I2"), ("到位率", "3", "I2"), ("定性分档", "", "I2")],
)
def test_a_rule_nobody_understands_is_named_by_its_cell(kind, line, cell):
    source = sheet((1, "a", "甲", 1, "", "", "是", kind, line, ""), heads=ALL_COLUMNS)
    with pytest.raises(WorkbookError) as caught:
        read_tree(source, [])
    assert [problem.path for problem in caught.value.problems] == [cell]


def test_text_is_never_a_formula():
    content = dump_pack(changed_node(HAIKOU, (0,), name='=HYPERLINK("http://x")', explanation="+1"))
    source = write_workbook(content)
    sheet = load_workbook(BytesIO(source))[TREE_SHEET]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    with zipfile.ZipFile(BytesIO(source)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
    assert not any(b"<f>" in part for part in parts)
    assert read_tree(source, content["tree"])[0]["name"] == '=HYPERLINK("http://x")'


def sheet(*lines, title=TREE_SHEET, heads=COLUMNS):
    book = Workbook()
    book.active.title = title
    for line in (heads, *lines):
        book.active.append(line)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_wrong_cell_is_named():
    source = sheet(
        (1, "a", "甲", "十", "", "", "是"),
        (4, "甲乙", "", 1.5, "", "", "也许"),
        (1, "b", "乙", 2.8, "", "", ""),
        (1, "b", "丙", None, "", "", "否"),
    )
    with pytest.raises(WorkbookError) as caught:
        read_tree(source, [])
    assert [problem.path for problem in caught.value.problems] == [
        "D2",
        "A3",
        "B3",
        "C3",
        "G3",
        "B5",
    ]


def test_numbers_are_read_as_people_typed_them():
    tree = read_tree(
        sheet((1, "a", "甲", 10.3, "", "", "是"), (1, "b", "乙", "２.8", "", "", "")), []
    )
    assert [node["weight"] for node in tree] == ["10.3", "2.8"]


def far_cell():
    """A few kilobytes that would cost openpyxl gigabytes."""
    book = Workbook()
    book.active.title = TREE_SHEET
    book.active["XFD1048576"] = 1
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bomb():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return out.getvalue()


def with_entity():
    source, out = BytesIO(sheet((1, "a", "甲", 1, "", "", ""))), BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            head = b'<!DOCTYPE x [<!ENTITY a "b">]>' if part.filename == "xl/workbook.xml" else b""
            new.writestr(part.filename, head + text)
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "no zip": b"PK\x03\x04 nonsense",
    "cut": sheet((1, "a", "甲", 1, "", "", ""))[:-200],
    "no workbook in it": sheet().replace(b"workbook.xml", b"workbook.xxx"),
    "bomb": bomb(),
    "far cell": far_cell(),
    "entity": with_entity(),
    "no such sheet": sheet(title="别的"),
    "other heads": sheet(heads=("a", "b")),
    "no rows": sheet(),
    "too many rows": sheet(*((1, f"a{number}", "甲", 1, "", "", "") for number in range(400))),
    "too large": b"PK" + b"0" * 3_000_000,
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_get_a_sentence(source):
    with pytest.raises(WorkbookError) as caught:
        read_tree(source, [])
    assert all(problem.message.endswith("。") for problem in caught.value.problems)
