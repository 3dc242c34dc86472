"""D01–D08: is a target something that can be reached, measured and compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from evalsys.figures import plain
from evalsys.rulepacks.schema import IndicatorTemplate, TreeFreedom
from evalsys.text import fold_digits
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    Leaf,
    NotApplicableError,
    NotEnoughDataError,
    Severity,
)
from reports.checks.places import at
from reports.checks.registry import check
from reports.checks.standards import TICK, disorder
from reports.checks.words import BLANK, points, shown
from reports.dossier.model import Indicator, PerformanceTarget
from scoring.engine.quantities import parse_quantity

VAGUE = re.compile(
    "有效(?:提升|提高|改善|保障|促进|推动|缓解)|进一步(?:加强|提高|完善|提升|改善|优化)|不断(?:加强|提高|完善|提升)"
    "|(?:保障|保证|确保)[^，。；]{0,12}(?:正常|顺利|稳定)|正常(?:运转|运行|使用|开展)|明显(?:提高|改善|提升)"
    "|显著(?:提高|改善|提升)|较(?:好|大|高)|良好|逐步(?:提高|改善|完善)|大力(?:推进|推动)|切实(?:加强|提高)"
)
NUMBER = re.compile(
    r"[0-9０-９]|[一二三四五六七八九十百千万两半]+(?:个|家|次|项|人|台|套|件|场|篇|份|成|倍|天|月|年|条|期|户)"
)
AT_MOST = re.compile(r"≤|<=|＜|<|不超过|不高于|不大于|以内|以下|低于|控制在|不突破|小于")
# What counts things, and what relates them.
COUNTS = re.compile(r"(?<!质)量$|数量|次数|人次|人数|个数|台数|件数|户数|面积|里程|公里数|场次")
RATES = re.compile(r"(?<![效功频速利税费汇])率(?!先|领)")
QUANTITY, QUALITY, COST, SATISFACTION = "数量", "质量", "成本", "满意度"
OUTPUT = ("产出", QUANTITY, QUALITY, "时效", COST)
METHOD = re.compile("问卷|抽样|调查|电话|回访|走访|访谈|测评|随机|评价器|系统评价|网上评议")
SAMPLE = re.compile(
    r"(?:样本|抽样|抽取|发放|回收|调查|走访|回访|测评)[^，。；]{0,10}?[0-9]+\s*(?:份|人|户|家|个|名|次|%)|[0-9]+\s*(?:份|人|户|家|名)"
)
POPULATION = re.compile(
    "群众|居民|职工|学生|家长|患者|企业|单位|市民|村民|农户|用户|对象|人员|教师|商户|部门|游客|司机|公众|业主|师生"
)
LAST_MONTH = 12


@dataclass(frozen=True)
class Aim:
    """A target as it stands on a form: a row of the goals, or a leaf with a 指标值."""

    path: str
    name: str
    classes: tuple[str, ...]
    text: str
    is_leaf: bool

    def within(self, *words: str) -> bool:
        return any(word in one for one in self.classes for word in words)


def aims(case: Case) -> Iterator[Aim]:
    for index, row in enumerate(case.dossier.targets):
        path = f"targets[{index}].target"
        yield Aim(path, row.target, (row.goal_type, row.goal_class), row.target, False)
    for leaf in case.leaves:
        text = leaf.indicator.target_value
        if text.strip():
            path = f"{leaf.path}.target_value"
            yield Aim(path, leaf.indicator.name, (*leaf.classes, leaf.indicator.name), text, True)


def _rows(case: Case) -> list[PerformanceTarget]:
    if not case.dossier.targets:
        raise NotEnoughDataError("绩效目标表还没有一行。")
    return list(case.dossier.targets)


@check("D01", Severity.WARN, "绩效目标有方向、数字和单位，没有“有效提升”“保障正常”一类的空话")
def targets_are_measurable(case: Case) -> Iterator[Finding]:
    found = list(aims(case))
    if not found:
        raise NotEnoughDataError("还没有绩效目标。")
    for aim in found:
        standard = _standard(case, aim)
        yield from _vague(aim, standard)
        if aim.is_leaf:
            yield from _unmeasured_value(aim)
        elif _needs_a_number(aim) and not NUMBER.search(aim.text + standard):
            how = f"「{aim.name}」没有数字，完成没完成说不清"
            yield Finding(at(aim.path), shown(aim.text), "方向、数字和单位，例如 ≥ 200 次", how)


def _needs_a_number(aim: Aim) -> bool:
    """What is produced can be counted, and a rate is a number; other effects may be words."""
    return aim.within(*OUTPUT) or bool(RATES.search(aim.text))


def _standard(case: Case, aim: Aim) -> str:
    """What the row gives under 优, where a number may stand too."""
    if aim.is_leaf:
        return ""
    index = int(re.sub(r"\D", "", aim.path))
    return "".join(case.dossier.targets[index].standards)


def _vague(aim: Aim, standard: str) -> Iterator[Finding]:
    match = VAGUE.search(aim.text)
    if match and not NUMBER.search(aim.text + standard):
        place = at(aim.path, *match.span())
        yield Finding(place, match[0], "可以衡量的结果", "说法笼统，无法判断是否达到")


def _unmeasured_value(aim: Aim) -> Iterator[Finding]:
    quantity = parse_quantity(aim.text)
    if quantity is None:
        if aim.within(QUANTITY, COST) and not NUMBER.search(aim.text):
            expected = "方向、数字和单位，例如 ≥ 200 次"
            yield Finding(at(aim.path), aim.text, expected, f"「{aim.name}」的指标值没有数字")
        return
    missing = [
        word
        for word, given in (("≥、≤ 或 =", quantity.operator), ("单位", quantity.unit))
        if not given
    ]
    if missing:
        expected = f"写明{'和'.join(missing)}"
        yield Finding(at(aim.path), aim.text, expected, f"「{aim.name}」的指标值", about="parts")


@check("D02", Severity.WARN, "指标归类正确：次数、人次不在质量指标，比率不在数量指标")
def targets_are_in_their_class(case: Case) -> Iterator[Finding]:
    if not case.dossier.targets and not case.leaves:
        raise NotEnoughDataError("还没有绩效目标。")
    for index, row in enumerate(case.dossier.targets):
        wrong = _misfiled(row.goal_class, row.target)
        if wrong:
            expected, how = wrong
            label = (
                row.goal_class.replace(QUALITY, "#")
                .replace(QUANTITY, QUALITY)
                .replace("#", QUANTITY)
            )
            place = at(f"targets[{index}].goal_class")
            yield Finding(
                place, row.goal_class, expected, f"「{row.target}」{how}", Correction(label)
            )
    for leaf in case.leaves:
        above = leaf.classes[-1] if leaf.classes else ""
        wrong = _misfiled(above, leaf.indicator.name)
        if wrong:
            expected, how = wrong
            name = f"「{leaf.indicator.name}」"
            yield Finding(at(f"{leaf.path}.name"), above, expected, f"{name}{how}")


def _misfiled(goal_class: str, target: str) -> tuple[str, str] | None:
    text = target.strip().rstrip("。；;")
    head = re.split(r"[≥≤<>=＞＜，,（(：:]|\s", text, maxsplit=1)[0]
    if QUALITY in goal_class and COUNTS.search(head) and not RATES.search(head):
        return "数量指标", "是数量，不是质量"
    if QUANTITY in goal_class and RATES.search(head):
        return "质量指标", "是比率，不是数量"
    return None


@check(
    "D03",
    Severity.WARN,
    "满意度写明调查对象、样本、方法和目标值",
    applies="有满意度指标的绩效目标表",
)
def satisfaction_is_surveyed(case: Case) -> Iterator[Finding]:
    rows = [
        (index, row)
        for index, row in enumerate(_rows(case))
        if SATISFACTION in row.goal_class or SATISFACTION in row.target
    ]
    if not rows:
        raise NotApplicableError("没有满意度指标。")
    for index, row in rows:
        text = fold_digits(f"{row.target} {' '.join(row.standards)}")
        missing = [name for name, pattern in SURVEY.items() if not pattern.search(text)]
        if missing:
            how = "满意度要有调查对象、样本数、方法和目标值"
            place = at(f"targets[{index}].target")
            yield Finding(place, row.target, f"写明{'、'.join(missing)}", how)


SURVEY = {
    "调查对象": POPULATION,
    "样本": SAMPLE,
    "方法": METHOD,
    "目标值": re.compile(r"[0-9]+(?:\.[0-9]+)?\s*[%％分]"),
}


@check("D04", Severity.WARN, "成本指标用 ≤", applies="写有数字的成本指标")
def costs_have_a_ceiling(case: Case) -> Iterator[Finding]:
    costs = [aim for aim in aims(case) if aim.within(COST) and NUMBER.search(aim.text)]
    if not costs:
        raise NotApplicableError("没有写数字的成本指标。")
    for aim in costs:
        rising = "节约" in aim.text or "节约" in aim.name or "降低" in aim.text
        if not rising and not AT_MOST.search(aim.text):
            how = f"「{aim.name}」：成本越低越好，目标应是上限"
            yield Finding(at(aim.path), aim.text, "≤ 加数字和单位", how)


@check("D05", Severity.WARN, "三级指标不重名")
def leaves_have_their_own_names(case: Case) -> Iterator[Finding]:
    if not case.leaves:
        raise NotEnoughDataError("还没有指标。")
    first: dict[str, Leaf] = {}
    for leaf in case.leaves:
        name = "".join(leaf.indicator.name.split())
        if name in first:
            above = "、".join(first[name].classes[-1:])
            how = f"与「{above}」下的指标重名"
            yield Finding(at(f"{leaf.path}.name"), leaf.indicator.name, "各不相同的名称", how)
        first.setdefault(name, leaf)


@check(
    "D06",
    Severity.BLOCK,
    "优、良、中、差四档标准有高低之分，不重叠，不是只打勾",
    applies="填有绩效标准的绩效目标表",
)
def standards_are_thresholds(case: Case) -> Iterator[Finding]:
    rows = [(index, row) for index, row in enumerate(_rows(case)) if any(row.standards)]
    if not rows:
        raise NotEnoughDataError("绩效标准空着。")
    words = [case.pack.wording[f"standard_{number}"] for number in range(1, 5)]
    for index, row in rows:
        path = f"targets[{index}].standards"
        ticks = [
            number for number, cell in enumerate(row.standards) if TICK.fullmatch(cell.strip())
        ]
        if ticks:
            found = f"「{words[ticks[0]]}」下打勾"
            expected = "四档各写标准，例如 100%、80%、60%、60% 以下"
            how = f"「{row.target}」：这几格写达到什么程度算哪一档"
            yield Finding(at(path), found, expected, how)
            continue
        blank = [words[number] for number, cell in enumerate(row.standards) if not cell.strip()]
        if blank:
            how = f"「{row.target}」缺{'、'.join(blank)}的标准"
            yield Finding(at(path), BLANK, "四档都写标准", how)
        elif (wrong := disorder(row.standards)) is not None:
            higher, lower = (words[number] for number in wrong)
            cells = "、".join(row.standards[number] for number in wrong)
            how = f"「{row.target}」的四档"
            yield Finding(at(path), cells, f"「{higher}」与「{lower}」有高低之分，不重叠", how)


@check(
    "D07",
    Severity.BLOCK,
    "指标、指标值和分值与批复的一致，改动经过批准",
    source="规则包固定的指标；批复的指标体系",
)
def indicators_are_as_approved(case: Case) -> Iterator[Finding]:
    if not case.dossier.indicators:
        raise NotEnoughDataError("还没有指标。")
    fixed = _follows_the_pack(case)
    approved = case.dossier.approved
    if not fixed and approved is None:
        raise NotEnoughDataError("没有批复的指标体系可以对照。")
    if fixed:
        yield from _unlike_the_pack(case)
    if approved is not None:
        yield from _unlike_the_approved(case, approved.indicators, approved.document)


def _follows_the_pack(case: Case) -> bool:
    """The pack fixes some of the tree, and the tree is the pack's: an old form may have its own."""
    templates = _templates(case.pack.tree)
    known = any(one.key in templates for one in case.dossier.indicators)
    return known and case.pack.tree_freedom is not TreeFreedom.FREE


def _unlike_the_pack(case: Case) -> Iterator[Finding]:
    """Names and weights that the pack fixes."""
    templates = _templates(case.pack.tree)
    how = f"规则包「{case.pack.name}」的规定"
    for index, one in enumerate(case.dossier.indicators):
        template, path = templates.get(one.key), f"indicators[{index}]"
        if template is None:
            if case.pack.tree_freedom is TreeFreedom.LOCKED:
                yield Finding(at(path), one.name, "没有这个指标", how)
            continue
        if one.name != template.name:
            place = at(f"{path}.name")
            yield Finding(place, one.name, template.name, how, Correction(template.name))
        if template.weight is not None and one.weight != template.weight:
            place, correction = at(f"{path}.weight"), Correction(plain(template.weight))
            yield Finding(place, points(one.weight), points(template.weight), how, correction)
    if case.pack.tree_freedom is TreeFreedom.LOCKED:
        keys = {one.key for one in case.dossier.indicators}
        for key, template in templates.items():
            if key not in keys:
                yield Finding(at("indicators"), "没有", template.name, how, about=key)


def _templates(nodes: tuple[IndicatorTemplate, ...]) -> dict[str, IndicatorTemplate]:
    return {
        key: node
        for one in nodes
        for key, node in ({one.key: one} | _templates(one.children)).items()
    }


APPROVED_PARTS = {"name": "名称", "target_value": "指标值"}


def _unlike_the_approved(
    case: Case, approved: tuple[Indicator, ...], document: str
) -> Iterator[Finding]:
    how = f"批复的指标{f'（{document}）' if document else ''}；要改须先重新批复"
    before = {one.key: one for one in approved}
    now = {one.key for one in case.dossier.indicators}
    for index, one in enumerate(case.dossier.indicators):
        path, old = f"indicators[{index}]", before.get(one.key)
        if old is None:
            yield Finding(at(path), one.name, "没有这个指标", how, about="approved")
            continue
        for name in APPROVED_PARTS:
            found, expected = getattr(one, name), getattr(old, name)
            if found != expected:
                place = at(f"{path}.{name}")
                correction = Correction(expected)
                yield Finding(
                    place, shown(found), shown(expected), how, correction, about="approved"
                )
        if one.weight != old.weight:
            place, found = at(f"{path}.weight"), points(one.weight)
            yield Finding(place, found, points(old.weight), how, about="approved")
    for key, old in before.items():
        if key not in now:
            yield Finding(at("indicators"), "没有", old.name, how, about=f"approved {key}")


@check("D08", Severity.BLOCK, "日期先后合理：年度基本结束以后评价，评价以后才签发")
def dates_are_in_order(case: Case) -> Iterator[Finding]:
    evaluated = case.dossier.basic.evaluated_on
    if evaluated is None:
        raise NotEnoughDataError("评价日期空着。")
    place = at("basic.evaluated_on")
    earliest = date(case.dossier.fiscal_year, LAST_MONTH, 1)
    if evaluated < earliest:
        how = f"{case.dossier.fiscal_year} 年度还没有过完"
        yield Finding(place, evaluated.isoformat(), f"{earliest.isoformat()} 以后", how)
    signed = next((step.on for step in case.context.steps or () if step.action == "approve"), None)
    if signed is not None and evaluated > signed:
        how = f"{signed.isoformat()} 已经签发"
        yield Finding(place, evaluated.isoformat(), f"不晚于 {signed.isoformat()}", how)
