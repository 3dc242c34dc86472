"""The labelled texts of this folder as dossiers; docs/corpora.md describes the format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from evalsys.rulepacks.schema import IndicatorTemplate
from evalsys.rulepacks.shipped import shipped_pack
from reports.dossier.model import (
    BasicInfo,
    Dossier,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    ProjectType,
)
from scoring.engine import Mark, MarkState, Sheet

HERE = Path(__file__).parent
SECTIONS = {
    "性质": "overview_nature",
    "目标": "overview_goals",
    "到位": "funds_received",
    "使用": "funds_spent",
    "资金管理": "funds_management",
    "组织": "implementation_organisation",
    "管理": "implementation_management",
    "成本": "economy_cost_control",
    "节约": "economy_cost_saving",
    "进度": "efficiency_progress",
    "质量": "efficiency_quality",
    "完成": "effectiveness_goals",
    "影响": "effectiveness_impact",
    "持续": "sustainability",
    "未完成": "unmet_goals",
    "结论": "conclusion",
    "经验": "experience",
    "其他": "other",
}
SOURCES = {"中央财政": "central", "省财政": "provincial", "市县财政": "municipal", "其他": "other"}
TYPES = {"经常性": ProjectType.RECURRING, "一次性": ProjectType.ONE_OFF}
COLUMNS = {"计划": "planned", "到位": "received", "使用": "spent"}
LABEL = re.compile(r"(?P<code>[A-Z]\d\d) (?P<found>.+?)(?: → (?P<expected>.*))?")


@dataclass(frozen=True)
class Label:
    """What a faulty text must be found to say, and what instead where that can be told."""

    code: str
    found: str
    expected: str


@dataclass
class Text:
    name: str
    dossier: Dossier
    labels: list[Label] = field(default_factory=list)


def correct_texts() -> list[Text]:
    return list(_texts("correct"))


def faulty_texts() -> list[Text]:
    return list(_texts("faulty"))


def _texts(folder: str) -> Iterator[Text]:
    for path in sorted((HERE / folder).glob("*.txt")):
        for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            yield from _block(path.stem, block)


def _block(stem: str, block: str) -> Iterator[Text]:
    """One set of forms; in a faulty file, several texts written under them, each after ``--``."""
    title, _, rest = block.partition("\n")
    head, *parts = re.split(r"^--\n", rest, flags=re.MULTILINE)
    facts = dict(line.split("：", 1) for line in _lines(head) if not line.startswith("["))
    dossier = _dossier(title.strip(), facts)
    if not parts:
        body = "\n".join(line for line in head.splitlines() if not _is_fact(line))
        yield Text(f"{stem}: {title}", replace(dossier, sections=_sections(body)))
    for number, part in enumerate(parts, 1):
        labels = [
            Label(**found.groupdict(""))
            for line in part.splitlines()
            if (found := LABEL.fullmatch(line.strip()))
        ]
        body = "\n".join(line for line in part.splitlines() if not LABEL.fullmatch(line))
        yield Text(f"{stem}: {title} {number}", replace(dossier, sections=_sections(body)), labels)


def _lines(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        if line.startswith("["):
            break
        if line.strip():
            lines.append(line.strip())
    return lines


FACTS = (
    "单位",
    "主管",
    "年度",
    "计划",
    "到位",
    "使用",
    "全年预算",
    "扣分",
    "类型",
    "指标",
    "目标行",
    "规则",
)


def _is_fact(line: str) -> bool:
    return line.partition("：")[0] in FACTS and not line.startswith("[")


def _sections(body: str) -> dict[str, str]:
    parts = re.split(r"^\[(.+?)\] ?", body, flags=re.MULTILINE)[1:]
    return {
        SECTIONS[name]: text.strip("\n") for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _dossier(title: str, facts: dict[str, str]) -> Dossier:
    pack = shipped_pack("haikou-2019")
    indicators = tuple(_with_own_leaves(tuple(_tree(pack.tree)), facts.get("指标", "")))
    return Dossier(
        project_name=title,
        fiscal_year=int(facts["年度"]),
        state="confirming",
        pack=pack,
        basic=BasicInfo(
            implementing_unit=facts.get("单位", ""),
            supervising_department=facts.get("主管", ""),
            project_type=TYPES.get(facts.get("类型", ""), ProjectType.BLANK),
        ),
        funding=tuple(_funding(facts)),
        annual_budget=_yuan(facts["全年预算"]) if "全年预算" in facts else None,
        targets=tuple(
            PerformanceTarget("产出指标", "数量指标", row.strip())
            for row in facts.get("目标行", "").split("；")
            if row.strip()
        ),
        sections={},
        indicators=indicators,
        panel=tuple(_panel(indicators, facts.get("扣分"))),
    )


def _funding(facts: dict[str, str]) -> Iterator[FundingLine]:
    columns = {
        column: dict(
            item.split() for item in re.split("[，,]", facts.get(name, "")) if item.strip()
        )
        for name, column in COLUMNS.items()
    }
    for label, source in SOURCES.items():
        yield FundingLine(
            source,
            label,
            **{name: _yuan(given[label]) for name, given in columns.items() if label in given},
        )


def _yuan(wan: str) -> Decimal:
    return Decimal(wan) * 10_000


def _tree(
    nodes: tuple[IndicatorTemplate, ...], parent: str = "", level: int = 1
) -> Iterator[Indicator]:
    for node in nodes:
        yield Indicator(node.key, parent, level, node.name, node.weight or Decimal(0))
        yield from _tree(node.children, node.key, level + 1)


def _with_own_leaves(tree: tuple[Indicator, ...], rows: str) -> Iterator[Indicator]:
    """``名称 | 指标值 | 实际完成值``, separated by ；: half a point each, taken from 产出数量."""
    own = [[cell.strip() for cell in row.split("|")] for row in rows.split("；") if row]
    half = Decimal("0.5")
    for node in tree:
        if node.key != "output_quantity":
            yield node
            continue
        yield replace(node, weight=node.weight - half * len(own))
        for number, (name, target, actual) in enumerate(own):
            yield Indicator(
                f"own_{number}",
                node.parent,
                3,
                name,
                half,
                target_value=target,
                actual_value=actual,
            )


def _panel(indicators: tuple[Indicator, ...], deducted: str | None) -> Iterator[PanelMember]:
    """Three who agree; without a word on points taken off, nobody has scored yet."""
    off = dict(item.split() for item in re.split("[，,]", deducted or "") if item.strip())
    parents = {indicator.parent for indicator in indicators}
    leaves = [indicator for indicator in indicators if indicator.key not in parents]
    assert set(off) <= {leaf.name for leaf in leaves}, off
    for number, name in enumerate(("李一", "王二", "赵三")):
        marks = {
            leaf.key: Mark(MarkState.SCORED, leaf.weight - Decimal(off.get(leaf.name, 0)))
            for leaf in leaves
        }
        sheet = Sheet(name, marks) if deducted is not None else None
        yield PanelMember(name, name, "科长", "", is_leader=number == 0, sheet=sheet)
