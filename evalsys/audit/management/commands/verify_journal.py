from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evalsys.audit.journal import broken_entries
from evalsys.audit.models import JournalEntry


class Command(BaseCommand):
    help = (
        "Check every journal entry against its chain; exits 1 when anything was changed or removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(broken_entries())
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(
            f"{JournalEntry.objects.count()} journal entries, all as they were written"
        )
