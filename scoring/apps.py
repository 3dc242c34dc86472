from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = "评分"

    def ready(self) -> None:
        import scoring.workflow  # noqa: F401, PLC0415 registers guards and effects of this room
