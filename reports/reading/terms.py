"""The words of the forms, as people write them before or after a figure.

``accepts`` are keys of form values, the most likely first: a figure is right when one of them
agrees. ``loose`` words also name other things, so only a slip of the pen counts there; ``sure``
ones mean the whole budget even beside single things it bought.
"""

import re
from dataclasses import dataclass

from reports.reading.figures import Kind


@dataclass(frozen=True)
class Term:
    words: str
    accepts: tuple[str, ...]
    loose: bool = False
    sure: bool = False


LEFT = ("balance", "budget_left", "planned_left")
SPENDING = ("execution_rate", "spent_of_received", "spent_of_planned")
BUDGET = ("annual_budget", "planned")
TERMS = {
    Kind.MONEY: (
        Term(r"(?:未|没有|尚未)到位|到位缺口|资金缺口", ("undrawn", "budget_undrawn")),
        Term(
            r"剩余|[结节]余|余额|尚?余(?![元下])|结转|[未没](?:有|能)?(?:使用|支出|执行|支付|用)完?|"
            r"沉淀|闲置",
            LEFT,
        ),
        Term(r"节约|节省|节支", LEFT, loose=True),
        Term(
            r"(?<![按照据])计划(?:使用|支出)|预算支出|支出预算|投入|筹集|筹措|拨付|资金规模",
            (*BUDGET, "received", "spent"),
        ),
        Term(r"计划(?:总?投资|安排|下达|资金|筹资)额?|投资计划", ("planned", "annual_budget")),
        Term(r"全年预算数?|调整后预算数?", BUDGET),
        Term(r"年初预算数?", ("initial_budget", *BUDGET)),
        Term(
            r"年度预算|预算(?:安排|批复|总?额|数|指标|资金|总?投资|下达|经费)?|批复预算|"
            r"安排(?:预算)?|批复|资金总?额|经费总?额",
            (*BUDGET, "received"),
        ),
        Term(r"到位|收到|到账|入账", ("received",)),
        Term(r"拨款|拨入|下达|划拨|落实|争取", ("received", *BUDGET, "spent")),
        Term(
            r"(?:预算)?(?:使用|支出|支付|执行|花费|开支|列支|支用|动用)(?:数|额|完毕)?|决算数|完成(?:支出|投资)?",
            ("spent",),
        ),
    ),
    Kind.RATE: (
        Term(
            r"(?:资金|预算|经费)?(?:结余|结转|剩余|结转结余)[率占]",
            ("left_of_received", "left_of_budget"),
        ),
        Term(r"预算(?:资金)?执行率|预算完成率", ("execution_rate",), sure=True),
        Term(r"(?:预算|资金|经费)?执行(?:率|进度|比例)|(?:资金|投资)完成率", ("execution_rate",)),
        Term(
            r"(?:资金|预算|经费)?(?:使用|支出|支付)(?:率|进度|比例)|(?:完成|支出|使用|执行)占(?:比)?",
            SPENDING,
        ),
        Term(
            r"(?:资金|经费)?到位(?:率|比例)|(?:资金|经费)(?:实际)?到位",
            ("arrival_rate", "budget_arrival_rate"),
        ),
    ),
    Kind.POINTS: (
        Term(
            r"总自评分|自评(?:总?得?分|结果)?数?|综合(?:评价)?(?:得分|评分|评价)|评价(?:得分|总分|结果|分值)|"
            r"总得分|最终(?:得分|评分)|得分|评分(?:结果)?|平均分|打分|(?<!获)得|评定",
            ("total", "mean"),
        ),
        Term(r"总分", ("total", "mean", "full")),
    ),
}

# Possessive: what may stand in between is taken whole, so that no text is read twice over.
GLUE = (
    r"(?>资金|经费|金额|总额|总计|总量|总数|数额|数量|合计|共计|累计|结果|实际|全年|全部|人民币|达到|"
    r"专项|补助|财政|均为|大约|将近|接近|不足|不到|超过|突破|约为|"
    r"[共计为是达有约近即仅了的额数率于逾整在到：:=“（(\s])*+"
)
ONWARD = (
    r"(?>的|资金|经费|预算|财政|拨款|项目|专项|元)*+"
    r"(?>已经?|均已?|全部|全额|足额|及时|按时|按期|一次性|\s)*+"
)


def before(kind: Kind) -> re.Pattern[str]:
    """Finds the term right before a figure; group ``tN`` tells which."""
    return re.compile(f"(?:{_numbered(kind)}){GLUE}$")


def after(kind: Kind) -> re.Pattern[str]:
    return re.compile(f"{ONWARD}(?:{_numbered(kind)})")


def _numbered(kind: Kind) -> str:
    return "|".join(f"(?P<t{number}>{term.words})" for number, term in enumerate(TERMS[kind]))


BEFORE = {kind: before(kind) for kind in TERMS}
AFTER = {Kind.MONEY: after(Kind.MONEY)}

# Words that leave a term what it is: the project as a whole, its money, its year.
NEUTRAL_WORDS = """
项目 上述 专项 资金 经费 财政 政府 中央 地方 上级 市县 省 市 县 区 州 级 本级 年初 年末 年底
年终 当年 本年 今年 全年 年度 年内 预算 决算 结算 总 共 累计 已 已经 均 实际 截至 截止 底 末 止
目前 其 的 由 于 按 按照 根据 和 到 从 共计 合计 总计 总体 整体 全部 严格 即 则 并 且 也 中 内
期间 时 进度 情况 安排 下达 批复 到位 支出 使用 执行 收入 投资 完成 计划 拨款 补助 一般公共预算
政府性基金 公共 后 为 达到 经 核算 统计 自评 绩效 评价 评定 认定 工作组 评分 打分 综合 最终 结果
得分 等次 我们 最后 有 仍 尚 还 及 以及 与 同时 相应 数 额 率 一般 对 本 该 这 此 次 个 月底
指标 各项 全 因此 故 综上 所述 收到 折合 期末 调整后 两级 三级 因 而 但 只 仅 约 账面 收支相抵
十二月 计 项 度 实施 是 了 预 目 相抵 共同 专家 小组 组 会 认为 表 上 财政局 财政厅 财政部门
支付
""".split()  # noqa: SIM905  a list of words
NEUTRAL = re.compile(
    "|".join(sorted(NEUTRAL_WORDS, key=len, reverse=True))
    + r"|[\u4e00-\u9fff]{1,6}?[市县区省州]财政[局厅]?"
    r"|[12][0-9]{3}\s?年?|12\s?月(?:\s?31\s?日|底|末|份)?|[\s，,、“”\"'（）()：:—\-\ue000]"
)
OURSELVES = re.compile(r"(?:我|本)?(?:单位|中心|[局委院校办站所厅镇乡街])")
PROJECT = re.compile(r"项目|专项|\ue000")
SOURCE = re.compile(r"中央|省|市|县|区|上级|地方|自筹|配套|其他|财政|本级")

# The figure is of a part of the sum,
PART = re.compile(
    r"其中|用于|包括|分别|其余|部分|细分|明细|构成|目标(?:[：:为是]|值)|总投资|概算|十[三四]五|[两三四五六七八九多]年"
)
# of a plan, of another time, of somebody else, or a change.
ELSEWHERE = re.compile(
    r"各(?!项)|每|[人日月户年]均|另外?|其他|预计|[拟将应](?!对|急|用|付)|目标|力争|要求|"
    r"上半年|下半年|季度|半年|当月|(?<![0-9])(?:[1-9]|1[01])\s?月|[^十][一二三四五六七八九]月|"
    r"估算|规模|期内|以前|全[市区县省国州]|"
    r"整体支出|部门(?:预算|整体|支出)|单位整体|整体预算|同类|第三方|主管部门|财政(?:局|部门)?[评打复审]|复[核评]|抽查|审计|"
    r"增加|减少|[压追核]减|追加|核增|调[增减剂]|退回|上缴|收回|扣|超支|超出|提高|下降|降低|增长|上升|"
    r"合同|中标|招标|采购|[单报]价|控制价|贷款|社会资本|捐赠|门票|营业|产值|销售|成本|利润|税|满分"
)
# Such words speak of one thing the money bought.
ITEM = re.compile(
    r"(?<![经消免缴收付])费(?![用者])|购置|采购|印[刷制]|差旅|培训|会议|租赁|设备|材料|工程款|发放|劳务|奖励|慰问|"
    r"装修|改造|举办|聘[请用]|委托|报酬|工资|津贴|设计|监理|勘察|合同|中标"
)
IN_ALL = re.compile(r"(?:全年|年度|当年|截[至止])\S*(?:共|累计|合计|总)")
# 古籍修复项目预算: some project, one's own unless the words before are neutral.
SOME_PROJECT = re.compile(
    r"([\u4e00-\u9fff]{2,12}?)(?:项目|工程)(?=[\u4e00-\u9fff]{0,4}(?:预算|计划|安排|到位|支出|使用|资金|投资|[0-9]))"
)
SPENT_ON = re.compile(r"用于|购[买置]|采购|发放|支付给")
POINTS_OF_A_PART = re.compile(r"分值|权重|指标|单项|各项|[一二三]级")

# 占年初预算的: the amount before it as a share of the whole.
SHARE = re.compile(
    r"(?:占|(?:为|达到?|完成了?|执行了?|使用了?|相当于)(?=.{2}))"
    r"(?P<whole>(?>年初|全年|年度|当年|项目|总|财政|下达|批复|安排|计划|实际|到位|支出|使用|资金|"
    r"预算|拨款|经费|投资|额|数|[0-9.,]{1,14}\s?[万亿]?元|\s)++)?"
    r"的?(?:比[例重]|百分比)?(?:为|达到?|约|是|近|\s)*$"
)
WHOLES = (
    (re.compile(r"到位"), ("received",)),
    (re.compile(r"预算|计划|批复|安排|投资|下达"), BUDGET),
    (re.compile(r"支出|使用"), ("spent",)),
    (re.compile(r"资金|经费|拨款|财政"), (*BUDGET, "received")),
)
