"""The indicator library: its file, finding leaves, and the entries of bureaus."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsys.accounts.domain import create_unit
from evalsys.accounts.enums import Role, UnitKind
from evalsys.audit.journal import broken_entries
from evalsys.audit.models import JournalEntry
from evalsys.glyphs import unprintable
from evalsys.jsonread import JsonError
from evalsys.library.codec import load_library
from evalsys.library.domain import add_entry, change_entry, leaves_for, set_retired
from evalsys.library.models import OWN, LibraryEntry
from evalsys.library.schema import SIGNS, IndicatorClass, LibraryLeaf, Operator
from evalsys.library.search import Wanted, classes_of, search
from evalsys.library.shipped import FILE, shipped_library
from evalsys.versioning import StaleVersionError
from scoring.engine.quantities import parse_quantity
from tests import worlds

LEAVES = shipped_library().leaves


def names(found):
    return [leaf.name for leaf in found]


def test_there_is_something_of_every_class():
    counted = Counter(leaf.indicator_class for leaf in LEAVES)
    assert len(LEAVES) >= 120
    assert set(counted) == set(IndicatorClass)
    assert min(counted.values()) >= 5


def test_a_unit_can_print_and_keep_every_text():
    texts = [leaf.name + leaf.explanation + leaf.standard + leaf.evidence_asked for leaf in LEAVES]
    assert unprintable("".join(texts)) == []
    assert max(len(leaf.target_hint) for leaf in LEAVES) <= 200
    assert not any(leaf.ref.startswith(OWN) for leaf in LEAVES)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.ref)
def test_a_hint_with_a_figure_is_one_the_rules_read(leaf):
    """Whoever copies 「≥90%」 from the hint gets a score by rule, with the operator that was meant."""
    hint = leaf.target_hint.replace("…", "3")
    quantity = parse_quantity(hint)
    if leaf.operator is Operator.WORDS:
        assert quantity is None
    elif leaf.ref != "maintenance_cost":  # its bound is a sum of the budget, in words
        assert quantity is not None
        assert quantity.operator == SIGNS[leaf.operator]
        assert quantity.unit == leaf.unit


def test_what_was_seen_nowhere_is_not_called_checked():
    assert all(leaf.source for leaf in LEAVES if leaf.verified)
    assert sum(not leaf.verified for leaf in LEAVES) >= 60
    unseen = [leaf.standard for leaf in LEAVES if not leaf.verified and leaf.standard]
    assert all(standard.startswith("参考标准（未核实）") for standard in unseen)


def changed(**members):
    data = json.loads(FILE.read_text(encoding="utf-8"))
    data["leaves"] = data["leaves"][:2]
    data["leaves"][0] |= members
    return json.dumps(data)


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"class": "colour"}, "leaves[0].class"),
        ({"operator": "≥"}, "leaves[0].operator"),
        ({"name": ""}, "leaves[0].name"),
        ({"price": 3}, "leaves[0].price"),
        ({"evidence_asked": ""}, "leaves[0].evidence_asked"),
        ({"rate": "speed"}, "leaves[0].rate"),
        ({"unit": "%"}, "leaves[0]"),
        ({"source": ""}, "leaves[0]"),
        ({"key": "decision_basis"}, "leaves[1]"),
        ({"name": "决策依据"}, "leaves[1]"),
    ],
)
def test_a_wrong_file_is_refused_by_place(members, path):
    with pytest.raises(JsonError) as caught:
        load_library(changed(**members))
    assert [problem.path for problem in caught.value.problems] == [path]


def test_every_word_must_be_there():
    found = names(search(LEAVES, Wanted("培训 满意")))
    assert found == ["受训学员满意度"]
    assert "参会人数" in names(search(LEAVES, Wanted("会议")))
    assert names(search(LEAVES, Wanted("会议 海底捞"))) == []
    assert search(LEAVES, Wanted()) == list(LEAVES)


def test_a_name_that_has_the_words_comes_before_a_text_that_has_them():
    found = names(search(LEAVES, Wanted("签到表")))
    assert "培训人次" in found
    assert names(search(LEAVES, Wanted("采购")))[0].startswith("政府采购")


def test_class_and_operator_narrow():
    found = search(LEAVES, Wanted(indicator_class=IndicatorClass.COST, operator=Operator.AT_MOST))
    assert "运维总费用" in names(found)
    assert {leaf.indicator_class for leaf in found} == {IndicatorClass.COST}
    assert {leaf.operator for leaf in found} == {Operator.AT_MOST}


def test_what_belongs_to_the_place_comes_first():
    found = search(LEAVES, Wanted("培训", near=("质量指标", "产出指标")))
    classes = [leaf.indicator_class for leaf in found]
    assert classes[:2] == [IndicatorClass.QUALITY] * 2
    assert len(found) == len(search(LEAVES, Wanted("培训")))


@pytest.mark.parametrize(
    ("near", "classes"),
    [
        (("数量指标", "产出指标"), {"quantity"}),
        (("服务对象满意度指标", "满意度指标"), {"satisfaction"}),
        (("经济成本指标", "产出指标"), {"cost"}),
        (("生态效益指标", "效益指标"), {"ecological"}),
        (("项目产出", "项目绩效"), {"quantity", "quality", "timeliness", "cost"}),
        (("项目效益", "效益"), {"economic", "social", "ecological", "sustainable"}),
        (("组织实施", "过程"), {"process"}),
        (("项目目标", "项目决策"), {"decision"}),
        (("甲", "乙"), set()),
        (("", "数量指标"), {"quantity"}),
    ],
)
def test_names_of_a_place_say_its_class(near, classes):
    assert classes_of(near) == classes


@given(
    st.text(alphabet="培训会议满意度率%人 ", max_size=6),
    st.sampled_from([None, *IndicatorClass]),
    st.sampled_from([None, *Operator]),
    st.lists(st.sampled_from(["数量指标", "效益", "甲"]), max_size=2),
)
def test_the_place_changes_the_order_and_nothing_else(words, indicator_class, operator, near):
    plain = Wanted(words, indicator_class, operator)
    placed = Wanted(words, indicator_class, operator, tuple(near))
    assert sorted(names(search(LEAVES, plain))) == sorted(names(search(LEAVES, placed)))


def test_the_hint_is_written_as_a_target_is():
    def hint(operator, target="", unit=""):
        return LibraryLeaf("a", IndicatorClass.COST, "甲", operator, unit, target).target_hint

    assert hint(Operator.AT_LEAST, "90", "%") == "≥90%"
    assert hint(Operator.AT_MOST, "", "万元") == "≤…万元"
    assert hint(Operator.AT_MOST, "批复预算数", "万元") == "≤批复预算数"
    assert hint(Operator.EQUAL, "0", "起") == "=0起"
    assert hint(Operator.WORDS, "健全") == "健全"


# Entries of bureaus.


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture
def entry(people):
    return worlds.library_entry(people["caizheng"])


def actions(entry):
    stream = JournalEntry.objects.filter(stream=f"library:{entry.owner_id}")
    return list(stream.order_by("sequence").values_list("action", flat=True))


@pytest.mark.django_db
def test_units_below_the_bureau_may_use_it(people, entry):
    other = create_unit(name="三亚市财政局", kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
    assert leaves_for(people["caiwu"].unit)[0] == entry.leaf
    assert entry.leaf.owner == people["caizheng"].unit.name
    assert leaves_for(other) == list(LEAVES)
    stranger = worlds.person("caizheng2", other, Role.FINANCE_BUREAU)
    assert not LibraryEntry.objects.visible_to(stranger).exists()
    assert LibraryEntry.objects.visible_to(people["zhuguan"]).get() == entry


@pytest.mark.django_db
def test_every_act_is_in_the_journal(people, entry):
    bureau = people["caizheng"]
    change_entry(entry, seen=1, actor=bureau, explanation="改过")
    set_retired(entry, retired=True, actor=bureau)
    set_retired(entry, retired=True, actor=bureau)
    assert entry.leaf not in leaves_for(people["caiwu"].unit)
    set_retired(entry, retired=False, actor=bureau)
    assert entry.leaf in leaves_for(people["caiwu"].unit)
    assert actions(entry) == [
        "library_entry_added",
        "library_entry_changed",
        "library_entry_retired",
        "library_entry_restored",
    ]
    assert not list(broken_entries())


@pytest.mark.django_db
def test_a_stale_change_writes_nothing(people, entry):
    change_entry(entry, seen=1, actor=people["caizheng"], explanation="改过")
    with pytest.raises(StaleVersionError):
        change_entry(entry, seen=1, actor=people["caizheng"], explanation="又改")
    entry.refresh_from_db()
    assert (entry.explanation, len(actions(entry))) == ("改过", 2)


@pytest.mark.django_db
def test_an_entry_is_the_leaf_it_was_typed_as(people):
    entry = add_entry(
        owner=people["caizheng"].unit,
        actor=people["caizheng"],
        indicator_class="process",
        name="省级资金到位率",
        operator="at_least",
        unit="%",
        target="100",
        explanation="到位 ÷ 计划",
        uses="工程建设、补助补贴",
        rate="arrival_rate",
    )
    leaf = LibraryEntry.objects.select_related("owner").get(pk=entry.pk).leaf
    assert (leaf.ref, leaf.target_hint) == (f"own-{entry.pk}", "≥100%")
    assert (leaf.uses, leaf.rate) == (("工程建设", "补助补贴"), "arrival_rate")
    assert not leaf.verified
