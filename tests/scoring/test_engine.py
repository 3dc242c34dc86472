"""The engine against the published vectors; docs/engine.md describes their form."""

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evalsys.rulepacks.schema import (
    Averaging,
    ExecutionCap,
    GradeBand,
    NotApplicable,
    ScoringRules,
)
from scoring import engine
from scoring.engine import Mark, MarkState, Node, Sheet, score
from scoring.engine.numbers import exact_text
from scoring.engine.tree import leaves_of, walk

VECTORS = Path(__file__).parent.parent / "vectors"
SCORED = (
    "seed",
    "grades",
    "apportioning",
    "averaging",
    "incomplete",
    "not-applicable",
)


@dataclass(frozen=True)
class Printed:
    total: Decimal | None
    mean: Decimal | None
    grade: str
    execution_rate: Decimal | None


def load(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


def scoring_cases():
    for name in SCORED:
        vectors = load(name)
        for case in vectors["cases"]:
            rules = vectors["rules"] | case.get("rules", {})
            tree = case.get("tree", vectors["tree"])
            yield pytest.param(tree, rules, case, id=f"{name}: {case['name']}")


def decimal(text):
    return None if text is None else Decimal(text)


def rules_from(data):
    return ScoringRules(
        total=Decimal(data["total"]),
        mark_step=Decimal(data["mark_step"]),
        places=data["places"],
        averaging=Averaging(data["averaging"]),
        not_applicable=NotApplicable(data["not_applicable"]),
        minimum_evaluators=data["minimum_evaluators"],
        grades=tuple(GradeBand(word, Decimal(lower)) for word, lower in data["grades"]),
        execution_caps=tuple(
            ExecutionCap(Decimal(below), Decimal(cap)) for below, cap in data["execution_caps"]
        ),
    )


def tree_from(data):
    return tuple(
        Node(
            node["key"], node["name"], Decimal(node["weight"]), tree_from(node.get("children", []))
        )
        for node in data
    )


def mark_from(data):
    match data:
        case None:
            return Mark()
        case {"not_applicable": reason}:
            return Mark(MarkState.NOT_APPLICABLE, None, reason)
        case "":
            return Mark(MarkState.SCORED, None)
    return Mark(MarkState.SCORED, Decimal(data))


def sheet_from(data, roots):
    marks = data.get("marks", {})
    if isinstance(marks, list):
        marks = dict(zip([leaf.key for leaf in leaves_of(roots)], marks, strict=True))
    return Sheet(
        data["evaluator"],
        {key: mark_from(mark) for key, mark in marks.items()},
        decimal(data.get("total_only")),
        data.get("submitted", True),
    )


def printed_from(data):
    if data is None:
        return None
    figures = [decimal(data[name]) for name in ("total", "mean", "execution_rate")]
    return Printed(figures[0], figures[1], data["grade"], figures[2])


def result_of(tree, rules, case):
    roots = tree_from(tree)
    consensus = case.get("consensus")
    rate = case.get("execution_rate")
    return score(
        roots,
        [sheet_from(sheet, roots) for sheet in case["sheets"]],
        rules_from(rules),
        consensus=sheet_from(consensus, roots) if consensus else None,
        execution_rate=Fraction(rate) if rate else None,
        printed=printed_from(case.get("printed")),
    )


def text(figure):
    return None if figure is None else str(figure)


def facts_of(result, expected):
    """The parts of the result a vector states, in the vector's own form."""
    facts = {
        name: text(getattr(result, name))
        for name in ("total", "mean", "raw_total", "uncapped", "applicable_weight", "cap", "grade")
    } | {
        "missing": list(result.missing),
        "leaves": [text(leaf.printed) for leaf in result.leaves],
        "exact": [leaf.exact for leaf in result.leaves],
        "spread": [text(leaf.spread) for leaf in result.leaves],
        "applicable": [leaf.applicable for leaf in result.leaves],
        "sheet_totals": {one.evaluator: str(one.total) for one in result.sheet_totals},
        "counted": [one.evaluator for one in result.sheet_totals if one.counted is True],
        "totals_only": [one.evaluator for one in result.sheet_totals if one.total_only is True],
        "disagreements": [[one.what, one.found, one.expected] for one in result.disagreements],
        "hows": [one.how for one in result.disagreements],
    }
    stated = {name: facts[name] for name in expected if name in facts}
    chosen = expected.get("subtotals", {})
    subtotals = {key: str(points) for key, points in result.subtotals.items()}
    if chosen:
        subtotals = {key: subtotals[key] for key in chosen}
    steps = {step.title: step for step in result.steps}
    return stated | {
        "subtotals": subtotals,
        "outcomes": {title: steps[title].outcome for title in expected.get("outcomes", {})},
        "inputs": {title: list(steps[title].inputs) for title in expected.get("inputs", {})},
        "rules": {title: steps[title].rule for title in expected.get("rules", {})},
    }


@pytest.mark.parametrize(("tree", "rules", "case"), list(scoring_cases()))
def test_score_vector(tree, rules, case):
    expected = case["expect"]
    facts = facts_of(result_of(tree, rules, case), expected)
    assert {name: facts[name] for name in expected} == expected


@pytest.mark.parametrize(("tree", "rules", "case"), list(scoring_cases()))
def test_missing_is_empty_exactly_with_a_total(tree, rules, case):
    result = result_of(tree, rules, case)
    assert (result.total is None) == bool(result.missing)
    assert all(step.title and step.rule and step.outcome for step in result.steps)
    assert all(one.counted in (True, False) for one in result.sheet_totals)


@pytest.mark.parametrize(("tree", "rules", "case"), list(scoring_cases()))
def test_every_leaf_is_told_with_its_weight(tree, rules, case):
    leaves = leaves_of(tree_from(case.get("tree", tree)))
    told = [(one.key, one.weight) for one in result_of(tree, rules, case).leaves]
    assert told == [(leaf.key, leaf.weight) for leaf in leaves]


@pytest.mark.parametrize("case", load("checks")["cases"]["trees"], ids=lambda case: case["name"])
def test_tree_vector(case):
    problems = engine.check_tree(tree_from(case["tree"]), rules_from(load("checks")["rules"]))
    assert [
        [one.key, one.name, str(one.found), text(one.expected), one.message] for one in problems
    ] == case["problems"]


@pytest.mark.parametrize(
    "case",
    load("checks")["cases"]["marks"],
    ids=lambda case: f"{case['mark']} of {case['weight']}",
)
def test_mark_vector(case):
    rules = rules_from(load("checks")["rules"] | case.get("rules", {}))
    problem = engine.check_mark(mark_from(case["mark"]), Decimal(case["weight"]), rules)
    assert problem == case["problem"]


@pytest.mark.parametrize("case", load("checks")["cases"]["sheets"], ids=lambda case: case["name"])
def test_sheet_vector(case):
    rules = rules_from(load("checks")["rules"] | case.get("rules", {}))
    roots = tree_from(case["tree"])
    sheet = sheet_from(case["sheet"], roots)
    progress = engine.sheet_total(roots, sheet)
    figures = {
        "subtotals": {key: str(points) for key, points in progress.subtotals.items()},
        "total": str(progress.total),
        "scored": progress.scored,
        "not_applicable": progress.not_applicable,
        "of": progress.of,
    }
    assert engine.check_sheet(roots, sheet, rules) == case["problems"]
    assert {name: figures[name] for name in case["progress"]} == case["progress"]


def test_walk_gives_parents_first_in_printed_order():
    roots = tree_from(load("seed")["tree"])
    assert [node.name for node in walk(roots)][:4] == [
        "项目决策",
        "项目目标",
        "目标内容",
        "决策过程",
    ]
    assert len(leaves_of(roots)) == 20


def scored(evaluator, value):
    return Sheet(evaluator, {"a": Mark(MarkState.SCORED, Decimal(value))})


ONE_LEAF = (Node("a", "指标甲", Decimal(100)),)
RULES = rules_from(load("grades")["rules"])


def test_names_are_used_in_words_and_keys_in_figures():
    names = {"user-1": "郑东", "user-2": "郑东"}
    sheets = [scored("user-1", 80), scored("user-2", 90)]
    result = score(ONE_LEAF, sheets, RULES, names=names)
    assert [one.evaluator for one in result.sheet_totals] == ["user-1", "user-2"]
    assert result.steps[0].outcome == "郑东 80、郑东 90"
    waiting = score(ONE_LEAF, [Sheet("user-1", {}, submitted=False)], RULES, names=names)
    assert waiting.missing == ("郑东",)
    twice = score(ONE_LEAF, [sheets[0], sheets[0]], RULES, names=names)
    assert twice.missing == ("郑东有 2 份评分表，每人只能有一份。",)


@pytest.mark.parametrize("state", [MarkState.UNSCORED, MarkState.NOT_APPLICABLE])
def test_points_count_only_where_a_mark_is_given(state):
    sheet = Sheet("甲", {"a": Mark(state, Decimal(50))})
    assert engine.sheet_total(ONE_LEAF, sheet).total == 0


def test_unsubmitted_marks_are_not_told():
    first, second = (
        score(ONE_LEAF, [scored("甲", 80), Sheet("乙", marks, submitted=False)], RULES)
        for marks in ({}, {"a": Mark(MarkState.SCORED, Decimal(999))})
    )
    assert first == second


def test_every_step_of_the_seed_in_order():
    vectors = load("seed")
    result = result_of(vectors["tree"], vectors["rules"], vectors["cases"][0])
    assert [step.title for step in result.steps] == ["个人总分", "平均分", "各项得分", "等次"]
    assert result.steps[0].inputs[0] == "李警南：17 + 20 + 52 = 89"
    assert "分配结果：4.666… 进为 4.67" in result.steps[2].inputs
    assert "环境效益：7.666… 舍为 7.66" in result.steps[2].inputs


def test_trimming_says_which_sheets_it_leaves_out():
    vectors = load("averaging")
    result = result_of(vectors["tree"], vectors["rules"], vectors["cases"][0])
    step = result.steps[1]
    assert step.rule.startswith("去掉总分最高和最低的各一份评分表")
    assert step.inputs[-2:] == ("不计入：丙 100", "不计入：丁 60")


def test_trimming_says_when_there_are_too_few_sheets():
    vectors = load("averaging")
    result = result_of(vectors["tree"], vectors["rules"], vectors["cases"][1])
    assert result.steps[1].rule.startswith("评分表不足 5 份")


def steps_of_seed(number, **rules):
    vectors = load("seed")
    result = result_of(vectors["tree"], vectors["rules"] | rules, vectors["cases"][number])
    return {step.title: step for step in result.steps}


def test_leaves_say_where_they_come_from():
    assert steps_of_seed(0)["各项得分"].rule.startswith("各项得分是计入的评分表在这一项的平均；")
    assert steps_of_seed(1)["各项得分"].rule.startswith("各项得分取自共同评分；")


def test_a_consensus_says_whether_it_is_the_result():
    assert steps_of_seed(1)["共同评分"].rule == "共同评分列在旁边作对照，不作结果。"
    steps = steps_of_seed(1, averaging="consensus")
    assert steps["共同评分"].rule == "按本套规则，以共同评分为结果。"
    assert steps["平均分"].rule.startswith("个人总分的平均，列在共同评分旁作对照；")


def test_leaves_of_a_consensus_with_full_sheets_come_from_it():
    vectors = load("averaging")
    case = next(case for case in vectors["cases"] if case["name"] == "consensus")
    steps = result_of(vectors["tree"], vectors["rules"] | case["rules"], case).steps
    assert steps[3].rule.startswith("各项得分取自共同评分；")


def test_bands_are_told_from_the_highest():
    inputs = steps_of_seed(0, grades=[["差", "0"], ["优", "90"], ["良", "80"]])["等次"].inputs
    assert inputs == ("优：90 分及以上", "良：80 分及以上", "差：0 分及以上")


def test_disagreements_say_how():
    vectors = load("seed")
    found = result_of(vectors["tree"], vectors["rules"], vectors["cases"][1]).disagreements
    assert [one.how for one in found] == [
        "共同评分各项相加 88；个人总分的平均 (89 + 96 + 86) ÷ 3 → 90.33",
        "总分 88.00 与 90.33 各自对照等次下限",
        "(89 + 96 + 86) ÷ 3 → 90.33",
        "按“如何算出”各步得出的总分",
        "总分 90.33 对照等次下限",
        "等次只能用本套规则的用词",
        "实际使用 ÷ 全年预算 = 59.007…%",
    ]


@pytest.mark.parametrize(
    ("exact", "places", "expected"),
    [
        ("271/3", 2, "90.333…"),
        ("8/3", 0, "2.6…"),
        ("90", 2, "90"),
        ("0", 2, "0"),
        ("1/64", 2, "0.015625"),
        ("1/128", 2, "0.007…"),
    ],
)
def test_exact_figures_are_written_in_full_or_cut(exact, places, expected):
    assert exact_text(Fraction(exact), places) == expected


def test_caps_are_told_with_their_bounds():
    vectors = load("grades")
    rules = vectors["rules"] | {"execution_caps": [["0.7", "79"]]}
    case = {"sheets": [{"evaluator": "甲", "marks": ["95"]}], "execution_rate": "1284/2176"}
    step = result_of(vectors["tree"], rules, case).steps[-2]
    assert step.rule == "执行率低于 70% 的，总分不超过 79。"
    assert step.inputs == ("预算执行率：59.007…%",)
    case = {"sheets": case["sheets"]}
    step = result_of(vectors["tree"], rules, case).steps[-2]
    assert step.inputs == ("预算执行率：没有（预算为零或未填）",)


@pytest.mark.parametrize(
    ("written", "agrees"),
    [
        ("0.590000", True),
        ("0.59", True),
        ("0.5901", True),
        ("0.5900", True),
        ("0.591", False),
        ("0.6", False),
    ],
)
def test_a_printed_rate_is_compared_at_its_own_precision(written, agrees):
    printed = Printed(None, None, "", Decimal(written))
    rate = Fraction(1284, 2176)
    result = score(ONE_LEAF, [scored("甲", 80)], RULES, execution_rate=rate, printed=printed)
    assert (not result.disagreements) is agrees


@pytest.mark.parametrize(
    ("rate", "written", "found", "expected"),
    [
        ("1284/2176", "0.5912", "59.12%", "59.01%"),
        ("1284/2176", "0.6", "60%", "59%"),
        ("100001/1000", "101", "10100%", "10000%"),
    ],
)
def test_rates_that_disagree_are_told_at_the_decimals_the_form_wrote(
    rate, written, found, expected
):
    printed = Printed(None, None, "", Decimal(written))
    result = score(
        ONE_LEAF, [scored("甲", 80)], RULES, execution_rate=Fraction(rate), printed=printed
    )
    (disagreement,) = result.disagreements
    assert (disagreement.found, disagreement.expected) == (found, expected)


def test_printed_figures_may_carry_trailing_zeros():
    printed = Printed(Decimal("80.0000"), Decimal("80.0"), "良", None)
    assert score(ONE_LEAF, [scored("甲", 80)], RULES, printed=printed).disagreements == ()
