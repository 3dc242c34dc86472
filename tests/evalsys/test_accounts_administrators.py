"""The three administrators: each has an office, none has another's, and all of it is journaled."""

import pytest
from django.urls import reverse

from evalsys.accounts.enums import ADMINISTRATORS, Role
from evalsys.accounts.models import RoleGrant, Unit, User
from evalsys.audit.journal import broken_entries
from evalsys.audit.models import JournalEntry
from reports.demo import PASSWORD
from tests import worlds

GOOD = "Chosen-by-admin-1"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cast(module_db):
    return worlds.load_people()


@pytest.fixture
def people(cast):
    return {user.username: user for user in User.objects.select_related("unit")}


@pytest.fixture
def post(client, people):
    def send(who, name, data, **kwargs):
        client.force_login(people[who])
        return client.post(reverse(f"accounts:{name}", kwargs=kwargs), data)

    return send


def journaled():
    entry = JournalEntry.objects.filter(stream="accounts").latest("sequence")
    return entry.action, entry.actor.username


# The system administrator: units and people.


def test_a_unit_is_made_below_another(post, people):
    department = people["zhuguan"].unit
    post(
        "xitong",
        "unit_create",
        {"name": "信息中心", "kind": "implementing", "parent": department.pk},
    )
    unit = Unit.objects.get(name="信息中心")
    assert unit.path == f"{department.path}{unit.pk}/"
    assert journaled() == ("unit_created", "xitong")


def test_the_same_name_below_the_same_unit_is_refused(post, people):
    unit = people["caiwu"].unit
    answer = post(
        "xitong", "unit_create", {"name": unit.name, "kind": unit.kind, "parent": unit.parent_id}
    )
    assert answer.context["form"].errors["name"]
    other = people["caiwu2"].unit
    answer = post("xitong", "unit", {"name": unit.name, "kind": unit.kind}, pk=other.pk)
    assert answer.context["form"].errors["name"]
    assert Unit.objects.filter(name=unit.name).count() == 1


def test_a_unit_is_renamed(post, people):
    unit = people["caiwu"].unit
    post("xitong", "unit", {"name": "电子政务中心", "kind": unit.kind}, pk=unit.pk)
    assert Unit.objects.get(pk=unit.pk).name == "电子政务中心"
    assert journaled() == ("unit_changed", "xitong")


def newcomer(people, **changes):
    data = {"username": "xinren", "name": "新人", "unit": people["caiwu"].unit.pk, "password": GOOD}
    return data | changes


def test_a_person_is_made_and_must_choose_a_password(post, people):
    post("xitong", "person_create", newcomer(people))
    user = User.objects.get(username="xinren")
    assert (user.must_change_password, user.check_password(GOOD)) == (True, True)
    assert not user.role_grants.exists()
    assert journaled() == ("user_created", "xitong")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "caiwu"),
        ("username", "Xinren"),
        ("username", "新人"),
        ("username", "x"),
        ("username", "xin ren"),
        ("name", ""),
        ("name", "新\u202e人"),
        ("name", "😀"),
        ("unit", "0"),
        ("password", "short-1A"),
        ("password", "only-lower-and-dash"),
        ("password", "123456789012"),
    ],
)
def test_no_person_is_made_of_this(field, value, post, people):
    answer = post("xitong", "person_create", newcomer(people, **{field: value}))
    assert answer.context["form"].errors[field]
    assert not User.objects.filter(name__contains="新").exists()


def test_a_person_is_changed_and_switched_off(post, people):
    person = people["caiwu"]
    data = {"name": "吴敏敏", "job_title": "主办会计", "unit": person.unit_id}
    post("xitong", "person", data, pk=person.pk)
    person.refresh_from_db()
    assert (person.name, person.job_title, person.is_active) == ("吴敏敏", "主办会计", False)
    assert journaled() == ("user_changed", "xitong")


def test_an_initial_password_is_set(post, people):
    post("xitong", "person_password", {"password": GOOD}, pk=people["caiwu"].pk)
    person = User.objects.get(username="caiwu")
    assert (person.must_change_password, person.check_password(GOOD)) == (True, True)
    assert journaled() == ("password_set", "xitong")


@pytest.mark.parametrize("administrator", ["anquan", "shenji", "xitong"])
def test_no_administrator_sets_the_password_of_another(administrator, post, people):
    """Or the system administrator could sign in as any of the three."""
    answer = post("xitong", "person_password", {"password": GOOD}, pk=people[administrator].pk)
    assert answer.context["form"].errors["password"]
    assert User.objects.get(username=administrator).check_password(PASSWORD)


# The security administrator: roles.


def grant(post, people, username, role, *, by="anquan"):
    data = {"role": role, "unit": people["caiwu"].unit.pk}
    return post(by, "person_grant", data, pk=people[username].pk)


def roles(username):
    return set(RoleGrant.objects.filter(user__username=username).values_list("role", flat=True))


def test_a_role_is_granted_and_revoked(post, people):
    grant(post, people, "pingjia2", Role.UNIT_HEAD)
    assert roles("pingjia2") == {Role.UNIT_HEAD}
    assert journaled() == ("role_granted", "anquan")
    row = RoleGrant.objects.get(user=people["pingjia2"])
    post("anquan", "person_revoke", {}, pk=people["pingjia2"].pk, grant=row.pk)
    assert roles("pingjia2") == set()
    assert journaled() == ("role_revoked", "anquan")


def test_a_role_holds_for_the_unit_and_what_is_below_it(post, people):
    bureau, unit = people["caizheng"].unit, people["caiwu"].unit
    person = people["pingjia2"]
    post("anquan", "person_grant", {"role": Role.SUPERVISOR, "unit": bureau.pk}, pk=person.pk)
    person = User.objects.get(pk=person.pk)
    assert person.has_role(Role.SUPERVISOR, unit=unit)
    assert not people["caiwu"].has_role(Role.FINANCE_STAFF, unit=bureau)
    assert not people["caiwu"].has_role(Role.FINANCE_STAFF, unit=people["caiwu2"].unit)


def test_a_longer_number_is_no_unit_below(people):
    """Paths end with a slash, so unit 12 does not lie below unit 1."""
    unit = people["caiwu"].unit
    stranger = Unit(name="外单位", path=unit.path[:-1] + "0/")
    assert not people["caiwu"].has_role(Role.FINANCE_STAFF, unit=stranger)


@pytest.mark.parametrize("role", Role)
def test_nobody_grants_to_themselves(role, post, people):
    before = roles("anquan")
    assert grant(post, people, "anquan", role).context["form"].errors
    assert roles("anquan") == before


@pytest.mark.parametrize("administrator", ["xitong", "shenji"])
@pytest.mark.parametrize("role", Role)
def test_an_administrator_holds_no_second_office(administrator, role, post, people):
    before = roles(administrator)
    data = {"role": role, "unit": people["caizheng"].unit.pk}
    answer = post("anquan", "person_grant", data, pk=people[administrator].pk)
    assert answer.context["form"].errors
    assert roles(administrator) == before


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_whoever_has_a_business_role_becomes_no_administrator(role, post, people):
    assert grant(post, people, "caiwu", role).context["form"].errors
    assert roles("caiwu") == {Role.FINANCE_STAFF}


# None of them reads business data; the audit administrator reads the journal.


@pytest.mark.parametrize("administrator", ["xitong", "anquan", "shenji"])
def test_no_administrator_sees_a_project(administrator, client, people):
    worlds.opened(people, pack="haikou-2019", name="绝密项目")
    client.force_login(people[administrator])
    for name in ("tasks", "projects:list"):
        assert "绝密项目" not in client.get(reverse(name)).content.decode()


def test_the_journal_page_tells_acts_and_no_content(client, people):
    worlds.opened(people, pack="haikou-2019", name="绝密项目")
    client.force_login(people["shenji"])
    text = client.get(reverse("accounts:journal")).content.decode()
    assert "吴敏" in text
    assert "绝密项目" not in text


def test_every_act_is_in_the_whole_journal(post, people):
    post("xitong", "person_create", newcomer(people))
    grant(post, people, "pingjia2", Role.UNIT_HEAD)
    assert list(broken_entries()) == []
