"""What is done with units, people and roles; each act is written to the journal."""

from django.db import transaction

from evalsys.accounts.enums import Role, UnitKind
from evalsys.accounts.models import RoleGrant, Unit, User
from evalsys.audit.journal import record

STREAM = "accounts"


@transaction.atomic
def create_unit(
    *, name: str, kind: UnitKind | str, parent: Unit | None, actor: User | None
) -> Unit:
    unit = Unit.objects.create(name=name, kind=kind, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    record(STREAM, "unit_created", actor=actor, unit=unit.pk, name=name)
    return unit


@transaction.atomic
def rename_unit(unit: Unit, *, name: str, kind: str, actor: User) -> Unit:
    record(STREAM, "unit_changed", actor=actor, unit=unit.pk, before=unit.name, after=name)
    unit.name, unit.kind = name, kind
    unit.save(update_fields=["name", "kind"])
    return unit


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    unit: Unit,
    password: str,
    job_title: str = "",
    must_change_password: bool = True,
    actor: User | None,
) -> User:
    user = User.objects.create_user(
        username,
        password,
        name=name,
        unit=unit,
        job_title=job_title,
        must_change_password=must_change_password,
    )
    record(STREAM, "user_created", actor=actor, user=user.pk, username=username)
    return user


@transaction.atomic
def change_user(user: User, *, actor: User, **values: object) -> User:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
    record(STREAM, "user_changed", actor=actor, user=user.pk, fields=sorted(values))
    return user


@transaction.atomic
def set_password(user: User, password: str, *, must_change: bool, actor: User) -> User:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])
    record(STREAM, "password_set", actor=actor, user=user.pk)
    return user


@transaction.atomic
def grant_role(user: User, *, role: Role | str, unit: Unit, actor: User | None) -> RoleGrant:
    grant, created = RoleGrant.objects.get_or_create(user=user, role=role, unit=unit)
    if created:
        record(STREAM, "role_granted", actor=actor, user=user.pk, role=role, unit=unit.pk)
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, actor: User) -> None:
    record(
        STREAM, "role_revoked", actor=actor, user=grant.user_id, role=grant.role, unit=grant.unit_id
    )
    grant.delete()
