"""The evaluation's own indicator tree, and each evaluator's marks on its leaves."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from evalsys.versioning import Versioned
from projects.models import Evaluation, Evidence, PanelMember, amount_field, amounts_in_range
from scoring.engine import MarkState

if TYPE_CHECKING:
    from evalsys.accounts.models import User


class Indicator(Versioned):
    """A node of the tree, copied from the pack at opening; ``weight`` in points, None until set.

    ``rule`` is a leaf rule as evalsys.rulepacks.leafrules writes it, None where people decide.
    ``target_hint`` tells how the 指标值 is written, ``evidence_asked`` what proves the 实际完成值.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="indicators")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="children"
    )
    level = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=50)
    name = models.CharField("指标", max_length=100)
    weight = models.DecimalField("分值", max_digits=7, decimal_places=4, null=True, blank=True)
    explanation = models.TextField("指标解释", blank=True)
    standard = models.TextField("评分标准", blank=True)
    target_value = models.CharField("指标值", max_length=200, blank=True)
    actual_value = models.CharField("实际完成值", max_length=200, blank=True)
    rule = models.JSONField("计分规则", null=True, blank=True)
    target_hint = models.CharField("指标值提示", max_length=200, blank=True)
    evidence_asked = models.TextField("佐证材料", blank=True)
    deviation_reason = models.CharField("偏差原因分析", max_length=500, blank=True)
    improvement = models.CharField("改进措施", max_length=500, blank=True)
    evidence = models.ManyToManyField(Evidence, related_name="indicators", blank=True)

    class Meta:
        ordering = ["evaluation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "key"], name="indicator_key_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="indicator_level_1_to_3"),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gt=0, weight__lte=1000),
                name="indicator_weight_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: "User") -> "ScoreSheetQuerySet":
        """One's own only; others' marks are read through the results, when they may be."""
        return self.filter(member__user=user)


class ScoreSheet(Versioned):
    """One evaluator's sheet, or, without a member, the consensus column of an old form.

    ``total_only`` (points) holds what an old form gives instead of marks.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="sheets")
    member = models.OneToOneField(
        PanelMember, null=True, blank=True, on_delete=models.CASCADE, related_name="sheet"
    )
    total_only = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        ordering = ["evaluation_id", "member__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(member__isnull=True), name="one_consensus_sheet"
            ),
        ]

    def __str__(self) -> str:
        return f"个人评分表 {self.pk}"

    @property
    def evaluator(self) -> str:
        return self.member.name if self.member else "共同评分"


class SheetVersion(models.Model):
    """What a sheet said when handed in, kept when it is reopened; a trigger refuses any change.

    ``sheet`` is its number, because this outlives the sheet. ``seal`` is the HMAC of ``content``,
    empty for the sheet of an old form, which nobody handed in here.
    """

    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="sheet_versions"
    )
    sheet = models.BigIntegerField()
    evaluator = models.CharField(max_length=50)
    content = models.TextField()
    seal = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField()
    reopened_at = models.DateTimeField(auto_now_add=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["evaluation", "pk"]
        indexes = [models.Index(fields=["sheet", "seal"], name="sheet_version_seal")]

    def __str__(self) -> str:
        return f"{self.evaluator} {self.seal[:8]}"


class Mark(Versioned):
    """A judgement of one leaf, in points."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="marks")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="marks")
    state = models.CharField(
        max_length=20,
        choices=[(state.value, state.value) for state in MarkState],
        default=MarkState.UNSCORED.value,
    )
    value = models.DecimalField("得分", max_digits=7, decimal_places=4, null=True, blank=True)
    remark = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="one_mark_per_leaf"),
            models.CheckConstraint(
                condition=Q(state=MarkState.SCORED.value, value__isnull=False, value__gte=0)
                | (~Q(state=MarkState.SCORED.value) & Q(value__isnull=True)),
                name="value_only_when_scored",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"


class PrintedFigures(Versioned):
    """What an old form printed, right or wrong; shown beside what is true, never computed with.

    Its version is that of all scores of an old form, which are saved together. ``lists`` is what
    reports.dossier.printed writes: subtotals, weight totals, headings.
    """

    FIGURES = (
        "total",
        "mean",
        "grade",
        "execution_rate",
        "arrival_rate",
        "balance",
        "sum_of_totals",
        "planned",
        "received",
        "spent",
        "signed",
    )

    evaluation = models.OneToOneField(Evaluation, on_delete=models.CASCADE, related_name="printed")
    total = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    mean = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    grade = models.CharField(max_length=50, blank=True)
    execution_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    arrival_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    balance = amount_field("结余")
    sum_of_totals = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    planned = amount_field("计划投资额")
    received = amount_field("实际到位资金")
    spent = amount_field("实际使用情况")
    signed = models.BooleanField("已签字", null=True)
    lists = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=amounts_in_range("planned", "received", "spent"),
                name="printed_amounts_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"公开稿数字 {self.evaluation_id}"


class DepartmentReview(Versioned):
    """主管部门's own score (points) and opinion beside the result; its draft until signing."""

    evaluation = models.OneToOneField(
        Evaluation, on_delete=models.CASCADE, related_name="department_review"
    )
    score = models.DecimalField(
        "主管部门评分", max_digits=7, decimal_places=4, null=True, blank=True
    )
    opinion = models.TextField("主管部门意见", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1000),
                name="department_score_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"主管部门评分 {self.evaluation_id}"
