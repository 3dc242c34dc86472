import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalsys
from evalsys.canonical import canonical_json
from evalsys.rulepacks.codec import PackError, dump_pack, load_pack, parse_pack
from evalsys.rulepacks.schema import (
    OPTIONAL_THRESHOLDS,
    REQUIRED_THRESHOLDS,
    REQUIRED_WORDING,
    AtLeast,
    AtMost,
    Averaging,
    DefaultRules,
    Equal,
    ExcessForm,
    ExecutionCap,
    FormRate,
    FormRatio,
    FundingSource,
    GoalType,
    GradeBand,
    IndicatorTemplate,
    InRange,
    Manual,
    NotApplicable,
    OutlineSection,
    OverFulfilment,
    RulePack,
    ScoringRules,
    Tier,
    Tiers,
    TreeFreedom,
)
from evalsys.rulepacks.shipped import DATA, shipped_pack, shipped_packs

# A published version never changes: raise its version and add a line instead of editing one.
PUBLISHED = {
    "framework-2020@1": "492c17a9dbe04539cfeec5958b99b75439165906fd2836f57a2eb6f4fc68b12d",
    "haikou-2019@1": "5fb581892a49e259ec783187fe01c9b91852b3b8465c108a53f7879297779c17",
    "hubei-2020@1": "187095946995268d3ee452231c9140392dd4634b559ae6a37ad2a582216d1f4b",
    "national-2020@1": "da901a3ac81fc5c36a13853191e4f61d276d204fa70f070e876ccfda2db4dc8b",
    "national-2021@1": "4d085c3ff275198d16095a2023f748a296f5bf3cc43656ba016d445227ac1877",
    "sichuan-2023@1": "d1624d75c423ebe0fc5373aec11e0ebdc272938d76748b56ab639eceeef4b2f0",
}

HAIKOU_LEAVES = [
    ("目标内容", 4), ("决策依据", 3), ("决策程序", 5), ("分配办法", 2), ("分配结果", 6),
    ("到位率", 3), ("到位时效", 2), ("资金使用", 7), ("财务管理", 3), ("组织机构", 1), ("管理制度", 9),
    ("产出数量", 5), ("产出质量", 4), ("产出时效", 3), ("产出成本", 3),
    ("经济效益", 8), ("社会效益", 8), ("环境效益", 8), ("可持续影响", 8), ("服务对象满意度", 8),
]  # fmt: skip


def walk(nodes):
    for node in nodes:
        yield node
        yield from walk(node.children)


def pack_data(**changes):
    """A small valid pack, whole in every part, so that one change makes one problem."""
    data = {
        "format": "evalsys-rulepack/1",
        "code": "test",
        "version": 1,
        "name": "试用规则包",
        "place": "某地",
        "note": "",
        "verified": False,
        "tree_freedom": "leaves",
        "tree": [
            {
                "key": "a",
                "name": "甲",
                "weight": "60",
                "children": [
                    {
                        "key": "a1",
                        "name": "甲一",
                        "weight": "37.5",
                        "children": [
                            {
                                "key": "a11",
                                "name": "甲一一",
                                "weight": "37.5",
                                "rule": {
                                    "kind": "at_least",
                                    "over_fulfilment": {"threshold": "0.3", "points": "2"},
                                },
                            }
                        ],
                    },
                    {"key": "a2", "name": "甲二", "weight": "22.5"},
                ],
            },
            {
                "key": "b",
                "name": "乙",
                "weight": "40",
                "rule": {"kind": "in_range", "low": "80", "high": "100", "unit": "%"},
            },
        ],
        "scoring": {
            "total": "100",
            "mark_step": "0.5",
            "places": 1,
            "averaging": "mean",
            "not_applicable": "refused",
            "minimum_evaluators": 3,
            "grades": [
                {"word": "优", "lower": "90"},
                {"word": "良", "lower": "60"},
                {"word": "差", "lower": "0"},
            ],
            "execution_caps": [{"below": "0.8", "cap": "89"}, {"below": "0.7", "cap": "79"}],
        },
        "funding_sources": [{"key": "x", "label": "财政"}, {"key": "y", "label": "其他"}],
        "goal_types": [{"label": "产出", "classes": ["数量", "质量"]}],
        "outline": [
            {"key": "o1", "number": "一、", "title": "概况", "level": 1, "has_body": False},
            {"key": "o2", "number": "（一）", "title": "性质", "level": 2, "has_body": True},
        ],
        "wording": dict.fromkeys(REQUIRED_WORDING, "字"),
        "thresholds": dict.fromkeys(REQUIRED_THRESHOLDS, "0.1"),
        "default_rules": {
            "at_most": {"kind": "at_most", "form": "ratio"},
            "words": {
                "kind": "tiers",
                "tiers": [
                    {"word": "达成", "label": "达成年度指标", "lower": "0.8"},
                    {"word": "未达成", "lower": "0"},
                ],
            },
        },
    }
    return data | changes


def changed(steps, value):
    """The small pack with the value at one place replaced, or the member left out."""
    data = pack_data()
    place = data
    for step in steps[:-1]:
        place = place[step]
    if value is ABSENT:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return data


ABSENT = object()
LEAF = {"key": "deep", "name": "四级", "weight": None}
T0, T1 = ("tree", 0), ("tree", 1)
A11 = (*T0, "children", 0, "children", 0)
GRADES = ("scoring", "grades")
CAPS = ("scoring", "execution_caps")
OVER = (*A11, "rule", "over_fulfilment")
OVER_PATH = "tree[0].children[0].children[0].rule.over_fulfilment"
TIERS = ("default_rules", "words", "tiers")

# steps to the place, the value put there, the path of the one problem found
BROKEN = [
    (("format",), "evalsys-rulepack/2", "format"),
    (("format",), ABSENT, "format"),
    (("code",), "海口", "code"),
    (("code",), "a" * 51, "code"),
    (("code",), "a" * 50, None),
    (("version",), 0, "version"),
    (("version",), "1", "version"),
    (("version",), True, "version"),
    (("name",), " ", "name"),
    (("place",), 5, "place"),
    (("note",), "x" * 2001, "note"),
    (("note",), "\u202e", "note"),
    (("verified",), 1, "verified"),
    (("tree_freedom",), "open", "tree_freedom"),
    (("digest",), "00", "digest"),
    (("tree",), [], "tree"),
    (("tree",), {}, "tree"),
    ((*T1, "weight"), 40, "tree[1].weight"),
    ((*T1, "weight"), 40.0, "tree[1].weight"),
    ((*T1, "weight"), ABSENT, "tree[1].weight"),
    ((*T1, "weight"), "4e1", "tree[1].weight"),
    ((*T1, "weight"), "39.5", "tree"),
    ((*T1, "weight"), "40.5", "tree"),
    ((*T0, "weight"), None, None),
    ((*T1, "weight"), None, None),
    ((*T0, "children", 1, "weight"), "22.4", "tree[0]"),
    ((*T0, "children", 1, "weight"), None, None),
    ((*A11, "weight"), "37.4", "tree[0].children[0]"),
    ((*A11, "weight"), None, None),
    ((*A11, "key"), "a", "tree[0].children[0].children[0].key"),
    ((*A11, "key"), ABSENT, "tree[0].children[0].children[0].key"),
    ((*A11, "name"), "", "tree[0].children[0].children[0].name"),
    ((*A11, "note"), "", "tree[0].children[0].children[0].note"),
    ((*A11, "verified"), "yes", "tree[0].children[0].children[0].verified"),
    ((*A11, "explanation"), None, "tree[0].children[0].children[0].explanation"),
    ((*A11, "standard"), 1, "tree[0].children[0].children[0].standard"),
    ((*A11, "children"), [LEAF], "tree[0].children[0].children[0].children"),
    ((*A11, "children"), [], None),
    (("scoring", "extra"), 1, "scoring.extra"),
    (("scoring", "total"), "100.0", None),
    (("scoring", "total"), 100, "scoring.total"),
    (("scoring", "mark_step"), "0", "scoring.mark_step"),
    (("scoring", "mark_step"), "-0.5", "scoring.mark_step"),
    (("scoring", "mark_step"), "0.25", "scoring.mark_step"),
    (("scoring", "mark_step"), "100.1", "scoring.mark_step"),
    (("scoring", "mark_step"), "100", None),
    (("scoring", "places"), -1, "scoring.places"),
    (("scoring", "places"), 5, "scoring.places"),
    (("scoring", "places"), 4, None),
    (("scoring", "averaging"), "median", "scoring.averaging"),
    (("scoring", "not_applicable"), "", "scoring.not_applicable"),
    (("scoring", "minimum_evaluators"), 0, "scoring.minimum_evaluators"),
    (("scoring", "minimum_evaluators"), "3", "scoring.minimum_evaluators"),
    (("scoring", "minimum_evaluators"), 1, None),
    (GRADES, [], "scoring.grades"),
    ((*GRADES, 0, "lower"), "100", None),
    ((*GRADES, 0, "lower"), "100.1", "scoring.grades[0].lower"),
    ((*GRADES, 0, "lower"), "60", "scoring.grades[1].lower"),
    ((*GRADES, 1, "lower"), "0", "scoring.grades[2].lower"),
    ((*GRADES, 2, "lower"), "0.1", "scoring.grades[2].lower"),
    ((*GRADES, 1, "word"), "优", "scoring.grades[1].word"),
    ((*GRADES, 1, "upper"), "90", "scoring.grades[1].upper"),
    (CAPS, ABSENT, None),
    ((*CAPS, 1, "below"), "0.8", "scoring.execution_caps[1].below"),
    ((*CAPS, 1, "below"), "0", "scoring.execution_caps[1].below"),
    ((*CAPS, 1, "cap"), "89", "scoring.execution_caps[1].cap"),
    ((*CAPS, 1, "cap"), "78.95", "scoring.execution_caps[1].cap"),
    ((*CAPS, 1, "cap"), "0", "scoring.execution_caps[1].cap"),
    ((*CAPS, 0, "cap"), "100.1", "scoring.execution_caps[0].cap"),
    ((*CAPS, 0, "note"), "", "scoring.execution_caps[0].note"),
    (("funding_sources",), [], "funding_sources"),
    (("funding_sources", 1, "key"), "x", "funding_sources[1].key"),
    (("funding_sources", 1, "label"), "", "funding_sources[1].label"),
    (("goal_types",), [], "goal_types"),
    (("goal_types",), [{"label": "产出", "classes": ["数量"]}] * 2, "goal_types[1].label"),
    (("goal_types", 0, "classes"), [], "goal_types[0].classes"),
    (("goal_types", 0, "classes"), ["数量", "数量"], "goal_types[0].classes[1]"),
    (("goal_types", 0, "classes", 1), 2, "goal_types[0].classes[1]"),
    (("outline",), [], "outline"),
    (("outline", 1, "key"), "o1", "outline[1].key"),
    (("outline", 1, "level"), 3, "outline[1].level"),
    (("outline", 1, "level"), 5, "outline[1].level"),
    (("outline", 0, "level"), 2, "outline[0].level"),
    (("outline", 1, "has_body"), None, "outline[1].has_body"),
    (("outline", 1, "number"), 1, "outline[1].number"),
    (("outline", 1, "prompt"), 1, "outline[1].prompt"),
    (("wording",), [], "wording"),
    (("wording", "goals_title"), ABSENT, "wording.goals_title"),
    (("wording", "goals_title"), 1, "wording.goals_title"),
    (("wording", "goals_note"), "", None),
    (("wording", "own"), "自定", None),
    (("wording", "额外"), "x", "wording.额外"),
    (("wording", "w" * 51), "x", f'wording["{"w" * 40}…"]'),
    (("thresholds", "spread_warning"), ABSENT, "thresholds.spread_warning"),
    (("thresholds", "spread_warning"), "-1", "thresholds.spread_warning"),
    (("thresholds", "spread_warning"), 10, "thresholds.spread_warning"),
    (("thresholds", "own"), "0", None),
    (("severities",), {}, None),
    (("severities",), {"C11": "I", "A01": "B"}, None),
    (("severities",), {"C11": "X"}, "severities.C11"),
    (("severities",), {"C11": 1}, "severities.C11"),
    (("severities",), {"c11": "I"}, "severities.c11"),
    (("severities",), ["C11"], "severities"),
    (("required_classes",), [], None),
    (("required_classes",), ["a", "b"], None),
    (("required_classes",), ["moon"], "required_classes[0]"),
    (("required_classes",), ["a", "a"], "required_classes[1]"),
    (("required_classes",), [1], "required_classes[0]"),
    ((*T1, "rule"), None, None),
    ((*T1, "rule"), ABSENT, None),
    ((*T1, "rule"), "at_least", "tree[1].rule"),
    ((*T1, "rule"), {}, "tree[1].rule.kind"),
    ((*T1, "rule"), {"kind": "sometimes"}, "tree[1].rule.kind"),
    ((*T1, "rule"), {"kind": 1}, "tree[1].rule.kind"),
    ((*T1, "rule"), {"kind": "manual"}, None),
    ((*T1, "rule"), {"kind": "manual", "verified": "no"}, "tree[1].rule.verified"),
    ((*T1, "rule"), {"kind": "manual", "form": "linear"}, "tree[1].rule.form"),
    ((*T1, "rule"), {"kind": "at_least"}, None),
    ((*T1, "rule"), {"kind": "at_least", "over_fulfilment": None}, None),
    ((*T1, "rule"), {"kind": "equal", "verified": False}, None),
    ((*T1, "rule"), {"kind": "at_most"}, "tree[1].rule.form"),
    ((*T1, "rule"), {"kind": "at_most", "form": "cubic"}, "tree[1].rule.form"),
    ((*T1, "rule"), {"kind": "form_ratio", "rate": "execution_rate"}, None),
    ((*T1, "rule"), {"kind": "form_ratio", "rate": "balance"}, "tree[1].rule.rate"),
    ((*T1, "rule"), {"kind": "tiers", "tiers": []}, "tree[1].rule.tiers"),
    ((*T0, "rule"), {"kind": "manual"}, "tree[0].rule"),
    ((*T0, "rule"), None, None),
    ((*T1, "rule", "low"), "100", "tree[1].rule"),
    ((*T1, "rule", "low"), "-1", "tree[1].rule"),
    ((*T1, "rule", "low"), "99.9999", None),
    ((*T1, "rule", "low"), 80, "tree[1].rule.low"),
    ((*T1, "rule", "unit"), "单位" * 11, "tree[1].rule.unit"),
    ((*T1, "rule", "unit"), ABSENT, None),
    ((*OVER, "threshold"), "0", f"{OVER_PATH}.threshold"),
    ((*OVER, "threshold"), ABSENT, f"{OVER_PATH}.threshold"),
    ((*OVER, "points"), "0", f"{OVER_PATH}.points"),
    ((*OVER, "points"), "0.25", f"{OVER_PATH}.points"),
    ((*OVER, "note"), "", f"{OVER_PATH}.note"),
    ((*TIERS, 0, "lower"), "0", "default_rules.words.tiers[1].lower"),
    ((*TIERS, 0, "lower"), "1", None),
    ((*TIERS, 0, "lower"), "1.1", "default_rules.words.tiers[0].lower"),
    ((*TIERS, 1, "lower"), "0.1", "default_rules.words.tiers[1].lower"),
    ((*TIERS, 1, "word"), "达成", "default_rules.words.tiers[1].word"),
    ((*TIERS, 1, "label"), "达成年度指标", "default_rules.words.tiers[1].label"),
    ((*TIERS, 1, "label"), "达成", "default_rules.words.tiers[1].label"),
    ((*TIERS, 0, "word"), "", "default_rules.words.tiers[0].word"),
    ((*TIERS, 0, "upper"), "1", "default_rules.words.tiers[0].upper"),
    (("default_rules",), ABSENT, None),
    (("default_rules",), None, "default_rules"),
    (("default_rules", "in_range"), None, "default_rules.in_range"),
    (("default_rules", "at_most"), None, None),
    (("default_rules", "at_most"), {"kind": "manual"}, "default_rules.at_most"),
    (("default_rules", "at_most"), {"kind": "x"}, "default_rules.at_most.kind"),
    (("default_rules", "words"), {"kind": "equal"}, "default_rules.words"),
]


@pytest.mark.parametrize(("steps", "value", "path"), BROKEN)
def test_one_change_makes_one_problem(steps, value, path):
    data = changed(steps, value)
    if path is None:
        assert parse_pack(data).digest
        return
    with pytest.raises(PackError) as caught:
        parse_pack(data)
    assert [problem.path for problem in caught.value.problems] == [path]
    assert caught.value.message.endswith("。")


@pytest.mark.parametrize(
    ("steps", "value", "paths"),
    [
        ((*T1, "weight"), "-40", {"tree[1].weight", "tree"}),
        ((*T1, "weight"), "0", {"tree[1].weight", "tree"}),
        ((*T1, "weight"), "40.01", {"tree[1].weight", "tree"}),
        ((*T0, "children", 0, "weight"), "37", {"tree[0]", "tree[0].children[0]"}),
        (("scoring", "total"), "100.05", {"scoring.total", "tree"}),
    ],
)
def test_one_change_that_breaks_two_rules(steps, value, paths):
    with pytest.raises(PackError) as caught:
        parse_pack(changed(steps, value))
    assert {problem.path for problem in caught.value.problems} == paths


def test_a_pack_without_points_is_refused():
    data = pack_data()
    data["scoring"] |= {"total": "0", "mark_step": "0", "grades": [{"word": "差", "lower": "0"}]}
    with pytest.raises(PackError) as caught:
        parse_pack(data)
    assert {"scoring.total", "scoring.mark_step"} <= {p.path for p in caught.value.problems}


@pytest.mark.parametrize("data", [None, [], "x", 1, True])
def test_something_else_than_an_object_is_one_problem(data):
    with pytest.raises(PackError) as caught:
        parse_pack(data)
    assert (caught.value.path, len(caught.value.problems)) == ("", 1)


def test_an_empty_object_misses_every_part():
    with pytest.raises(PackError) as caught:
        parse_pack({})
    assert {problem.path for problem in caught.value.problems} == set(pack_data()) - {
        "default_rules"
    }


def test_all_problems_are_found_in_one_pass():
    data = pack_data()
    data["tree"][1]["weight"] = "30"
    data["tree"][0]["children"][0]["weight"] = "37.25"
    data["scoring"]["grades"][2]["lower"] = "70"
    data["funding_sources"][1]["key"] = "x"
    data["wording"]["phone"] = None
    with pytest.raises(PackError) as caught:
        parse_pack(data)
    assert {problem.path for problem in caught.value.problems} == {
        "tree", "tree[0]", "tree[0].children[0]", "tree[0].children[0].weight",
        "scoring.grades[2].lower", "funding_sources[1].key", "wording.phone",
    }  # fmt: skip


def test_a_locked_tree_gives_every_weight():
    data = changed((*A11, "weight"), None)
    data["tree_freedom"] = "locked"
    with pytest.raises(PackError) as caught:
        parse_pack(data)
    assert caught.value.path == "tree[0].children[0].children[0].weight"


def test_given_weights_leave_something_to_the_unit():
    data = pack_data(tree=[{"key": "a", "name": "甲", "weight": "100"}, LEAF])
    with pytest.raises(PackError, match="已达到 100") as caught:
        parse_pack(data)
    assert caught.value.path == "tree"


def test_a_wrong_sum_names_node_and_amount():
    with pytest.raises(PackError) as caught:
        parse_pack(changed((*T0, "children", 1, "weight"), "20.2"))
    assert caught.value.message == "「甲」的下级分值之和 57.7 不等于 60，相差 2.3。"


@pytest.mark.parametrize(
    "source", [b"", b"[", b'{"a":1,"a":1}', b"\xff", b"[" * 5000, b" " * 1_000_001]
)
def test_a_malformed_file_is_a_pack_error(source):
    with pytest.raises(PackError):
        load_pack(source)


def test_parsing_leaves_its_input_alone():
    data = pack_data()
    before = deepcopy(data)
    parse_pack(data)
    assert data == before


def test_digest_follows_content_and_nothing_else():
    base = parse_pack(pack_data()).digest
    reordered = dict(reversed(pack_data().items()))
    assert parse_pack(reordered).digest == base
    assert parse_pack(changed((*T1, "weight"), "40.0")).digest == base
    assert parse_pack(changed((*T1, "explanation"), "")).digest == base
    assert parse_pack(changed((*T1, "explanation"), "说明")).digest != base
    assert parse_pack(changed(("version",), 2)).digest != base


texts = st.text(st.sampled_from('甲乙一(x 1"\\。'), min_size=1, max_size=6).filter(str.strip)
hundredths = st.integers(1, 3000).map(lambda units: Decimal(units).scaleb(-2))


deductions = st.builds(OverFulfilment, hundredths, hundredths)
tiers = st.lists(hundredths.filter(lambda n: n <= 1), max_size=3, unique=True).map(
    lambda lowers: tuple(
        Tier(f"第{i}档", lower, f"第{i}档全称" if i % 2 else "")
        for i, lower in enumerate([*sorted(lowers, reverse=True), Decimal(0)])
    )
)
at_least = st.builds(AtLeast, over_fulfilment=st.none() | deductions, verified=st.booleans())
equal = st.builds(Equal, verified=st.booleans())
at_most = st.builds(AtMost, form=st.sampled_from(ExcessForm), verified=st.booleans())
in_words = st.builds(Tiers, tiers=tiers, verified=st.booleans())
ranges = st.builds(
    lambda low, width, unit: InRange(low=low, high=low + width, unit=unit),
    hundredths,
    hundredths,
    st.sampled_from(["", "%", "万元"]),
)
ratios = st.builds(FormRatio, rate=st.sampled_from(FormRate), verified=st.booleans())
leaf_rules = st.one_of(
    st.none(), at_least, equal, at_most, in_words, ranges, ratios, st.just(Manual())
)
default_rules = st.builds(
    DefaultRules,
    *(st.none() | kind for kind in (at_least, equal, at_most, in_words)),
)


@st.composite
def nodes(draw, level=1):
    children = ()
    if level < 3 and draw(st.booleans()):
        children = tuple(draw(st.lists(nodes(level=level + 1), min_size=1, max_size=3)))
    weight = sum((child.weight for child in children), Decimal(0)) or draw(hundredths)
    explanation, standard = draw(texts), draw(st.just("") | texts)
    return IndicatorTemplate(
        key="",
        name=draw(texts),
        weight=weight,
        explanation=explanation,
        standard=standard,
        verified=draw(st.booleans()),
        children=children,
        rule=None if children else draw(leaf_rules),
    )


def keyed(templates, prefix="k"):
    return tuple(
        replace(node, key=f"{prefix}.{i}", children=keyed(node.children, f"{prefix}.{i}"))
        for i, node in enumerate(templates)
    )


def without_weights(templates):
    return tuple(replace(n, weight=None, children=without_weights(n.children)) for n in templates)


@st.composite
def packs(draw):
    tree = keyed(draw(st.lists(nodes(), min_size=1, max_size=4)))
    total = sum((node.weight for node in tree), Decimal(0))
    if freedom := draw(st.sampled_from([None, TreeFreedom.LEAVES, TreeFreedom.FREE])):
        tree = without_weights(tree)
    lowers = draw(st.sets(st.integers(1, int(total * 100)), max_size=4))
    bounds = [*(Decimal(n).scaleb(-2) for n in sorted(lowers, reverse=True)), Decimal(0)]
    cap_count = draw(st.integers(0, 3))
    keys = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
    return RulePack(
        code="property",
        version=draw(st.integers(1, 9999)),
        name=draw(texts),
        place=draw(texts),
        note=draw(st.just("") | texts),
        verified=draw(st.booleans()),
        tree_freedom=freedom or TreeFreedom.LOCKED,
        tree=tree,
        scoring=ScoringRules(
            total=total,
            mark_step=Decimal("0.01"),
            places=draw(st.integers(2, 4)),
            averaging=draw(st.sampled_from(Averaging)),
            not_applicable=draw(st.sampled_from(NotApplicable)),
            minimum_evaluators=draw(st.integers(1, 99)),
            grades=tuple(GradeBand(f"等{i}", lower) for i, lower in enumerate(bounds)),
            execution_caps=tuple(
                ExecutionCap(Decimal("0.9") - i * Decimal("0.1"), total / 2**i)
                for i in range(cap_count)
                if total / 2**i == round(total / 2**i, 2)
            ),
        ),
        funding_sources=tuple(FundingSource(f"s{i}", label) for i, label in enumerate(keys)),
        goal_types=tuple(GoalType(label, (label,)) for label in keys),
        outline=tuple(
            OutlineSection(
                f"o{i}", "", label, min(i + 1, 4), draw(st.booleans()), draw(st.just("") | texts)
            )
            for i, label in enumerate(keys)
        ),
        wording=dict.fromkeys(REQUIRED_WORDING, draw(texts)),
        thresholds=dict.fromkeys(REQUIRED_THRESHOLDS, draw(hundredths)),
        default_rules=draw(default_rules),
    )


@given(packs())
def test_what_is_written_reads_back_the_same(pack):
    read = load_pack(canonical_json(dump_pack(pack)))
    assert read == replace(pack, digest=read.digest)
    assert dump_pack(read) == dump_pack(pack)


def test_shipped_packs_are_the_published_ones():
    assert {f"{pack.code}@{pack.version}": pack.digest for pack in shipped_packs()} == PUBLISHED


@pytest.mark.parametrize("file", sorted(DATA.glob("*.json")), ids=lambda file: file.stem)
def test_shipped_file_is_named_by_code_and_version(file):
    pack = load_pack(file.read_bytes())
    assert file.name == f"{pack.code}-v{pack.version}.json"


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.code)
def test_shipped_pack_reads_back_and_admits_what_is_unverified(pack):
    assert load_pack(canonical_json(dump_pack(pack))) == pack
    assert "未核实" in pack.note
    assert not pack.verified or all(node.verified for node in walk(pack.tree))
    assert any(section.has_body for section in pack.outline)
    assert sum(node.weight or 0 for node in pack.tree) <= pack.scoring.total == 100


def test_shipped_pack_by_name_and_version():
    assert shipped_pack("haikou-2019").version == 1
    assert shipped_pack("haikou-2019", 1) is shipped_pack("haikou-2019")
    for missing in [("haikou-2019", 2), ("haikou", None)]:
        with pytest.raises(LookupError, match="haikou"):
            shipped_pack(*missing)


def test_haikou_tree_is_the_form_of_the_seed():
    pack = shipped_pack("haikou-2019")
    leaves = [(node.name, node.weight) for node in walk(pack.tree) if not node.children]
    assert leaves == HAIKOU_LEAVES
    assert [(root.name, root.weight) for root in pack.tree] == [
        ("项目决策", 20), ("项目管理", 25), ("项目绩效", 55),
    ]  # fmt: skip
    assert pack.tree_freedom is TreeFreedom.LOCKED
    assert [(band.word, band.lower) for band in pack.scoring.grades] == [
        ("优", 90), ("良", 80), ("中", 60), ("差", 0),
    ]  # fmt: skip
    assert [source.label for source in pack.funding_sources] == [
        "中央财政",
        "省财政",
        "市县财政",
        "其他",
    ]


def test_haikou_outline_prints_the_official_headings():
    outline = shipped_pack("haikou-2019").outline
    printed = [section.number + section.title for section in outline]
    assert printed[:3] == [
        "一、项目概况",
        "（一）项目基本性质、用途和主要内容",
        "（二）项目绩效目标",
    ]
    assert printed[10:19] == [
        "四、项目绩效情况", "（一）项目绩效目标完成情况分析",
        "1. 项目的经济性分析", "（1）项目成本（预算）控制情况", "（2）项目成本（预算）节约情况",
        "2. 项目的效率性分析", "（1）项目的实施进度", "（2）项目完成质量", "3. 项目的效益性分析",
    ]  # fmt: skip
    assert not any("包括" in text for text in printed)
    assert [section.number for section in outline if section.level == 1] == [
        "一、", "二、", "三、", "四、", "五、", "六、", "七、",
    ]  # fmt: skip


def rules_of(pack):
    return {node.key: node.rule for node in walk(pack.tree) if node.rule is not None}


def test_shipped_rules_of_the_forms_own_ratios():
    assert rules_of(shipped_pack("haikou-2019")) == {
        "arrival_rate": FormRatio(rate=FormRate.ARRIVAL, verified=False)
    }
    execution = {
        code: rules_of(shipped_pack(code))["execution"]
        for code in ("national-2020", "national-2021", "hubei-2020", "sichuan-2023")
    }
    assert {rule.rate for rule in execution.values()} == {FormRate.EXECUTION}
    assert [code for code, rule in execution.items() if rule.verified] == [
        "national-2020",
        "hubei-2020",
    ]


@pytest.mark.parametrize(
    ("code", "lowers"),
    [
        ("national-2020", ["0.8", "0.6", "0"]),
        ("national-2021", ["0.8", "0.6", "0"]),
        ("hubei-2020", ["0.8", "0.5", "0"]),
        ("sichuan-2023", ["0.8", "0.6", "0"]),
    ],
)
def test_shipped_rules_for_the_units_own_leaves(code, lowers):
    rules = shipped_pack(code).default_rules
    assert [tier.lower for tier in rules.words.tiers] == list(map(Decimal, lowers))
    assert [tier.word for tier in rules.words.tiers] == ["达成", "部分达成", "未达成"]
    assert rules.at_most.form is ExcessForm.LINEAR
    assert rules.at_least.over_fulfilment is None
    assert rules.equal is not None


@pytest.mark.parametrize("code", ["haikou-2019", "framework-2020"])
def test_packs_that_leave_other_leaves_to_people(code):
    assert shipped_pack(code).default_rules == DefaultRules()


@pytest.mark.parametrize(
    ("code", "roots"),
    [
        ("national-2020", [10, 50, 30, 10]),
        ("national-2021", [10, 20, 40, 20, 10]),
        ("hubei-2020", [20, 40, 40]),
        ("sichuan-2023", [10, None, None, None]),
        ("framework-2020", [None, None, None, None]),
    ],
)
def test_weights_of_the_first_level(code, roots):
    assert [node.weight for node in shipped_pack(code).tree] == roots


def test_what_came_later_is_left_out_when_empty():
    """So the digests of packs published before stay."""
    plain = parse_pack(pack_data())
    later = {"severities", "required_classes"}
    assert not later & set(dump_pack(plain))
    full = parse_pack(pack_data(severities={"C11": "I"}, required_classes=["a"]))
    assert parse_pack(dump_pack(full)) == full
    assert full.digest != plain.digest == parse_pack(pack_data(severities={})).digest


def test_a_limit_that_came_later_has_a_default():
    plain = parse_pack(pack_data())
    assert plain.limit("spread_warning") == Decimal("0.1")
    assert plain.limit("publication_days") == OPTIONAL_THRESHOLDS["publication_days"]
    own = pack_data()
    own["thresholds"]["publication_days"] = "30"
    assert parse_pack(own).limit("publication_days") == 30


def test_document_names_every_required_word_and_limit():
    text = (Path(evalsys.__file__).parents[1] / "docs" / "rulepacks.md").read_text(encoding="utf-8")
    names = (*REQUIRED_WORDING, *REQUIRED_THRESHOLDS, *OPTIONAL_THRESHOLDS)
    unnamed = [name for name in names if f"`{name}`" not in text]
    assert unnamed == []
    assert all(f"`{pack.code}`" in text for pack in shipped_packs())


def test_document_example_has_the_form():
    text = (Path(evalsys.__file__).parents[1] / "docs" / "rulepacks.md").read_text(encoding="utf-8")
    example = json.loads(text.split("```json")[1].split("```")[0])
    with pytest.raises(PackError) as caught:
        parse_pack(example)
    assert {problem.path.split(".")[0].split("[")[0] for problem in caught.value.problems} == {
        "tree", "wording", "thresholds",
    }  # fmt: skip
