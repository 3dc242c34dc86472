from django.db import models


class UnitKind(models.TextChoices):
    FINANCE_BUREAU = "finance_bureau", "财政部门"
    DEPARTMENT = "department", "主管部门"
    IMPLEMENTING = "implementing", "项目实施单位"


class Role(models.TextChoices):
    """Granted per unit and valid for everything below it; administrators read no business data."""

    FINANCE_STAFF = "finance_staff", "单位财务人员"
    UNIT_HEAD = "unit_head", "单位负责人"
    SUPERVISOR = "supervisor", "主管部门审核人"
    FINANCE_BUREAU = "finance_bureau", "财政部门人员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


BUSINESS_ROLES = (Role.FINANCE_STAFF, Role.UNIT_HEAD, Role.SUPERVISOR, Role.FINANCE_BUREAU)
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
