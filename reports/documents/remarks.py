"""What the notes under 项目基本信息表 say: no figure that does not add up prints without a word."""

from collections.abc import Iterator
from decimal import Decimal

from evalsys.figures import plain
from reports.dossier.model import Dossier
from scoring.engine import Disagreement, Result


def remarks(dossier: Dossier, result: Result) -> tuple[str, ...]:
    """The sentences of the notes in order: how the total follows, then each disagreement."""
    return (
        *_totals_only(result),
        *_scaled(result, dossier.pack.scoring.total),
        *_capped(result),
        *map(_difference, result.disagreements),
    )


def _totals_only(result: Result) -> Iterator[str]:
    if result.mean is None or not any(
        one.total_only and one.counted for one in result.sheet_totals
    ):
        return
    outcome = f"个人总分的平均分为{plain(result.mean)}分，评价等次据此确定"
    if result.raw_total is None:
        yield f"评价人员只有总分，没有各项得分；{outcome}。"
    else:
        yield (
            f"评价人员只有总分，没有各项得分；得分一列是共同评分，"
            f"相加为{plain(result.raw_total)}分；{outcome}。"
        )


def _scaled(result: Result, full: Decimal) -> Iterator[str]:
    weight, added, scaled = result.applicable_weight, result.raw_total, result.uncapped
    if weight is None or added is None or scaled is None or weight == full:
        return
    yield (
        f"不适用的指标不计分：得分相加为{plain(added)}分（满分{plain(weight)}分），"
        f"折算为满分{plain(full)}分后为{plain(scaled)}分。"
    )


def _capped(result: Result) -> Iterator[str]:
    before, total = result.uncapped, result.total
    if before is None or total is None or before == total:
        return
    yield f"按预算执行率，总分不超过{plain(total)}分：由{plain(before)}分降为{plain(total)}分。"


def _difference(one: Disagreement) -> str:
    return f"{one.what}为{one.found}，应为{one.expected}（{one.how}）。"
