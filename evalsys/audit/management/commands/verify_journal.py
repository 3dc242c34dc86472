import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evalsys.audit.journal import broken_since, contradictions, heads
from evalsys.audit.models import JournalEntry


class Command(BaseCommand):
    help = (
        "Check every journal entry against its chain, and the rows against what the journal tells;"
        " exits 1 when anything was changed or removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write-heads", type=Path, metavar="FILE", help="note how long each stream is now"
        )
        parser.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            dest="earlier",
            help="also compare with heads noted earlier",
        )

    def handle(self, *, write_heads: Path | None, earlier: Path | None, **_: Any) -> None:
        found = [*contradictions(), *(broken_since(read_heads(earlier)) if earlier else ())]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(
            f"{JournalEntry.objects.count()} journal entries, all as they were written"
        )
        if write_heads:
            write_heads.write_text(json.dumps(heads(), indent=1) + "\n", encoding="utf-8")


def read_heads(path: Path) -> dict[str, tuple[int, str]]:
    """Raises CommandError for a file that this command did not write."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return {name: (int(length), str(head)) for name, (length, head) in noted.items()}
    except (OSError, ValueError, AttributeError, TypeError) as problem:
        raise CommandError(f"{path} holds no heads of a journal: {problem}") from None
