"""The figures of the forms that a text may name, each with its label and how it follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from evalsys.figures import half_up, plain, wan_text
from reports.dossier.facts import Facts

SHOWN_PLACES = 3


@dataclass(frozen=True)
class FormValue:
    """``exact`` is in 元, points, or a fraction; ``how`` says where it comes from."""

    key: str
    label: str
    exact: Fraction
    how: str


@dataclass(frozen=True)
class FormValues:
    facts: Facts

    def named(self, keys: Iterable[str]) -> tuple[FormValue, ...]:
        """Those of ``keys`` the forms give, in that order."""
        return tuple(self.by_key[key] for key in keys if key in self.by_key)

    @cached_property
    def by_key(self) -> dict[str, FormValue]:
        return {
            value.key: value
            for value in (*self._amounts(), *self._differences(), *self._rates(), *self._points())
        }

    @cached_property
    def sources(self) -> tuple[FormValue, ...]:
        """What each source of money gave, where there are several."""
        lines = [line for line in self.facts.dossier.funding if line.planned or line.received]
        if len(lines) <= 1:
            return ()
        return tuple(
            FormValue(key, f"{label}（{line.label}）", Fraction(amount), _stands(label, amount))
            for line in lines
            for key, label, amount in (
                ("planned", "计划投资额", line.planned),
                ("received", "实际到位资金", line.received),
                ("spent", "实际使用", line.spent),
            )
            if amount is not None
        )

    def _amounts(self) -> Iterable[FormValue]:
        facts = self.facts
        for key, label, amount in (
            ("planned", "计划投资额", facts.planned),
            ("received", "实际到位资金", facts.received),
            ("spent", "实际使用", facts.spent),
            ("annual_budget", "全年预算数", facts.annual_budget),
            ("initial_budget", "年初预算数", facts.dossier.initial_budget),
        ):
            if amount is not None:
                yield FormValue(key, label, Fraction(amount), _stands(label, amount))

    def _differences(self) -> Iterable[FormValue]:
        facts = self.facts
        received, spent = ("实际到位", facts.received), ("实际使用", facts.spent)
        budget, planned = ("全年预算", facts.annual_budget), ("计划投资", facts.planned)
        for key, label, whole, part in (
            ("balance", "结余", received, spent),
            ("budget_left", "预算未用", budget, spent),
            ("planned_left", "计划未用", planned, spent),
            ("undrawn", "未到位资金", planned, received),
            ("budget_undrawn", "未到位预算", budget, received),
        ):
            if whole[1] is not None and part[1] is not None:
                how = f"{_amount(*whole)} − {_amount(*part)} = {wan_text(whole[1] - part[1])} 万元"
                yield FormValue(key, label, Fraction(whole[1] - part[1]), how)

    def _rates(self) -> Iterable[FormValue]:
        facts = self.facts
        received, spent = ("实际到位", facts.received), ("实际使用", facts.spent)
        budget, planned = ("全年预算", facts.annual_budget), ("计划投资", facts.planned)
        for key, label, part, whole in (
            ("execution_rate", "预算执行率", spent, budget),
            ("spent_of_received", "到位资金使用率", spent, received),
            ("spent_of_planned", "计划完成率", spent, planned),
            ("arrival_rate", "到位率", received, planned),
            ("budget_arrival_rate", "预算到位率", received, budget),
        ):
            if part[1] is not None and whole[1]:
                rate = Fraction(part[1]) / Fraction(whole[1])
                yield FormValue(key, label, rate, _ratio(_amount(*part), _amount(*whole), rate))
        for key, label, whole in (
            ("left_of_received", "结余率", received),
            ("left_of_budget", "预算结余率", budget),
        ):
            if spent[1] is not None and whole[1]:
                rate = 1 - Fraction(spent[1]) / Fraction(whole[1])
                left = f"（{_amount(*whole)} − {_amount(*spent)}）"
                yield FormValue(key, label, rate, _ratio(left, _amount(*whole), rate))

    def _points(self) -> Iterable[FormValue]:
        dossier, result = self.facts.dossier, self.facts.result
        full = dossier.pack.scoring.total
        yield FormValue("full", "满分", Fraction(full), f"规则包规定满分 {plain(full)} 分")
        printed = dossier.printed.total if dossier.printed else None
        total = printed if result.total is None else result.total
        if total is not None:
            how = self._how_the_total_follows(total)
            yield FormValue("total", "总分", Fraction(total), how)
        if result.mean is not None:
            yield FormValue("mean", "平均分", Fraction(result.mean), f"平均分 {plain(result.mean)}")

    def _how_the_total_follows(self, total: Decimal) -> str:
        given = [plain(one.total) for one in self.facts.result.sheet_totals if one.counted]
        if given and self.facts.result.total is not None:
            return f"评价人员 {'、'.join(given)} 分，按规则得 {plain(total)} 分"
        return f"项目基本信息表的总分是 {plain(total)} 分"


def _stands(label: str, amount: Decimal) -> str:
    return f"项目基本信息表的{label}是 {wan_text(amount)} 万元"


def _amount(label: str, amount: Decimal | None) -> str:
    return f"{label} {wan_text(amount or Decimal(0))}"


def _ratio(part: str, whole: str, rate: Fraction) -> str:
    return f"{part} ÷ {whole} = {plain(half_up(rate * 100, SHOWN_PLACES))}%"
