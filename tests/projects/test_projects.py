"""Projects, their lists and the panel: what one may make, find and appoint."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evalsys.accounts.domain import change_user
from evalsys.audit.models import JournalEntry
from projects.domain import create_project
from projects.enums import State
from projects.models import Evaluation, PanelMember, Project
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture
def post(client, people):
    def send(who, name, data, **kwargs):
        client.force_login(people[who])
        return client.post(reverse(f"projects:{name}", kwargs=kwargs), data)

    return send


# Projects.


def test_a_project_is_made(post, people):
    unit = people["caiwu"].unit
    answer = post("caiwu", "create", {"unit": unit.pk, "name": "路灯维护", "remark": ""})
    project = Project.objects.get(name="路灯维护")
    assert answer["Location"] == reverse("projects:project", kwargs={"pk": project.pk})
    entry = JournalEntry.objects.get(stream=f"project:{project.pk}")
    assert (entry.action, entry.actor) == ("project_created", people["caiwu"])


def test_only_for_a_unit_of_ones_own(post, people):
    answer = post("caiwu", "create", {"unit": people["caiwu2"].unit.pk, "name": "路灯维护"})
    assert answer.context["form"].errors["unit"]
    assert not Project.objects.filter(name="路灯维护").exists()


def test_two_of_one_name_need_a_remark(post, people):
    unit = people["caiwu"].unit
    create_project(unit=unit, name="路灯维护", actor=people["caiwu"])
    answer = post("caiwu", "create", {"unit": unit.pk, "name": "路灯维护"})
    assert answer.context["form"].errors["name"] == [
        "本单位已有同名项目；如确是另一个项目，请填写备注区分。"
    ]
    post("caiwu", "create", {"unit": unit.pk, "name": "路灯维护", "remark": "南区"})
    assert str(Project.objects.get(remark="南区")) == "路灯维护（南区）"
    with pytest.raises(IntegrityError), transaction.atomic():
        create_project(unit=unit, name="路灯维护", actor=None)


@pytest.mark.parametrize("name", ["", "  ", "路\u202e灯", "路\n灯", "灯" * 201, "😀"])
def test_a_name_that_cannot_be_printed_is_refused_and_kept(name, post, people):
    answer = post("caiwu", "create", {"unit": people["caiwu"].unit.pk, "name": name})
    form = answer.context["form"]
    assert form.errors["name"]
    assert form["name"].value() == name
    assert not Project.objects.exists()


# The list.


@pytest.fixture(scope="module")
def found(people):
    """Three evaluations of the unit and one next door."""
    drafts = [
        worlds.opened(people, pack="haikou-2019", name=name, year=year)
        for name, year in (("路灯维护", 2023), ("路灯更新", 2024), ("档案扫描", 2024))
    ]
    Evaluation.objects.filter(pk=drafts[1].pk).update(state=State.UNIT_REVIEW)
    worlds.opened(worlds.next_door(people), pack="haikou-2019", name="路灯（邻居）", year=2024)
    return drafts


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"路灯维护", "路灯更新", "档案扫描"}),
        ({"q": "路灯"}, {"路灯维护", "路灯更新"}),
        ({"q": " 路灯 "}, {"路灯维护", "路灯更新"}),
        ({"q": "没有"}, set()),
        ({"q": "%"}, set()),
        ({"q": "电子政务"}, {"路灯维护", "路灯更新", "档案扫描"}),
        ({"year": "2024"}, {"路灯更新", "档案扫描"}),
        ({"year": "2024", "q": "路灯"}, {"路灯更新"}),
        ({"state": "unit_review"}, {"路灯更新"}),
        ({"state": "drafting", "year": "2024"}, {"档案扫描"}),
        ({"state": "nonsense"}, {"路灯维护", "路灯更新", "档案扫描"}),
        ({"year": "٢٠٢٤"}, {"路灯维护", "路灯更新", "档案扫描"}),
        ({"year": "99999999999"}, {"路灯维护", "路灯更新", "档案扫描"}),
    ],
)
@pytest.mark.usefixtures("found")
def test_the_list_is_searched(query, names, client, people):
    client.force_login(people["caiwu"])
    page = client.get(reverse("projects:list"), query)
    assert {row.project.name for row in page.context["evaluations"]} == names


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
@pytest.mark.usefixtures("found")
def test_a_page_that_is_not_there_is_missing(page, client, people):
    client.force_login(people["caiwu"])
    assert client.get(reverse("projects:list"), {"page": page}).status_code == 404


def test_projects_without_an_evaluation_are_offered(client, people):
    create_project(unit=people["caiwu"].unit, name="新路灯", actor=None)
    create_project(unit=people["caiwu2"].unit, name="邻居的路灯", actor=None)
    client.force_login(people["caiwu"])
    unopened = client.get(reverse("projects:list")).context["unopened"]
    assert [project.name for project in unopened] == ["新路灯"]


# The panel.


@pytest.fixture
def evaluation(people):
    return worlds.opened(people, pack="haikou-2019")


def seat(post, people, evaluation, username, **data):
    return post("caiwu", "panel", {"user": people[username].pk, **data}, pk=evaluation.pk)


def panel(evaluation):
    return list(evaluation.panel.values_list("user__username", "is_leader"))


def test_people_are_appointed_and_one_of_them_leads(post, people, evaluation):
    seat(post, people, evaluation, "pingjia2", is_leader="on")
    seat(post, people, evaluation, "zuzhang", is_leader="on")
    seat(post, people, evaluation, "pingjia3")
    assert panel(evaluation) == [("pingjia2", False), ("zuzhang", True), ("pingjia3", False)]
    first = evaluation.panel.first()
    post("caiwu", "seat", {}, pk=evaluation.pk, seat=first.pk, action="lead")
    assert panel(evaluation) == [("pingjia2", True), ("zuzhang", False), ("pingjia3", False)]
    post("caiwu", "seat", {}, pk=evaluation.pk, seat=first.pk, action="dismiss")
    assert panel(evaluation) == [("zuzhang", False), ("pingjia3", False)]
    actions = JournalEntry.objects.filter(stream=evaluation.journal_stream).order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "opened",
        "appointed",
        "appointed",
        "appointed",
        "leader_chosen",
        "dismissed",
    ]


def test_the_seat_keeps_what_is_printed(post, people, evaluation):
    seat(post, people, evaluation, "pingjia2")
    member = evaluation.panel.get()
    change_user(people["pingjia2"], actor=people["xitong"], name="改名", job_title="改职务")
    member.refresh_from_db()
    assert (member.name, member.job_title) == ("陈成章", "副主任")


def test_nobody_sits_twice(post, people, evaluation):
    for _ in range(2):
        answer = seat(post, people, evaluation, "pingjia2")
    assert answer.context["form"].errors["user"]
    assert panel(evaluation) == [("pingjia2", False)]


@pytest.mark.parametrize("username", ["zhuguan2", "caizheng", "xitong"])
def test_people_of_elsewhere_are_not_appointed(username, post, people, evaluation):
    assert seat(post, people, evaluation, username).context["form"].errors["user"]
    assert panel(evaluation) == []


def test_the_appointing_document_is_named_and_journaled(post, evaluation):
    for _ in range(2):
        answer = post(
            "caiwu", "appointment", {"appointed_by": "海编办〔2020〕12 号"}, pk=evaluation.pk
        )
        assert answer.status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.appointed_by == "海编办〔2020〕12 号"
    entries = JournalEntry.objects.filter(
        stream=evaluation.journal_stream, action="appointment_named"
    )
    assert [entry.detail for entry in entries] == [{"name": "海编办〔2020〕12 号"}]


def test_a_document_that_cannot_be_kept_is_refused_and_not_lost(post, evaluation):
    answer = post("caiwu", "appointment", {"appointed_by": "长" * 101}, pk=evaluation.pk)
    assert answer.status_code == 200
    assert "长" * 101 in answer.content.decode()
    assert "100" in answer.context["appointment"].errors["appointed_by"][0]
    evaluation.refresh_from_db()
    assert evaluation.appointed_by == ""


def test_who_left_is_not_appointed(post, people, evaluation):
    change_user(people["pingjia2"], actor=people["xitong"], is_active=False)
    assert seat(post, people, evaluation, "pingjia2").context["form"].errors["user"]


def test_the_table_holds_one_leader_and_one_seat_each(people, evaluation):
    def add(user, **fields):
        with transaction.atomic():
            PanelMember.objects.create(evaluation=evaluation, user=user, name="某人", **fields)

    add(people["zuzhang"], is_leader=True)
    for clash in ({"user": people["zuzhang"]}, {"user": people["pingjia2"], "is_leader": True}):
        with pytest.raises(IntegrityError):
            add(**clash)
