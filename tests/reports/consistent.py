"""Complete forms whose figures all agree, under several packs."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache

from evalsys.figures import half_up
from evalsys.rulepacks.codec import dump_pack, parse_pack
from evalsys.rulepacks.schema import (
    Averaging,
    ExecutionCap,
    IndicatorTemplate,
    RulePack,
    Tiers,
    TreeFreedom,
)
from evalsys.rulepacks.shipped import shipped_pack
from reports.dossier.facts import Facts
from reports.dossier.model import (
    CONSENSUS,
    BasicInfo,
    Dossier,
    Evidence,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    PrintedFigures,
    PrintedHeading,
    ProjectType,
)
from scoring.engine import Mark, MarkState, Proposal, Sheet, default_rule

CAPS = (ExecutionCap(Decimal("0.8"), Decimal(89)), ExecutionCap(Decimal("0.7"), Decimal(79)))
HALF = Decimal("0.5")
REASON = "年底一般性支出压减，部分采购顺延到下一年度"


@cache
def packs() -> list[RulePack]:
    """The shipped ones, and their variants in averaging and caps."""
    haikou, national = shipped_pack("haikou-2019"), shipped_pack("national-2020")
    codes = ("national-2021", "hubei-2020", "sichuan-2023", "framework-2020")
    return [
        haikou,
        _with(haikou, averaging=Averaging.TRIMMED_MEAN),
        _with(haikou, averaging=Averaging.CONSENSUS),
        national,
        _with(national, execution_caps=CAPS),
        *map(shipped_pack, codes),
    ]


def _with(pack: RulePack, **changes) -> RulePack:
    varied = replace(pack, scoring=replace(pack.scoring, **changes))
    return parse_pack(dump_pack(varied))


def consistent(chance: random.Random, pack: RulePack | None = None) -> Dossier:
    """A form on which everything that follows from something else is what follows from it."""
    pack = pack or chance.choice(packs())
    dossier = _with_money(chance, _blank(chance, pack))
    by_marks = pack.scoring.averaging is not Averaging.CONSENSUS and chance.random() < 0.6
    scored = (_with_sheets if by_marks else _with_totals)(chance, dossier)
    scored = _with_reasons(scored)
    return replace(scored, printed=_printed(chance, scored))


def _blank(chance: random.Random, pack: RulePack) -> Dossier:
    indicators = tuple(Grower(chance, pack).tree())
    parents = {one.parent for one in indicators}
    return Dossier(
        project_name="路灯维护",
        fiscal_year=2024,
        state="confirming",
        pack=pack,
        basic=BasicInfo(
            implementing_unit="某市路灯管理所",
            supervising_department="某市城市管理局",
            project_leader="张三",
            phone="65551234",
            address="滨河路 1 号",
            postcode="570100",
            project_type=ProjectType.RECURRING,
            evaluated_on=date(2025, 3, 9),
        ),
        funding=(),
        annual_budget=None,
        targets=(
            PerformanceTarget(
                pack.goal_types[0].label,
                pack.goal_types[0].classes[0],
                "≥ 3000 盏",
                ("100%", "80%", "60%", "60%以下"),
            ),
        ),
        sections={
            section.key: f"本节写明{section.title}的情况，共计若干事项。"
            for section in pack.outline
            if section.has_body
        },
        indicators=indicators,
        panel=(),
        appointed_by="城管发〔2025〕3 号",
        evidence=tuple(
            Evidence(f"材料 {number}", f"{number:064x}", 1024, (one.key,))
            for number, one in enumerate(indicators)
            if one.key not in parents
        ),
    )


# The tree.


@dataclass(frozen=True)
class Grower:
    """Grows a tree from the pack's, with leaves and weights where it leaves them open."""

    chance: random.Random
    pack: RulePack

    def tree(self) -> Iterator[Indicator]:
        yield from self.branches(self.pack.tree, Indicator("", "", 0, "", self.pack.scoring.total))

    def branches(self, nodes: Iterable[IndicatorTemplate], above: Indicator) -> Iterator[Indicator]:
        used = self.used(list(nodes))
        weights = self.filled([node.weight for node in used], above.weight)
        for node, weight in zip(used, weights, strict=True):
            level = above.level + 1
            one = Indicator(node.key, above.key, level, node.name, weight, rule=node.rule)
            yield one
            if node.children:
                yield from self.branches(node.children, one)
            elif node.weight is None and level == 2:
                yield from self.leaves(one)

    def used(self, nodes: list[IndicatorTemplate]) -> list[IndicatorTemplate]:
        """A unit need not use every class below the first level."""
        if self.pack.tree_freedom is not TreeFreedom.LEAVES or nodes[0] in self.pack.tree:
            return nodes
        kept = self.chance.sample(nodes, self.chance.randint(1, len(nodes)))
        return [node for node in nodes if node in kept or node.weight is not None]

    def leaves(self, above: Indicator) -> Iterator[Indicator]:
        for number, weight in enumerate(self.split(above.weight, self.chance.randint(1, 2)), 1):
            target, actual = self.aim()
            yield Indicator(
                key=f"{above.key}.{number}",
                parent=above.key,
                level=3,
                name=f"{above.name}{number}",
                weight=weight,
                target_value=target,
                actual_value=actual,
                rule=default_rule(self.pack.default_rules, target),
            )

    def aim(self) -> tuple[str, str]:
        """A target and what was reached: too little, so that each figure counts."""
        words, goal = self.pack.default_rules.words, self.chance.randint(30, 99)
        if words and self.chance.random() < 0.25:
            return "按合同全面完成", words.tiers[0].word
        if self.chance.random() < 0.6:
            target = f"{self.chance.choice('≥=')}{goal}次"
            return target, f"{self.chance.randint(10, goal - 3)}次"
        return f"≤{goal}万元", f"{self.chance.randint(goal + 3, 2 * goal - 3)}万元"

    def filled(self, weights: list[Decimal | None], total: Decimal) -> list[Decimal]:
        """The given weights, and shares of what they leave for the others."""
        rest = total - sum((one for one in weights if one is not None), Decimal(0))
        shares = iter(self.split(rest, weights.count(None)))
        return [next(shares) if one is None else one for one in weights]

    def split(self, total: Decimal, parts: int) -> list[Decimal]:
        """``parts`` multiples of a half that add to ``total``, none very small."""
        if not parts:
            return []
        units = int(total / HALF)
        shares = [max(1, units // (2 * parts))] * parts
        for _ in range(units - sum(shares)):
            shares[self.chance.randrange(parts)] += 1
        return [HALF * share for share in shares]


# Money.


def _with_money(chance: random.Random, dossier: Dossier) -> Dossier:
    used = chance.randint(1, len(dossier.pack.funding_sources))
    lines = []
    for number, source in enumerate(dossier.pack.funding_sources):
        if number < used:
            planned = _cents(chance, 5_000_000, 500_000_000)
            received = chance.choice(
                [planned, _cents(chance, int(planned * 97), int(planned * 100))]
            )
            spent = _cents(chance, int(received * chance.choice([55, 92])), int(received * 100))
            lines.append(FundingLine(source.key, source.label, planned, received, spent))
        else:
            lines.append(FundingLine(source.key, source.label))
    total = sum((line.planned for line in lines if line.planned), Decimal(0))
    adjustment = chance.choice([None, _cents(chance, 1, 90_000), -_cents(chance, 1, 90_000)])
    return replace(
        dossier,
        funding=tuple(lines),
        annual_budget=chance.choice([None, total]),
        initial_budget=total - (adjustment or 0),
        adjustment=adjustment,
        adjustment_reason="上级追加任务，经主管部门批准调整" if adjustment else "",
    )


def _cents(chance: random.Random, low: int, high: int) -> Decimal:
    return Decimal(chance.randint(low, high)) / 100


# Scores.


def _with_sheets(chance: random.Random, dossier: Dossier) -> Dossier:
    """Every evaluator's marks, and the total written below them."""
    return replace(dossier, panel=tuple(_marked(chance, dossier, key) for key in _people(dossier)))


def _marked(chance: random.Random, dossier: Dossier, key: str) -> PanelMember:
    marks = _marks(chance, dossier)
    total = sum((mark.value for mark in marks.values()), Decimal(0))
    return _member(key, Sheet(key, marks, total_only=total))


def _with_totals(chance: random.Random, dossier: Dossier) -> Dossier:
    """The printed column, and bare totals whose mean is what the column adds to."""
    column = Sheet(CONSENSUS, _marks(chance, dossier))
    middle = sum((mark.value for mark in column.marks.values()), Decimal(0))
    people = _people(dossier)
    room = int(min(middle, dossier.pack.scoring.total - middle))
    totals = [middle] * (len(people) % 2)
    while len(totals) < len(people):
        step = Decimal(chance.randint(0, min(room, 9)))
        totals += [middle - step, middle + step]
    return replace(
        dossier,
        consensus=column,
        panel=tuple(
            _member(key, Sheet(key, {}, total_only=total))
            for key, total in zip(people, totals, strict=True)
        ),
    )


def _people(dossier: Dossier) -> list[str]:
    trimmed = dossier.pack.scoring.averaging is Averaging.TRIMMED_MEAN
    return [f"person{number}" for number in range(5 if trimmed else 3)]


def _member(key: str, sheet: Sheet) -> PanelMember:
    return PanelMember(key, f"评委{key[-1]}", "科长", "某市城市管理局", key == "person0", sheet)


def _marks(chance: random.Random, dossier: Dossier) -> dict[str, Mark]:
    parents = {one.parent for one in dossier.indicators}
    proposals = Facts(dossier).proposals
    marks = {}
    for one in dossier.indicators:
        if one.key not in parents:
            proposal = proposals.get(one.key)
            value = _value(chance, one, proposal if isinstance(proposal, Proposal) else None)
            marks[one.key] = Mark(MarkState.SCORED, value)
    return marks


def _value(chance: random.Random, leaf: Indicator, proposal: Proposal | None) -> Decimal:
    if proposal is None:
        units = int(leaf.weight / HALF)
        return HALF * chance.randint(units * 8 // 10, units)
    return proposal.upper if proposal.value is None else proposal.value


def _with_reasons(dossier: Dossier) -> Dossier:
    """Why a target was missed, and why money was left."""
    rate = Facts(dossier).execution_rate
    low = rate is not None and rate < dossier.pack.limit("execution_warning")
    indicators = tuple(
        replace(one, deviation_reason=REASON, improvement="明年按季安排，提前招标")
        if one.target_value and not isinstance(one.rule, Tiers)
        else one
        for one in dossier.indicators
    )
    return replace(dossier, indicators=indicators, execution_reason=REASON if low else "")


def _printed(chance: random.Random, dossier: Dossier) -> PrintedFigures:
    facts = Facts(dossier)
    official = facts.column or facts.result
    totals = [member.sheet.total_only for member in dossier.panel]
    places = chance.choice([3, 4])
    return PrintedFigures(
        total=official.total,
        mean=facts.result.mean,
        grade=facts.result.grade,
        execution_rate=half_up(facts.execution_rate, places),
        arrival_rate=half_up(facts.arrival_rate, places),
        balance=facts.balance,
        sum_of_totals=sum(totals, Decimal(0)),
        planned=facts.planned,
        received=facts.received,
        spent=facts.spent,
        subtotals=_inner(dossier, official.subtotals),
        weight_totals=tuple(_weight_total(dossier, level) for level in (1, 2, 3)),
        headings=tuple(
            PrintedHeading(section.number, section.title, section.key)
            for section in dossier.pack.outline
        ),
        signed=True,
    )


def _inner(dossier: Dossier, points: dict[str, Decimal]) -> dict[str, Decimal]:
    parents = {one.parent for one in dossier.indicators}
    return {key: value for key, value in points.items() if key in parents}


def _weight_total(dossier: Dossier, level: int) -> Decimal:
    parents = {one.parent for one in dossier.indicators}
    return sum(
        (
            one.weight
            for one in dossier.indicators
            if one.level == level or (one.level < level and one.key not in parents)
        ),
        Decimal(0),
    )
