"""Forms as paragraphs and grids of cells, for every writer the same."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class C:
    """A cell of a grid, merged over columns and rows."""

    text: str = ""
    across: int = 1
    down: int = 1


Row = list[C]
Grid = list[Row]
Block = str | Grid


def row(*cells: Any) -> Row:
    return [cell if isinstance(cell, C) else C(str(cell)) for cell in cells]


@dataclass
class Haikou:
    """What the three forms of Haikou print; the defaults are a small consistent project."""

    name: str = "公共图书馆免费开放"
    unit: str = "海口市图书馆"
    department: str = "海口市旅游和文化广电体育局"
    leader: str = "王蕾"
    phone: str = "66220011"
    address: str = "海口市滨海大道1号"
    postcode: str = "570105"
    kinds: str = "经常性项目（√）　一次性项目（　）"
    money: dict[str, tuple[str, str, str]] = field(
        default_factory=lambda: {
            "中央财政": ("20.00", "20.00", "18.00"),
            "省财政": ("", "", ""),
            "市县财政": ("30.00", "30.00", "28.50"),
            "其他": ("", "", ""),
        }
    )
    totals: tuple[str, str, str] = ("50.00", "50.00", "46.50")
    marks: tuple[str, ...] = (
        *("4", "3", "5", "2", "6", "3", "2", "6", "3", "1"),
        *("9", "5", "4", "3", "2", "8", "7", "8", "8", "7"),
    )
    total: str = "96"
    grade: str = "优"
    people: tuple[tuple[str, str, str, str], ...] = (
        ("陈敏", "馆长", "海口市图书馆", "96"),
        ("符海", "副馆长", "海口市图书馆", "97"),
        ("黄莹", "财务科科长", "海口市图书馆", "95"),
    )
    mean: str = "96"
    date: str = "2023年3月20日"
    signed: bool = True
    goals: tuple[tuple[str, str, str, str, str, str, str], ...] = (
        ("产出指标", "数量指标", "全年开放天数≥300天", "≥300天", "≥280天", "≥260天", "＜260天"),
        ("产出指标", "质量指标", "文献借阅差错率≤1%", "≤1%", "≤2%", "≤3%", "＞3%"),
        ("成效指标", "社会效益指标", "到馆读者≥60万人次", "≥60万", "≥50万", "≥40万", "＜40万"),
        (
            "成效指标",
            "服务对象满意度指标",
            "问卷调查借阅用户800人，满意度≥90%",
            "≥90%",
            "≥80%",
            "≥70%",
            "＜70%",
        ),
    )


TREE = (
    (
        "项目决策",
        "20",
        (
            ("项目目标", "4", (("目标内容", "4"),)),
            ("决策过程", "8", (("决策依据", "3"), ("决策程序", "5"))),
            ("资金分配", "8", (("分配办法", "2"), ("分配结果", "6"))),
        ),
    ),
    (
        "项目管理",
        "25",
        (
            ("资金到位", "5", (("到位率", "3"), ("到位时效", "2"))),
            ("资金管理", "10", (("资金使用", "7"), ("财务管理", "3"))),
            ("组织实施", "10", (("组织机构", "1"), ("管理制度", "9"))),
        ),
    ),
    (
        "项目绩效",
        "55",
        (
            (
                "项目产出",
                "15",
                (("产出数量", "5"), ("产出质量", "4"), ("产出时效", "3"), ("产出成本", "3")),
            ),
            (
                "项目效益",
                "40",
                (
                    ("经济效益", "8"),
                    ("社会效益", "8"),
                    ("环境效益", "8"),
                    ("可持续影响", "8"),
                    ("服务对象满意度", "8"),
                ),
            ),
        ),
    ),
)


def goals_form(form: Haikou) -> list[Block]:
    head = [
        row(
            C("指标类型", down=2),
            C("指标名称", down=2),
            C("绩效目标", down=2),
            C("绩效标准", across=4),
        ),
        row("优", "良", "中", "差"),
    ]
    body: Grid = []
    for kind in dict.fromkeys(goal[0] for goal in form.goals):
        rows = [goal for goal in form.goals if goal[0] == kind]
        for index, goal in enumerate(rows):
            first = [C(kind, down=len(rows))] if index == 0 else []
            body.append([*first, *row(*goal[1:])])
    return [
        "项目绩效目标表",
        f"项目名称：{form.name}",
        [*head, *body],
        "注：以预算批复的绩效目标为准填列",
    ]


def basic_form(form: Haikou, tree: Any = TREE) -> list[Block]:
    project = [
        row(C("一、项目基本情况", across=6)),
        row("项目实施单位", C(form.unit, across=2), "主管部门", C(form.department, across=2)),
        row("项目负责人", C(form.leader, across=2), "联系电话", C(form.phone, across=2)),
        row("地址", C(form.address, across=3), "邮编", form.postcode),
        row("项目类型", C(form.kinds, across=5)),
        row(
            "计划投资额（万元）",
            form.totals[0],
            "实际到位资金（万元）",
            form.totals[1],
            "实际使用情况（万元）",
            form.totals[2],
        ),
    ]
    for index, (source, amounts) in enumerate(form.money.items()):
        label = f"其中：{source}" if index == 0 else source
        project.append(row(label, amounts[0], label, amounts[1], label, amounts[2]))
    return [
        "项目基本信息表",
        project,
        score_grid(form, tree),
        [row("评价等次", form.grade)],
        people_grid(form),
        [row("评价工作组组长（签字并单位盖章）", form.people[0][0] if form.signed else "")],
        form.date,
    ]


def score_grid(form: Haikou, tree: Any = TREE) -> Grid:
    grid = [
        row(C("二、绩效评价指标评分（参考）", across=7)),
        row("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "得分"),
    ]
    marks = iter(form.marks)
    for name, weight, groups in tree:
        tall = sum(len(leaves) for _, _, leaves in groups)
        for index, (group, group_weight, leaves) in enumerate(groups):
            for number, (leaf, leaf_weight) in enumerate(leaves):
                cells: Row = []
                if index == number == 0:
                    cells += [C(name, down=tall), C(weight, down=tall)]
                if number == 0:
                    cells += [C(group, down=len(leaves)), C(group_weight, down=len(leaves))]
                grid.append([*cells, *row(leaf, leaf_weight, next(marks))])
    grid.append(row("总分", "100", "", "100", "", "100", form.total))
    return grid


def people_grid(form: Haikou) -> Grid:
    return [
        row(C("三、评价人员", across=5)),
        row("姓名", "职务/职称", "单位", "项目评分", "签字"),
        *(row(*person, person[0] if form.signed else "") for person in form.people),
        row("合计", "", "", C(f"平均分 {form.mean}", across=2)),
    ]


def report_form(form: Haikou, **texts: str) -> list[Block]:
    said = {
        "nature": f"{form.name}项目保障全市读者免费使用图书馆。",
        "goals": "全年开放不少于300天，到馆读者不少于60万人次。",
        "received": f"项目计划{form.totals[0]}万元，实际到位{form.totals[1]}万元。",
        "spent": f"全年使用资金{form.totals[2]}万元，结余3.50万元。",
        "management": "资金由财务科统一核算，专款专用。",
        "organisation": "由馆办公室组织实施。",
        "supervision": "每季度检查一次开放情况。",
        "control": "支出未超过预算。",
        "saving": "结余3.50万元为纸张集中采购降价所得。",
        "progress": "全年开放305天，预算执行率93.0%。",
        "quality": "借阅差错率0.4%，低于目标1%。",
        "effect": "到馆读者61万人次。",
        "impact": "读者问卷满意度91%，有效问卷800份。",
        "future": "已列入下一年度预算，制度健全。",
        "unmet": "各项绩效目标均已完成，没有未完成的情况。",
        "conclusion": f"总自评分{form.total}分，评价等次{form.grade}。",
        "experience": "错时开放方便了上班的读者。问题：书架标识不清。改进：办公室于2023年6月底前更换全部标识。",
        "other": "没有需要另外说明的问题，也没有审计指出的事项。",
    } | texts
    return [
        "财政支出项目绩效评价报告",
        "一、项目概况",
        "（一）项目基本性质、用途和主要内容",
        said["nature"],
        "（二）项目绩效目标",
        said["goals"],
        "二、项目资金使用及管理情况",
        "（一）项目资金到位情况分析（包括财政资金、自筹资金等）",
        said["received"],
        "（二）项目资金使用情况分析",
        said["spent"],
        "（三）项目资金管理情况分析（包括管理制度、办法的制订及执行情况等）",
        said["management"],
        "三、项目组织实施情况",
        "（一）项目组织情况分析（包括项目招投标情况、调整情况、完成验收等）",
        said["organisation"],
        "（二）项目管理情况分析（包括项目管理制度建设、日常检查监督管理等情况）",
        said["supervision"],
        "四、项目绩效情况",
        "（一）项目绩效目标完成情况分析",
        "1. 项目的经济性分析",
        "（1）项目成本（预算）控制情况",
        said["control"],
        "（2）项目成本（预算）节约情况",
        said["saving"],
        "2. 项目的效率性分析",
        "（1）项目的实施进度",
        said["progress"],
        "（2）项目完成质量",
        said["quality"],
        "3. 项目的效益性分析",
        "（1）项目预期目标完成程度",
        said["effect"],
        "（2）项目实施对经济和社会的影响",
        said["impact"],
        "4. 项目的可持续性分析",
        said["future"],
        "（二）项目绩效目标未完成原因分析",
        said["unmet"],
        "五、综合评价情况及评价结论",
        said["conclusion"],
        "六、主要经验及做法、存在的问题和建议",
        said["experience"],
        "七、其他需说明的问题",
        said["other"],
    ]


Leaf = tuple[str, str, str, str, str, str]  # name, target, actual, weight, score, reason
NATIONAL_LEAVES: tuple[tuple[str, tuple[tuple[str, tuple[Leaf, ...]], ...]], ...] = (
    (
        "产出指标（50分）",
        (
            (
                "数量指标",
                (
                    ("维修校舍面积", "≥1200平方米", "1230平方米", "15", "15", ""),
                    ("受益学校数", "≥6所", "6所", "10", "10", ""),
                ),
            ),
            ("质量指标", (("工程验收合格率", "=100%", "100%", "10", "10", ""),)),
            ("时效指标", (("按期完工率", "≥95%", "95%", "10", "10", ""),)),
            ("成本指标", (("单位面积成本", "≤800元", "790元", "5", "5", ""),)),
        ),
    ),
    (
        "效益指标（30分）",
        (
            (
                "社会效益指标",
                (
                    (
                        "受益学生人数",
                        "≥3000人",
                        "2700人",
                        "20",
                        "18",
                        "两个年级并校，受益人数少于预计，下年按实际学籍数申报目标。",
                    ),
                ),
            ),
            ("可持续影响指标", (("校舍安全使用年限", "≥10年", "10年", "10", "10", ""),)),
        ),
    ),
    (
        "满意度指标（10分）",
        (("服务对象满意度指标", (("师生满意度", "≥90%", "93%", "10", "10", ""),)),),
    ),
)


@dataclass
class National:
    """What the national form of 2020 prints; the defaults are consistent."""

    year: str = "2022"
    name: str = "农村中小学校舍维修"
    department: str = "某县教育局"
    unit: str = "某县教育项目办"
    money_head: str = "项目资金（万元）"
    columns: tuple[str, ...] = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    money: tuple[tuple[str, ...], ...] = (
        ("年度资金总额", "120.00", "118.00", "112.10", "10", "95.0%", "9.5"),
        ("其中：当年财政拨款", "100.00", "98.00", "95.00", "-", "-", "-"),
        ("上年结转资金", "20.00", "20.00", "17.10", "-", "-", "-"),
        ("其他资金", "0", "0", "0", "-", "-", "-"),
    )
    expected: str = "维修6所学校校舍1200平方米，改善3000名学生的学习条件。"
    achieved: str = "完成6所学校1230平方米校舍维修，受益学生2700人。"
    head: tuple[str, ...] = (
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    )
    tree: Any = NATIONAL_LEAVES
    total: tuple[str, str] = ("100", "97.5")


def national_form(form: National) -> list[Block]:
    wide = len(form.head) + 1
    left = wide - 2 - len(form.columns)
    grid: Grid = [
        row(C("项目名称", across=2), C(form.name, across=wide - 2)),
        row(
            C("主管部门", across=2),
            C(form.department, across=3),
            C("实施单位"),
            C(form.unit, across=wide - 6),
        ),
        row(
            C(form.money_head, across=2, down=len(form.money) + 1),
            C("", across=left),
            *form.columns,
        ),
        *([C(one[0], across=left), *row(*one[1:])] for one in form.money),
        row(
            C("年度总体目标", across=2, down=2),
            C("预期目标", across=4),
            C("实际完成情况", across=wide - 6),
        ),
        row(C(form.expected, across=4), C(form.achieved, across=wide - 6)),
    ]
    return [
        f"项目支出绩效自评表（{form.year}年度）",
        [*grid, *indicator_grid(form)],
        "注：1.其他资金包括和财政资金共同投入到同一项目的自有资金。",
    ]


def indicator_grid(form: National) -> Grid:
    """Cells in the order of ``form.head``; the caption 绩效指标 stands beside all of them."""
    body: Grid = []
    for name, groups in form.tree:
        tall = sum(len(leaves) for _, leaves in groups)
        for index, (group, leaves) in enumerate(groups):
            for number, leaf in enumerate(leaves):
                cells: Row = []
                if index == number == 0:
                    cells.append(C(name, down=tall))
                if number == 0:
                    cells.append(C(group, down=len(leaves)))
                body.append([*cells, *row(*leaf)])
    total = row(C("总分", across=5), *form.total, "")
    caption = C("绩效指标", down=len(body) + 2)
    return [[caption, *row(*form.head)], *body, total]
