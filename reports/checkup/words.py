"""What forms call things. Labels are compared without blanks, width and what stands in brackets."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from evalsys.rulepacks.schema import IndicatorTemplate
from evalsys.rulepacks.shipped import shipped_packs

BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
WEIGHT = r"[0-9]+(?:\.[0-9]+)?"
WEIGHT_IN_BRACKETS = re.compile(rf"\(({WEIGHT})分(?:\)|[*×xX])")
WEIGHT_BEHIND_NAME = re.compile(rf"[（(]{WEIGHT}分[)）]")
ITEM_NUMBER = re.compile(r"^指标[0-9一二三四五六七八九十]+[:：.、]")
CHINESE = re.compile("[\u4e00-\u9fff]")
OF_WHICH = "其中"


@lru_cache(maxsize=4096)  # a form repeats its labels
def plain(text: str) -> str:
    """Without blanks, in plain width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=4096)
def label(text: str) -> str:
    """The bare words of a label: 计划投资额 (万元)： is 计划投资额."""
    words = plain(text)
    while (shorter := BRACKETED.sub("", words)) != words:
        words = shorter
    return words.strip(":*。·")


def one_line(text: str) -> str:
    """The lines of a cell run on; only between Latin words stays a blank."""
    line = ""
    for part in (" ".join(part.split()) for part in text.split("\n")):
        ends = line[-1:] + part[:1]
        line += f" {part}" if line and ends.isascii() and ends.isalpha() else part
    return line


def bracketed_weight(text: str) -> str:
    """50 of 产出指标（50分）; "" when there is none."""
    found = WEIGHT_IN_BRACKETS.search(plain(text))
    return found[1] if found else ""


def indicator_name(text: str) -> str:
    """The name without its number and weight: 指标1：设备数量（10分） is 设备数量."""
    name = re.sub(r"\s+", "" if CHINESE.search(text) else " ", text).strip()
    return WEIGHT_BEHIND_NAME.sub("", ITEM_NUMBER.sub("", name)).strip("：: …")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _by_word(roles: Mapping[str, str]) -> dict[str, str]:
    return {word: role for role, listed in roles.items() for word in listed.split()}


# Single entries of the forms, by the name of the field they fill.
FIELDS = _by_word(
    {
        "project_name": "项目名称 专项名称 专项资金名称 项目支出名称 评价项目名称",
        "implementing_unit": "项目实施单位 实施单位 项目单位 资金使用单位 单位名称 填报单位",
        "supervising_department": """
            主管部门 项目主管部门 预算主管部门 主管部门及代码 上级主管部门 县级主管部门 市级主管部门
            省级主管部门""",
        "project_leader": "项目负责人 负责人 项目负责人姓名",
        "phone": "联系电话 电话 负责人电话 联系人电话",
        "leader_and_phone": "项目负责人及电话 负责人及电话 项目负责人及联系电话",
        "address": "地址 单位地址 通讯地址 联系地址",
        "postcode": "邮编 邮政编码",
        "project_type": "项目类型",
        "evaluated_on": "评价日期 填报日期 填表日期 自评日期 填报时间 日期",
        "fiscal_year": "预算年度 评价年度 年度 项目年度",
        "grade": "评价等次 评价等级 自评等次 自评等级 评定等次 等次",
        "total": "总分 总得分 自评总分 自评得分",
        "mean": "平均分 平均得分",
        "arrival_rate": "资金到位率",
        "execution_rate": "预算执行率",
        "balance": "结余 资金结余 结余资金 剩余资金",
        "leader_line": "评价工作组组长 评价组组长 组长",
        # Text that has a place of its own in the report.
        "process": "项目实施内容及过程概述 2.项目实施内容及过程概述 项目概况 项目实施内容",
        "conclusion": "评价结论 自评结论 综合评价结论",
        "problems": "存在问题 存在的问题 存在问题及原因分析 主要问题",
        "unmet": "偏差大或目标未完成原因分析 未完成原因分析 绩效目标未完成原因分析",
        "improvements": "改进措施 下一步改进措施 改进措施及结果应用方案 整改措施 有关建议",
    }
)

# Columns of money, and what stands beside them.
MONEY = _by_word(
    {
        "planned": """
            计划投资额 年初预算数 年初预算 年初预算安排 年初预算安排数 计划安排资金 计划资金""",
        "annual": """
            全年预算数 调整后预算数 调整后预算 全年预算 预算数 年度预算 调整预算数 预算安排数""",
        "received": "实际到位资金 实际到位数 实际到位 到位资金 资金到位数 到位数",
        "spent": """
            实际使用情况 全年执行数 预算执行数 执行数 实际支出 实际支出数 实际使用 支出数
            实际使用资金 全年支出数""",
    }
)
BESIDE_MONEY = _by_word(
    {
        "adjustment": "预算调整数 调整数 年中调整数 预算调整",
        "weight": "分值 权重",
        "rate": "执行率 预算执行率",
        "arrival": "到位率 资金到位率",
        "score": "得分",
        "reason": "原因 偏差原因 未完成原因 备注",
    }
)
MONEY_TOTALS = _words(
    """年度资金总额 资金总额 总额 合计 年度财政资金总额 财政资金总额 项目资金 总计
    小计"""
)
SOURCE_ENDINGS = tuple(_words("财政 拨款 资金 贷款 收入 其他 补助 自筹 结转 债券 投入"))
MATRIX_HEADS = _words("资金来源 来源 项目资金 预算执行情况 年度预算数")

# Columns of the table of indicators.
SCORES = _by_word(
    {
        "level1": "一级指标 一级 一级指标名称",
        "level2": "二级指标 二级 二级指标名称",
        "level3": "三级指标 三级 三级指标名称 具体指标",
        "weight": "分值 权重 标准分 满分 指标分值 权重分值",
        "score": "得分 自评得分 自评分 评分 实际得分 评价得分 评价分值",
        "nature": "指标性质",
        "target": """
            年度指标值 指标值 目标值 年初目标值 年度目标值 年初设定指标值 预期指标值 计划指标值
            绩效目标值 预期目标值""",
        "unit": "度量单位 计量单位",
        "actual": """
            实际完成值 全年实际值 全年完成值 完成值 全年实际完成值 实际值 实际完成情况 完成情况
            实际完成指标值""",
        "reason": """
            偏差原因分析及改进措施 未完成原因分析 未完成原因及拟采取的改进措施 未完成原因和改进措施
            偏差原因 扣分原因 备注 未完成原因及改进措施 偏差原因分析 自评说明 原因分析""",
        "explanation": "指标解释 指标说明",
        "standard": "评分标准 评价标准 计分标准 评分细则",
    }
)
SCORE_TOTALS = _words("总分 合计 总计 总得分 合计得分 自评总分")
SUBTOTALS = _words("小计")

# Columns of the table of goals.
GOALS = _by_word(
    {
        "goal_type": "指标类型 指标类别",
        "goal_class": "指标名称 指标内容",
        "target": "绩效目标 绩效指标 年度绩效目标",
        "standards": "绩效标准",
    }
)
STANDARDS = ("优", "良", "中", "差")

# Columns of the table of people.
PEOPLE = _by_word(
    {
        "name": "姓名 评价人员 评价人员姓名",
        "title": "职务/职称 职务 职称 职务职称 职务、职称",
        "unit": "单位 工作单位 所在单位 单位名称",
        "score": "项目评分 评分 打分 得分 评价得分",
        "signature": "签字 签名",
    }
)
PEOPLE_SUMS = _words("合计 总计 平均分 平均 平均得分 合计/平均分 合计平均分")

OVERALL_GOAL = _words("年度总体目标 总体目标 年度总体目标完成情况 年度目标")
EXPECTED = _words("预期目标 年初设定目标 年度预期目标 项目年度目标 预期总目标 年初目标")
ACHIEVED = _words(
    """实际完成情况 年度总体目标完成情况综述 全年实际完成情况 年度目标完成情况
    目标实际完成情况"""
)

# What forms print and nobody fills in.
FURNITURE = _words(
    """一、项目基本情况 二、绩效评价指标评分 三、评价人员 项目基本情况 绩效评价指标评分 评价人员
    绩效指标 年度绩效指标 项目资金 预算执行情况 评价工作组组长 年度绩效指标完成情况 附表"""
)
FURNITURE_STARTS = (
    "注",
    "备注",
    "说明",
    "附件",
    "填表说明",
    "单位:",
    "金额单位",
    "公开",
    "报表编号",
)
NOTES = _words("注 说明 备注")

LABELS = frozenset([*FIELDS, *MONEY, *SCORES, *GOALS, *PEOPLE, *MONEY_TOTALS, *SCORE_TOTALS])

FORM_TITLES = (
    ("goals", re.compile(r"绩效目标(?:申报)?表$")),
    ("basic", re.compile(r"(?:项目|自评|评价)基本(?:信息|情况)表$|绩效评价(?:指标)?评分表$")),
    ("national", re.compile(r"自评(?:价)?表$|绩效自评情况表$|自评报告表$")),
    ("report", re.compile(r"(?:自评|评价)(?:工作)?(?:情况)?报告(?:书)?$")),
)
TITLE_LENGTH = 45
PROSE = re.compile("[,。;!?]")


def form_title(text: str) -> str:
    """goals, basic, national or report when the text is the title of such a form, else ""."""
    words = label(text)
    if len(words) > TITLE_LENGTH or PROSE.search(words):
        return ""
    return next((kind for kind, pattern in FORM_TITLES if pattern.search(words)), "")


@cache
def known_indicators() -> Mapping[str, frozenset[int]]:
    """The levels at which shipped packs have an indicator of that name."""
    levels: defaultdict[str, set[int]] = defaultdict(set)
    for pack in shipped_packs():
        _collect(pack.tree, 1, levels)
    return {name: frozenset(found) for name, found in levels.items()}


def _collect(
    nodes: Iterable[IndicatorTemplate], level: int, levels: defaultdict[str, set[int]]
) -> None:
    for node in nodes:
        levels[label(node.name)].add(level)
        _collect(node.children, level + 1, levels)
