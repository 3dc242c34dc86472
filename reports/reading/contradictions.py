"""Words about the money that the figures of the forms refute."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import percent_text, wan_text
from reports.dossier.facts import Facts
from reports.dossier.model import ProjectType
from reports.reading.claims import is_neutral, is_of_the_whole_year
from reports.reading.figures import Kind
from reports.reading.passage import Passage

DENIED = re.compile(
    r"(?:未|没有|没|不|无法|难以|避免|[如若]|应当?|必须|要求|确保|力争|计划|争取|目标)[^，。；\n]{0,8}$"
)
AS_PLANNED = re.compile(
    r"按照?(?:年初|年度|既定|用款|资金|预算|项目)*(?:计划|进度)(?:安排)?"
    r"(?:足额|全额|全部|及时|合理|规范|地|的)*(?:使用|支出|执行|拨付|支付)(?!办法|制度|规定|程序|审批)"
)
MONEY = "(?:资金|经费|预算|款项)"
ALL_SPENT = re.compile(
    rf"{MONEY}[^，。；\n]{{0,4}}?(?:已|均|都)*(?:全部|全额|足额)(?:已|都)?(?:支出|使用|支付|执行|用)(?:完毕|完成|到位|完)?"
    rf"|{MONEY}(?:已|均|全部|都)*(?:使用|支出|执行|支付)完毕"
    r"|[无没]有?(?:资金|经费|预算)?(?:结余|结转|剩余)(?!率)"
)
ALL_RECEIVED = re.compile(
    r"(?:资金|经费|拨款|补助|款项)[^，。；\n]{0,4}?(?:全部|全额|足额|如数)(?:按时|及时)?到位|足额到位"
)
NOT_OVERSPENT = re.compile(r"(?:未|没有)(?:超支|超预算|超出预算|突破预算|超过预算|超过总预算)")
SAVED = re.compile(r"节[约省支]了?(?:资金|经费|财政资金|预算|成本)*(?:共计|约|为|达|\s)*$")
# What saves money, as against what only kept it from being spent.
A_WAY_TO_SAVE = re.compile(
    r"招标|采购|询价|比选|竞价|磋商|谈判|议价|集中|自[行建]|共享|利用|优化|压低|单价|结算|审[减定核]|中标|降低|改用|合并"
)
FROZEN = re.compile(
    r"一般性支出(?:压减|严控)|压减一般性支出|(?:支出|经费)(?:受限|冻结|严控)|无法及时支出|未能?及时支出"
)
RECURRING = re.compile(r"(?:属于?|是|为)[^，。；\n]{0,4}经常性(?:支出)?项目")
ONE_OFF = re.compile(r"(?:属于?|是|为)[^，。；\n]{0,4}一次性(?:支出)?项目")
ALL_DONE = re.compile(
    r"(?:各项|全部|所有|年度|绩效)+(?:目标|指标|任务|工作)+(?:均|都|已经?|全部|全面|圆满|顺利|按期|如期)*(?:完成|实现|达成)(?!率|情况|程度|的?原因)"
)
SAVED_WINDOW = 20
SOURCE = re.compile(r"中央|[省市县区]|上级|自筹|配套")


@dataclass(frozen=True)
class Contradiction:
    """What stands from ``start`` to ``end``, and what the forms say against it."""

    start: int
    end: int
    expected: str
    how: str


@dataclass(frozen=True)
class Refutation:
    """The words that are refuted; ``of_money`` when only the whole sum's are."""

    words: re.Pattern[str]
    expected: str
    how: str
    of_money: bool = True


def contradictions(passage: Passage, facts: Facts) -> Iterator[Contradiction]:
    for one in _refutations(facts):
        for found in one.words.finditer(passage.text):
            if _is_claimed(passage, found.start(), one, several=has_several_sources(facts)):
                yield Contradiction(*found.span(), one.expected, one.how)
    if is_low(facts):
        yield from _not_saved(passage, facts)


def is_low(facts: Facts) -> bool:
    """Whether the execution rate is below what the pack warns of."""
    rate = facts.execution_rate
    return rate is not None and rate < Fraction(facts.dossier.pack.limit("execution_warning"))


def _refutations(facts: Facts) -> Iterator[Refutation]:
    received, spent, budget = facts.received, facts.spent, facts.annual_budget
    if is_low(facts):
        yield Refutation(AS_PLANNED, "说明没有按计划用完的原因", _low(facts))
    if spent is not None and _exceeds(received, spent) and _exceeds(budget, spent):
        yield Refutation(
            ALL_SPENT, "写明结余", _difference("结余", "实际到位", received, "实际使用", spent)
        )
    if received is not None and _exceeds(facts.planned, received) and _exceeds(budget, received):
        how = _difference("尚缺", "计划投资", facts.planned, "实际到位", received)
        yield Refutation(ALL_RECEIVED, "写明尚未到位的金额", how)
    if budget is not None and _exceeds(spent, budget):
        how = _difference("超出", "实际使用", spent, "全年预算", budget)
        yield Refutation(NOT_OVERSPENT, "写明超出的金额和原因", how)
    ticked = facts.dossier.basic.project_type
    if ticked is ProjectType.ONE_OFF:
        yield Refutation(
            RECURRING, "一次性项目", "项目基本信息表勾选的是一次性项目", of_money=False
        )
    if ticked is ProjectType.RECURRING:
        yield Refutation(ONE_OFF, "经常性项目", "项目基本信息表勾选的是经常性项目", of_money=False)


def _exceeds(larger: Decimal | None, smaller: Decimal) -> bool:
    return larger is not None and larger > smaller


def _low(facts: Facts) -> str:
    warning = percent_text(Fraction(facts.dossier.pack.limit("execution_warning")), 0)
    rate = percent_text(facts.execution_rate or Fraction(0))
    spent, budget = facts.spent or Decimal(0), facts.annual_budget or Decimal(0)
    how = f"实际使用 {wan_text(spent)} ÷ 全年预算 {wan_text(budget)}"
    return f"预算执行率 {rate}（{how}），低于 {warning}"


def _difference(name: str, whole: str, larger: Decimal | None, part: str, smaller: Decimal) -> str:
    larger = larger or Decimal(0)
    rest = wan_text(larger - smaller)
    return f"{whole} {wan_text(larger)} − {part} {wan_text(smaller)}，{name} {rest} 万元"


def has_several_sources(facts: Facts) -> bool:
    return sum(bool(line.planned or line.received) for line in facts.dossier.funding) > 1


def _is_claimed(passage: Passage, position: int, one: Refutation, *, several: bool) -> bool:
    """Not denied or wished for; of money, not of one source among several."""
    clause = passage.clause_start(position)
    lead = passage.text[clause:position]
    if DENIED.search(lead) or (one.of_money and several and SOURCE.search(lead)):
        return False
    return not one.of_money or (is_of_the_whole_year(passage, position) and is_neutral(lead))


def _not_saved(passage: Passage, facts: Facts) -> Iterator[Contradiction]:
    """An amount called saved that is what was left over, without a way in which it was saved."""
    left = [
        Fraction(whole - facts.spent)
        for whole in (facts.received, facts.annual_budget)
        if whole is not None and facts.spent is not None
    ]
    for figure in passage.figures:
        if figure.kind is not Kind.MONEY or not any(figure.agrees(one) for one in left):
            continue
        start = max(passage.clause_start(figure.start), figure.start - SAVED_WINDOW)
        found = SAVED.search(passage.text, start, figure.start)
        sentence = passage.sentence_start(figure.start)
        if found and not A_WAY_TO_SAVE.search(passage.text, sentence, figure.end):
            yield Contradiction(
                found.start(), figure.end, "结余（没有用完），或写明怎样节约的", _low(facts)
            )
