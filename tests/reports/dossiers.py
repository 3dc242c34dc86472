"""Small dossiers for tests, written out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from evalsys.rulepacks.schema import RulePack
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


def small_pack(**changes) -> RulePack:
    return replace(shipped_pack("haikou-2019"), **changes)


def small_dossier(**changes) -> Dossier:
    """Two leaves of 40 and 60 points, three evaluators who gave 90, 91 and 93."""
    dossier = Dossier(
        project_name="路灯维护",
        fiscal_year=2024,
        state="signed",
        pack=small_pack(),
        basic=BasicInfo(
            implementing_unit="某市路灯管理所",
            supervising_department="某市城市管理局",
            project_leader="张三",
            phone="65551234",
            address="滨河路 1 号",
            postcode="570100",
            project_type=ProjectType.ONE_OFF,
            evaluated_on=date(2025, 3, 9),
        ),
        funding=(
            FundingLine("central", "中央财政"),
            FundingLine(
                "municipal", "市县财政", Decimal(200000), Decimal("180000.50"), Decimal(150000)
            ),
        ),
        annual_budget=None,
        targets=(
            PerformanceTarget(
                "产出指标", "数量指标", "维护路灯 3000 盏", ("100%", "80%", "60%", "60%以下")
            ),
        ),
        sections={"overview_nature": "全市路灯 3000 盏 (含新区)。\n\n　　常年维护。"},
        indicators=(
            Indicator("output", "", 1, "产出", Decimal(40)),
            Indicator("quantity", "output", 2, "数量", Decimal(40)),
            Indicator("lamps", "quantity", 3, "维护数量", Decimal(40)),
            Indicator("effect", "", 1, "效益", Decimal(60)),
            Indicator("social", "effect", 2, "社会效益", Decimal(60)),
            Indicator("safety", "social", 3, "夜间安全", Decimal(60)),
        ),
        panel=(
            member("zhao", "赵一", lamps="38", safety="52"),
            member("qian", "钱二", lamps="39", safety="52"),
            member("sun", "孙三", lamps="40", safety="53"),
        ),
    )
    return replace(dossier, **changes)


def member(key: str, name: str, **points: str) -> PanelMember:
    return PanelMember(key, name, "科长", "某市城市管理局", sheet=sheet(key, **points))


def sheet(evaluator: str, **points: str) -> Sheet:
    """Marks by leaf key; an empty text is 不适用."""
    return Sheet(
        evaluator,
        {
            key: Mark(MarkState.SCORED, Decimal(value))
            if value
            else Mark(MarkState.NOT_APPLICABLE, reason="本年没有")
            for key, value in points.items()
        },
    )
