from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "项目"

    def ready(self) -> None:
        import projects.guards  # noqa: PLC0415 registers the guards of this room
        import projects.verification  # noqa: F401, PLC0415 and what must agree with the journal
