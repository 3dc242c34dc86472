"""Every list and page asks the database as often for many rows as for one.

Each is read at two sizes; the literal holds for both.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalsys.accounts.domain import create_unit, grant_role
from evalsys.accounts.enums import Role, UnitKind
from evalsys.jobs.models import Job, JobState
from evalsys.rulepacks.models import RulePackVersion
from projects.domain import appoint
from projects.enums import State
from projects.models import PerformanceTarget
from projects.workflow import Action, perform
from scoring.last_year import Part, copy_from, plan_copy
from scoring.opening import open_evaluation
from scoring.tree_editing import add_under
from tests import worlds

MORE = 4

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


def queries(user, url):
    """How often a page asks, in a session that has been at work."""
    client = Client()
    client.force_login(user)
    client.get(reverse("password_change"))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
        assert b"".join(answer)
    assert answer.status_code == 200
    return len(captured)


# Lists: one evaluation, unit and person more or less.


def a_job(people):
    Job.objects.create(owner=people["caiwu"], task="n", title="n", state=JobState.DONE)


def more_of_everything(people):
    department = people["zhuguan"].unit
    for number in range(MORE):
        worlds.opened(people, pack="haikou-2019", name=f"项目 {number}")
        unit = create_unit(
            name=f"单位 {number}", kind=UnitKind.IMPLEMENTING, parent=department, actor=None
        )
        person = worlds.person(f"person{number}", unit, Role.FINANCE_STAFF)
        a_job(people)
        grant_role(person, role=Role.UNIT_HEAD, unit=unit, actor=None)
        worlds.library_entry(people["caizheng"], f"指标 {number}")


LISTS = {
    "tasks": ("caiwu", 7),
    "projects:list": ("zhuguan", 8),
    "projects:create": ("caiwu", 6),
    "scoring:library": ("caizheng", 5),
    "accounts:units": ("xitong", 5),
    "accounts:unit_create": ("xitong", 5),
    "accounts:people": ("xitong", 8),
    "accounts:person_create": ("xitong", 5),
    "accounts:journal": ("shenji", 6),
    "reports:seals": ("fuzeren", 6),
    "jobs:list": ("caiwu", 6),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists(name, people):
    username, limit = LISTS[name]
    worlds.evaluation_at(State.DRAFTING, people)
    worlds.library_entry(people["caizheng"])
    a_job(people)
    few = queries(people[username], reverse(name))
    more_of_everything(people)
    assert queries(people[username], reverse(name)) == few <= limit


def test_a_project_of_many_years(people):
    evaluation = worlds.opened(people, pack="haikou-2019", year=2019)
    url = reverse("projects:project", kwargs={"pk": evaluation.project_id})
    few = queries(people["zhuguan"], url)
    for year in range(2020, 2020 + MORE):
        open_evaluation(
            project=evaluation.project,
            fiscal_year=year,
            rule_pack=evaluation.rule_pack,
            actor=people["caiwu"],
        )
    assert queries(people["zhuguan"], url) == few <= 6


def test_a_person_of_many_roles(people):
    url = reverse("accounts:person", kwargs={"pk": people["caiwu"].pk})
    few = queries(people["anquan"], url)
    for role in (Role.UNIT_HEAD, Role.SUPERVISOR, Role.FINANCE_BUREAU):
        grant_role(people["caiwu"], role=role, unit=people["caiwu"].unit, actor=None)
    assert queries(people["anquan"], url) == few <= 8


# Pages of an evaluation: three evaluators and the seed's rows, or many more of both.

PAGES = {
    ("projects:overview", State.DRAFTING, "caiwu"): 30,
    ("projects:overview", State.UNIT_REVIEW, "fuzeren"): 28,
    ("projects:overview", State.SCORING, "zuzhang"): 12,
    ("projects:overview", State.CONFIRMING, "caiwu"): 11,
    ("projects:overview", State.REVIEWING, "caiwu"): 8,
    ("projects:overview", State.SIGNED, "zhuguan"): 12,
    ("projects:goals", State.DRAFTING, "caiwu"): 7,
    ("projects:basic", State.DRAFTING, "caiwu"): 8,
    ("projects:report", State.DRAFTING, "caiwu"): 8,
    ("projects:panel", State.DRAFTING, "caiwu"): 7,
    ("scoring:indicators", State.DRAFTING, "caiwu"): 8,
    ("scoring:sheet", State.SCORING, "pingjia2"): 17,
    ("reports:findings", State.DRAFTING, "caiwu"): 20,
    ("reports:findings", State.CONFIRMING, "zuzhang"): 25,
    ("reports:findings", State.SIGNED, "zhuguan"): 13,
    ("reports:results", State.CONFIRMING, "zuzhang"): 21,
    ("reports:results", State.REVIEWING, "zhuguan"): 18,
    ("reports:results", State.SIGNED, "zhuguan"): 8,
    ("reports:documents", State.DRAFTING, "caiwu"): 15,
    ("reports:documents", State.REVIEWING, "zhuguan"): 19,
    ("scoring:evidence", State.DRAFTING, "caiwu"): 8,
    ("scoring:evidence", State.SIGNED, "zhuguan"): 9,
    ("reports:pack_move", State.DRAFTING, "caiwu"): 6,
    ("reports:documents", State.SIGNED, "zhuguan"): 10,
    ("reports:signing", State.SIGNED, "zhuguan"): 12,
    ("reports:signing", State.SIGNED, "zuzhang"): 12,
}


def enlarge(evaluation, people):
    """More evaluators, more targets and more evidence."""
    unit = people["zhuguan"].unit
    for number in range(MORE):
        person = worlds.person(f"evaluator{number}", unit)
        appoint(evaluation, person, is_leader=False, actor=people["caiwu"])
    for number in range(MORE):
        worlds.add_evidence(evaluation, people["caiwu"], title=f"照片 {number}")
    PerformanceTarget.objects.bulk_create(
        PerformanceTarget(
            evaluation=evaluation,
            position=100 + number,
            goal_type="产出指标",
            goal_class="数量指标",
            target=f"目标 {number}",
        )
        for number in range(MORE)
    )


def test_pages_of_an_evaluation(people):
    casts = (people, worlds.next_door(people))
    evaluations = [worlds.evaluation_at(State.DRAFTING, cast) for cast in casts]
    worlds.add_evidence(evaluations[0], people["caiwu"])
    enlarge(evaluations[1], casts[1])
    wrong = []
    for state in State:
        for evaluation, cast in zip(evaluations, casts, strict=True):
            worlds.advance(evaluation, state, cast)
        for (name, at, username), limit in PAGES.items():
            if at == state:
                few, many = (
                    queries(cast[username], reverse(name, kwargs={"pk": evaluation.pk}))
                    for evaluation, cast in zip(evaluations, casts, strict=True)
                )
                if not few == many <= limit:
                    wrong.append(f"{name} at {state}: {few} and {many}, not within {limit}")
    assert not wrong, "\n".join(wrong)


def test_a_tree_of_many_leaves(people):
    evaluation = worlds.opened(people, pack="national-2020")
    url = reverse("scoring:indicators", kwargs={"pk": evaluation.pk})
    few = queries(people["caiwu"], url)
    for key in ("quantity", "quality", "social_benefit"):
        for _ in range(MORE):
            add_under(evaluation.indicators.select_related("evaluation").get(key=key))
    assert queries(people["caiwu"], url) == few <= 8


def test_what_an_earlier_year_lends(people):
    """However much it holds, and however much of it the draft has."""
    before = worlds.opened(people, pack="national-2020", year=2019)
    draft = worlds.open_next(people, before, 2020)
    url = reverse("scoring:last_year", kwargs={"pk": draft.pk})
    few = queries(people["caiwu"], url)
    for key in ("quantity", "quality", "social_benefit"):
        for _ in range(MORE):
            add_under(before.indicators.select_related("evaluation").get(key=key))
    assert queries(people["caiwu"], url) == few <= 15
    moved = reverse("reports:pack_move", kwargs={"pk": draft.pk})
    other = RulePackVersion.objects.newest().get(code="national-2021")
    few = queries(people["caiwu"], f"{moved}?to={other.pk}")
    plan = plan_copy(draft, before)
    copy_from(draft, before, parts=set(Part), seen=plan.fingerprint, actor=people["caiwu"])
    assert queries(people["caiwu"], f"{moved}?to={other.pk}") == few <= 16


def test_a_long_history(people):
    """The timeline of an evaluation that was sent back again and again."""
    evaluation = worlds.evaluation_at(State.UNIT_REVIEW, people)
    url = reverse("projects:overview", kwargs={"pk": evaluation.pk})
    few = queries(people["caiwu"], url)
    for number in range(MORE):
        perform(
            evaluation, Action.RETURN_TO_FILLER, user=people["fuzeren"], reason=f"第 {number} 次"
        )
        perform(evaluation, Action.SUBMIT, user=people["caiwu"])
    assert queries(people["caiwu"], url) == few <= 7
