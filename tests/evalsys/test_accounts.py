"""Sign-in: who gets in, who is locked out, how long a session lives, what a page carries."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalsys.accounts.domain import change_user, set_password
from evalsys.accounts.models import User
from evalsys.audit.models import JournalEntry
from reports.demo import PASSWORD
from tests import worlds

SIGN_IN, TASKS = "/sign-in/", "/"
NEW_PASSWORD = "Xin-mima-2024!"
CSRF_TOKEN = re.compile(r"\b\w{64}\b")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cast(module_db):
    return worlds.load_people()


@pytest.fixture
def people(cast):
    """As the database has them, whatever an earlier test did to its copies."""
    return {user.username: user for user in User.objects.all()}


def sign_in(client, username="caiwu", password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password}, **extra)


def is_in(client):
    return client.get(TASKS).status_code == 200


@pytest.mark.usefixtures("people")
def test_the_right_password_opens_the_tasks(client):
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, TASKS)
    assert is_in(client)
    entry = JournalEntry.objects.filter(stream="accounts").latest("sequence")
    assert (entry.action, entry.actor_name) == ("signed_in", "吴敏")


@pytest.mark.usefixtures("people")
def test_one_goes_on_where_one_was_asked_to_sign_in(client):
    asked = client.get("/projects/")
    assert asked["Location"] == f"{SIGN_IN}?next=/projects/"
    assert sign_in_at(client, asked["Location"])["Location"] == "/projects/"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:1"])
@pytest.mark.usefixtures("people")
def test_nobody_is_sent_to_another_site(elsewhere, client):
    assert sign_in_at(client, f"{SIGN_IN}?next={elsewhere}")["Location"] == TASKS


def sign_in_at(client, url):
    return client.post(url, {"username": "caiwu", "password": PASSWORD})


def told(client, username, password):
    """Status and page of a failed sign-in, without what the person typed."""
    answer = sign_in(client, username, password)
    text = CSRF_TOKEN.sub("", answer.content.decode())
    return answer.status_code, text.replace(username, "")


def test_no_answer_tells_which_names_exist(people):
    """Wrong password, unknown name and disabled account: the same pages, locked too."""
    change_user(people["fuzeren"], actor=people["xitong"], is_active=False)
    answers = [
        [told(Client(), username, password) for _ in range(6)]
        for username, password in (
            ("caiwu", "Wrong-password-1"),
            ("nobody", "Wrong-password-1"),
            ("fuzeren", PASSWORD),
        )
    ]
    assert answers[0] == answers[1] == answers[2]
    assert "用户名或密码不对。连续错 5 次，账号将锁定 15 分钟。" in answers[0][0][1]


def fail(times, username="caiwu", **extra):
    return [
        sign_in(Client(), username, "Wrong-password-1", **extra).status_code for _ in range(times)
    ]


@pytest.mark.usefixtures("people")
def test_five_failures_lock_the_account_and_no_other(client):
    assert fail(5) == [200, 200, 200, 200, 429]
    refused = sign_in(client)
    assert refused.status_code == 429
    assert "账号已锁定 15 分钟" in refused.content.decode()
    assert not is_in(client)
    assert sign_in(Client(), "fuzeren").status_code == 302


@pytest.mark.usefixtures("people")
def test_a_lock_holds_from_every_address(client):
    for address in range(5):
        fail(1, REMOTE_ADDR=f"10.0.0.{address}")
    assert sign_in(client, REMOTE_ADDR="10.0.1.1").status_code == 429


@pytest.mark.usefixtures("people")
def test_a_lock_ends_after_a_quarter_of_an_hour(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail(5)
        clock.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        clock.shift(timedelta(minutes=16))
        assert sign_in(client).status_code == 302


@pytest.mark.usefixtures("people")
def test_a_success_in_time_starts_the_count_again(client):
    assert fail(4) == [200] * 4
    assert sign_in(client).status_code == 302
    assert fail(4) == [200] * 4
    assert sign_in(client).status_code == 302


def test_a_disabled_account_is_out_at_once(client, people):
    sign_in(client)
    change_user(people["caiwu"], actor=people["xitong"], is_active=False)
    assert not is_in(client)
    assert sign_in(client).status_code == 200


def test_signing_out_takes_a_post(client, people):
    client.force_login(people["caiwu"])
    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert not is_in(client)


# The password.


@pytest.fixture
def newcomer(client, people):
    """Signed in with a password that the administrator chose."""
    set_password(people["caiwu"], "Chosen-by-admin-1", must_change=True, actor=people["xitong"])
    sign_in(client, password="Chosen-by-admin-1")
    return client


@pytest.mark.parametrize(
    "url", ["/", "/projects/", "/projects/new/", "/evaluations/1/", "/nowhere/"]
)
def test_a_password_chosen_by_another_opens_one_page(url, newcomer):
    for answer in (newcomer.get(url), newcomer.post(url)):
        assert (answer.status_code, answer["Location"]) == (302, "/password/")


def change(client, new, old="Chosen-by-admin-1", repeated=None):
    return client.post(
        "/password/",
        {"old_password": old, "new_password1": new, "new_password2": repeated or new},
    )


def test_a_password_of_ones_own_opens_the_rest(newcomer):
    assert change(newcomer, NEW_PASSWORD)["Location"] == TASKS
    assert is_in(newcomer)
    assert not User.objects.get(username="caiwu").must_change_password
    assert sign_in(Client(), password=NEW_PASSWORD).status_code == 302
    assert sign_in(Client(), password="Chosen-by-admin-1").status_code == 200


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Ab1-5678901", "12"),
        ("abcdefghijkl1", "三类"),
        ("ABCDEFGH-IJKL", "三类"),
        ("中文密码也要三类才行呢呢", "三类"),
        ("123456789012", ""),
    ],
)
def test_weak_passwords_are_refused(new, why, newcomer):
    answer = change(newcomer, new)
    assert answer.status_code == 200
    assert why in "".join(answer.context["form"].errors["new_password2"])
    assert not is_in(newcomer)


@pytest.mark.parametrize(
    "wrong", [{"old": "Wrong-password-1"}, {"repeated": "Xin-mima-2025!"}], ids=["old", "repeated"]
)
def test_a_change_takes_the_old_password_and_the_new_one_twice(wrong, newcomer):
    assert change(newcomer, NEW_PASSWORD, **wrong).status_code == 200
    assert not is_in(newcomer)


def test_a_new_password_ends_the_other_sessions(people, newcomer):
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(username="caiwu"))
    change(newcomer, NEW_PASSWORD)
    assert not is_in(elsewhere)
    set_password(people["caiwu"], "Chosen-by-admin-2", must_change=True, actor=people["xitong"])
    assert newcomer.get(TASKS)["Location"] == f"{SIGN_IN}?next=/"


def test_no_password_is_kept_or_journaled(newcomer):
    change(newcomer, NEW_PASSWORD)
    assert NEW_PASSWORD not in User.objects.get(username="caiwu").password
    details = str(list(JournalEntry.objects.values_list("detail", flat=True)))
    assert NEW_PASSWORD not in details
    assert "Chosen-by-admin" not in details


# The session.


@pytest.mark.usefixtures("people")
def test_half_an_hour_of_silence_ends_a_session(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        assert is_in(client)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=31))
        assert not is_in(client)


@pytest.mark.usefixtures("people")
def test_twelve_hours_end_any_session(client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client)
        for _ in range(36):
            assert is_in(client)
            clock.shift(timedelta(minutes=20))
        assert is_in(client)
        clock.shift(timedelta(seconds=1))
        assert not is_in(client)


@pytest.mark.usefixtures("people")
def test_the_session_key_changes_at_sign_in(client):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in(client)
    assert client.session.session_key != planted


@pytest.mark.usefixtures("people")
def test_cookies_are_closed_to_scripts_and_other_sites(client):
    client.get(SIGN_IN)
    sign_in(client)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), name


# Every answer.

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (SIGN_IN, 200),
        (TASKS, 200),
        ("/projects/", 200),
        ("/admin/people/", 403),
        ("/evaluations/987654/", 404),
        ("/nowhere/", 404),
        ("/static/css/app.css", 200),
        ("/health/alive", 200),
    ],
)
def test_the_policy_stands_on_every_answer(url, status, client, people):
    if url != SIGN_IN:
        client.force_login(people["caiwu"])
    answer = client.get(url)
    assert b"".join(answer)
    assert answer.status_code == status
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("url", [TASKS, "/projects/", "/password/", "/admin/people/", "/nowhere/"])
def test_private_pages_are_stored_nowhere(url, client, people):
    client.force_login(people["caiwu"])
    answer = client.get(url)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


def test_errors_tell_nothing_of_the_machine(client, people):
    client.force_login(people["caiwu"])
    for url in ("/nowhere/", "/admin/people/"):
        text = client.get(url).content.decode()
        assert "Traceback" not in text
        assert "urlpatterns" not in text
    assert reverse("tasks") in text
