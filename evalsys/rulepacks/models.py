from typing import TYPE_CHECKING

from django.db import models

from evalsys.accounts.enums import Role
from evalsys.accounts.models import Unit
from evalsys.accounts.owned import BureauOwnedQuerySet
from evalsys.rulepacks.codec import parse_pack
from evalsys.rulepacks.schema import RulePack
from evalsys.versioning import Versioned

if TYPE_CHECKING:
    from evalsys.accounts.models import User

_parsed: dict[str, RulePack] = {}


class TamperedPackError(Exception):
    """The stored content is not what was published."""


class RulePackVersionQuerySet(BureauOwnedQuerySet["RulePackVersion"]):
    def newest(self) -> "RulePackVersionQuerySet":
        """The newest version of each pack."""
        newer = RulePackVersion.objects.filter(
            code=models.OuterRef("code"), version__gt=models.OuterRef("version")
        )
        return self.exclude(models.Exists(newer))


class RulePackVersion(models.Model):
    """A published version of a rule pack. It never changes; a database trigger refuses.

    ``owner`` is the finance bureau that published it, None for what comes with the program.
    """

    code = models.CharField(max_length=50)
    version = models.PositiveIntegerField()
    name = models.CharField("名称", max_length=100)
    place = models.CharField("适用地区", max_length=50, blank=True)
    verified = models.BooleanField("已核实", default=False)
    content = models.JSONField()
    digest = models.CharField("SHA-256", max_length=64, unique=True)
    published_at = models.DateTimeField(auto_now_add=True)
    owner = models.ForeignKey(
        Unit,
        verbose_name="发布单位",
        null=True,
        on_delete=models.PROTECT,
        related_name="published_packs",
    )

    objects = RulePackVersionQuerySet.as_manager()

    class Meta:
        ordering = ["place", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_pack_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"

    @property
    def pack(self) -> RulePack:
        """Parsed once in a process; raises TamperedPackError when the content was changed."""
        if self.digest not in _parsed:
            pack = parse_pack(self.content)
            if pack.digest != self.digest:
                raise TamperedPackError(f"{self.code} version {self.version}")
            _parsed[self.digest] = pack
        return _parsed[self.digest]


class RulePackDraftQuerySet(models.QuerySet["RulePackDraft"]):
    def visible_to(self, user: "User") -> "RulePackDraftQuerySet":
        """Those of the bureaus the user works for, and of bureaus below them."""
        return self.filter(owner__in=Unit.objects.where(user, Role.FINANCE_BUREAU))


class RulePackDraft(Versioned):
    """The next version of a pack while it is written; ``content`` is the pack's own JSON form.

    What is typed is kept even while it is no valid pack; ``version`` counts saves, the version it
    will be published as stands in ``content``.
    """

    code = models.CharField(max_length=50, unique=True)
    based_on = models.ForeignKey(RulePackVersion, on_delete=models.PROTECT, related_name="drafts")
    owner = models.ForeignKey(
        Unit, verbose_name="起草单位", on_delete=models.PROTECT, related_name="pack_drafts"
    )
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = RulePackDraftQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.number} 版草稿）"

    @property
    def name(self) -> str:
        return str(self.content["name"] or self.code)

    @property
    def number(self) -> int:
        return int(self.content["version"])
