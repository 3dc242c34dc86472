"""How figures are written in Chinese reports: the patterns, without what they mean."""

import re
from enum import Enum, auto

from reports.reading.numerals import DIGITS, NUMERALS


class Hedge(Enum):
    NONE = auto()
    ABOUT = auto()
    OVER = auto()
    UNDER = auto()


ARABIC = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"
    r"|[0-9]{1,3}(?:，[0-9]{3})+(?=(?:\.[0-9]+)?\s?元)"
    r"|[0-9]{1,18})(?:\.[0-9]{1,12})?"
)
ONES = "".join(DIGITS)
HAN = f"[{NUMERALS}]{{1,20}}(?:点[{ONES}]{{1,8}})?"

DATES = (
    r"[〔\[［（(【]\s?[0-9]{4}\s?[〕\]］）)】]\s?第?\s?[0-9]+\s?号",
    (
        r"[0-9]{4}\s?(?:[-~—–至到、]{1,2}\s?[0-9]{2,4}\s?)?(?:学年|年[度份]?)"
        r"(?:\s?[0-9]{1,2}\s?月[份底末初]?(?:\s?[0-9]{1,2}\s?日)?)?"
    ),
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    r"[一二][〇零○一二三四五六七八九]{3}年[度份]?",
    r"[0-9]{1,2}\s?[-~—–至到]\s?[0-9]{1,2}\s?月[份底末初]?",
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s?月[份底末初]?(?:\s?[0-9]{1,2}\s?日)?",
    r"[0-9]{1,2}\s?[日号时](?![志用])(?:\s?[0-9]{1,2}\s?分)?",
    r"[0-9]{1,2}[:：][0-9]{2}(?![0-9])",
    r"第\s?(?:[0-9]+|[一二三四五六七八九十百]+)",
)
DATE = "|".join(DATES)

SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "": 1,
}
COUNTERS = """
平方公里 平方千米 平方米 立方米 千瓦时 个百分点 百分点 人次 课时 学时 小时 分钟 个月 公里 千米
公顷 公斤 千克 人份 人 名 个 家 户 次 场 期 批 件 台 套 辆 项 处 座 所 间 栋 幢 米 亩 吨 升 度 本
册 份 篇 条 幅 盏 株 棵 只 头 匹 羽 张 块 片 支 部 门 节 天 岁 周 年 村 镇 乡 字 宗 起 例 艘 眼 口
盆 组 剂 袋 箱 瓶 桶 杆 面 站 届 类 种 位
""".split()  # noqa: SIM905  a list of words
NOT_POINTS = "钟之类别配部局析布期公内组管工支成批项散步级解头店院校明享担发开段会队"
TAIL = re.compile(
    rf"""
    (?:\s?(?P<percent>%)
    |\s?(?P<mille>‰)
    |\s?成(?P<tenth>[一二三四五六七八九半]?)(?P<tenths>)(?![本立为功果效员交品熟长型套都败绩形])
    |\s?折(?![腾旧返合算])
    |\s?(?P<points>分)(?![{NOT_POINTS}])
    |(?P<more>[余多来]?)\s?(?P<scale>{"|".join(SCALES)})(?P<more_more>[余多]?)
      (?:\s?(?P<money>元)(?![素旦件器首老气宵月])整?
      |\s?(?P<counter>{"|".join(COUNTERS)})(?![性线体])
      |(?P<scaled>(?<=[万亿]))
      |)
    |)
    """,
    re.VERBOSE,
)
ONE_CHARACTER_UNITS = "".join(one for one in COUNTERS if len(one) == 1)
RANGE = re.compile(
    rf"\s?(?:%|万?元|[{ONE_CHARACTER_UNITS}]|人次)?\s?(?:-|–|—|~|至|到)\s?{ARABIC}", re.ASCII
)

PER_ITEM = re.compile(r"\s?(?:[/每]\s?[\u4e00-\u9fffA-Za-z㎡]|的?单价|的?标准)")
PRICED = re.compile(
    r"(?:每[\u4e00-\u9fff]{0,6}|[人日月户年]均[\u4e00-\u9fff]{0,5}|[单均定]价[为是约]?|标准[为是]?)\s?$"
)

BEFORE_WINDOW = 6
BEFORE = (
    (
        Hedge.OVER,
        re.compile(r"(?:超过?了?|逾|突破了?|[高多大]于|不[少低小]于|至少|[≥>]=?|不下)\s?$"),
    ),
    (
        Hedge.UNDER,
        re.compile(r"(?:不足|不到|未达到?|[低少小]于|不超过?|不[高多大]于|[≤<]=?|至多|控制在)\s?$"),
    ),
    (Hedge.ABOUT, re.compile(r"(?:大约|约为?|将近|接近|近|大致|估计)\s?$")),
)
AFTER = (
    (Hedge.OVER, re.compile(r"\s?(?:及?以上|之上|开外)")),
    (Hedge.UNDER, re.compile(r"\s?(?:及?以下|[以之]内|之下)")),
    (Hedge.ABOUT, re.compile(r"\s?(?:左右|上下)")),
)
