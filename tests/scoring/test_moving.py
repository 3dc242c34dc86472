"""A draft under another pack or version: what is shown before, and what is there after."""

from copy import deepcopy
from decimal import Decimal

import pytest
from django.urls import reverse

from evalsys.accounts.domain import create_unit
from evalsys.accounts.enums import UnitKind
from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.codec import parse_pack
from evalsys.rulepacks.domain import publish
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.shipped import shipped_pack
from projects.domain import save_section
from projects.enums import State
from projects.models import BasicInfo, FundingLine
from projects.workflow import Action, perform
from scoring import tree_editing
from scoring.models import Indicator, Mark
from scoring.moving import (
    ChangedMoveError,
    Move,
    move_evaluation,
    newer_version,
    packs_to_move_to,
)
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


def next_version(version, change, *, number=2):
    """A version of the same pack with ``change`` made to its JSON form."""
    content = deepcopy(version.content)
    change(content)
    return publish(parse_pack(content | {"version": number}), owner=version.owner)


def lighter_goals(content):
    """目标内容 gets 3 points, 决策程序 the point it loses; 优 begins at 95; a leaf is renamed."""
    goals, process, _ = content["tree"][0]["children"]
    content["tree"][0]["children"][0]["weight"] = goals["children"][0]["weight"] = "3"
    process["weight"], process["children"][1]["weight"] = "9", "6"
    process["children"][0]["name"] = "立项依据"
    content["scoring"]["grades"][0]["lower"] = "95"


@pytest.fixture
def haikou(people):
    evaluation = worlds.opened(people, pack="haikou-2019")
    leaf = evaluation.indicators.get(key="goal_content")
    values = {"target_value": "≥90%", "actual_value": "95%"}
    tree_editing.save_indicator(leaf, seen=1, values=values)
    return evaluation


@pytest.fixture
def second(haikou):
    return next_version(haikou.rule_pack, lighter_goals)


def told(move):
    return {change.place: (change.kind, change.before, change.after) for change in move.changes}


def move(people, evaluation, version):
    seen = Move(evaluation, version).fingerprint
    move_evaluation(evaluation, version, seen=seen, actor=people["caiwu"])
    evaluation.refresh_from_db()


def shape(evaluation):
    return [
        (row.key, row.parent and row.parent.key, row.level, row.position, row.name, row.weight)
        for row in evaluation.indicators.select_related("parent")
    ]


def test_what_changes_is_told_by_row(haikou, second):
    assert told(Move(haikou, second)) == {
        "指标体系 › 项目决策 › 项目目标 › 分值": ("改动", "4 分", "3 分"),
        "指标体系 › 项目决策 › 项目目标 › 目标内容 › 分值": ("改动", "4 分", "3 分"),
        "指标体系 › 项目决策 › 决策过程 › 分值": ("改动", "8 分", "9 分"),
        "指标体系 › 项目决策 › 决策过程 › 立项依据 › 名称": ("改动", "决策依据", "立项依据"),
        "指标体系 › 项目决策 › 决策过程 › 决策程序 › 分值": ("改动", "5 分", "6 分"),
    }
    assert (Move(haikou, second).lost, Move(haikou, second).problems) == ((), [])


def test_a_moved_draft_is_as_if_opened_under_it_with_what_was_typed(people, haikou, second):
    move(people, haikou, second)
    assert haikou.rule_pack == second
    fresh = worlds.opened(people, pack="haikou-2019", name="刚开始的")
    assert fresh.rule_pack == second
    assert shape(haikou) == shape(fresh)
    leaf = haikou.indicators.get(key="goal_content")
    assert (leaf.target_value, leaf.actual_value, leaf.weight) == ("≥90%", "95%", 3)
    assert leaf.version == 3


def test_the_journal_names_both_versions(people, haikou, second):
    first = haikou.rule_pack
    move(people, haikou, second)
    entry = JournalEntry.objects.get(stream=haikou.journal_stream, action="pack_changed")
    assert entry.actor == people["caiwu"]
    assert entry.detail["before"] == {
        "code": "haikou-2019", "version": 1, "digest": first.digest,
    }  # fmt: skip
    assert entry.detail["after"]["version"] == 2
    assert (entry.detail["name"], entry.detail["lost"]) == (str(second), [])


def test_there_and_back_again_is_the_same(people, haikou, second):
    before = shape(haikou)
    bodies = list(haikou.sections.values_list("key", "body"))
    first = haikou.rule_pack
    move(people, haikou, second)
    move(people, haikou, first)
    assert shape(haikou) == before
    assert list(haikou.sections.values_list("key", "body")) == bodies


@pytest.mark.parametrize("code", ["national-2020", "national-2021", "hubei-2020", "framework-2020"])
def test_any_pack_leaves_a_whole_tree(people, haikou, code):
    version = RulePackVersion.objects.newest().get(code=code)
    move(people, haikou, version)
    fresh = worlds.opened(people, pack=code, name=f"刚开始的 {code}")
    skeleton = [row[:5] for row in shape(fresh)]
    assert [row[:5] for row in shape(haikou)] == skeleton
    assert [s.key for s in haikou.sections.all()] == [s.key for s in fresh.sections.all()]
    assert [f.source for f in haikou.funding.all()] == [f.source for f in fresh.funding.all()]


def test_what_has_no_place_is_told_in_full_before(people, haikou):
    text = "资金使用情况\n第二段"
    outline = [section.key for section in shipped_pack("national-2020").outline]
    section = haikou.sections.filter(has_body=True).exclude(key__in=outline)[0]
    save_section(section, seen=1, body=text)
    FundingLine.objects.filter(evaluation=haikou, source="other").update(planned=Decimal(12345))
    version = RulePackVersion.objects.newest().get(code="national-2020")
    sources = {source.key for source in version.pack.funding_sources}
    lost = {one.what: one.text for one in Move(haikou, version).lost}
    assert lost["指标「目标内容」"] == "指标值：≥90%\n实际完成值：95%"
    assert lost[f"评价报告「{section}」"] == text
    assert ("资金来源「其他资金」" in lost) == ("other" not in sources)
    move(people, haikou, version)
    assert not haikou.sections.filter(body=text).exists()
    entry = JournalEntry.objects.get(stream=haikou.journal_stream, action="pack_changed")
    assert "指标「目标内容」" in entry.detail["lost"]


def test_amounts_without_a_source_are_told(people, haikou):
    def one_source(content):
        content["funding_sources"] = content["funding_sources"][:1]

    version = next_version(haikou.rule_pack, one_source, number=5)
    last = haikou.funding.last()
    FundingLine.objects.filter(pk=last.pk).update(planned=Decimal(217600), spent=Decimal(0))
    (lost,) = Move(haikou, version).lost
    assert lost.what == f"资金来源「{last.label}」"
    assert lost.text == "计划投资额 21.76 万元\n实际使用情况 0.00 万元"
    before = BasicInfo.objects.get(evaluation=haikou).version
    move(people, haikou, version)
    assert haikou.funding.count() == 1
    assert BasicInfo.objects.get(evaluation=haikou).version == before + 1


# A unit's own leaves.


@pytest.fixture
def national(people):
    evaluation = worlds.opened(people, pack="national-2020", name="国家表")
    rows = evaluation.indicators.select_related("evaluation__rule_pack")
    leaf = tree_editing.add_under(rows.get(key="quantity"))
    values = {"name": "培训班次", "weight": Decimal(20), "target_value": "≥3期"}
    tree_editing.save_indicator(leaf, seen=1, values=values)
    return evaluation


def heavier_output(content):
    """产出 gets 60, 效益 20; 成本指标 goes; a class comes."""
    output, effect = content["tree"][1], content["tree"][2]
    output["weight"], effect["weight"] = "60", "20"
    output["children"] = [node for node in output["children"] if node["key"] != "cost"] + [
        {"key": "green", "name": "绿色指标", "weight": None}
    ]


def test_own_leaves_stay_with_their_class(people, national):
    version = next_version(national.rule_pack, heavier_output)
    planned = Move(national, version)
    assert told(planned)["指标体系 › 产出指标 › 分值"] == ("改动", "50 分", "60 分")
    assert told(planned)["指标体系 › 产出指标 › 绿色指标"] == ("新增", "", "没有分值")
    assert told(planned)["指标体系 › 产出指标 › 成本指标"] == ("删除", "没有分值", "")
    assert planned.lost == ()
    assert "「产出指标」下各项分值合计 20，应为 60，少 40 分。" in planned.problems
    pk = national.indicators.get(name="培训班次").pk
    move(people, national, version)
    leaf = national.indicators.get(name="培训班次")
    assert (leaf.pk, leaf.parent.key, leaf.weight, leaf.target_value) == (
        pk, "quantity", 20, "≥3期",
    )  # fmt: skip
    assert national.indicators.get(key="quantity").weight == 20
    assert tree_editing.tree_problems(national.indicators.all(), version.pack) == planned.problems


def test_own_leaves_of_a_class_that_goes_are_told(people, national):
    def without_quantity(content):
        output = content["tree"][1]
        output["children"] = [n for n in output["children"] if n["key"] != "quantity"]

    version = next_version(national.rule_pack, without_quantity, number=3)
    (lost,) = Move(national, version).lost
    assert (lost.what, lost.text) == ("指标「培训班次」", "指标值：≥3期")
    move(people, national, version)
    assert not national.indicators.filter(name="培训班次").exists()


def test_own_leaves_of_a_locked_tree_are_told(national):
    version = RulePackVersion.objects.newest().get(code="haikou-2019")
    assert [one.what for one in Move(national, version).lost] == ["指标「培训班次」"]


def test_an_own_key_gives_way_to_the_packs(people, national):
    def laid_down(content):
        quantity = content["tree"][1]["children"][0]
        quantity["children"] = [{"key": "quantity.1", "name": "必填的", "weight": None}]

    own = national.indicators.get(name="培训班次")
    assert own.key == "quantity.1"
    version = next_version(national.rule_pack, laid_down, number=4)
    move(people, national, version)
    assert national.indicators.get(key="quantity.1").name == "必填的"
    own.refresh_from_db()
    assert (own.name, own.key, own.level) == ("培训班次", "quantity.1.own", 3)


def test_a_units_own_wording_stays_in_a_free_tree_only(people):
    evaluation = worlds.opened(people, pack="framework-2020", name="自由的")
    leaf = evaluation.indicators.filter(children=None).first()
    tree_editing.save_indicator(
        leaf, seen=1, values={"name": "改过的", "explanation": "自己的解释"}
    )

    def renamed(content):
        content["tree"][0]["name"] = "决策（新）"

    version = next_version(evaluation.rule_pack, renamed)
    assert Move(evaluation, version).lost == ()
    move(people, evaluation, version)
    leaf.refresh_from_db()
    assert (leaf.name, leaf.explanation) == ("改过的", "自己的解释")
    assert evaluation.indicators.first().name == "决策（新）"

    def closed(content):
        content["tree_freedom"] = "leaves"

    third = next_version(version, closed, number=3)
    (lost,) = Move(evaluation, third).lost
    assert lost.text == "自己的解释"


# Marks of a round that was sent back.


def test_marks_stay_on_leaves_that_stay(people):
    evaluation = worlds.evaluation_at(State.CONFIRMING, people)
    perform(evaluation, Action.REOPEN_SCORING, user=people["zuzhang"], reason="再看")
    evaluation.refresh_from_db()
    perform(evaluation, Action.RECALL_FORMS, user=people["zuzhang"], reason="换规则包")
    evaluation.refresh_from_db()
    second = next_version(evaluation.rule_pack, lighter_goals, number=7)

    def deeper(content):
        leaf = content["tree"][0]["children"][0]
        content["tree"][0]["children"][0]["children"] = [
            {"key": "goal_a", "name": "甲", "weight": leaf["weight"]}
        ]

    third = next_version(second, deeper, number=8)
    kept = Mark.objects.filter(sheet__evaluation=evaluation, indicator__key="decision_basis")
    before = list(kept.values_list("value", flat=True))
    move(people, evaluation, third)
    assert list(kept.values_list("value", flat=True)) == before
    assert not Mark.objects.filter(sheet__evaluation=evaluation, indicator__key="goals").exists()
    perform(evaluation, Action.SUBMIT, user=people["caiwu"])
    perform(evaluation, Action.OPEN_SCORING, user=people["fuzeren"])
    new = Mark.objects.filter(sheet__evaluation=evaluation, indicator__key="goal_a")
    assert {mark.value for mark in new} == {None}


# When it may be done, and on the page.


def test_versions_of_the_own_pack_and_the_newest_of_others(people, haikou, second):
    offered = set(packs_to_move_to(haikou).values_list("code", "version"))
    shipped = set(
        RulePackVersion.objects.exclude(code="haikou-2019").values_list("code", "version")
    )
    assert offered == shipped | {("haikou-2019", 2)}
    assert newer_version(haikou) == 2
    move(people, haikou, second)
    assert newer_version(haikou) is None
    assert ("haikou-2019", 1) in set(packs_to_move_to(haikou).values_list("code", "version"))


def test_another_bureaus_pack_is_not_offered(haikou):
    other = create_unit(name="三亚市财政局", kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
    content = haikou.rule_pack.content | {"code": "sanya", "version": 1}
    theirs = publish(parse_pack(content), owner=other)
    assert theirs not in packs_to_move_to(haikou)


def test_a_move_that_is_no_longer_true_is_not_made(people, haikou, second):
    version = RulePackVersion.objects.newest().get(code="national-2020")
    seen = Move(haikou, version).fingerprint
    leaf = haikou.indicators.get(key="goal_content")
    tree_editing.save_indicator(leaf, seen=leaf.version, values={"actual_value": "96%"})
    with pytest.raises(ChangedMoveError):
        move_evaluation(haikou, version, seen=seen, actor=people["caiwu"])
    haikou.refresh_from_db()
    assert haikou.rule_pack.code == "haikou-2019"


@pytest.fixture
def page(client, people, haikou):
    client.force_login(people["caiwu"])
    return reverse("reports:pack_move", args=[haikou.pk])


def test_the_overview_points_out_a_newer_version(client, page, haikou, second):
    overview = client.get(reverse("projects:overview", args=[haikou.pk])).content.decode()
    assert "规则包有第 2 版，可以换用" in overview


def test_the_page_shows_bands_and_moves(client, page, haikou, second):
    text = client.get(page, {"to": second.pk}).content.decode()
    assert "优 90 分起；良 80 分起" in text
    assert "优 95 分起；良 80 分起" in text
    assert "没有以前年度的结果" in text
    seen = Move(haikou, second).fingerprint
    answer = client.post(page, {"to": second.pk, "seen": seen}, follow=True)
    assert "现在用的是海口市财政支出项目绩效自评（20/25/55）（第 2 版）" in answer.content.decode()
    haikou.refresh_from_db()
    assert haikou.rule_pack == second


def test_the_last_result_is_tried_under_it(client, people, second):
    signed = worlds.evaluation_at(State.SIGNED, people)
    draft = worlds.open_next(people, signed, 2020)
    client.force_login(people["caiwu"])
    page = reverse("reports:pack_move", args=[draft.pk])
    text = client.get(page, {"to": second.pk}).content.decode()
    assert "拿 2019 年度的结果试算：总分 90.33 →" in text
    assert "等次 优 → <strong>良</strong>" in text
    assert "2 项指标的分值变了" in text


def test_what_is_lost_must_be_agreed_to(client, page, haikou):
    version = RulePackVersion.objects.newest().get(code="national-2020")
    seen = Move(haikou, version).fingerprint
    data = {"to": version.pk, "seen": seen}
    answer = client.post(page, data, follow=True)
    assert "请看过以后勾选确认" in answer.content.decode()
    haikou.refresh_from_db()
    assert haikou.rule_pack.code == "haikou-2019"
    answer = client.post(page, data | {"agreed": "yes", "seen": "0" * 64}, follow=True)
    assert "请再核对一次" in answer.content.decode()
    client.post(page, data | {"agreed": "yes"})
    haikou.refresh_from_db()
    assert haikou.rule_pack == version


@pytest.mark.parametrize("to", ["0", "x", "１"])
def test_a_version_that_is_not_offered_is_missing(to, client, page, haikou):
    assert client.get(page, {"to": to}).status_code == 404
    assert client.post(page, {"to": to}).status_code == 404
    own = haikou.rule_pack_id
    assert client.post(page, {"to": own}).status_code == 404


def test_only_a_draft_moves(client, people):
    evaluation = worlds.evaluation_at(State.UNIT_REVIEW, people)
    client.force_login(people["caiwu"])
    page = reverse("reports:pack_move", args=[evaluation.pk])
    assert client.get(page).status_code == 403
    overview = client.get(reverse("projects:overview", args=[evaluation.pk])).content.decode()
    assert "换规则包" not in overview
    assert Indicator.objects.filter(evaluation=evaluation).exists()
