from typing import Any

from django.core.management.base import BaseCommand

from projects.enums import State
from reports.demo import PASSWORD, PEOPLE, STAGES, load_as_published, load_people, load_stage


class Command(BaseCommand):
    help = (
        "Load the seed form set as demo data, with demo accounts. Never part of a production start."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--stage",
            choices=[stage.value for stage in STAGES],
            help="load the seed at this stage only; without it, at every stage and as published",
        )

    def handle(self, *args: Any, stage: str | None = None, **options: Any) -> None:
        people = load_people()
        for wanted in [State(stage)] if stage else STAGES:
            evaluation = load_stage(wanted, people)
            self.stdout.write(f"{evaluation}: {evaluation.get_state_display()}")
        if not stage:
            self.stdout.write(f"{load_as_published(people)}")
        self._print_accounts()

    def _print_accounts(self) -> None:
        self.stdout.write(f"\nDemo accounts, password {PASSWORD}")
        for person in PEOPLE:
            self.stdout.write(f"  {person.username:<10} {person.name}  {person.does}")
