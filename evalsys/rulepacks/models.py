from django.db import models

from evalsys.rulepacks.codec import parse_pack
from evalsys.rulepacks.schema import RulePack

_parsed: dict[str, RulePack] = {}


class TamperedPackError(Exception):
    """The stored content is not what was published."""


class RulePackVersionQuerySet(models.QuerySet["RulePackVersion"]):
    def newest(self) -> "RulePackVersionQuerySet":
        """The newest version of each pack."""
        newer = RulePackVersion.objects.filter(
            code=models.OuterRef("code"), version__gt=models.OuterRef("version")
        )
        return self.exclude(models.Exists(newer))


class RulePackVersion(models.Model):
    """A published version of a rule pack. It never changes; a database trigger refuses."""

    code = models.CharField(max_length=50)
    version = models.PositiveIntegerField()
    name = models.CharField("名称", max_length=100)
    place = models.CharField("适用地区", max_length=50, blank=True)
    verified = models.BooleanField("已核实", default=False)
    content = models.JSONField()
    digest = models.CharField("SHA-256", max_length=64, unique=True)
    published_at = models.DateTimeField(auto_now_add=True)

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
