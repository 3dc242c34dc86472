from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RulePacksConfig(AppConfig):
    name = "evalsys.rulepacks"
    label = "rulepacks"
    verbose_name = "规则包"

    def ready(self) -> None:
        from evalsys.rulepacks.domain import publish_shipped  # noqa: PLC0415 models are ready now

        post_migrate.connect(publish_shipped, sender=self)
