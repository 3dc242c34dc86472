from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "evalsys.audit"
    label = "audit"
    verbose_name = "审计"
