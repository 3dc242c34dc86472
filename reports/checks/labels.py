"""A place as people say it: 绩效目标表第 3 行 · 绩效目标."""

import re
from collections.abc import Callable, Iterator

from reports.checks.model import Place
from reports.dossier.model import Dossier

STEP = re.compile(r"\[(?P<index>[0-9]+)\]|\[\"(?P<quoted>[^\"]*)\"\]|\.?(?P<name>[^.\[\]]+)")
FIELDS = {
    "goal_type": "指标类型",
    "goal_class": "指标名称",
    "target": "绩效目标",
    "standards": "绩效标准",
    "planned": "计划投资额",
    "received": "实际到位资金",
    "spent": "实际使用情况",
    "weight": "分值",
    "name": "名称",
    "target_value": "指标值",
    "actual_value": "实际完成值",
    "deviation_reason": "偏差原因",
    "improvement": "改进措施",
    "total_only": "总分",
}
TOPS = {
    "project_name": "项目名称",
    "funding": "项目资金",
    "annual_budget": "全年预算数",
    "initial_budget": "年初预算数",
    "adjustment": "预算调整数",
    "adjustment_reason": "预算调整的原因",
    "execution_reason": "执行率低的原因",
    "indicators": "指标体系",
    "panel": "评价工作组",
    "appointed_by": "评价工作组成立文号",
    "consensus": "得分栏",
    "evidence": "佐证材料",
    "targets": "绩效目标表",
    "submitted_on": "送审",
    "published_on": "公开",
    "basic.evaluated_on": "评价日期",
    "printed.total": "印出的总分",
    "printed.mean": "印出的平均分",
    "printed.sum_of_totals": "印出的合计",
    "printed.grade": "印出的等次",
    "printed.execution_rate": "印出的执行率",
    "printed.arrival_rate": "印出的到位率",
    "printed.balance": "印出的结余",
    "printed.planned": "印出的计划投资额合计",
    "printed.received": "印出的实际到位资金合计",
    "printed.spent": "印出的实际使用情况合计",
    "printed.signed": "签字盖章",
    "printed.headings": "评价报告的标题",
}


def place_words(dossier: Dossier, place: Place) -> str:
    """Where a finding is; a path that leads nowhere is given as it is."""
    if place.field in TOPS:
        return TOPS[place.field]
    steps = list(_steps(place.field))
    say = WORDS.get(str(steps[0])) if steps else None
    try:
        return say(dossier, steps[1:]) if say else place.field
    except (IndexError, KeyError, StopIteration):
        return place.field


def _steps(path: str) -> Iterator[str | int]:
    for match in STEP.finditer(path):
        yield int(match["index"]) if match["index"] else match["quoted"] or match["name"]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _field(steps: list[str | int], position: int = 1) -> str:
    return FIELDS.get(str(steps[position]), "") if len(steps) > position else ""


def _target(dossier: Dossier, steps: list[str | int]) -> str:
    return _joined(f"绩效目标表第 {int(steps[0]) + 1} 行", _field(steps))


def _indicator(dossier: Dossier, steps: list[str | int]) -> str:
    return _joined(f"指标「{dossier.indicators[int(steps[0])].name}」", _field(steps))


def _funding(dossier: Dossier, steps: list[str | int]) -> str:
    return _joined(dossier.funding[int(steps[0])].label, _field(steps))


def _basic(dossier: Dossier, steps: list[str | int]) -> str:
    return dossier.pack.wording[str(steps[0])].strip("：: ")


def _section(dossier: Dossier, steps: list[str | int]) -> str:
    section = next(one for one in dossier.pack.outline if one.key == steps[0])
    return f"评价报告 {section.number}{section.title}"


def _mark(dossier: Dossier, steps: list[str | int]) -> str:
    """``steps`` from the members of a sheet on."""
    if steps[0] != "marks":
        return _field(steps, 0)
    leaf = next(one for one in dossier.indicators if one.key == steps[1])
    return f"「{leaf.name}」得分"


def _panel(dossier: Dossier, steps: list[str | int]) -> str:
    name = f"{dossier.panel[int(steps[0])].name}的评分表"
    return _joined(name, _mark(dossier, steps[2:])) if len(steps) > 2 else name  # noqa: PLR2004  [index] sheet


def _column(dossier: Dossier, steps: list[str | int]) -> str:
    return _joined("得分栏", _mark(dossier, steps))


def _printed(dossier: Dossier, steps: list[str | int]) -> str:
    match steps:
        case ("subtotals", key):
            name = next(one.name for one in dossier.indicators if one.key == key)
            return f"印出的小计「{name}」"
        case ("weight_totals", int(level)):
            return f"印出的{'一二三'[level]}级分值合计"
        case ("headings", int(number), *_) if dossier.printed:
            heading = dossier.printed.headings[number]
            return f"评价报告的标题「{heading.number.strip()}{heading.title}」"
    raise KeyError(steps)


def _evidence(dossier: Dossier, steps: list[str | int]) -> str:
    return f"佐证材料「{dossier.evidence[int(steps[0])].title}」"


def _step(dossier: Dossier, steps: list[str | int]) -> str:
    return f"办理经过第 {int(steps[0]) + 1} 步"


WORDS: dict[str, Callable[[Dossier, list[str | int]], str]] = {
    "targets": _target,
    "indicators": _indicator,
    "funding": _funding,
    "basic": _basic,
    "sections": _section,
    "panel": _panel,
    "consensus": _column,
    "printed": _printed,
    "evidence": _evidence,
    "steps": _step,
}
