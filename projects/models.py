"""What is evaluated: a project, its evaluation of one year, and the three forms as rows.

Amounts are in 元 with two decimals and at most 13 digits before the point; None is a blank cell.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalsys import figures
from evalsys.accounts.enums import BUSINESS_ROLES
from evalsys.accounts.models import Unit
from evalsys.rulepacks.models import RulePackVersion
from evalsys.versioning import Versioned
from projects.enums import FundingColumn, ProjectType, State, states_from
from projects.evidence.storage import random_name

if TYPE_CHECKING:
    from evalsys.accounts.models import User

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST_AMOUNT = Decimal("9999999999999.99")


def amount_field(label: str) -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(label, max_digits=15, decimal_places=2, null=True, blank=True)


def amounts_in_range(*names: str, smallest: Decimal | int = 0) -> Q:
    """SQLite keeps what it is given, so the range of every amount is a constraint of the table."""
    condition = Q()
    for name in names:
        in_range = Q(**{f"{name}__gte": smallest, f"{name}__lte": LARGEST_AMOUNT})
        condition &= Q(**{f"{name}__isnull": True}) | in_range
    return condition


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: "User") -> "ProjectQuerySet":
        return self.filter(unit__in=Unit.objects.where(user, *BUSINESS_ROLES))


class Project(models.Model):
    """Lasts over years; ``remark`` tells apart projects of the same name."""

    unit = models.ForeignKey(
        Unit, verbose_name="项目实施单位", on_delete=models.PROTECT, related_name="projects"
    )
    name = models.CharField("项目名称", max_length=200)
    remark = models.CharField("备注", max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "name", "remark", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name", "remark"], name="project_once_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.remark}）" if self.remark else self.name


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: "User") -> "EvaluationQuerySet":
        """Those of the user's units; those of the user's panels once scoring is open."""
        units = Unit.objects.where(user, *BUSINESS_ROLES)
        seats = PanelMember.objects.holding().filter(user=user).values("evaluation")
        return self.filter(
            Q(project__unit__in=units) | Q(pk__in=seats, state__in=states_from(State.SCORING))
        )

    def with_project(self) -> "EvaluationQuerySet":
        return self.select_related("project__unit__parent", "rule_pack")

    def for_list(self) -> "EvaluationQuerySet":
        """Many at once, without reading the whole rule pack again for each."""
        return self.with_project().defer("rule_pack__content")


class Evaluation(Versioned):
    """One project in one fiscal year under one version of a rule pack.

    ``old_form`` says that its scores were copied from paper or a file: nobody gave them here.
    """

    project = models.ForeignKey(
        Project, verbose_name="项目", on_delete=models.PROTECT, related_name="evaluations"
    )
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    rule_pack = models.ForeignKey(
        RulePackVersion, verbose_name="规则包", on_delete=models.PROTECT, related_name="evaluations"
    )
    state = models.CharField("环节", max_length=20, choices=State, default=State.DRAFTING)
    due_on = models.DateField("完成期限", null=True, blank=True)
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    appointed_by = models.CharField("评价工作组成立文号", max_length=100, blank=True)
    filled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    old_form = models.BooleanField("旧表录入", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "project__unit__path", "project__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "fiscal_year"], name="one_evaluation_per_year"
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="fiscal_year_in_range"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="state_known"),
        ]
        indexes = [models.Index(fields=["state"], name="evaluation_state")]

    def __str__(self) -> str:
        return f"{self.project} {self.fiscal_year} 年度"

    @property
    def unit(self) -> Unit:
        return self.project.unit

    @property
    def journal_stream(self) -> str:
        return f"evaluation:{self.pk}"

    def has_reached(self, state: State) -> bool:
        return State(self.state) in states_from(state)


class BasicInfo(Versioned):
    """Block 一 of 项目基本信息表, as it will be printed."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="basic")
    implementing_unit = models.CharField("项目实施单位", max_length=100, blank=True)
    supervising_department = models.CharField("主管部门", max_length=100, blank=True)
    project_leader = models.CharField("项目负责人", max_length=50, blank=True)
    phone = models.CharField("联系电话", max_length=50, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField("邮编", max_length=6, blank=True)
    project_type = models.CharField("项目类型", max_length=20, choices=ProjectType, blank=True)
    initial_budget = amount_field("年初预算数")
    adjustment = amount_field("预算调整数")
    annual_budget = amount_field("全年预算数")
    adjustment_reason = models.CharField("预算调整的原因", max_length=500, blank=True)
    execution_reason = models.CharField("执行率低的原因", max_length=500, blank=True)
    evaluated_on = models.DateField("评价日期", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=amounts_in_range("annual_budget"), name="annual_budget_in_range"
            ),
            models.CheckConstraint(
                condition=amounts_in_range("initial_budget"), name="initial_budget_in_range"
            ),
            models.CheckConstraint(
                condition=amounts_in_range("adjustment", smallest=-LARGEST_AMOUNT),
                name="adjustment_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"项目基本信息表 {self.evaluation_id}"


class FundingLineQuerySet(models.QuerySet["FundingLine"]):
    def totals(self) -> dict[str, Decimal | None]:
        """元 per column; None where no source has an amount. SQLite would add up floats."""
        lines = list(self)
        return {
            column.value: figures.total(getattr(line, column.value) for line in lines)
            for column in FundingColumn
        }


class FundingLine(models.Model):
    """One source of money. Saved together with BasicInfo, under its version."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="funding")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=50)
    label = models.CharField("资金来源", max_length=50)
    planned = amount_field("计划投资额")
    received = amount_field("实际到位资金")
    spent = amount_field("实际使用情况")

    objects = FundingLineQuerySet.as_manager()

    class Meta:
        ordering = ["evaluation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "source"], name="funding_source_once"),
            models.CheckConstraint(
                condition=amounts_in_range("planned", "received", "spent"),
                name="funding_amounts_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class GoalForm(Versioned):
    """项目绩效目标表: its rows are saved together, under this version."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="goals")

    def __str__(self) -> str:
        return f"项目绩效目标表 {self.evaluation_id}"


class PerformanceTarget(models.Model):
    """A row of 项目绩效目标表; the four standards are the cells under 优, 良, 中, 差."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="targets")
    position = models.PositiveSmallIntegerField(default=0)
    goal_type = models.CharField("指标类型", max_length=50, blank=True)
    goal_class = models.CharField("指标名称", max_length=50, blank=True)
    target = models.CharField("绩效目标", max_length=500, blank=True)
    excellent = models.CharField("优", max_length=100, blank=True)
    good = models.CharField("良", max_length=100, blank=True)
    fair = models.CharField("中", max_length=100, blank=True)
    poor = models.CharField("差", max_length=100, blank=True)

    class Meta:
        ordering = ["evaluation_id", "position", "pk"]

    def __str__(self) -> str:
        return self.target


class NarrativeSection(Versioned):
    """A heading of 评价报告, copied from the pack's outline, with the text under it."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=50)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField()
    has_body = models.BooleanField(default=True)
    prompt = models.TextField(blank=True)
    body = models.TextField("正文", blank=True)

    class Meta:
        ordering = ["evaluation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "key"], name="section_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}{self.title}"


class PanelMemberQuerySet(models.QuerySet["PanelMember"]):
    def seated(self) -> "PanelMemberQuerySet":
        """Those who evaluate: without members who stepped out."""
        return self.filter(recused_at__isnull=True)

    def holding(self) -> "PanelMemberQuerySet":
        """Those with something to do: a leader who stepped out can still recall the forms."""
        return self.filter(Q(recused_at__isnull=True) | Q(is_leader=True))


class PanelMember(models.Model):
    """A seat on the panel; name, title and unit are printed as they were when appointed.

    ``user`` is empty for people of an old form, who have no account. A member who declared a
    conflict of interest keeps the seat, but evaluates nothing and is not printed.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="panel")
    position = models.PositiveSmallIntegerField(default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="评价人员",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seats",
    )
    name = models.CharField("姓名", max_length=50)
    job_title = models.CharField("职务/职称", max_length=50, blank=True)
    unit_name = models.CharField("单位", max_length=100, blank=True)
    is_leader = models.BooleanField("组长", default=False)
    recused_at = models.DateTimeField("回避时间", null=True, blank=True)
    recusal_reason = models.CharField("回避原因", max_length=500, blank=True)

    objects = PanelMemberQuerySet.as_manager()

    class Meta:
        ordering = ["evaluation_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "user"], name="one_seat_per_person"),
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(is_leader=True), name="one_leader_per_panel"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Evidence(Versioned):
    """佐证材料: a file behind the marks of some leaves; scoring.Indicator says of which.

    ``sha256`` and ``size`` (bytes) are those of what is stored. ``file`` is empty for what came
    with a dossier, which has no bytes.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField("标题", max_length=200)
    kind = models.CharField(max_length=10, blank=True)
    file = models.FileField(upload_to=random_name, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["evaluation_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "sha256"], name="evidence_once"),
        ]

    def __str__(self) -> str:
        return self.title
