"""What an earlier evaluation lends to a draft, and what it never does."""

from decimal import Decimal

import pytest
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.leafrules import parse_rule
from evalsys.rulepacks.schema import AtLeast, FormRatio
from projects.domain import save_section, save_targets
from projects.enums import State
from projects.models import BasicInfo
from scoring import tree_editing
from scoring.last_year import ChangedPlanError, Part, copy_from, plan_copy, previous_of
from scoring.models import Indicator, Mark, ScoreSheet
from tests import worlds

pytestmark = pytest.mark.django_db
EVERYTHING = set(Part)


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def signed(people):
    """The seed of 2019, with marks, amounts and two values beside the first leaf."""
    evaluation = worlds.evaluation_at(State.SIGNED, people)
    leaf = evaluation.indicators.get(key="output_quantity")
    Indicator.objects.filter(pk=leaf.pk).update(target_value="≥12次", actual_value="9次")
    return evaluation


def next_year(people, before, *, pack=None, year=2020):
    return worlds.open_next(people, before, year, pack=pack)


def copy(people, evaluation, source, parts=EVERYTHING):
    seen = plan_copy(evaluation, source).fingerprint
    return copy_from(evaluation, source, parts=parts, seen=seen, actor=people["caiwu"])


def part_of(plan, part):
    return next(one for one in plan.parts if one.part is part)


def lines(plan, part):
    return [(line.what, line.value, line.note) for line in part_of(plan, part).lines]


def left(plan, part):
    return {one.what: one.reason for one in part_of(plan, part).left}


def test_tree_targets_and_text_go_over(people, signed):
    draft = next_year(people, signed)
    copy(people, draft, signed)
    assert draft.indicators.get(key="output_quantity").target_value == "≥12次"
    assert [str(row) for row in draft.targets.all()] == [str(row) for row in signed.targets.all()]
    bodies = dict(signed.sections.values_list("key", "body"))
    assert dict(draft.sections.values_list("key", "body")) == bodies
    basic = BasicInfo.objects.get(evaluation=draft)
    assert (basic.project_leader, basic.phone) == ("郑东", signed.basic.phone)


def test_marks_actual_values_and_money_never_do(people, signed):
    assert Mark.objects.filter(sheet__evaluation=signed, value__isnull=False).exists()
    draft = next_year(people, signed)
    copy(people, draft, signed)
    assert not ScoreSheet.objects.filter(evaluation=draft).exists()
    assert not draft.indicators.exclude(actual_value="").exists()
    money = draft.funding.values_list("planned", "received", "spent")
    assert {amount for line in money for amount in line} == {None}
    basic = BasicInfo.objects.get(evaluation=draft)
    assert (basic.annual_budget, basic.evaluated_on) == (None, None)
    assert not draft.panel.exists()


def test_the_journal_says_what_was_copied(people, signed):
    draft = next_year(people, signed)
    copy(people, draft, signed, {Part.TARGETS, Part.TREE})
    entry = JournalEntry.objects.get(stream=draft.journal_stream, action="copied_from_last_year")
    assert entry.actor == people["caiwu"]
    assert entry.detail == {
        "name": "2019 年度 指标体系和指标值、绩效目标",
        "source": signed.pk,
        "copied": {"tree": 1, "targets": signed.targets.count()},
    }
    assert not draft.sections.exclude(body="").exists()


def test_what_is_in_the_draft_stays(people, signed):
    draft = next_year(people, signed)
    section = draft.sections.filter(has_body=True).first()
    save_section(section, seen=1, body="今年的话")
    save_targets(draft.goals, seen=1, rows=[{"target": "今年的目标"}])
    BasicInfo.objects.filter(evaluation=draft).update(phone="12345")
    leaf = draft.indicators.get(key="output_quantity")
    tree_editing.save_indicator(leaf, seen=1, values={"target_value": "≥20次"})
    draft.refresh_from_db()
    plan = copy(people, draft, signed)
    section.refresh_from_db()
    assert section.body == "今年的话"
    assert [row.target for row in draft.targets.all()] == ["今年的目标"]
    assert BasicInfo.objects.get(evaluation=draft).phone == "12345"
    assert draft.indicators.get(key="output_quantity").target_value == "≥20次"
    assert {one.part for one in plan.parts} == {Part.BASIC, Part.TEXT}
    again = plan_copy(draft, signed)
    assert left(again, Part.TEXT) == {str(section): f"「{section}」已写了文字"}
    assert left(again, Part.TARGETS) == {"8 行绩效目标": "绩效目标表里已有 1 行，不再复制"}
    assert left(again, Part.BASIC) == {"联系电话": "已填「12345」"}
    assert left(again, Part.TREE)["项目绩效 › 项目产出 › 产出数量"] == "指标值已填「≥20次」"
    assert again.copies == 0


def test_what_is_likely_wrong_in_a_text_is_pointed_out(people, signed):
    plan = plan_copy(next_year(people, signed), signed)
    notes = {what: note for what, _, note in lines(plan, Part.TEXT)}
    assert notes["（三）项目资金管理情况分析"] == "写着 2019 年"
    assert notes["（二）项目资金使用情况分析"] == "有 2 个金额或比率"
    assert notes["（二）项目绩效目标未完成原因分析"] == "写着 2018、2019 年"
    assert notes["七、其他需说明的问题"] == ""
    assert "（三）项目资金管理情况分析" in notes


def test_another_pack_takes_what_it_has_a_place_for(people, signed):
    draft = next_year(people, signed, pack="national-2020")
    plan = plan_copy(draft, signed)
    tree = left(plan, Part.TREE)
    assert tree["项目绩效 › 项目产出 › 产出数量"] == "现在的规则包里没有这一项"
    assert any("目标内容、决策依据" in what for what in tree)
    text = left(plan, Part.TEXT)
    assert text["（三）项目资金管理情况分析"] == "现在的提纲里没有这一节"
    targets = lines(plan, Part.TARGETS)
    assert targets[-1][2].endswith("现在的规则包没有「成效指标」，请改选指标类型")
    copy(people, draft, signed)
    written = draft.sections.exclude(body="").count()
    assert written == len(lines(plan, Part.TEXT)) == 4
    assert written + len(text) == signed.sections.filter(has_body=True).count()


# A unit's own leaves.


@pytest.fixture(scope="module")
def own(people):
    """Leaves of the unit's own under classes of the national form, 2024."""
    evaluation = worlds.opened(people, pack="national-2020", name="有自己的指标")
    rows = evaluation.indicators.select_related("evaluation__rule_pack")
    add(rows.get(key="quantity"), name="培训班次", weight=Decimal("12.5"), target_value="≥3期")
    add(rows.get(key="quantity"), name="培训人次", weight=Decimal(20), explanation="人次合计")
    add(rows.get(key="social_benefit"), name="带动就业", actual_value="99人")
    rate = add(rows.get(key="quality"), name="到位率", weight=Decimal(2))
    Indicator.objects.filter(pk=rate.pk).update(
        rule={"kind": "form_ratio", "verified": True, "rate": "arrival_rate"}
    )
    return evaluation


def add(parent, **values):
    leaf = tree_editing.add_under(parent)
    tree_editing.save_indicator(leaf, seen=1, values=values)
    return leaf


def shape(evaluation):
    return [
        (row.key, row.name, row.weight, row.target_value, row.level)
        for row in evaluation.indicators.all()
    ]


def test_own_leaves_come_below_the_same_class_in_the_same_order(people, own):
    draft = next_year(people, own, year=2025)
    plan = plan_copy(draft, own)
    assert ("产出指标 › 数量指标 › 培训班次", "12.5 分，指标值 ≥3期，新增这一项", "") in lines(
        plan, Part.TREE
    )
    copy(people, draft, own)
    assert shape(draft) == shape(own)
    assert draft.indicators.get(key="quantity").weight == Decimal("32.5")
    assert not draft.indicators.exclude(actual_value="").exists()
    assert isinstance(parse_rule(draft.indicators.get(name="培训班次").rule), AtLeast)
    assert isinstance(parse_rule(draft.indicators.get(name="到位率").rule), FormRatio)
    assert plan_copy(draft, own).copies == 0


def test_a_leaf_that_is_there_already_is_filled_not_doubled(people, own):
    draft = next_year(people, own, year=2025)
    parent = draft.indicators.select_related("evaluation__rule_pack").get(key="quantity")
    add(parent, name="培训班次")
    copy(people, draft, own)
    leaf = draft.indicators.get(name="培训班次")
    assert (leaf.weight, leaf.target_value) == (Decimal("12.5"), "≥3期")
    assert draft.indicators.filter(level=3).count() == 4


def test_a_key_of_another_leaf_is_no_match(people, own):
    """Both evaluations number their leaves; quantity.1 need not be the same one."""
    draft = next_year(people, own, year=2025)
    parent = draft.indicators.select_related("evaluation__rule_pack").get(key="quantity")
    add(parent, name="今年新加的", weight=Decimal(3))
    copy(people, draft, own)
    names = list(draft.indicators.filter(parent=parent).values_list("name", flat=True))
    assert names == ["今年新加的", "培训班次", "培训人次"]
    assert draft.indicators.get(name="今年新加的").weight == 3


def test_a_pack_that_locks_its_tree_takes_no_own_leaf(people, own):
    draft = next_year(people, own, pack="haikou-2019", year=2025)
    told = left(plan_copy(draft, own), Part.TREE)
    assert told["产出指标 › 数量指标 › 培训班次"] == "现在的规则包不让单位加指标"
    before = shape(draft)
    copy(people, draft, own)
    assert shape(draft) == before


def test_a_pack_without_the_class_says_which(people, own):
    draft = next_year(people, own, pack="framework-2020", year=2025)
    told = left(plan_copy(draft, own), Part.TREE)
    assert told["产出指标 › 数量指标 › 培训班次"] == "现在的规则包里没有「数量指标」"


# When it may be done, and on the page.


def test_the_newest_earlier_year_is_the_source(people, signed):
    later = next_year(people, signed, year=2021)
    assert previous_of(later) == signed
    between = next_year(people, signed, year=2020)
    assert previous_of(later) == between
    assert previous_of(between) == signed
    assert previous_of(signed) is None


def test_a_plan_that_is_no_longer_true_is_not_carried_out(people, signed):
    draft = next_year(people, signed)
    seen = plan_copy(draft, signed).fingerprint
    save_targets(draft.goals, seen=1, rows=[{"target": "刚填的"}])
    with pytest.raises(ChangedPlanError):
        copy_from(draft, signed, parts=EVERYTHING, seen=seen, actor=people["caiwu"])
    assert not draft.sections.exclude(body="").exists()


@pytest.fixture
def page(client, people, signed):
    draft = next_year(people, signed)
    client.force_login(people["caiwu"])
    return reverse("scoring:last_year", args=[draft.pk]), draft


def test_the_page_shows_and_copies_what_is_ticked(client, page, signed):
    url, draft = page
    overview = client.get(reverse("projects:overview", args=[draft.pk])).content.decode()
    assert url in overview
    answer = client.get(url)
    seen = answer.context["plan"].fingerprint
    assert "打分、实际完成值和金额一律不复制" in answer.content.decode()
    answer = client.post(url, {"seen": seen, "part": ["targets", "basic"]}, follow=True)
    assert "已复制 13 处" in answer.content.decode()
    assert "从以前的自评复制：2019 年度 绩效目标、项目基本情况" in answer.content.decode()
    assert draft.targets.count() == 8
    assert not draft.sections.exclude(body="").exists()


def test_the_page_asks_again_when_the_draft_moved_on(client, page):
    url, draft = page
    answer = client.post(url, {"seen": "0" * 64, "part": "targets"}, follow=True)
    assert "请再核对一次" in answer.content.decode()
    assert not draft.targets.exists()
    assert "请至少选一部分" in client.post(url, {"seen": "0"}, follow=True).content.decode()


def test_without_an_earlier_year_or_a_draft_there_is_nothing_to_copy(client, people, signed):
    client.force_login(people["caiwu"])
    first = reverse("scoring:last_year", args=[signed.pk])
    assert client.get(first).status_code == 403
    only = worlds.opened(people, pack="haikou-2019", name="头一年")
    answer = client.get(reverse("scoring:last_year", args=[only.pk]))
    assert answer.status_code == 403
    assert "没有更早年度" in answer.content.decode()
    overview = client.get(reverse("projects:overview", args=[only.pk])).content.decode()
    assert "从上年复制" not in overview


@pytest.mark.parametrize(
    ("who", "answer"),
    [("fuzeren", 403), ("zhuguan", 403), ("caizheng", 403), ("zuzhang", 404), ("caiwu2", 404)],
)
def test_only_the_units_finance_staff_copies(who, answer, client, people, page):
    url, draft = page
    client.force_login(people[who])
    assert client.get(url).status_code == answer
    assert client.post(url, {"part": "targets"}).status_code == answer
    assert not draft.targets.exists()


def test_opening_leads_to_the_copy_where_there_is_one(client, people, signed):
    client.force_login(people["caiwu"])
    page = reverse("scoring:open", args=[signed.project_id])
    data = {"fiscal_year": "2022", "rule_pack": signed.rule_pack_id}
    assert "/last-year/" in client.post(page, data | {"copies": "on"})["Location"]
    data |= {"fiscal_year": "2023"}
    assert "/last-year/" not in client.post(page, data)["Location"]
    data |= {"fiscal_year": "2018"}
    assert "/last-year/" not in client.post(page, data | {"copies": "on"})["Location"]
    fresh = worlds.opened(people, pack="haikou-2019", name="又一个").project
    fresh.evaluations.all().delete()
    assert (
        "copies" not in client.get(reverse("scoring:open", args=[fresh.pk])).context["form"].fields
    )
