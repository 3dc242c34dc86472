from django.db import models

from evalsys.accounts.models import Unit
from evalsys.accounts.owned import BureauOwnedQuerySet
from evalsys.library.schema import (
    CLASS_LABELS,
    HINT,
    NAME,
    OPERATOR_LABELS,
    SHORT,
    SOURCE,
    IndicatorClass,
    LibraryLeaf,
    Operator,
)
from evalsys.rulepacks.ruletext import KINDS
from evalsys.rulepacks.schema import FormRate
from evalsys.versioning import Versioned

BETWEEN_USES = "、"
OWN = "own-"


class LibraryEntryQuerySet(BureauOwnedQuerySet["LibraryEntry"]):
    def offered(self) -> "LibraryEntryQuerySet":
        """Without those that were retired."""
        return self.filter(retired_at=None)


class LibraryEntry(Versioned):
    """An indicator a finance bureau adds to the library of the units below it.

    A retired one is offered no more; trees that took it over keep their copy.
    """

    owner = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="library_entries"
    )
    indicator_class = models.CharField(
        "类别", max_length=20, choices=[(one.value, CLASS_LABELS[one]) for one in IndicatorClass]
    )
    name = models.CharField("指标", max_length=NAME)
    operator = models.CharField(
        "方向", max_length=20, choices=[(one.value, OPERATOR_LABELS[one]) for one in Operator]
    )
    unit = models.CharField("度量单位", max_length=SHORT, blank=True)
    target = models.CharField("参考值", max_length=HINT, blank=True)
    explanation = models.TextField("指标解释")
    standard = models.TextField("评分标准", blank=True)
    evidence_asked = models.TextField("佐证材料", blank=True)
    uses = models.CharField("适用项目", max_length=HINT, blank=True)
    rate = models.CharField(
        "按表内比率计分",
        max_length=20,
        choices=[(rate.value, KINDS[rate.value]) for rate in FormRate],
        blank=True,
    )
    verified = models.BooleanField("已核实", default=False)
    source = models.CharField("来源", max_length=SOURCE, blank=True)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = LibraryEntryQuerySet.as_manager()

    class Meta:
        ordering = ["owner__path", "indicator_class", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="library_name_once_per_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def leaf(self) -> LibraryLeaf:
        return LibraryLeaf(
            ref=f"{OWN}{self.pk}",
            indicator_class=IndicatorClass(self.indicator_class),
            name=self.name,
            operator=Operator(self.operator),
            unit=self.unit,
            target=self.target,
            explanation=self.explanation,
            standard=self.standard,
            evidence_asked=self.evidence_asked,
            uses=tuple(filter(None, self.uses.split(BETWEEN_USES))),
            rate=FormRate(self.rate) if self.rate else None,
            verified=self.verified,
            source=self.source,
            owner=self.owner.name,
        )
