"""Leaf rules as a kind and a line: what is shown reads back, and what is typed is never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsys.rulepacks.leafrules import dump_rule, parse_rule
from evalsys.rulepacks.ruletext import (
    KINDS,
    WITH_LINE,
    WITHOUT_LINE,
    RuleTextError,
    read_rule_line,
    rule_line,
)
from evalsys.rulepacks.schema import (
    AtLeast,
    AtMost,
    Equal,
    ExcessForm,
    FormRate,
    FormRatio,
    InRange,
    Manual,
    OverFulfilment,
    Tier,
    Tiers,
)
from evalsys.rulepacks.shipped import shipped_packs

TIERS = (Tier("达成", Decimal("0.8")), Tier("未达成", Decimal(0)))

LINES = [
    (AtLeast(), "at_least", ""),
    (
        AtLeast(over_fulfilment=OverFulfilment(Decimal("0.3"), Decimal("2.5"))),
        "at_least",
        "超 30% 扣 2.5 分",
    ),
    (Equal(), "equal", ""),
    (AtMost(), "at_most_linear", ""),
    (AtMost(form=ExcessForm.RATIO), "at_most_ratio", ""),
    (InRange(low=Decimal(3), high=Decimal("5.5"), unit="天"), "in_range", "3–5.5 天"),
    (InRange(low=Decimal(0), high=Decimal(1)), "in_range", "0–1"),
    (Tiers(tiers=TIERS), "tiers", "达成 80%、未达成 0%"),
    (
        Tiers(tiers=(Tier("达成", Decimal("0.8"), "达成年度指标"), TIERS[1])),
        "tiers",
        "达成（达成年度指标） 80%、未达成 0%",
    ),
    (FormRatio(rate=FormRate.ARRIVAL), "arrival_rate", ""),
    (FormRatio(rate=FormRate.EXECUTION), "execution_rate", ""),
    (Manual(), "manual", ""),
]


@pytest.mark.parametrize(("rule", "kind", "line"), LINES)
def test_each_rule_has_its_line(rule, kind, line):
    assert rule_line(rule) == (kind, line)
    assert read_rule_line(kind, line, verified=True) == rule


def test_every_kind_has_a_reader_and_a_name():
    assert set(KINDS) == set(WITH_LINE) | set(WITHOUT_LINE) == {kind for _, kind, _ in LINES}


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.code)
def test_shipped_rules_read_back(pack):
    def rules(nodes):
        for node in nodes:
            yield node.rule
            yield from rules(node.children)

    for rule in filter(None, (*rules(pack.tree), *vars(pack.default_rules).values())):
        kind, line = rule_line(rule)
        assert read_rule_line(kind, line, verified=rule.verified) == rule


@pytest.mark.parametrize(
    ("kind", "line", "rule"),
    [
        ("at_least", "超３０％扣２分", LINES[1][0]),
        (
            "in_range",
            "3 至 5 个 工作日",
            InRange(low=Decimal(3), high=Decimal(5), unit="个 工作日"),
        ),
        ("in_range", "3~5天", InRange(low=Decimal(3), high=Decimal(5), unit="天")),
        ("tiers", "达成80%；未达成 0%", Tiers(tiers=TIERS)),
        ("tiers", "达成　80%,\n未达成\t0%", Tiers(tiers=TIERS)),
        ("in_range", "007-08", InRange(low=Decimal(7), high=Decimal(8))),
    ],
)
def test_lines_may_be_typed_as_people_type(kind, line, rule):
    found = read_rule_line(kind, line, verified=True)
    if kind == "at_least":
        assert found == AtLeast(over_fulfilment=OverFulfilment(Decimal("0.3"), Decimal(2)))
    else:
        assert found == rule


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("at_least", "扣2分"),
        ("at_least", "超30%"),
        ("at_least", "超 0.001% 扣 1 分"),
        ("at_least", "超 -30% 扣 2 分"),
        ("in_range", ""),
        ("in_range", "3"),
        ("in_range", "三至五天"),
        ("in_range", "1e3–2e3"),
        ("in_range", "3–5 " + "天" * 21),
        ("tiers", ""),
        ("tiers", "、，"),
        ("tiers", "80%"),
        ("tiers", "达成 0.8"),
        ("tiers", "档1 80%"),
        ("tiers", "达成 80% 未达成 0%"),
        ("tiers", "达" * 21 + " 80%"),
        ("equal", "3"),
        ("manual", "随便"),
        ("", "3"),
        ("linear", ""),
        ("in_range", "3–5 天\u202e"),
        ("tiers", "达" * 600),
    ],
)
def test_what_says_nothing_is_refused_with_a_sentence(kind, line):
    with pytest.raises(RuleTextError) as caught:
        read_rule_line(kind, line, verified=True)
    assert str(caught.value).endswith("。")


@given(
    st.sampled_from(sorted(KINDS)),
    st.text(alphabet="达成0123456789.%超扣分–、（）() \t\n天", max_size=30),
)
def test_whatever_is_taken_can_be_stored_and_shown(kind, line):
    try:
        rule = read_rule_line(kind, line, verified=False)
    except RuleTextError:
        return
    assert parse_rule(dump_rule(rule)) == rule
    assert read_rule_line(*rule_line(rule), verified=False) == rule
