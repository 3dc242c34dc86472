from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        import reports.assistant  # noqa: PLC0415 reads along while the report is written
        import reports.jobs  # noqa: PLC0415 registers tasks
        import reports.workflow  # noqa: F401, PLC0415 registers guards and effects of this room
