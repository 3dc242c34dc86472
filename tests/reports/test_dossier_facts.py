from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from evalsys.figures import percent_text, wan_text
from reports.dossier.facts import Facts, result
from reports.dossier.model import FundingLine, Indicator
from reports.dossier.reckoning import reckoning_data, reckoning_text
from reports.dossier.seed import seed_dossier
from scoring.engine import Node


def test_the_money_of_the_seed():
    facts = Facts(seed_dossier("as_published"))
    shown = [wan_text(amount) for amount in (facts.planned, facts.spent, facts.balance)]
    assert shown == ["21.76", "12.84", "8.92"]
    assert facts.received == facts.planned == facts.annual_budget
    assert percent_text(facts.execution_rate) == "59.0%"
    assert facts.arrival_rate == 1


def test_the_seed_as_published_disagrees_with_itself():
    facts = Facts(seed_dossier("as_published"))
    assert facts.consensus_total == 88
    assert facts.result.mean == Decimal("90.33")
    assert facts.result.grade == "优"
    found = {(one.found, one.expected) for one in facts.result.disagreements}
    assert {("88", "90.33"), ("良", "优"), ("良好", "优"), ("59.1%", "59.0%")} <= found


def test_the_scored_seed_agrees_with_itself():
    outcome = result(seed_dossier("scored"))
    assert (outcome.total, outcome.grade) == (Decimal("90.33"), "优")
    assert outcome.disagreements == ()


def blank(dossier, **changes):
    return replace(dossier, funding=(), **changes)


def test_blank_money_is_not_zero():
    facts = Facts(blank(seed_dossier("scored")))
    assert (facts.planned, facts.received, facts.spent) == (None, None, None)
    assert (facts.arrival_rate, facts.execution_rate, facts.balance) == (None, None, None)


def test_one_filled_source_is_enough_for_a_total():
    lines = (FundingLine("a", "甲", planned=Decimal(0)), FundingLine("b", "乙"))
    facts = Facts(replace(seed_dossier("scored"), funding=lines))
    assert facts.planned == 0
    assert facts.received is None
    assert facts.execution_rate is None


def test_the_annual_budget_replaces_the_plan_in_the_execution_rate():
    facts = Facts(replace(seed_dossier("scored"), annual_budget=Decimal(128400)))
    assert facts.execution_rate == 1
    assert facts.arrival_rate == 1
    zero = Facts(replace(seed_dossier("scored"), annual_budget=Decimal(0)))
    assert (zero.annual_budget, zero.execution_rate) == (0, None)


def test_roots_follow_the_printed_order():
    indicators = (
        Indicator("a", "", 1, "甲", Decimal(60)),
        Indicator("b", "", 1, "乙", Decimal(40)),
        Indicator("a2", "a", 2, "甲二", Decimal(20)),
        Indicator("a1", "a", 2, "甲一", Decimal(40)),
    )
    assert Facts(replace(seed_dossier("scored"), indicators=indicators)).roots == (
        Node(
            "a",
            "甲",
            Decimal(60),
            (Node("a2", "甲二", Decimal(20)), Node("a1", "甲一", Decimal(40))),
        ),
        Node("b", "乙", Decimal(40)),
    )


def test_a_member_without_a_sheet_is_missing_by_name():
    dossier = seed_dossier("scored")
    late = replace(dossier.panel[1], sheet=None)
    outcome = result(replace(dossier, panel=(dossier.panel[0], late, dossier.panel[2])))
    assert outcome.missing == ("陈成章",)
    assert (outcome.total, outcome.grade) == (None, None)


def test_people_of_the_same_name_are_told_apart():
    dossier = seed_dossier("scored")
    panel = tuple(
        replace(member, name=name) for member, name in zip(dossier.panel, "甲乙甲", strict=True)
    )
    facts = Facts(replace(dossier, panel=panel))
    assert list(facts.names.values()) == ["甲（1）", "乙", "甲（2）"]
    assert "甲（2）：86 分" in reckoning_text(facts)


def test_a_figure_is_worked_out_once():
    facts = Facts(seed_dossier("scored"))
    assert facts.result is facts.result
    assert facts.execution_rate == Fraction(1284, 2176)


def test_the_text_of_the_seed_as_published():
    text = reckoning_text(Facts(seed_dossier("as_published")))
    for part in (
        "计划 21.76 万元，到位 21.76 万元，使用 12.84 万元，结余 8.92 万元",
        "到位率 100.0%，预算执行率 59.0%",
        "李警南：89 分（只有总分）",
        "共同评分各项相加：88 分",
        "平均分：90.33 分",
        "等次：优",
        "印出的平均分：现为 88，应为 90.33",
        "印出的等次：现为 良好，应为 优",
    ):
        assert part in text


def test_the_text_without_a_result_says_what_is_missing():
    dossier = blank(seed_dossier("scored"), panel=())
    text = reckoning_text(Facts(dossier))
    assert "还没有结果：" in text
    assert "平均分：" not in text
    assert "计划 （空），到位 （空）" in text
    assert "没有互相矛盾的数字。" in text


def leaves_of_json(data):
    match data:
        case dict():
            return [leaf for value in data.values() for leaf in leaves_of_json(value)]
        case list():
            return [leaf for value in data for leaf in leaves_of_json(value)]
    return [data]


@pytest.mark.parametrize("name", ["as_published", "scored"])
def test_the_data_gives_every_figure_as_text(name):
    data = reckoning_data(Facts(seed_dossier(name)))
    assert data.pop("fiscal_year") == 2019
    assert data["pack"].pop("version") == 1
    assert {type(leaf) for leaf in leaves_of_json(data)} <= {str, bool, type(None)}
    assert (data["mean"], data["total"], data["grade"]) == ("90.33", "90.33", "优")
    assert data["funds"] == {
        "planned": "217600",
        "received": "217600",
        "spent": "128400",
        "annual_budget": "217600",
        "balance": "89200",
        "arrival_rate": "100.0%",
        "execution_rate": "59.0%",
    }
    assert sum(Decimal(leaf["printed"]) for leaf in data["leaves"]) == (
        Decimal("90.33") if name == "scored" else 88
    )
