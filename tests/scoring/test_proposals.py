"""What rules propose, on the pages: beside each mark, in 指标体系, and among the results."""

from decimal import Decimal

import pytest
from django.urls import reverse

from evalsys.rulepacks.leafrules import parse_rule
from evalsys.rulepacks.schema import AtLeast, FormRate, FormRatio, Tiers
from projects.enums import State
from reports.demo import PASSWORD
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.facts import Facts
from reports.dossier.importer import import_dossier
from reports.dossier.loader import load_dossier
from scoring.engine import MarkState
from scoring.models import Indicator
from scoring.sheets import IncompleteError, hand_in, save_mark
from scoring.tree_editing import add_under
from scoring.trees import load_tree
from tests import worlds

AUTOSAVE = {"X-Autosave": "1"}
REASON_WANTED = "得分 2 不是按规则的 1.77 分，请在说明中写明理由。"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    """The seed, but 12.84 of 21.76 万元 arrived: 1.77 of 3 points, which is no step of 0.5."""
    evaluation = worlds.evaluation_at(State.SCORING, people)
    evaluation.funding.filter(received__gt=0).update(received=Decimal(128400))
    return evaluation


@pytest.fixture
def sheet(evaluation, people):
    return worlds.sheet_of(evaluation, people["pingjia2"])


@pytest.fixture
def mark(sheet):
    return sheet.marks.select_related("indicator").get(indicator__key="arrival_rate")


@pytest.fixture
def save(client, people, evaluation, mark):
    client.force_login(people["pingjia2"])
    url = reverse("scoring:mark", kwargs={"pk": evaluation.pk, "mark": mark.pk})

    def post(version, **data):
        return client.post(url, {"version": version, **data}, headers=AUTOSAVE).json()

    return post


def give(mark, value, remark=""):
    save_mark(
        mark,
        seen=mark.version,
        state=MarkState.SCORED,
        value=Decimal(value),
        remark=remark,
    )


def test_the_sheet_shows_what_the_rule_gives_and_how(client, people, evaluation):
    client.force_login(people["pingjia2"])
    page = client.get(reverse("scoring:sheet", args=[evaluation.pk])).content.decode()
    assert "<strong>按规则 1.77 分</strong>：12.84 ÷ 21.76 × 3（规则未核实）" in page
    assert page.count("data-proposal=") == page.count("data-take-proposal") == 1
    assert 'data-proposal="1.77"' in page


def test_the_sheet_says_why_a_rule_gives_nothing(client, people, evaluation):
    evaluation.funding.update(planned=Decimal(0))
    client.force_login(people["pingjia2"])
    page = client.get(reverse("scoring:sheet", args=[evaluation.pk])).content.decode()
    assert "不能按规则计分：计划投资额为 0，没有比率可算，由评价人员打分。" in page
    assert "data-proposal" not in page


def test_what_the_rule_gives_is_saved_though_it_is_no_step(save, mark):
    answer = save(1, value="1.77")
    assert (answer["errors"], answer["fragments"][f"#difference-{mark.pk}"]) == ({}, "")
    mark.refresh_from_db()
    assert mark.value == Decimal("1.77")
    assert "0.5 的整数倍" in save(2, value="1.78")["errors"]["value"][0]


def test_another_mark_is_saved_and_asks_for_its_reason(client, save, mark, evaluation):
    answer = save(1, value="2")
    assert answer["errors"] == {}
    assert answer["fragments"][f"#difference-{mark.pk}"] == REASON_WANTED
    mark.refresh_from_db()
    assert mark.value == 2
    assert (
        REASON_WANTED in client.get(reverse("scoring:sheet", args=[evaluation.pk])).content.decode()
    )
    answer = save(2, value="2", remark="第二批十二月才到")
    assert answer["fragments"][f"#difference-{mark.pk}"] == ""


def test_a_sheet_is_not_handed_in_while_a_reason_is_missing(
    client, people, evaluation, sheet, mark
):
    worlds.give_marks(sheet, "1")
    mark.refresh_from_db()
    give(mark, "2")
    with pytest.raises(IncompleteError) as caught:
        hand_in(sheet, user=people["pingjia2"])
    assert caught.value.problems == {"arrival_rate": REASON_WANTED}
    client.force_login(people["pingjia2"])
    url = reverse("scoring:hand_in", args=[evaluation.pk])
    answer = client.post(url, {"password": PASSWORD}, follow=True)
    assert f"到位率：{REASON_WANTED}" in answer.content.decode()
    give(mark, "2", "第二批十二月才到")
    hand_in(sheet, user=people["pingjia2"])
    sheet.refresh_from_db()
    assert sheet.submitted_at


def test_results_show_what_rules_gave_beside_the_mean(client, people, evaluation):
    for username, value in (("zuzhang", "1.77"), ("pingjia2", "2"), ("pingjia3", "2")):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "1")
        give(sheet.marks.get(indicator__key="arrival_rate"), value, "第二批十二月才到")
    worlds.hand_in_all(evaluation, people)
    client.force_login(people["zuzhang"])
    page = client.get(reverse("reports:results", args=[evaluation.pk]))
    [ruled] = page.context["ruled"]
    assert (ruled.indicator.name, ruled.outcome.points, ruled.score) == (
        "到位率",
        "1.77",
        Decimal("1.92"),
    )
    assert "12.84 ÷ 21.76 × 3" in page.content.decode()


# 指标体系 under a pack with rules for the unit's own leaves.


@pytest.fixture(scope="module")
def draft(people):
    return worlds.opened(people, pack="national-2020")


@pytest.fixture
def leaf(draft):
    row = draft.indicators.select_related("evaluation__rule_pack").get(key="quantity")
    return add_under(row)


@pytest.fixture
def write(client, people, draft, leaf):
    """Save the leaf's row as the page does; answers with the fragment below 实际完成值."""
    client.force_login(people["caiwu"])

    def post(target, actual="", weight="20"):
        leaf.refresh_from_db()
        data = {
            "indicator": leaf.key, "version": leaf.version, "name": leaf.name, "weight": weight,
            "target_value": target, "actual_value": actual,
        }  # fmt: skip
        answer = client.post(
            reverse("scoring:indicators", args=[draft.pk]), data, headers=AUTOSAVE
        ).json()
        leaf.refresh_from_db()
        return answer["fragments"][f"#proposal-{leaf.pk}"].strip()

    return post


def test_opening_copies_the_rules_of_the_pack(draft):
    ruled = {row.key: parse_rule(row.rule) for row in draft.indicators.all() if row.rule}
    assert ruled == {"execution": FormRatio(rate=FormRate.EXECUTION)}


def test_a_target_brings_its_rule_and_the_proposal_comes_back(write, leaf):
    assert "还没有填实际完成值" in write("≥12次")
    assert parse_rule(leaf.rule) == AtLeast()
    assert "<strong>按规则 15 分</strong>：9 ÷ 12 × 20" in write("≥12次", "9次")
    assert "单位不一致" in write("≥12次", "9")


def test_words_are_scored_in_tiers(write, leaf):
    assert "按规则 12 至不满 16 分" in write("完成全部改造", "部分达成")
    assert isinstance(parse_rule(leaf.rule), Tiers)


def test_a_number_without_a_direction_is_asked_for_one(write, leaf):
    write("≥12次")
    assert "指标值前没有写 ≥、≤ 或 =" in write("12次")
    assert leaf.rule is None
    assert write("") == ""


def test_a_rule_of_the_pack_outlives_every_target(client, people, draft):
    client.force_login(people["caiwu"])
    row = draft.indicators.get(key="execution")
    data = {"indicator": row.key, "version": row.version, "target_value": "≥90%"}
    client.post(reverse("scoring:indicators", args=[draft.pk]), data, headers=AUTOSAVE)
    row.refresh_from_db()
    assert parse_rule(row.rule) == FormRatio(rate=FormRate.EXECUTION)


def test_the_page_shows_proposals_of_leaves_only(client, people, draft, write, leaf):
    write("≥12次", "9次")
    page = client.get(reverse("scoring:indicators", args=[draft.pk])).content.decode()
    assert "按规则 15 分" in page
    assert "基本信息表还没有填" in page
    assert page.count('id="proposal-') == 2


def test_names_in_an_answer_are_text_and_no_markup(client, people, draft, leaf):
    client.force_login(people["caiwu"])
    data = {"indicator": leaf.key, "version": 1, "name": "<b>新</b>", "weight": "60"}
    answer = client.post(reverse("scoring:indicators", args=[draft.pk]), data, headers=AUTOSAVE)
    assert "<b>" not in answer.json()["fragments"]["#tree-problems"]


def test_a_dossier_alone_gives_the_same_proposals(people, evaluation):
    dossier = load_dossier(evaluation.pk, with_marks=False)
    facts = Facts(parse_dossier(dump_dossier(dossier)))
    assert facts.roots == load_tree(evaluation)
    assert facts.proposals["arrival_rate"].value == Decimal("1.77")
    again = import_dossier(dossier, unit=people["caiwu"].unit, actor=None, remark="复制")
    assert load_tree(again) == load_tree(evaluation)


def test_a_class_keeps_its_rule_from_the_dossier_once_it_carries_leaves(draft, leaf):
    Indicator.objects.filter(pk=leaf.parent_id).update(rule={"kind": "manual", "verified": True})
    rules = {row.key: row.rule for row in load_dossier(draft.pk).indicators}
    assert rules["quantity"] is None
