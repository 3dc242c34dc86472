"""Writes the files of ``files`` and what each of them holds, beside it as JSON.

    python -m tests.checkup.make_files

What is expected follows from what was put in, never from what was read back. The hand-written
files of ``oddities`` have hand-written expectations and are left alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from reports.renderers.typeset import load_tools
from tests.checkup import writers
from tests.checkup.layouts import (
    NATIONAL_LEAVES,
    TREE,
    Haikou,
    National,
    basic_form,
    goals_form,
    national_form,
    report_form,
    row,
)

HERE = Path(__file__).parent
FILES = HERE / "files"
WAN = 10_000

LIBRARY = Haikou()
SCHOOLS = National()


@dataclass(frozen=True)
class Case:
    """Files that are checked together, and the evaluations in them."""

    name: str
    files: dict[str, bytes]
    evaluations: list[dict[str, Any]]
    more: dict[str, Any] | None = None


def all_forms(form: Haikou, tree: Any = TREE, **texts: str) -> list[Any]:
    return [*goals_form(form), *basic_form(form, tree), *report_form(form, **texts)]


def yuan(text: str, factor: int = WAN) -> str | None:
    return format((Decimal(text.replace(",", "")) * factor).normalize(), "f") if text else None


def of_haikou(form: Haikou, **more: Any) -> dict[str, Any]:
    """What the dossier of the three forms must hold."""
    return {
        "project_name": form.name,
        "fiscal_year": int(form.date[:4]) - 1,
        "pack": "haikou-2019",
        "fits": True,
        "documents": ["basic", "goals", "panel", "report"],
        "basic": {
            "implementing_unit": form.unit,
            "supervising_department": form.department,
            "project_leader": form.leader,
            "phone": form.phone,
            "address": form.address,
            "postcode": form.postcode,
            "project_type": "recurring",
        },
        "funding": {
            source: [yuan(amount) for amount in amounts] for source, amounts in form.money.items()
        },
        "annual_budget": None,
        "marks": " ".join(form.marks),
        "targets": len(form.goals),
        "sections": 18,
        "evaluators": {person[0]: person[3] for person in form.people},
        "printed": {
            "total": form.total,
            "mean": form.mean,
            "grade": form.grade,
            "execution_rate": "0.93",
            "planned": yuan(form.totals[0]),
            "spent": yuan(form.totals[2]),
        },
        "disagreeing": [],
        "unread": [],
        "notes": ["按上一年度"],
        "found": ["C11", "C12"],
    } | more


def of_national(form: National, **more: Any) -> dict[str, Any]:
    leaves = [leaf for _, groups in form.tree for _, listed in groups for leaf in listed]
    total = form.money[0]
    return {
        "project_name": form.name,
        "fiscal_year": int(form.year),
        "pack": "national-2020",
        "fits": True,
        "documents": ["basic"],
        "basic": {
            "implementing_unit": form.unit,
            "supervising_department": form.department,
        },
        "funding": {
            one[0].removeprefix("其中："): [yuan(one[1]), None, yuan(one[3])]
            for one in form.money[1:]
        },
        "annual_budget": yuan(total[2]),
        "initial_budget": yuan(total[1]),
        "marks": " ".join([total[6], *(leaf[4] for leaf in leaves)]),
        "targets": 0,
        "sections": 2,
        "evaluators": {},
        "printed": {
            "total": form.total[1],
            "grade": "",
            "execution_rate": "0.95",
            "planned": yuan(total[1]),
            "spent": yuan(total[3]),
        },
        "disagreeing": [],
        "unread": [],
        "notes": [],
        "found": ["C11"],
    } | more


def pdf(page: str) -> bytes:
    """A web page as a PDF of no particular kind, in the bundled fonts."""
    load_tools()
    return import_module("weasyprint").HTML(string=page).write_pdf()


def cases() -> Iterator[Case]:
    yield from haikou_formats()
    yield from haikou_oddities()
    yield from national_formats()
    yield from national_oddities()
    yield from other_trees()


# --- the three forms of Haikou in every format


def haikou_formats() -> Iterator[Case]:
    forms, holds = all_forms(LIBRARY), [of_haikou(LIBRARY)]
    for name, how in {
        "haikou-tabs": {},
        "haikou-merged-lost": {"merged": "lost"},
        "haikou-filled-down": {"merged": "filled"},
        "haikou-wide-gaps": {"between": "    ", "merged": "lost"},
        "haikou-bars": {"between": " | "},
    }.items():
        yield Case(name, {f"{name}.txt": writers.text(forms, **how).encode()}, holds)
    framed = [
        line if line.count("|") < 2 else f"|{line}|" for line in writers.lines(forms, between="|")
    ]
    yield Case("haikou-framed", {"haikou-framed.md": "\n".join(framed).encode()}, holds)
    yield Case("haikou-word", {"haikou-word.docx": writers.word(forms)}, holds)
    yield Case(
        "haikou-word-filled", {"haikou-word-filled.docx": writers.word(forms, merged=False)}, holds
    )
    sheets = {
        "绩效目标表": goals_form(LIBRARY),
        "基本信息表": basic_form(LIBRARY),
        "报告": report_form(LIBRARY),
    }
    yield Case("haikou-sheets", {"haikou-sheets.xlsx": writers.workbook(sheets)}, holds)
    yield Case("haikou-ruled", {"haikou-ruled.pdf": pdf(writers.page(forms))}, holds)
    split = {
        "1目标表.docx": writers.word(goals_form(LIBRARY)),
        "2基本信息表.xlsx": writers.workbook({"Sheet1": basic_form(LIBRARY)}),
        "3评价报告.txt": writers.text(report_form(LIBRARY)).encode("gb18030"),
    }
    yield Case(
        "haikou-three-files",
        {f"haikou-three-files-{name}": one for name, one in split.items()},
        holds,
    )
    yield Case("haikou-zip", {"haikou-zip.zip": writers.gbk_archive(split)}, holds)


def haikou_oddities() -> Iterator[Case]:
    yield scanned()
    yield from wrong_figures()
    yield from unsigned()
    yield from units()
    yield unreadable()
    yield drawn()
    other = replace(
        LIBRARY,
        name="古籍修复",
        mean="95.5",
        people=(*LIBRARY.people[:2], ("黄莹", "科长", "海口市图书馆", "93.5")),
    )
    both = [*all_forms(LIBRARY), *all_forms(other)]
    yield Case(
        "haikou-two-projects",
        {"haikou-two-projects.docx": writers.word(both)},
        [of_haikou(LIBRARY), of_haikou(other, found=["A05", "C11", "C12"])],
    )
    yield Case(
        "haikou-report-only",
        {
            "haikou-report-only.docx": writers.word(
                ["项目名称：公共图书馆免费开放", "评价日期：2023年3月20日", *report_form(LIBRARY)]
            )
        },
        [
            of_haikou(
                LIBRARY,
                documents=["report"],
                found=[],
                fits=False,
                basic={},
                funding={},
                marks="",
                targets=0,
                evaluators={},
                printed={"total": "96", "grade": "优", "execution_rate": "0.93", "mean": None},
            )
        ],
    )
    yield Case(
        "haikou-goals-only",
        {"haikou-goals-only.xlsx": writers.workbook({"目标": goals_form(LIBRARY)})},
        [
            of_haikou(
                LIBRARY,
                documents=["goals"],
                fiscal_year=2025,
                fits=False,
                basic={},
                funding={},
                marks="",
                sections=0,
                found=[],
                evaluators={},
                printed={"total": None},
                notes=["没有读到预算年度"],
            )
        ],
    )
    short = [
        block
        for block in basic_form(LIBRARY)
        if not (isinstance(block, list) and "评价人员" in block[0][0].text)
    ]
    yield Case(
        "haikou-no-panel",
        {"haikou-no-panel.txt": writers.text(["项目名称：公共图书馆免费开放", *short]).encode()},
        [
            of_haikou(
                LIBRARY,
                documents=["basic"],
                found=["C11"],
                targets=0,
                sections=0,
                evaluators={},
                printed={"total": "96", "mean": None, "grade": "优", "execution_rate": None},
            )
        ],
    )


def scanned() -> Case:
    """As a text recognition leaves it: broken names, page numbers, full-width digits, wide labels."""
    text = writers.text(all_forms(LIBRARY), merged="lost")
    for old, new in {
        "服务对象满意度\t": "服务对象\n满意度\t",
        "可持续影响\t": "可持续\n影响\t",
        "项目管理\t25": "— 2 —\n项目管理\t25",
        "\t28.50": "\t２８．５０",
        "项目名称：": "项 目 名 称：",
        "项目实施单位\t": "项 目 实 施 单 位\t",
        "平均分 96": "平均分 ９６",
        "一、项目概况\n": "一、项目概况\n\n",
        "保障全市读者免费": "保障全市读\n\n— 4 —\n\n者免费",
    }.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    return Case("haikou-scanned", {"haikou-scanned.txt": text.encode()}, [of_haikou(LIBRARY)])


def wrong_figures() -> Iterator[Case]:
    wrong = replace(LIBRARY, mean="95", total="97", totals=("50.00", "50.00", "47.50"))
    yield Case(
        "haikou-wrong-sums",
        {
            "haikou-wrong-sums.docx": writers.word(
                all_forms(
                    wrong,
                    spent="全年使用资金46.50万元，结余3.50万元。",
                    conclusion="总自评分97分，评价等次优。",
                )
            )
        },
        [
            of_haikou(
                wrong,
                disagreeing=["使用合计", "总分", "平均分"],
                found=["A03", "A05", "A09", "C11", "C12", "E01"],
            )
        ],
    )
    above = replace(LIBRARY, marks=("6", *LIBRARY.marks[1:-1], "9"), total="100")
    yield Case(
        "haikou-above-weight",
        {"haikou-above-weight.txt": writers.text(all_forms(above)).encode()},
        [of_haikou(above, found=["A02", "B05", "C11", "C12"])],
    )
    twice = [
        *basic_form(LIBRARY)[:3],
        [row("总分", "95")],
        *basic_form(LIBRARY)[3:],
        "平均分：96.5",
    ]
    yield Case(
        "haikou-totals-twice",
        {
            "haikou-totals-twice.docx": writers.word(
                [*goals_form(LIBRARY), *twice, *report_form(LIBRARY)]
            )
        },
        [of_haikou(LIBRARY, notes=["总分印了几处", "平均分印了几处"])],
    )
    blank = replace(LIBRARY, grade="", kinds="经常性项目（　）　一次性项目（　）")
    yield Case(
        "haikou-grade-in-text",
        {
            "haikou-grade-in-text.docx": writers.word(
                all_forms(blank, conclusion="总自评分96分，评价等次良好。")
            )
        },
        [
            of_haikou(
                blank,
                basic={"project_type": ""},
                printed={"grade": "良好"},
                disagreeing=["评价等次"],
                found=["A04", "C05", "C11", "C12", "E06"],
                notes=["评价等次表上没有印"],
            )
        ],
    )


def unsigned() -> Iterator[Case]:
    """No signature anywhere, and a number left out among the headings of the report."""
    form = replace(LIBRARY, signed=False)
    blocks = [
        block.replace("（2）项目完成质量", "（3）项目完成质量") if isinstance(block, str) else block
        for block in all_forms(form)
    ]
    holds = of_haikou(form, found=["C05", "C07", "C11", "C12"])
    yield Case("haikou-unsigned", {"haikou-unsigned.docx": writers.word(blocks)}, [holds])


def units() -> Iterator[Case]:
    own = replace(
        LIBRARY,
        money={
            "中央财政": ("200,000元", "20万元", "180000元"),
            "省财政": ("", "", ""),
            "市县财政": ("30万", "300，000元", "28.5 万元"),
            "其他": ("—", "/", "无"),
        },
        totals=("50万元", "500,000.00元", "465000元"),
    )
    yield Case(
        "haikou-units-in-cells",
        {
            "haikou-units-in-cells.txt": writers.text(
                [*goals_form(own), *basic_form(own), *report_form(LIBRARY)]
            ).encode("utf-16")
        },
        [of_haikou(LIBRARY)],
    )
    in_yuan = replace(
        LIBRARY,
        money={
            "中央财政": ("200000", "200000", "180000"),
            "省财政": ("", "", ""),
            "市县财政": ("300000", "300000", "285000"),
            "其他": ("", "", ""),
        },
        totals=("500000", "500000", "465000"),
    )
    blocks = basic_form(in_yuan)
    table = [
        [replace(cell, text=cell.text.replace("万元", "元")) for cell in cells]
        for cells in blocks[1]
    ]
    yield Case(
        "haikou-in-yuan",
        {
            "haikou-in-yuan.docx": writers.word(
                [*goals_form(in_yuan), blocks[0], table, *blocks[2:], *report_form(LIBRARY)]
            )
        },
        [of_haikou(LIBRARY)],
    )
    bare = [
        [replace(cell, text=cell.text.replace("（万元）", "")) for cell in cells]
        for cells in basic_form(LIBRARY)[1]
    ]
    yield Case(
        "haikou-no-unit",
        {
            "haikou-no-unit.docx": writers.word(
                [
                    *goals_form(LIBRARY),
                    "项目基本信息表",
                    bare,
                    *basic_form(LIBRARY)[2:],
                    *report_form(LIBRARY),
                ]
            )
        },
        [of_haikou(LIBRARY, notes=["金额没有写单位"])],
    )


def unreadable() -> Case:
    broken = replace(
        LIBRARY,
        money=LIBRARY.money | {"市县财政": ("30.00", "7,00.0,77", "28.50")},
        marks=("约4", *LIBRARY.marks[1:]),
        people=(LIBRARY.people[0], ("符海", "副馆长", "海口市图书馆", "95或96"), LIBRARY.people[2]),
        postcode="邮编不详的信箱",
    )
    return Case(
        "haikou-unreadable",
        {"haikou-unreadable.docx": writers.word(all_forms(broken))},
        [
            of_haikou(
                LIBRARY,
                basic={"postcode": ""},
                funding={
                    "中央财政": ["200000", None, "180000"],
                    "省财政": [None, None, None],
                    "市县财政": ["300000", None, "285000"],
                    "其他": [None, None, None],
                    "未分来源": [None, "500000", None],
                },
                notes=["到位有一格没有读出来，这一栏只取合计"],
                marks=" ".join(["-", *LIBRARY.marks[1:]]),
                evaluators={"陈敏": "96", "符海": None, "黄莹": "95"},
                disagreeing=[],
                unread=["7,00.0,77", "约4", "95或96", "邮编不详的信箱"],
            )
        ],
    )


def drawn() -> Case:
    """A cover in a text box, a frame around a table, hidden and struck text, ticked boxes."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    box = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{writers.paragraph('项目名称：公共图书馆免费开放')}</w:txbxContent>"
        "</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        f"{writers.paragraph('项目名称：旧版里的另一个名称')}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    hidden = f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>项目名称：看不见的名称</w:t></w:r><w:del>{run.format('联系电话：删去的')}</w:del></w:p>"
    ticked = (
        writers.paragraph("项目类型：").replace("</w:p>", "")
        + run.format("经常性项目（")
        + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
        + run.format("）　一次性项目（　）")
        + "</w:p>"
    )
    blocks = basic_form(LIBRARY)
    project = writers.table(blocks[1]).replace(
        writers.paragraph(LIBRARY.kinds), ticked.replace("项目类型：", "")
    )
    frame = f"<w:tbl><w:tr><w:tc><w:tcPr/>{project}{writers.table(blocks[2])}</w:tc></w:tr></w:tbl>"
    inside = "".join(
        [
            box,
            hidden,
            *writers.body(goals_form(LIBRARY)[:1] + goals_form(LIBRARY)[2:]),
            writers.paragraph(blocks[0]),
            frame,
            *writers.body(blocks[3:]),
            *writers.body(report_form(LIBRARY)),
        ]
    )
    return Case(
        "haikou-drawn", {"haikou-drawn.docx": writers.package(inside)}, [of_haikou(LIBRARY)]
    )


# --- the national form of 2020 in every format


def national_formats() -> Iterator[Case]:
    blocks, holds = national_form(SCHOOLS), [of_national(SCHOOLS)]
    yield Case("national-tabs", {"national-tabs.txt": writers.text(blocks).encode()}, holds)
    lost = writers.text(blocks, merged="lost").encode("gb18030")
    yield Case("national-merged-lost", {"national-merged-lost.txt": lost}, holds)
    yield Case("national-word", {"national-word.docx": writers.word(blocks)}, holds)
    yield Case(
        "national-word-filled",
        {"national-word-filled.docx": writers.word(blocks, merged=False)},
        holds,
    )
    numbers = {one: "0.00" for line in SCHOOLS.money for one in line[1:4]} | {
        "95.0%": "0.0%",
        "9.5": "General",
        "97.5": "General",
        "100": "0",
        "15": "0",
        "10": "General",
    }
    yield Case(
        "national-sheet",
        {"national-sheet.xlsx": writers.workbook({"自评表": blocks}, numbers)},
        holds,
    )
    yield Case("national-ruled", {"national-ruled.pdf": pdf(writers.page(blocks))}, holds)
    unruled = "".join(
        f"<pre>{line}</pre>" for line in writers.lines(blocks, between=" " * 9, merged="lost")
    )
    page = f'<html lang="zh"><style>@page{{size:A3 landscape;margin:20mm}}pre{{font:9pt "Gov Song";margin:2px 0}}</style>{unruled}</html>'
    yield Case("national-unruled", {"national-unruled.pdf": pdf(page)}, holds)


def national_oddities() -> Iterator[Case]:
    yield reordered()
    yield months()
    yield in_yuan_with_groups()
    yield several_sheets()
    yield formulas()


def reordered() -> Case:
    """分值 and 得分 before the values, as some counties print it, and percentages as fractions."""
    head = (
        "一级指标",
        "二级指标",
        "三级指标",
        "分值",
        "年度指标值",
        "全年实际值",
        "得分",
        "未完成原因及拟采取的改进措施",
    )
    tree = tuple(
        (
            name,
            tuple(
                (
                    group,
                    tuple(
                        (leaf[0], leaf[3], leaf[1], leaf[2], leaf[4], leaf[5]) for leaf in leaves
                    ),
                )
                for group, leaves in groups
            ),
        )
        for name, groups in NATIONAL_LEAVES
    )
    form = replace(
        SCHOOLS,
        head=head,
        tree=tree,
        columns=("年初预算数", "全年预算数(A)", "全年执行数(B)", "分值", "执行率(B/A)", "得分"),
        money=((*SCHOOLS.money[0][:5], "0.95", "9.5"), *SCHOOLS.money[1:]),
    )
    return Case(
        "national-reordered",
        {"national-reordered.docx": writers.word(national_form(form))},
        [of_national(SCHOOLS)],
    )


def months() -> Case:
    """2023.12 as a month, an 其中 row below a leaf, an exceeded budget."""
    groups = list(SCHOOLS.tree)
    name, listed = groups[0]
    timely = ("时效指标", (("全部工程完成时间", "2023.12", "2023.11", "10", "10", ""),))
    extra = (
        ("维修校舍面积", "≥1200平方米", "1230平方米", "15", "15", ""),
        ("其中：宿舍", "≥300平方米", "310平方米", "5", "5", ""),
        ("受益学校数", "≥6所", "6所", "10", "10", ""),
    )
    groups[0] = (name, (("数量指标", extra), listed[1], timely, listed[3]))
    form = replace(SCHOOLS, tree=tuple(groups))
    return Case(
        "national-months",
        {"national-months.docx": writers.word(national_form(form))},
        [
            of_national(
                SCHOOLS,
                values={"全部工程完成时间": ["2023年12月", "2023年11月"]},
                unread=["其中：宿舍 ≥300平方米 310平方米 5 5"],
                notes=["读作 2023年12月"],
            )
        ],
    )


def in_yuan_with_groups() -> Case:
    money = tuple(
        (one[0], *(f"{Decimal(cell) * WAN:,.2f}" for cell in one[1:4]), *one[4:])
        for one in SCHOOLS.money
    )
    form = replace(SCHOOLS, money_head="项目资金（元）", money=money)
    numbers = {cell: "#,##0.00" for one in money for cell in one[1:4]}
    return Case(
        "national-in-yuan",
        {"national-in-yuan.xlsx": writers.workbook({"表": national_form(form)}, numbers)},
        [of_national(SCHOOLS)],
    )


def several_sheets() -> Case:
    forms = [
        replace(SCHOOLS, name=name, year=year)
        for name, year in (("校舍维修", "2021"), ("食堂改造", "2022"), ("操场改造", "2022"))
    ]
    sheets = {form.name: national_form(form) for form in forms}
    return Case(
        "national-several-sheets",
        {
            "national-several-sheets.xlsx": writers.workbook(
                sheets | {"下拉选项": [[row("≥", "≤", "=")]]}, hidden="下拉选项"
            )
        },
        [of_national(form) for form in forms],
        {"remarks": ["隐藏的工作表"]},
    )


def formulas() -> Case:
    form = replace(SCHOOLS, total=("100", "=SUM(I9:I17)"))
    return Case(
        "national-formulas",
        {"national-formulas.xlsx": writers.workbook({"表": national_form(form)}, formulas=True)},
        [of_national(SCHOOLS, printed={"total": None}, unread=["（公式没有结果）"])],
    )


# --- trees of other places, and one that no pack knows


def other_trees() -> Iterator[Case]:
    variant = replace(
        LIBRARY,
        marks=(*LIBRARY.marks[:2], "4", "3", "5", *LIBRARY.marks[5:]),
        total="95",
        people=tuple((*one[:3], "95") for one in LIBRARY.people),
        mean="95",
    )
    yield Case(
        "variant-tree",
        {"variant-tree.docx": writers.word(all_forms(variant, VARIANT))},
        [
            of_haikou(
                variant,
                found=["B09", "C11", "C12"],
                fits=False,
                weights="4 4 4 3 5 3 2 7 3 1 9 5 4 3 3 8 8 8 8 8",
                notes=["没有与这份指标体系相同的规则包"],
            )
        ],
    )
    cost = (
        (
            "成本指标（20分）",
            (("经济成本指标", (("单位面积成本", "≤800元", "790元", "20", "20", ""),)),),
        ),
        (
            "产出指标（40分）",
            (
                ("数量指标", (("维修校舍面积", "≥1200平方米", "1230平方米", "20", "20", ""),)),
                ("质量指标", (("工程验收合格率", "=100%", "100%", "10", "10", ""),)),
                ("时效指标", (("按期完工率", "≥95%", "95%", "10", "10", ""),)),
            ),
        ),
        (
            "效益指标（20分）",
            (("社会效益指标", (("受益学生人数", "≥3000人", "3100人", "20", "20", ""),)),),
        ),
        (
            "满意度指标（10分）",
            (("服务对象满意度指标", (("师生满意度", "≥90%", "93%", "10", "10", ""),)),),
        ),
    )
    form = replace(
        SCHOOLS,
        tree=cost,
        total=("100", "99.5"),
        achieved="完成6所学校1230平方米校舍维修，受益学生3100人。",
    )
    yield Case(
        "cost-tree",
        {"cost-tree.docx": writers.word(national_form(form))},
        [of_national(form, pack="national-2021")],
    )


VARIANT = (
    (
        "项目决策",
        "20",
        (
            ("项目目标", "4", (("目标内容", "4"),)),
            ("决策过程", "8", (("决策依据", "4"), ("决策程序", "4"))),
            ("资金分配", "8", (("分配办法", "3"), ("分配结果", "5"))),
        ),
    ),
    *TREE[1:],
)


def main() -> None:
    FILES.mkdir(exist_ok=True)
    for old in FILES.iterdir():
        old.unlink()
    for case in cases():
        for name, content in case.files.items():
            (FILES / name).write_bytes(content)
        expected = {"files": list(case.files), "evaluations": case.evaluations} | (case.more or {})
        text = json.dumps(expected, ensure_ascii=False, indent=1)
        (FILES / f"{case.name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
