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
    """A node of the evaluation's own tree, in printed order; ``parent`` is a key or ''.

    ``deviation_reason`` and ``improvement`` are 偏差原因分析及改进措施 of a leaf.
    """

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
    target_hint: str = ""
    evidence_asked: str = ""
    deviation_reason: str = ""
    improvement: str = ""


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
class PrintedHeading:
    """A heading of an old report as printed; ``key`` is the section of the outline, where known."""

    number: str
    title: str
    key: str = ""


@dataclass(frozen=True)
class PrintedFigures:
    """What an old form printed besides its entries, right or wrong; never used to compute.

    Points, but ``planned``, ``received``, ``spent`` (the totals of the columns of money) and
    ``balance`` in 元, and rates as fractions (0.591 is 59.1 %). ``sum_of_totals`` is 合计 of the
    evaluators, ``subtotals`` the scores of inner nodes by key, ``weight_totals`` the 分值 of the
    row 总分, level by level; ``headings`` are those of the report in printed order. ``signed`` says
    whether the places for signatures are filled, None where that cannot be told.
    """

    total: Decimal | None = None
    mean: Decimal | None = None
    grade: str = ""
    execution_rate: Decimal | None = None
    arrival_rate: Decimal | None = None
    balance: Decimal | None = None
    sum_of_totals: Decimal | None = None
    planned: Decimal | None = None
    received: Decimal | None = None
    spent: Decimal | None = None
    subtotals: dict[str, Decimal] = field(default_factory=dict, hash=False)
    weight_totals: tuple[Decimal | None, ...] = ()
    headings: tuple[PrintedHeading, ...] = ()
    signed: bool | None = None


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
class Approved:
    """The indicators as they were approved, with the 文号 and date of the approval."""

    indicators: tuple[Indicator, ...]
    document: str = ""
    approved_on: date | None = None


@dataclass(frozen=True)
class Dossier:
    """``sections`` maps outline keys to text; ``annual_budget`` (元) defaults to the planned total.

    ``consensus`` is the printed score column of an old form, its evaluator is ``CONSENSUS``.
    ``initial_budget`` and ``adjustment`` (元, negative where money was taken away) make up the
    annual budget; ``execution_reason`` says why it was not spent. ``appointed_by`` is the 文号 of
    the document that appoints the panel. ``explanations`` maps keys of findings to what was said.
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
    initial_budget: Decimal | None = None
    adjustment: Decimal | None = None
    adjustment_reason: str = ""
    execution_reason: str = ""
    appointed_by: str = ""
    due_on: date | None = None
    submitted_on: date | None = None
    approved: Approved | None = None
    explanations: dict[str, str] = field(default_factory=dict, hash=False)
    old_form: bool = False
