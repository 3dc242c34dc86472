from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "evalsys.accounts"
    label = "accounts"
    verbose_name = "用户与单位"

    def ready(self) -> None:
        import evalsys.accounts.signals  # noqa: F401, PLC0415 connects the receivers
