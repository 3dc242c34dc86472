"""The pages of the indicator library, and taking a leaf over into a tree."""

import re

import pytest
from django.urls import reverse

from evalsys.accounts.domain import create_unit, grant_role
from evalsys.accounts.enums import Role, UnitKind
from evalsys.audit.models import JournalEntry
from evalsys.library.domain import set_retired
from evalsys.library.models import LibraryEntry
from evalsys.rulepacks.leafrules import parse_rule
from evalsys.rulepacks.schema import FormRatio
from scoring import tree_editing
from scoring.models import Indicator
from tests import worlds

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = {
    "indicator_class": "social",
    "name": "新增学位数",
    "operator": "at_least",
    "unit": "个",
    "target": "",
    "explanation": "本年度新增的学位数。",
    "standard": "",
    "evidence_asked": "教育部门证明",
    "uses": "工程建设，公共服务",
    "rate": "",
    "source": "",
}


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    return worlds.opened(people, pack="national-2020")


@pytest.fixture
def bureau(client, people):
    client.force_login(people["caizheng"])
    return client


@pytest.fixture
def unit(client, people):
    client.force_login(people["caiwu"])
    return client


@pytest.fixture
def entry(people):
    return worlds.library_entry(people["caizheng"])


def create(client, people, **changes):
    data = NEW | {"owner": people["caizheng"].unit_id} | changes
    return client.post(reverse("scoring:library_create"), data)


# Looking through it, and a bureau's own entries.


def listed(client, **wanted):
    text = client.get(reverse("scoring:library"), wanted).content.decode()
    return re.findall(r'library-name">([^<]+)<', text)


def test_the_list_is_searched_by_words_class_and_operator(unit, entry):
    assert listed(unit)[0] == entry.name
    assert listed(unit, q="学员 满意") == ["受训学员满意度"]
    assert set(listed(unit, category="timeliness", operator="at_most")) == {
        "故障响应时间",
        "常规问题解决时间",
        "事项办结时限",
    }
    assert len(listed(unit, category="no such", operator="≥")) == 50
    assert listed(unit, q="没有这样的指标") == []


def test_what_was_not_checked_says_so(unit):
    text = unit.get(reverse("scoring:library"), {"q": "带动就业人数"}).content.decode()
    assert "未核实" in text
    assert "已核实：" not in text
    assert "参考值和佐证材料由本系统整理" in text


def test_a_bureau_adds_an_entry(bureau, people):
    answer = create(bureau, people)
    assert answer["Location"] == reverse("scoring:library")
    entry = LibraryEntry.objects.get(name="新增学位数")
    assert (entry.owner, entry.uses) == (people["caizheng"].unit, "工程建设、公共服务")
    journal = JournalEntry.objects.get(stream=f"library:{entry.owner_id}")
    assert (journal.action, journal.actor) == ("library_entry_added", people["caizheng"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "窗口平均等候时间"}, "name"),
        ({"name": "甲\u202e乙"}, "name"),
        ({"operator": "words"}, "unit"),
        ({"operator": "≥"}, "operator"),
        ({"verified": "on"}, "source"),
        ({"owner": "0"}, "owner"),
        ({"explanation": "字" * 2001}, "explanation"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(changes, field, bureau, people, entry):
    answer = create(bureau, people, **changes)
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["evidence_asked"].value() == "教育部门证明"
    assert LibraryEntry.objects.count() == 1


def test_a_new_entry_begins_with_another_leaf(bureau, entry):
    page = reverse("scoring:library_create")
    form = bureau.get(page, {"from": "training_pass_rate"}).context["form"]
    assert form["name"].value() == "培训合格率"
    assert (form["uses"].value(), form["verified"].value()) == ("培训", False)
    assert bureau.get(page, {"from": entry.leaf.ref}).context["form"]["name"].value() == entry.name
    assert not bureau.get(page, {"from": "own-999"}).context["form"]["name"].value()


def test_an_entry_is_edited_once(bureau, people, entry):
    page = reverse("scoring:library_entry", args=[entry.pk])
    first = NEW | {"name": "甲", "version": "1"}
    assert bureau.post(page, first).status_code == 302
    answer = bureau.post(page, NEW | {"name": "乙", "version": "1"})
    entry.refresh_from_db()
    assert (entry.name, entry.version) == ("甲", 2)
    form = answer.context["form"]
    assert form.errors["name"] == ["别人刚刚保存的是：甲"]
    assert (form["name"].value(), form["version"].value()) == ("乙", "2")
    assert bureau.post(page, NEW | {"name": "乙", "version": "2"}).status_code == 302
    entry.refresh_from_db()
    assert entry.name == "乙"


def test_a_retired_entry_is_offered_no_more(bureau, people, entry):
    def act(action):
        return bureau.post(reverse("scoring:library_retire", args=[entry.pk, action]))

    assert act("retire").status_code == 302
    assert entry.name in listed(bureau, q="等候时间")
    assert "已停用" in bureau.get(reverse("scoring:library")).content.decode()
    bureau.force_login(people["caiwu"])
    assert listed(bureau, q="等候时间") == []
    bureau.force_login(people["caizheng"])
    act("restore")
    bureau.force_login(people["caiwu"])
    assert listed(bureau, q="等候时间") == [entry.name]


def test_another_bureaus_entry_is_not_there(client, people, entry):
    other = create_unit(name="三亚市财政局", kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
    client.force_login(worlds.person("caizheng2", other, Role.FINANCE_BUREAU))
    assert listed(client, q="等候时间") == []
    assert client.get(reverse("scoring:library_entry", args=[entry.pk])).status_code == 404
    retire = reverse("scoring:library_retire", args=[entry.pk, "retire"])
    assert client.post(retire).status_code == 404


def test_a_bureau_below_reads_and_does_not_change(client, people, entry):
    district = create_unit(
        name="美兰区财政局",
        kind=UnitKind.FINANCE_BUREAU,
        parent=people["caizheng"].unit,
        actor=None,
    )
    person = worlds.person("meilan", district, Role.FINANCE_BUREAU)
    client.force_login(person)
    assert listed(client, q="等候时间") == [entry.name]
    assert client.get(reverse("scoring:library_entry", args=[entry.pk])).status_code == 403
    grant_role(person, role=Role.FINANCE_BUREAU, unit=entry.owner, actor=None)
    client.force_login(type(person).objects.get(pk=person.pk))
    assert client.get(reverse("scoring:library_entry", args=[entry.pk])).status_code == 200


# Taking a leaf over.


@pytest.fixture
def row(evaluation):
    return lambda key: Indicator.objects.select_related("evaluation__rule_pack").get(
        evaluation=evaluation, key=key
    )


@pytest.fixture
def page(evaluation):
    return reverse("scoring:indicator_library", args=[evaluation.pk])


def take(client, page, row, ref):
    return client.post(page, {"under": row.pk, "entry": ref})


def test_a_leaf_is_copied_below_the_row(unit, page, row, evaluation):
    answer = take(unit, page, row("quality"), "system_availability")
    leaf = row("quality.1")
    assert answer["Location"] == (
        reverse("scoring:indicators", args=[evaluation.pk]) + f"#indicator-{leaf.pk}"
    )
    assert (leaf.name, leaf.target_hint, leaf.evidence_asked) == (
        "系统可用率", "≥99.9%", "运行监控报表、运维月报",
    )  # fmt: skip
    assert (leaf.weight, leaf.target_value, leaf.rule, leaf.level) == (None, "", None, 3)
    text = unit.get(answer["Location"]).content.decode()
    assert "指标值，例如 ≥99.9%" in text


def test_an_own_entry_is_taken_over_and_outlives_its_retirement(unit, page, row, entry, people):
    take(unit, page, row("quality"), entry.leaf.ref)
    set_retired(entry, retired=True, actor=people["caizheng"])
    assert row("quality.1").name == entry.name
    answer = take(unit, page, row("quality"), entry.leaf.ref)
    assert answer.status_code == 302
    assert not Indicator.objects.filter(key="quality.2").exists()


def test_a_rate_of_the_forms_keeps_scoring_when_a_target_is_typed(unit, page, row):
    take(unit, page, row("quality"), "arrival_rate")
    leaf = row("quality.1")
    assert isinstance(parse_rule(leaf.rule), FormRatio)
    tree_editing.save_indicator(leaf, seen=leaf.version, values={"target_value": "≥100%"})
    assert isinstance(parse_rule(row("quality.1").rule), FormRatio)


@pytest.mark.parametrize("key", ["execution", "output"])
def test_a_leaf_goes_only_where_leaves_may_be_added(key, unit, page, row):
    before = Indicator.objects.count()
    assert take(unit, page, row(key), "training_days").status_code == 403
    assert Indicator.objects.count() == before


@pytest.mark.parametrize("under", ["", "0", "x", "１", "99999999999999999999"])
def test_a_place_that_is_not_there_is_missing(under, unit, page):
    assert unit.post(page, {"under": under, "entry": "training_days"}).status_code == 404
    assert unit.get(page, {"under": under}).status_code == 404


def test_a_row_of_another_evaluation_is_missing(unit, page, people):
    other = worlds.opened(people, pack="national-2020", name="另一个")
    row = other.indicators.get(key="quality")
    assert unit.post(page, {"under": row.pk, "entry": "training_days"}).status_code == 404


def test_the_search_shows_what_fits_the_place_first(unit, page, row):
    found = unit.get(page, {"under": row("quantity").pk, "q": "培训"}, headers=HTMX)
    text = found.content.decode()
    assert "<html" not in text
    assert re.findall(r'library-name">([^<]+)<', text)[:3] == ["培训班次", "培训人次", "培训天数"]
    assert 'value="training_days"' in text
    whole = unit.get(page, {"under": row("quantity").pk}).content.decode()
    assert "加到「数量指标」下" in whole
    assert "还有 99 个" in whole


def test_a_locked_tree_takes_nothing(unit, people):
    locked = worlds.opened(people, pack="haikou-2019", name="固定指标")
    page = reverse("scoring:indicator_library", args=[locked.pk])
    row = locked.indicators.first()
    assert unit.get(page, {"under": row.pk}).status_code == 403
    text = unit.get(reverse("scoring:indicators", args=[locked.pk])).content.decode()
    assert "从指标库" not in text


def test_a_draft_is_offered_leaves_with_everything_a_row_has(bureau, people, entry):
    draft = worlds.pack_draft(people["caizheng"])
    page = reverse("scoring:pack_library", args=[draft.pk])
    text = bureau.get(page, {"q": "资金到位率", "near": "资金到位\n项目管理"}).content.decode()
    assert 'data-rule_kind="arrival_rate"' in text
    assert 'data-name="资金到位率"' in text
    assert 'data-verified="yes"' in text
    text = bureau.get(page, {"q": "等候"}).content.decode()
    assert 'data-target_hint="≤15分钟"' in text
    assert 'data-evidence_asked="叫号系统报表"' in text
    assert "<html" not in text
