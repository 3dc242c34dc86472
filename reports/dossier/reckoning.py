"""What ``dossier score`` says about a dossier, as plain data and as Chinese text."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evalsys.figures import percent_text, wan_text
from reports.dossier.codec import dossier_digest
from reports.dossier.facts import Facts
from scoring.engine import Disagreement, SheetTotal, Step

BLANK = "（空）"


def reckoning_data(facts: Facts) -> dict[str, Any]:
    """JSON data; every figure is text: points, 元, rates as printed percentages."""
    dossier, result = facts.dossier, facts.result
    return {
        "project_name": dossier.project_name,
        "fiscal_year": dossier.fiscal_year,
        "digest": dossier_digest(dossier),
        "pack": {
            "code": dossier.pack.code,
            "version": dossier.pack.version,
            "digest": dossier.pack.digest,
        },
        "funds": {
            "planned": _figure(facts.planned),
            "received": _figure(facts.received),
            "spent": _figure(facts.spent),
            "annual_budget": _figure(facts.annual_budget),
            "balance": _figure(facts.balance),
            "arrival_rate": _percent(facts.arrival_rate),
            "execution_rate": _percent(facts.execution_rate),
        },
        "evaluators": [
            {
                "key": total.evaluator,
                "name": facts.names[total.evaluator],
                "total": _figure(total.total),
                "counted": total.counted,
                "total_only": total.total_only,
            }
            for total in result.sheet_totals
        ],
        "consensus_total": _figure(facts.consensus_total),
        "mean": _figure(result.mean),
        "total": _figure(result.total),
        "grade": result.grade,
        "cap": _figure(result.cap),
        "missing": list(result.missing),
        "subtotals": {key: _figure(points) for key, points in result.subtotals.items()},
        "leaves": [
            {
                "key": leaf.key,
                "weight": _figure(leaf.weight),
                "exact": leaf.exact,
                "printed": _figure(leaf.printed),
                "spread": _figure(leaf.spread),
                "applicable": leaf.applicable,
            }
            for leaf in result.leaves
        ],
        "steps": [asdict(step) | {"inputs": list(step.inputs)} for step in result.steps],
        "disagreements": [asdict(one) for one in result.disagreements],
    }


def reckoning_text(facts: Facts) -> str:
    return "\n".join(_lines(facts))


def _lines(facts: Facts) -> Iterator[str]:
    dossier, result = facts.dossier, facts.result
    pack = dossier.pack
    yield f"{dossier.project_name} {dossier.fiscal_year} 年度"
    yield f"规则：{pack.name}，第 {pack.version} 版"
    if dossier.old_form:
        yield "旧表录入：得分是抄录的，不是在系统中评定的"
    yield ""
    yield from _funds_lines(facts)
    yield ""
    for total in result.sheet_totals:
        yield f"{facts.names[total.evaluator]}：{_sheet_text(total)}"
    if facts.consensus_total is not None:
        yield f"共同评分各项相加：{_figure(facts.consensus_total)} 分"
    if result.missing:
        yield f"还没有结果：{'；'.join(result.missing)}"
    else:
        yield f"平均分：{_figure(result.mean)} 分"
        yield f"总分：{_figure(result.total)} 分"
        yield f"等次：{result.grade or BLANK}"
    yield ""
    yield "如何算出"
    for number, step in enumerate(result.steps, 1):
        yield from _step_lines(number, step)
    yield ""
    yield from _disagreement_lines(result.disagreements)


def _funds_lines(facts: Facts) -> Iterator[str]:
    yield (
        f"计划 {_wan(facts.planned)}，到位 {_wan(facts.received)}，"
        f"使用 {_wan(facts.spent)}，结余 {_wan(facts.balance)}"
    )
    arrival, execution = _percent(facts.arrival_rate), _percent(facts.execution_rate)
    yield f"到位率 {arrival or BLANK}，预算执行率 {execution or BLANK}"


def _sheet_text(total: SheetTotal) -> str:
    notes = [
        note
        for note, holds in (("只有总分", total.total_only), ("不计入", not total.counted))
        if holds
    ]
    remark = f"（{'，'.join(notes)}）" if notes else ""
    return f"{_figure(total.total)} 分{remark}"


def _step_lines(number: int, step: Step) -> Iterator[str]:
    yield f"{number}. {step.title}：{step.rule}"
    for text in step.inputs:
        yield f"   {text}"
    yield f"   得：{step.outcome}"


def _disagreement_lines(disagreements: tuple[Disagreement, ...]) -> Iterator[str]:
    if not disagreements:
        yield "没有互相矛盾的数字。"
        return
    yield f"互相矛盾 {len(disagreements)} 处"
    for number, one in enumerate(disagreements, 1):
        yield f"{number}. {one.what}：现为 {one.found}，应为 {one.expected}（{one.how}）"


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _percent(rate: Fraction | None) -> str | None:
    return None if rate is None else percent_text(rate)


def _wan(yuan: Decimal | None) -> str:
    return BLANK if yuan is None else f"{wan_text(yuan)} 万元"
