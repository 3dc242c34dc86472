"""One evaluation as plain frozen data: what everything computes from, checks, prints and seals.

Money is in 元 with two decimals, marks and weights in points; None is left blank, not zero.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from evalsys.rulepacks.schema import LeafRule, RulePack
from scoring.engine.model import Sheet

FORMAT = "evalsys-dossier/1"
CONSENSUS = "consensus"


class ProjectType(StrEnum):
    BLANK = ""
    RECURRING = "recurring"
    ONE_OFF = "one_off"


@dataclass(frozen=True)
class BasicInfo:
    """Block 一 of 项目基本信息表, as written on the form."""

    implementing_unit: str = ""
    supervising_department: str = ""
    project_leader: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    project_type: ProjectType = ProjectType.BLANK
    evaluated_on: date | None = None


@dataclass(frozen=True)
class FundingLine:
    """One source of money, in 元: 计划投资额, 实际到位资金, 实际使用情况."""

    source: str
    label: str
    planned: Decimal | None = None
    received: Decimal | None = None
    spent: Decimal | None = None


@dataclass(frozen=True)
class PerformanceTarget:
    """A row of 项目绩效目标表. ``standards`` are the cells under 优, 良, 中, 差."""

    goal_type: str
    goal_class: str
    target: str
    standards: tuple[str, str, str, str] = ("", "", "", "")


@dataclass(frozen=True)
class Indicator:
    """A node of the evaluation's own tree, in printed order; ``parent`` is a key or ''."""

    key: str
    parent: str
    level: int
    name: str
    weight: Decimal
    explanation: str = ""
    standard: str = ""
    target_value: str = ""
    actual_value: str = ""
    rule: LeafRule | None = None


@dataclass(frozen=True)
class PanelMember:
    """A person of block 三; ``sheet`` is None until one was opened, its evaluator is ``key``."""

    key: str
    name: str
    title: str
    unit: str
    is_leader: bool = False
    sheet: Sheet | None = None


@dataclass(frozen=True)
class PrintedFigures:
    """Results as an old form printed them, right or wrong; never used to compute."""

    total: Decimal | None = None
    mean: Decimal | None = None
    grade: str = ""
    execution_rate: Decimal | None = None


@dataclass(frozen=True)
class Department:
    """主管部门's own score in points beside the result, the grade that follows, its opinion."""

    score: Decimal | None = None
    grade: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class Evidence:
    """A file behind the marks of some leaves: ``sha256`` in hex and ``size`` in bytes of its bytes.

    ``indicators`` are leaf keys; the bytes themselves are never in a dossier.
    """

    title: str
    sha256: str
    size: int
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """``sections`` maps outline keys to text; ``annual_budget`` (元) defaults to the planned total.

    ``consensus`` is the printed score column of an old form, its evaluator is ``CONSENSUS``.
    ``old_form`` says that all scores were copied from paper or a file: nobody gave them here.
    """

    project_name: str
    fiscal_year: int
    state: str
    pack: RulePack
    basic: BasicInfo
    funding: tuple[FundingLine, ...]
    annual_budget: Decimal | None
    targets: tuple[PerformanceTarget, ...]
    sections: dict[str, str] = field(hash=False)
    indicators: tuple[Indicator, ...]
    panel: tuple[PanelMember, ...]
    consensus: Sheet | None = None
    printed: PrintedFigures | None = None
    department: Department | None = None
    evidence: tuple[Evidence, ...] = ()
    old_form: bool = False
