from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "evalsys.library"
    label = "library"
    verbose_name = "指标库"
