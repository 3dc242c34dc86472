import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from evalsys.accounts.domain import create_unit, create_user, grant_role
from evalsys.accounts.enums import ADMINISTRATORS, UnitKind
from evalsys.accounts.models import User


class Command(BaseCommand):
    help = (
        "Start a new installation: one root unit and its three administrators, with passwords "
        "shown once and changed at first sign-in."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("unit", help="name of the root unit, for example 海口市财政局")

    @transaction.atomic
    def handle(self, *args: Any, unit: str, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("there are users already; administrators are made on the pages now")
        root = create_unit(name=unit, kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
        for role in ADMINISTRATORS:
            password = f"{secrets.token_urlsafe(12)}-9Aa"
            username = role.value.replace("_", "-")
            user = create_user(
                username=username, name=role.label, unit=root, password=password, actor=None
            )
            grant_role(user, role=role, unit=root, actor=None)
            self.stdout.write(f"{role.label}  {username}  {password}")
