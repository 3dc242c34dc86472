from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from evalsys.accounts.enums import ADMINISTRATORS, Role, UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    def under(self, paths: "list[str]") -> "UnitQuerySet":
        """Units at or below any of the given paths."""
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(path__startswith=path)
        return self.filter(condition)

    def where(self, user: "User", *roles: Role) -> "UnitQuerySet":
        """Units in which the user holds one of the roles, directly or through a unit above."""
        return self.under(user.role_paths(*roles))


class Unit(models.Model):
    """A public body; ``path`` lists the keys from the root so that a subtree is one prefix."""

    name = models.CharField("单位名称", max_length=100)
    kind = models.CharField("类别", max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=200, unique=True, null=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="unit_name_once_per_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return (self.path or "").count("/") - 1


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person of one unit. What they may do comes from RoleGrant and from panels."""

    username = models.CharField("用户名", max_length=50, unique=True)
    name = models.CharField("姓名", max_length=50)
    job_title = models.CharField("职务/职称", max_length=50, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="users"
    )
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["unit__path", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def grants(self) -> "list[RoleGrant]":
        """The user's roles, read once per request."""
        if not hasattr(self, "_grants"):
            self._grants = list(self.role_grants.select_related("unit"))
        return self._grants

    def role_paths(self, *roles: Role) -> list[str]:
        """Never the empty path, below which everything would lie."""
        return [grant.unit.path for grant in self.grants if grant.role in roles and grant.unit.path]

    def has_role(self, *roles: Role, unit: Unit | None = None) -> bool:
        """Whether the user holds one of the roles; with ``unit``, for that unit."""
        paths = self.role_paths(*roles)
        if unit is None:
            return bool(paths)
        return any((unit.path or "").startswith(path) for path in paths)

    @property
    def administers(self) -> set[str]:
        """The administrator's roles the user holds; empty for everybody else."""
        return {grant.role for grant in self.grants} & set(ADMINISTRATORS)

    @property
    def is_administrator(self) -> bool:
        return bool(self.administers)

    @property
    def oversees(self) -> bool:
        """Whether the user reads the evaluations of many units."""
        return self.has_role(Role.SUPERVISOR, Role.FINANCE_BUREAU)

    @property
    def is_finance_bureau(self) -> bool:
        return self.has_role(Role.FINANCE_BUREAU)

    @property
    def is_unit_head(self) -> bool:
        return self.has_role(Role.UNIT_HEAD)

    @property
    def keeps_forms(self) -> bool:
        """Whether the user files what comes back signed on paper."""
        return self.has_role(Role.FINANCE_STAFF, Role.UNIT_HEAD, Role.SUPERVISOR)


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    unit = models.ForeignKey(
        Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="role_grants"
    )
    role = models.CharField("角色", max_length=20, choices=Role)

    class Meta:
        ordering = ["user", "role", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="role_granted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_role_display()}"
