"""The national tree is a skeleton: the unit adds leaves and weights, the pack keeps its own."""

from decimal import Decimal

import pytest
from django.urls import reverse

from evalsys.rulepacks.shipped import shipped_pack
from projects.workflow import Action, offers
from scoring import tree_editing
from scoring.models import Indicator
from scoring.trees import load_tree
from tests import worlds

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}

# Class → weights of its leaves; they add to what the pack gives the first level.
LEAVES = {
    "quantity": ("20", "12.5"),
    "quality": ("17.5",),
    "social_benefit": ("30",),
    "service_satisfaction": ("10",),
}


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    return worlds.opened(people, pack="national-2020")


@pytest.fixture
def row(evaluation):
    return lambda key: Indicator.objects.select_related("evaluation__rule_pack").get(
        evaluation=evaluation, key=key
    )


def add(row, weight=None):
    leaf = tree_editing.add_under(row)
    if weight is not None:
        tree_editing.save_indicator(leaf, seen=1, values={"weight": Decimal(weight)})
    return leaf


def complete(row):
    for key, weights in LEAVES.items():
        for weight in weights:
            add(row(key), weight)


def test_a_leaf_keeps_why_its_target_was_missed(client, people, evaluation, row):
    leaf = add(row("quantity"), "20")
    client.force_login(people["caiwu"])
    url = reverse("scoring:indicators", kwargs={"pk": evaluation.pk})
    said = {"deviation_reason": "设备年底才到货", "improvement": "改为年初招标"}
    typed = {"indicator": leaf.key, "version": leaf.version, "name": "巡检", "weight": "20"}
    answer = client.post(url, typed | said, headers=AUTOSAVE).json()
    assert (answer["status"], answer["errors"]) == ("saved", {})
    assert {name: getattr(row(leaf.key), name) for name in said} == said
    long = typed | {"version": answer["version"], "deviation_reason": "长" * 201}
    answer = client.post(url, long, headers=AUTOSAVE).json()
    assert list(answer["errors"]) == ["deviation_reason"]
    assert row(leaf.key).deviation_reason == "设备年底才到货"


def problems(evaluation):
    return tree_editing.tree_problems(evaluation.indicators.all(), evaluation.rule_pack.pack)


def test_leaves_stand_under_their_class_in_the_printed_order(row, evaluation):
    add(row("quantity"))
    add(row("quality"))
    add(row("quantity"))
    rows = list(evaluation.indicators.values_list("key", "level", "position"))
    assert [key for key, _, _ in rows][1:7] == [
        "output",
        "quantity",
        "quantity.1",
        "quantity.2",
        "quality",
        "quality.1",
    ]
    assert [position for _, _, position in rows] == list(range(1, len(rows) + 1))
    assert {level for key, level, _ in rows if "." in key} == {3}


def test_a_key_is_never_given_twice(row):
    first, second = add(row("quantity")), add(row("quantity"))
    tree_editing.remove(first)
    third = add(row("quantity"))
    assert third.key not in {second.key, row("quantity").key}


def test_weights_are_carried_up_to_the_open_classes_only(row):
    add(row("quantity"), "20")
    leaf = add(row("quantity"), "12.5")
    assert row("quantity").weight == Decimal("32.5")
    assert row("output").weight == 50
    tree_editing.remove(leaf)
    assert row("quantity").weight == 20


def test_a_class_that_lost_its_last_leaf_weighs_nothing(row, evaluation):
    leaf = add(row("quantity"), "20")
    tree_editing.remove(leaf)
    assert row("quantity").weight is None
    assert "quantity" not in {child.key for child in load_tree(evaluation)[1].children}


def test_a_complete_tree_has_no_problem(row, evaluation):
    complete(row)
    assert problems(evaluation) == []


def test_what_is_missing_is_said(row, evaluation):
    assert "「产出指标」下还没有指标。" in problems(evaluation)
    complete(row)
    tree_editing.save_indicator(row("quality.1"), seen=2, values={"weight": Decimal(17)})
    (found,) = problems(evaluation)
    assert "产出指标" in found
    assert "49.5" in found
    assert "50" in found


def test_a_leaf_without_weight_is_a_problem(row, evaluation):
    complete(row)
    add(row("quantity"))
    assert problems(evaluation)


def test_the_submit_guard_says_the_same(row, evaluation, people):
    def said():
        evaluation.refresh_from_db()
        (offer,) = [
            o for o in offers(people["caiwu"], evaluation) if o.transition.action == Action.SUBMIT
        ]
        return {problem.text for problem in offer.problems}

    assert "「产出指标」下还没有指标。" in said()
    complete(row)
    assert not any("指标" in text and "分值" in text for text in said())
    assert "「产出指标」下还没有指标。" not in said()


@pytest.mark.parametrize(
    ("key", "may_add", "may_remove"),
    [
        ("execution", False, False),  # a row of the pack with points of its own is scored itself
        ("output", False, False),
        ("quantity", True, False),
        ("quantity.1", False, True),
    ],
)
def test_what_the_unit_may_add_and_remove(key, may_add, may_remove, row, evaluation):
    add(row("quantity"))
    pack = evaluation.rule_pack.pack
    assert tree_editing.may_add_under(row(key), pack) is may_add
    assert tree_editing.may_remove(row(key), pack) is may_remove


def test_a_locked_tree_takes_only_target_and_actual_values(people):
    locked = worlds.opened(people, pack="haikou-2019", name="固定指标")
    pack = shipped_pack("haikou-2019")
    for indicator in locked.indicators.all():
        is_leaf = not indicator.children.exists()
        assert not tree_editing.may_add_under(indicator, pack)
        assert not tree_editing.may_remove(indicator, pack)
        frozen = tree_editing.frozen_fields(indicator, is_leaf=is_leaf, pack=pack)
        assert {"name", "weight", "explanation", "standard"} <= frozen
        assert ("target_value" in frozen) is not is_leaf


# On the page.


@pytest.fixture
def page(client, people, evaluation):
    client.force_login(people["caiwu"])
    return reverse("scoring:indicators", kwargs={"pk": evaluation.pk})


def act(client, row, action):
    return client.post(
        reverse(
            "scoring:indicator_action",
            kwargs={"pk": row.evaluation_id, "indicator": row.pk, "action": action},
        )
    )


def test_the_page_adds_and_removes_rows(client, page, row):
    answer = act(client, row("quantity"), "add")
    leaf = row("quantity.1")
    assert (answer.status_code, answer["Location"]) == (302, f"{page}#indicator-{leaf.pk}")
    answer = act(client, leaf, "remove")
    assert answer["Location"] == f"{page}#indicator-{row('quantity').pk}"
    assert not Indicator.objects.filter(pk=leaf.pk).exists()


@pytest.mark.parametrize(
    ("key", "action"),
    [("execution", "add"), ("output", "add"), ("quantity", "remove"), ("output", "remove")],
)
@pytest.mark.usefixtures("page")
def test_the_page_keeps_what_the_pack_lays_down(key, action, client, row):
    before = Indicator.objects.count()
    assert act(client, row(key), action).status_code == 403
    assert Indicator.objects.count() == before


def test_a_row_saves_itself_and_its_sums_come_back(client, page, row):
    leaf = add(row("quantity"))
    answer = client.post(
        page,
        {
            "version": 1,
            "indicator": leaf.key,
            "name": "维护设备",
            "weight": "３２．５",
            "target_value": "≥40台",
        },
        headers=AUTOSAVE,
    ).json()
    assert (answer["status"], answer["version"], answer["errors"]) == ("saved", 2, {})
    assert answer["fragments"][f"#weight-{row('quantity').pk}"] == "32.5"
    assert "产出指标" in answer["fragments"]["#tree-problems"]
    leaf.refresh_from_db()
    assert (leaf.name, leaf.weight, leaf.target_value) == ("维护设备", Decimal("32.5"), "≥40台")


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        ("0", "分值应大于 0"),
        ("0.00", "分值应大于 0"),
        ("0.001", "最多 2 位小数"),
        ("1001", "不能大于 1000"),
        ("十", "请填数字"),
    ],
)
def test_a_refused_weight_leaves_the_rest_saved(weight, sentence, client, page, row):
    leaf = add(row("quantity"), "5")
    answer = client.post(
        page,
        {"version": 2, "indicator": leaf.key, "name": "改名", "weight": weight},
        headers=AUTOSAVE,
    ).json()
    assert sentence in answer["errors"]["weight"][0]
    leaf.refresh_from_db()
    assert (leaf.name, leaf.weight, leaf.version) == ("改名", 5, 3)


def test_a_row_of_the_pack_keeps_name_and_weight(client, page, row):
    client.post(
        page,
        {
            "version": 1,
            "indicator": "execution",
            "name": "别的",
            "weight": "99",
            "actual_value": "59%",
        },
        headers=AUTOSAVE,
    )
    execution = row("execution")
    assert (execution.name, execution.weight, execution.actual_value) == ("预算执行率", 10, "59%")


def test_a_stale_row_is_a_conflict(client, page, row):
    leaf = add(row("quantity"), "5")
    answer = client.post(
        page, {"version": 1, "indicator": leaf.key, "name": "改名", "weight": "6"}, headers=AUTOSAVE
    )
    assert answer.status_code == 409
    assert answer.json()["theirs"]["weight"] == "5"
    leaf.refresh_from_db()
    assert (leaf.name, leaf.weight) == (tree_editing.NEW_NAME, 5)
