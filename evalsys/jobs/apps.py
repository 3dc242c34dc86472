from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "evalsys.jobs"
    label = "jobs"
