import signal
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from evalsys.jobs.runner import work


class Command(BaseCommand):
    help = "Do long work in the background until told to stop (Ctrl-C or SIGTERM)."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.JOB_ENGINE == "procrastinate":
            call_command("procrastinate", "worker")
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(stop)
