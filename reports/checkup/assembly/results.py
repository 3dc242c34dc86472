"""The people with their totals, and what the forms print as results."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.funding import USUAL_UNIT, Funding
from reports.checkup.assembly.narrative import Narrative
from reports.checkup.assembly.sources import Sources
from reports.checkup.assembly.tree import Tree
from reports.checkup.parts import NOTHING, Printed
from reports.checkup.values import UnclearError, folded, is_blank, money, points, rate
from reports.checkup.words import plain
from reports.dossier.members import LABEL, SHORT
from reports.dossier.model import PanelMember, PrintedFigures
from scoring.engine import Sheet

T = TypeVar("T")

FROM_TEXT = "表上没有印，取自报告文字。"
SEVERAL = "印了几处，数不一样：{}。取先印的一处。"
WEIGHT_ROLES = ("weight1", "weight2", "weight")
MOST_PEOPLE = 60
SIGNATURE = re.compile(r"[\u4e00-\u9fff·]{2,6}")


def read_panel(sources: Sources, desk: Desk) -> tuple[PanelMember, ...]:
    leader = plain(sources.first("leader_line").text)
    members: list[PanelMember] = []
    for index, row in enumerate(sources.people[:MOST_PEOPLE]):
        path, key = f"panel[{index}]", f"person{index + 1}"
        name = desk.line(row.name, what="评价人员姓名", path=f"{path}.name", limit=SHORT)
        desk.places[path] = row.name
        total = desk.value(row.score, points, what=f"{name}的评分", path=f"{path}.sheet.total_only")
        sheet = None if total is None else Sheet(key, {}, total_only=total)
        is_leader = bool(leader) and plain(name) == leader and not any(m.is_leader for m in members)
        members.append(
            PanelMember(key, name, row.title[:SHORT], row.unit[:LABEL], is_leader, sheet)
        )
    return tuple(members)


def read_printed(
    sources: Sources, narrative: Narrative, tree: Tree, funding: Funding, desk: Desk
) -> PrintedFigures:
    reader = _Results(sources, narrative, desk)
    return PrintedFigures(
        total=reader.total(),
        mean=reader.figure("mean", "平均分", points),
        grade=reader.grade(),
        execution_rate=reader.rate("execution_rate", "预算执行率", "rate"),
        arrival_rate=reader.rate("arrival_rate", "到位率", "arrival"),
        balance=reader.balance(),
        sum_of_totals=reader.figure("sum_of_totals", "评分合计", _large_points),
        planned=funding.totals.get("planned"),
        received=funding.totals.get("received"),
        spent=funding.totals.get("spent"),
        subtotals=tree.subtotals,
        weight_totals=reader.weight_totals(),
        headings=narrative.headings,
        signed=_signed(sources, desk),
    )


def _signed(sources: Sources, desk: Desk) -> bool | None:
    """Written signatures can be seen, drawn ones not: where a picture is, nothing is said."""
    line = sources.first("leader_line")
    if not (sources.asks_signatures or line.where):
        return None
    desk.places["printed.signed"] = line if line.where else sources.spots["panel"]
    if SIGNATURE.fullmatch(plain(line.text)) or any(one.signature for one in sources.people):
        return True
    return None if sources.pictures else False


def _large_points(text: str) -> Decimal | None:
    """What a panel's totals add to may pass a thousand."""
    if is_blank(text):
        return None
    digits = folded(text).removesuffix("分").replace(",", "")
    if not digits.replace(".", "", 1).isdecimal() or len(digits) > 9:  # noqa: PLR2004
        raise UnclearError("不是一个写得清楚的数")
    return Decimal(digits)


class _Results:
    def __init__(self, sources: Sources, narrative: Narrative, desk: Desk) -> None:
        self.sources, self.narrative, self.desk = sources, narrative, desk

    def figure(self, name: str, what: str, read: Callable[[str], T | None]) -> T | None:
        self._point_out_several(what, self.sources.several(name))
        return self.desk.value(self._printed(name, what), read, what=what, path=f"printed.{name}")

    def total(self) -> Decimal | None:
        """Of the row 总分; printed again elsewhere, it must be the same."""
        rows = [row["score"] for row in self.sources.score_totals if "score" in row]
        several = {plain(one.text): one for one in (*rows, *self.sources.several("total"))}
        self._point_out_several("总分", list(several.values()))
        printed = rows[0] if rows else self._printed("total", "总分")
        return self.desk.value(printed, points, what="总分", path="printed.total")

    def grade(self) -> str:
        self._point_out_several("评价等次", self.sources.several("grade"))
        printed = self._printed("grade", "评价等次")
        return self.desk.line(printed, what="评价等次", path="printed.grade", limit=SHORT)

    def rate(self, name: str, what: str, beside_money: str) -> Decimal | None:
        beside = self.sources.execution.get(beside_money, NOTHING)
        printed = beside if beside.text else self._printed(name, what)
        found = self.desk.value(printed, rate, what=what, path=f"printed.{name}")
        if found is None:
            return None
        if not found.certain:
            self.desk.note(
                f"{what} {printed.text} 没有百分号，按 {found.fraction * 100:f}% 读。", printed
            )
        return found.fraction

    def balance(self) -> Decimal | None:
        printed = self._printed("balance", "结余")
        found = self.desk.value(
            printed, lambda text: money(text, USUAL_UNIT), what="结余", path="printed.balance"
        )
        return found.yuan if found else None

    def weight_totals(self) -> tuple[Decimal | None, ...]:
        for row in self.sources.score_totals:
            found = [
                self._weight_total(row, role, index) for index, role in enumerate(WEIGHT_ROLES)
            ]
            if any(value is not None for value in found):
                return tuple(found)
        return ()

    def _weight_total(self, row: dict[str, Printed], role: str, index: int) -> Decimal | None:
        path = f"printed.weight_totals[{index}]"
        return self.desk.value(row.get(role, NOTHING), points, what="分值合计", path=path)

    def _printed(self, name: str, what: str) -> Printed:
        """On a form, or else in the report's text."""
        printed = self.sources.first(name)
        stated = self.narrative.stated.get(name)
        if printed.text.strip() or stated is None:
            return printed
        self.desk.note(f"{what}{FROM_TEXT}", stated)
        return stated

    def _point_out_several(self, what: str, found: list[Printed]) -> None:
        if len(found) > 1:
            words = "、".join(one.text for one in found)
            self.desk.note(f"{what}{SEVERAL.format(words)}", found[1])
