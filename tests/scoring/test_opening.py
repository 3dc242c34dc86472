"""Opening an evaluation copies what its rule pack lays down into rows of its own."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.shipped import shipped_packs
from projects.models import Evaluation
from scoring.engine import check_tree
from scoring.opening import open_evaluation
from scoring.trees import load_tree
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


def test_the_seeds_tree_is_copied_whole(people):
    evaluation = worlds.opened(people, pack="haikou-2019")
    leaves = evaluation.indicators.filter(children__isnull=True)
    assert leaves.count() == 20
    assert sum(leaf.weight for leaf in leaves) == 100
    roots = evaluation.indicators.filter(parent=None)
    assert [(root.name, root.weight) for root in roots] == [
        ("项目决策", 20),
        ("项目管理", 25),
        ("项目绩效", 55),
    ]
    assert check_tree(load_tree(evaluation), evaluation.rule_pack.pack.scoring) == ()


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.code)
def test_every_shipped_pack_opens(pack, people):
    evaluation = worlds.opened(people, pack=pack.code)
    planted = [
        (row.key, row.parent and row.parent.key, row.level, row.name, row.weight)
        for row in evaluation.indicators.select_related("parent")
    ]
    assert planted == list(_templates(pack.tree, None, 1))
    assert [line.source for line in evaluation.funding.all()] == [
        source.key for source in pack.funding_sources
    ]
    assert [(s.key, s.title, s.prompt) for s in evaluation.sections.all()] == [
        (s.key, s.title, s.prompt) for s in pack.outline
    ]


def _templates(nodes, parent, level):
    for node in nodes:
        yield node.key, parent, level, node.name, node.weight
        yield from _templates(node.children, node.key, level + 1)


def test_the_forms_start_with_the_names_of_the_units(people):
    basic = worlds.opened(people, pack="haikou-2019").basic
    assert basic.implementing_unit == people["caiwu"].unit.name
    assert basic.supervising_department == people["zhuguan"].unit.name
    assert basic.phone == ""


def test_the_pack_is_written_into_the_journal(people):
    evaluation = worlds.opened(people, pack="haikou-2019")
    entry = JournalEntry.objects.get(stream=evaluation.journal_stream, action="opened")
    assert entry.actor == people["caiwu"]
    assert entry.detail == {
        "rule_pack": "haikou-2019",
        "version": evaluation.rule_pack.version,
        "digest": evaluation.rule_pack.pack.digest,
    }


def test_one_evaluation_a_year(people):
    evaluation = worlds.opened(people, pack="haikou-2019", year=2024)
    again = {
        "project": evaluation.project,
        "rule_pack": evaluation.rule_pack,
        "actor": people["caiwu"],
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        open_evaluation(fiscal_year=2024, **again)
    assert open_evaluation(fiscal_year=2025, **again).pk != evaluation.pk


# On the page.


@pytest.fixture
def project(people):
    return worlds.opened(people, pack="haikou-2019", year=2024).project


def submit(client, people, project, **changes):
    client.force_login(people["caiwu"])
    pack = RulePackVersion.objects.newest().get(code="national-2020")
    data = {"fiscal_year": "2025", "rule_pack": pack.pk, "due_on": "2026-04-20"} | changes
    return client.post(reverse("scoring:open", kwargs={"pk": project.pk}), data)


def test_the_page_opens_an_evaluation(client, people, project):
    answer = submit(client, people, project)
    evaluation = Evaluation.objects.get(project=project, fiscal_year=2025)
    assert answer["Location"] == reverse("projects:overview", kwargs={"pk": evaluation.pk})
    assert evaluation.indicators.get(key="execution").weight == Decimal(10)


def test_what_was_not_checked_is_said_before_and_after(client, people, project):
    client.force_login(people["caiwu"])
    page = client.get(reverse("scoring:open", kwargs={"pk": project.pk})).content.decode()
    assert "（2020年版，10/50/30/10）（第 1 版）（部分未核实）" in page
    assert "（20/25/55）（第 1 版）（部分未核实）" not in page
    evaluation = worlds.opened(people, pack="national-2021", name="有成本指标的")
    tree = client.get(reverse("scoring:indicators", kwargs={"pk": evaluation.pk})).content.decode()
    assert tree.count(">未核实<") == len(evaluation.indicators.all())


@pytest.mark.parametrize(
    "changes",
    [
        {"fiscal_year": "2024"},
        {"fiscal_year": "1999"},
        {"fiscal_year": "2101"},
        {"fiscal_year": "一"},
        {"rule_pack": "0"},
        {"due_on": "昨天"},
    ],
)
def test_the_page_refuses_and_keeps_what_was_typed(changes, client, people, project):
    answer = submit(client, people, project, **changes)
    assert answer.status_code == 200
    (name, typed), *_ = changes.items()
    assert answer.context["form"].errors[name]
    assert answer.context["form"][name].value() == typed
    assert project.evaluations.count() == 1


def test_a_year_that_has_begun_is_named(client, people, project):
    errors = submit(client, people, project, fiscal_year="2024").context["form"].errors
    assert errors["fiscal_year"] == ["这个项目 2024 年度的自评已经开始了。"]
