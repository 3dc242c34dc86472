"""A new installation starts with its three administrators and nobody else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evalsys.accounts.enums import ADMINISTRATORS
from evalsys.accounts.models import User
from reports.demo import PASSWORD

pytestmark = pytest.mark.django_db


def test_three_administrators_with_passwords_shown_once():
    out = StringIO()
    call_command("create_administrators", "某市财政局", stdout=out)
    shown = [line.split()[-2:] for line in out.getvalue().splitlines()]
    users = {user.username: user for user in User.objects.all()}
    assert {role for user in users.values() for role in user.administers} == set(ADMINISTRATORS)
    assert [len(user.grants) for user in users.values()] == [1, 1, 1]
    assert {username for username, _ in shown} == set(users)
    assert len({password for _, password in shown}) == 3
    for username, password in shown:
        assert password != PASSWORD
        assert users[username].check_password(password)
        assert users[username].must_change_password


def test_it_happens_once():
    call_command("create_administrators", "某市财政局", stdout=StringIO())
    with pytest.raises(CommandError, match="users already"):
        call_command("create_administrators", "某市财政局")
    assert User.objects.count() == 3
