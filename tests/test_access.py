"""Who gets what answer at which address, in which state.

The table is written from the rules: roles hold for a unit and what is below it, panels for one
evaluation from the opening of scoring on, administrators read no business data, and what one may
not know of answers like what does not exist.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from evalsys.accounts.models import RoleGrant
from evalsys.jobs.models import Job, JobState
from evalsys.library.models import LibraryEntry
from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from projects.enums import State, states_from
from projects.models import Evaluation
from reports.issuing.models import Slot
from reports.renderers.order import Typeset
from reports.views import documents
from scoring.models import Mark
from tests import worlds

CSRF_TOKEN = re.compile(r"\b\w{64}\b")
WRITE = re.compile(r'(INSERT|UPDATE|DELETE)(?: OR IGNORE)?(?: INTO| FROM)? "(\w+)"')
SIGN_IN = "302 to the sign-in page"
REFUSALS = {SIGN_IN, 403, 404, 405, 409}
JOURNAL = {"audit_journalstream", "audit_journalentry"}
STATES = tuple(State)
MISSING = 987654321

# relation → account; None is anybody from the street.
RELATIONS = {
    "anonymous": None,
    "finance staff": "caiwu",
    "finance staff next door": "caiwu2",
    "unit head": "fuzeren",
    "unit head next door": "fuzeren2",
    "panel leader": "zuzhang",
    "evaluator": "pingjia2",
    "panel leader next door": "zuzhang2",
    "evaluator next door": "pingjia4",
    "supervisor": "zhuguan",
    "supervisor of another department": "zhuguan2",
    "finance bureau": "caizheng",
    "system administrator": "xitong",
    "security administrator": "anquan",
    "audit administrator": "shenji",
}
# Reading these is written to the journal.
DOWNLOADS = {
    "reports:copy",
    "reports:download",
    "reports:signed_file",
    "scoring:evidence_file",
    "scoring:pack_file",
    "scoring:pack_draft_file",
}
UNIT = {"finance staff", "unit head", "supervisor", "finance bureau"}
PANEL = {"panel leader", "evaluator"}
BUREAU = {"finance bureau"}
OWNER = {"supervisor"}  # of the one job there is
OVERSEERS = {"supervisor", "supervisor of another department", "finance bureau"}
HEADS = {"unit head", "unit head next door"}
FINANCE_STAFF = {"finance staff", "finance staff next door"}
BUSINESS = UNIT | {
    "finance staff next door",
    "unit head next door",
    "supervisor of another department",
}
SYSTEM, SECURITY, AUDIT = ({f"{kind} administrator"} for kind in ("system", "security", "audit"))

AT_WORK = set(RELATIONS) - {"anonymous"} - SYSTEM - SECURITY - AUDIT
ISSUED = states_from(State.SIGNED)
OPENED = states_from(State.SCORING)
CONFIRMED = states_from(State.REVIEWING)

Rule = Callable[[str, State], int | str]


def everybody(who: str, state: State) -> int:
    return 200


def nobody(who: str, state: State) -> int:
    return 405


def issued(who: str, state: State) -> int | str:
    """The signed file, which before signing does not exist."""
    return seen(200 if state in ISSUED else 404)(who, state)


def own_seal(answer: int) -> Rule:
    """Unit heads learn nothing of other units' seals, others that seals are none of theirs."""

    def rule(who: str, state: State) -> int | str:
        if who == "unit head next door":
            return 404
        return people(answer, {"unit head"})(who, state)

    return rule


def people(answer: int, allowed: set[str] | None = None, otherwise: int = 403) -> Rule:
    """``answer`` to ``allowed``, or to everyone who signed in."""

    def rule(who: str, state: State) -> int | str:
        if who == "anonymous":
            return SIGN_IN
        return answer if allowed is None or who in allowed else otherwise

    return rule


def seen(answer: int, *, to: set[str] | None = None, at: tuple[State, ...] = STATES) -> Rule:
    """404 for whoever may not know of the evaluation, 403 for who may not do this now."""

    def rule(who: str, state: State) -> int | str:
        if who == "anonymous":
            return SIGN_IN
        if who not in UNIT and not (who in PANEL and state in OPENED):
            return 404
        return answer if state in at and (to is None or who in to) else 403

    return rule


def results(answer: int) -> Rule:
    """To the panel when every sheet is in, to the others when the leader has confirmed."""
    early, late = seen(answer, to=PANEL, at=(State.CONFIRMING,)), seen(answer)
    return lambda who, state: (late if state in CONFIRMED else early)(who, state)


def opening(who: str, state: State) -> int | str:
    return 200 if who == "finance staff" else people(403, UNIT, 404)(who, state)


filling = partial(seen, to={"finance staff"}, at=(State.DRAFTING,))
sheet = partial(seen, to=PANEL, at=OPENED)
approving = partial(seen, to={"supervisor"}, at=(State.DRAFTING, State.UNIT_REVIEW))
reviewing = partial(seen, to={"supervisor"}, at=(State.REVIEWING,))
marking = partial(seen, to=PANEL, at=(State.SCORING,))


@dataclass(frozen=True)
class Target:
    """What is asked for, and by whom."""

    evaluation: Evaluation
    username: str | None

    @property
    def mark(self) -> int:
        """A mark of one's own sheet, or of anybody's."""
        marks = Mark.objects.filter(sheet__evaluation=self.evaluation)
        own = marks.filter(sheet__member__user__username=self.username).first()
        mark = own or marks.first()
        return mark.pk if mark else MISSING

    @property
    def file(self) -> int:
        return self.evaluation.evidence.get().pk

    @property
    def grant(self) -> RoleGrant:
        return RoleGrant.objects.get(user__username="caiwu2")


Values = Callable[[Target], dict[str, Any]]


def no_values(target: Target) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Address:
    get: Rule
    post: Rule
    kwargs: Values = no_values
    data: Values = no_values
    states: tuple[State, ...] = STATES


def evaluation(get: Rule, post: Rule, data: Values = no_values, **kwargs: Any) -> Address:
    return Address(get, post, lambda target: {"pk": target.evaluation.pk, **kwargs}, data)


# An address that no state of an evaluation can change.
plain = partial(Address, states=(State.DRAFTING,))


def of_project(target: Target) -> dict[str, Any]:
    return {"pk": target.evaluation.project_id}


def of_file(target: Target) -> dict[str, Any]:
    return {"pk": target.evaluation.pk, "file": target.file}


def of_person(target: Target) -> dict[str, Any]:
    return {"pk": target.grant.user_id}


def of_pack(target: Target) -> dict[str, Any]:
    return {"pk": target.evaluation.rule_pack_id}


def of_another_pack(target: Target) -> int:
    return RulePackVersion.objects.exclude(pk=target.evaluation.rule_pack_id).first().pk


def of_draft(target: Target) -> dict[str, Any]:
    return {"pk": RulePackDraft.objects.get().pk}


def of_entry(target: Target) -> dict[str, Any]:
    return {"pk": LibraryEntry.objects.get().pk}


def of_job(target: Target) -> dict[str, Any]:
    return {"pk": Job.objects.get(owner__username="zhuguan").pk}


def of_unit(target: Target) -> dict[str, Any]:
    return {"pk": target.evaluation.unit.pk}


def of_slot(target: Target) -> dict[str, Any]:
    """One's own place to sign, or anybody's."""
    slots = Slot.objects.filter(document__evaluation=target.evaluation)
    slot = slots.filter(user__username=target.username).first() or slots.first()
    return {"pk": target.evaluation.pk, "slot": slot.pk if slot else MISSING}


# Drafts are posted with a version nobody has: whoever gets through is told of a conflict.
STALE = {"version": 999}

ADDRESSES = {
    "tasks": plain(people(200), people(405)),
    "projects:list": plain(people(200), people(405)),
    "projects:create": plain(people(200, FINANCE_STAFF), people(200, FINANCE_STAFF)),
    "projects:project": plain(people(200, UNIT, 404), people(405), of_project),
    "projects:overview": evaluation(seen(200), seen(405)),
    # Refusals are told on the overview; tests/projects/test_workflow.py has who may do what.
    "projects:perform": evaluation(seen(405), seen(302), action="archive"),
    "projects:goals": evaluation(
        filling(200),
        filling(409),
        lambda target: STALE | {"row-TOTAL_FORMS": 0, "row-INITIAL_FORMS": 0},
    ),
    "projects:basic": evaluation(filling(200), filling(409), lambda target: STALE),
    "projects:report": evaluation(
        filling(200),
        filling(409),
        lambda target: (
            STALE | {"section": target.evaluation.sections.filter(has_body=True).first().key}
        ),
    ),
    "projects:panel": evaluation(filling(200), filling(200)),
    "projects:appointment": evaluation(filling(200), filling(302)),
    "projects:seat": Address(
        filling(405),
        filling(302),
        lambda target: {
            "pk": target.evaluation.pk,
            "seat": target.evaluation.panel.first().pk,
            "action": "lead",
        },
    ),
    "scoring:open": plain(opening, opening, of_project),
    "scoring:indicators": evaluation(
        filling(200),
        filling(409),
        lambda target: STALE | {"indicator": target.evaluation.indicators.first().key},
    ),
    # The pack of the seed fixes the tree, so nobody may.
    "scoring:indicator_action": Address(
        filling(403),
        filling(403),
        lambda target: {
            "pk": target.evaluation.pk,
            "indicator": target.evaluation.indicators.first().pk,
            "action": "add",
        },
    ),
    # There is no earlier year; tests/scoring/test_last_year.py has who may copy one.
    "scoring:last_year": evaluation(filling(403), filling(403)),
    "scoring:indicator_library": evaluation(filling(403), filling(403)),
    "scoring:library": plain(people(200, BUSINESS), people(405, BUSINESS)),
    "scoring:library_create": plain(people(200, BUREAU), people(200, BUREAU)),
    "scoring:library_entry": plain(people(200, BUREAU), people(200, BUREAU), of_entry),
    "scoring:library_retire": plain(
        people(405, BUREAU),
        people(302, BUREAU),
        lambda target: of_entry(target) | {"action": "retire"},
    ),
    "scoring:evidence": evaluation(seen(200), filling(200)),
    "scoring:evidence_edit": Address(
        filling(200), filling(409), of_file, lambda target: STALE | {"title": "合同"}
    ),
    "scoring:evidence_remove": Address(filling(405), filling(302), of_file),
    "scoring:evidence_file": Address(seen(200), seen(405), of_file),
    "scoring:sheet": evaluation(sheet(200), sheet(405)),
    "scoring:mark": Address(
        marking(405),
        marking(302),
        lambda target: {"pk": target.evaluation.pk, "mark": target.mark},
        lambda target: STALE | {"value": "0.5"},
    ),
    "scoring:hand_in": evaluation(marking(405), marking(302)),
    "scoring:step_out": evaluation(marking(405), marking(302)),
    "scoring:packs": plain(people(200, BUREAU), people(405, BUREAU)),
    "scoring:pack": plain(people(200, BUREAU), people(405, BUREAU), of_pack),
    "scoring:pack_start": plain(people(200, BUREAU), people(200, BUREAU), of_pack),
    # What comes with the program has no next version of anybody's.
    "scoring:pack_next": plain(people(405, BUREAU), people(403), of_pack),
    "scoring:pack_difference": plain(people(200, BUREAU), people(405, BUREAU), of_pack),
    "scoring:pack_file": plain(
        people(200, BUREAU), people(405, BUREAU), lambda target: of_pack(target) | {"form": "json"}
    ),
    "scoring:pack_library": plain(people(200, BUREAU), people(405, BUREAU), of_draft),
    "scoring:pack_draft": plain(
        people(200, BUREAU),
        people(409, BUREAU),
        lambda target: of_draft(target) | {"page": "wording"},
        lambda target: STALE,
    ),
    "scoring:pack_publish": plain(people(200, BUREAU), people(302, BUREAU), of_draft),
    "scoring:pack_discard": plain(people(405, BUREAU), people(302, BUREAU), of_draft),
    "scoring:pack_files": plain(people(200, BUREAU), people(200, BUREAU), of_draft),
    "scoring:pack_draft_file": plain(
        people(200, BUREAU), people(405, BUREAU), lambda target: of_draft(target) | {"form": "xlsx"}
    ),
    # Posted as if for another draft: it is shown again.
    "reports:pack_move": evaluation(
        filling(200), filling(302), lambda target: {"to": of_another_pack(target)}
    ),
    "reports:pack_preview": plain(people(200, BUREAU), people(405, BUREAU), of_draft),
    "reports:checks": plain(people(200), people(405)),
    "reports:findings_beside": evaluation(filling(200), filling(405)),
    "reports:examine_all": plain(people(405), people(302, OVERSEERS)),
    "reports:checkup": plain(people(200, AT_WORK), people(200, AT_WORK)),
    "reports:checkup_file": plain(
        people(200, AT_WORK), people(200, AT_WORK), lambda target: {"form": "json"}
    ),
    "reports:checkup_enter": plain(people(200, AT_WORK), people(200, AT_WORK)),
    "reports:signing": evaluation(seen(200, at=ISSUED), seen(405, at=ISSUED)),
    # Refusals are told on the page; tests/reports/test_signing_views.py has who may do what.
    "reports:sign": Address(seen(405, at=ISSUED), seen(302, at=ISSUED), of_slot),
    "reports:waive": Address(seen(405, at=ISSUED), seen(302, at=ISSUED), of_slot),
    "reports:signed_file": evaluation(issued, seen(405), number=1),
    "reports:scan": evaluation(seen(404), seen(405), scan=MISSING),
    "reports:scan_add": plain(people(200), people(200)),
    "reports:seals": plain(people(200, HEADS), people(405, HEADS)),
    "reports:seal": plain(own_seal(200), own_seal(200), of_unit),
    "reports:seal_remove": plain(people(405, HEADS), own_seal(302), of_unit),
    "reports:seal_image": plain(own_seal(404), people(405, HEADS), of_unit),
    "reports:verify": plain(everybody, everybody),
    "reports:verify_file": plain(everybody, everybody),
    "reports:verify_code": plain(everybody, nobody, lambda target: {"code": "nothing"}),
    "reports:root_certificate": plain(everybody, nobody),
    "reports:revocations": plain(everybody, nobody),
    "reports:approval": evaluation(approving(200), approving(200)),
    "reports:findings": evaluation(seen(200), filling(200)),
    "reports:results": evaluation(results(200), results(405)),
    # No evaluation of this world is an old form; tests/reports/test_old_forms.py has those.
    "reports:old_form": evaluation(seen(403), seen(403)),
    "reports:old_form_start": evaluation(filling(200), filling(403)),
    "reports:old_form_leave": evaluation(seen(403), seen(403)),
    "reports:department": evaluation(reviewing(200), reviewing(409), lambda target: STALE),
    "reports:documents": evaluation(seen(200), seen(405)),
    "reports:download": evaluation(seen(200), seen(405), document="all"),
    "reports:copy": evaluation(seen(200), seen(405), document="goals", format="docx"),
    "reports:fragment": evaluation(seen(200), seen(405), document="goals"),
    "login": plain(
        lambda who, state: 200 if who == "anonymous" else 302,
        lambda who, state: 200 if who == "anonymous" else 302,
    ),
    "logout": plain(people(405), people(302)),
    "password_change": plain(people(200), people(200)),
    "accounts:units": plain(people(200, SYSTEM | SECURITY), people(405, SYSTEM | SECURITY)),
    "accounts:unit_create": plain(people(200, SYSTEM), people(200, SYSTEM)),
    "accounts:unit": plain(
        people(200, SYSTEM),
        people(200, SYSTEM),
        lambda target: {"pk": target.evaluation.unit.pk},
    ),
    "accounts:people": plain(people(200, SYSTEM | SECURITY), people(405, SYSTEM | SECURITY)),
    "accounts:person_create": plain(people(200, SYSTEM), people(200, SYSTEM)),
    "accounts:person": plain(
        people(200, SYSTEM | SECURITY),
        people(302, SYSTEM),
        of_person,
        lambda target: {"name": "新名字", "unit": target.evaluation.unit.pk},
    ),
    "accounts:person_password": plain(people(200, SYSTEM), people(200, SYSTEM), of_person),
    "accounts:person_grant": plain(people(200, SECURITY), people(200, SECURITY), of_person),
    "accounts:person_revoke": plain(
        people(405, SECURITY),
        people(302, SECURITY),
        lambda target: {"pk": target.grant.user_id, "grant": target.grant.pk},
    ),
    "jobs:list": plain(people(200), people(405)),
    "jobs:job": plain(people(200, OWNER, 404), people(405), of_job),
    "jobs:cancel": plain(people(405), people(302, OWNER, 404), of_job),
    "jobs:file": plain(people(404), people(405), of_job),
    "accounts:journal": plain(people(200, AUDIT), people(405, AUDIT)),
    "alive": plain(everybody, everybody),
    "ready": plain(everybody, everybody),
}


@pytest.fixture(scope="module")
def world(module_db):
    world = worlds.build_world()
    Job.objects.create(owner=world["zhuguan"], task="nothing", title="完成的", state=JobState.DONE)
    return world


@pytest.fixture(scope="module")
def clients(world):
    """Each relation at its own browser."""
    browsers = {who: Client() for who in RELATIONS}
    for who, username in RELATIONS.items():
        if username:
            browsers[who].force_login(world[username])
    return browsers


@pytest.fixture(autouse=True)
def _quick_pdf(monkeypatch):
    monkeypatch.setattr(
        documents, "render_pdf_limited", lambda *args, **kwargs: Typeset(b"%PDF-1.7", {})
    )


def test_every_address_is_in_the_table():
    assert set(ADDRESSES) == set(_names(get_resolver()))


@pytest.mark.parametrize("name", ADDRESSES)
def test_answers(name, world, clients, db):
    """Each cell; and neither reading nor a refusal writes anything, but the journal of downloads."""
    address = ADDRESSES[name]
    wrong = []
    for state in address.states:
        for who, username in RELATIONS.items():
            url, data = _request(name, Target(world.evaluations[state], username))
            for method in ("get", "post"):
                expected = getattr(address, method)(who, state)
                found, written = _answer(
                    clients[who], method, url, data if method == "post" else {}
                )
                if found != expected:
                    wrong.append(f"{method} at {state} by {who}: {found}, not {expected}")
                written -= JOURNAL if name in DOWNLOADS else set()
                written -= {"reports_askedcount"}  # how often an address asked to verify
                if written and (method == "get" or expected in REFUSALS):
                    wrong.append(f"{method} at {state} by {who} writes {sorted(written)}")
    assert not wrong, "\n".join(wrong)


KEYED = [name for name, address in ADDRESSES.items() if address.kwargs is not no_values]


@pytest.mark.parametrize("name", KEYED)
def test_hidden_and_missing_answer_alike(name, world, clients, db):
    """Neither status nor page tells what one may not know of from what was never there."""
    address = ADDRESSES[name]
    kwargs = address.kwargs(Target(world.evaluations[State.SCORING], None))
    if "pk" not in kwargs:
        return
    url = reverse(name, kwargs=kwargs)
    missing_url = reverse(name, kwargs=kwargs | {"pk": MISSING})
    for who in RELATIONS:
        if address.get(who, State.SCORING) == 404 or url.startswith("/admin/"):
            hidden, missing = clients[who].get(url), clients[who].get(missing_url)
            if hidden.status_code not in {200, 405}:
                assert missing.status_code == hidden.status_code, who
                assert _text(missing, missing_url) == _text(hidden, url), who


@pytest.mark.parametrize(
    ("name", "key", "username"),
    [
        ("projects:seat", "seat", "caiwu"),
        ("scoring:mark", "mark", "pingjia2"),
        ("scoring:evidence_remove", "file", "caiwu"),
        ("accounts:person_revoke", "grant", "anquan"),
    ],
)
def test_parts_of_another_object_are_missing(name, key, username, world, db):
    """A right key under a wrong one: the seat, mark or row of somewhere else."""
    state = State.SCORING if key == "mark" else State.DRAFTING
    kwargs = ADDRESSES[name].kwargs(Target(world.evaluations[state], username))
    foreign = {
        "seat": world.foreign.panel.first().pk,
        "mark": Mark.objects.filter(sheet__evaluation=world.foreign).first().pk,
        "file": world.foreign.evidence.get().pk,
        "grant": RoleGrant.objects.get(user=world["fuzeren"]).pk,
    }
    client = Client()
    client.force_login(world[username])
    assert client.post(reverse(name, kwargs=kwargs | {key: foreign[key]})).status_code == 404


def test_an_evaluator_cannot_reach_anothers_mark(world, clients, db):
    evaluation = world.evaluations[State.SCORING]
    mark = Mark.objects.filter(
        sheet__evaluation=evaluation, sheet__member__user=world["pingjia3"]
    ).first()
    url = reverse("scoring:mark", kwargs={"pk": evaluation.pk, "mark": mark.pk})
    for who in PANEL:
        assert clients[who].post(url, {"value": "1", "version": mark.version}).status_code == 404
    mark.refresh_from_db()
    assert mark.value is None


def test_lists_name_only_what_one_may_see(world, clients, db):
    ours, theirs = "（caiwu ", "（caiwu2 "
    sees = {
        "finance staff": (True, False),
        "finance staff next door": (False, True),
        "unit head": (True, False),
        "panel leader": (True, False),
        "evaluator next door": (False, True),
        "supervisor": (True, True),
        "supervisor of another department": (False, False),
        "finance bureau": (True, True),
        "system administrator": (False, False),
        "security administrator": (False, False),
        "audit administrator": (False, False),
    }
    for who, expected in sees.items():
        text = clients[who].get(reverse("projects:list")).content.decode()
        assert (ours in text, theirs in text) == expected, who


@pytest.mark.parametrize("name", ADDRESSES)
def test_posts_without_a_token_are_refused(name, world, db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world["caiwu"])
    url, data = _request(name, Target(world.evaluations[State.DRAFTING], "caiwu"))
    assert client.post(url, data).status_code == 403


def _names(resolver: Any, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _names(entry, inner)


def _request(name: str, target: Target) -> tuple[str, dict[str, Any]]:
    address = ADDRESSES[name]
    return reverse(name, kwargs=address.kwargs(target)), address.data(target)


def _answer(
    client: Client, method: str, url: str, data: dict[str, Any]
) -> tuple[int | str, set[str]]:
    """The status and the tables written; what a post changed is undone, the cookies too."""
    cookies = client.cookies.copy()
    written: set[str] = set()
    with transaction.atomic(), connection.execute_wrapper(_remember_writes(written)):
        response = getattr(client, method)(url, data)
        text = b"".join(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code == 302 and response["Location"].startswith(f"{reverse('login')}?next="):
        return SIGN_IN, written
    assert text or response.status_code in {302, 405}, url
    return response.status_code, written


def _remember_writes(tables: set[str]) -> Callable[..., Any]:
    """Notes each table that got, lost or changed a row; sessions are no business of the pages."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        wrote = WRITE.match(sql)
        # An INSERT that returns its key has no count yet.
        if wrote and (wrote[1] == "INSERT" or context["cursor"].rowcount):
            tables.add(wrote[2])
        tables.discard("django_session")
        return result

    return wrapper


def _text(response: Any, url: str) -> str:
    return CSRF_TOKEN.sub("", response.content.decode().replace(url, ""))
