import copy
import hashlib
import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsys.canonical import canonical_json
from evalsys.rulepacks.schema import AtLeast, OverFulfilment, Tier, Tiers
from evalsys.rulepacks.shipped import shipped_packs
from reports.dossier.codec import (
    DossierError,
    dossier_digest,
    dump_dossier,
    load_dossier_text,
    parse_dossier,
)
from reports.dossier.model import (
    Approved,
    BasicInfo,
    Dossier,
    Evidence,
    FundingLine,
    Indicator,
    PanelMember,
    PerformanceTarget,
    PrintedFigures,
    PrintedHeading,
    ProjectType,
)
from reports.dossier.seed import seed_data, seed_dossier
from scoring.engine.model import Mark, MarkState, Sheet

REMOVED = object()
BAD_RANGE = {"kind": "in_range", "low": "9", "high": "8"}

CONTRACT = {"title": "维护合同", "sha256": "a" * 64, "size": 4096, "indicators": ["goal_content"]}

letters = st.sampled_from("甲乙丙㛃䶮𬭎项目 aZ09（）“”\u3000☑\ufe0e")
line = st.text(letters, max_size=20)
filled = line.filter(str.strip)
prose = st.text(st.one_of(letters, st.sampled_from("\n\t")), max_size=60)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
finding_keys = st.from_regex(r"[A-Z][0-9]{2}:[a-z.]{1,20}", fullmatch=True)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
key = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
points = st.decimals(0, 999, places=2)
money = st.none() | st.decimals(0, Decimal("9999999999999.99"), places=2)


leaf_rules = st.sampled_from(
    [
        None,
        AtLeast(over_fulfilment=OverFulfilment(Decimal("0.3"), Decimal(2))),
        Tiers(tiers=(Tier("达成", Decimal("0.8"), "达成年度指标"), Tier("未达成", Decimal(0)))),
    ]
)


@st.composite
def trees(draw):
    indicators = []
    for name in draw(st.lists(key, min_size=1, max_size=9, unique=True)):
        above = [one for one in indicators if one.level < 3]
        parent = draw(st.none() | st.sampled_from(above)) if above else None
        indicators.append(
            Indicator(
                name,
                parent.key if parent else "",
                parent.level + 1 if parent else 1,
                draw(filled),
                draw(points),
                draw(prose),
                draw(prose),
                draw(line),
                draw(line),
                target_hint=draw(line),
                evidence_asked=draw(prose),
            )
        )
    parents = {one.parent for one in indicators}
    return tuple(
        one
        if one.key in parents
        else replace(
            one,
            rule=draw(leaf_rules),
            deviation_reason=draw(line),
            improvement=draw(line),
        )
        for one in indicators
    )


@st.composite
def sheets(draw, evaluator, leaves):
    scored = st.builds(Mark, st.just(MarkState.SCORED), points, line)
    other = st.builds(
        Mark,
        st.sampled_from([MarkState.UNSCORED, MarkState.NOT_APPLICABLE]),
        st.none(),
        line,
    )
    marks = draw(st.dictionaries(st.sampled_from(leaves), scored | other))
    return Sheet(evaluator, marks, draw(st.none() | points), draw(st.booleans()))


def printed_figures(pack, tree):
    keys = st.sampled_from([one.key for one in tree])
    sections = st.sampled_from(["", *(section.key for section in pack.outline)])
    rates = st.none() | st.decimals(0, 9, places=6)
    return st.builds(
        PrintedFigures,
        total=st.none() | points,
        mean=st.none() | points,
        grade=line,
        execution_rate=rates,
        arrival_rate=rates,
        balance=st.none() | st.decimals(-(10**12), 10**12, places=2),
        sum_of_totals=st.none() | st.decimals(0, 9999, places=2),
        planned=money,
        received=money,
        spent=money,
        subtotals=st.dictionaries(keys, points, max_size=3),
        weight_totals=st.lists(st.none() | points, max_size=3).map(tuple),
        signed=st.none() | st.booleans(),
        headings=st.lists(st.builds(PrintedHeading, line, line, sections), max_size=3).map(tuple),
    )


@st.composite
def dossiers(draw):
    pack = draw(st.sampled_from(shipped_packs()))
    tree = draw(trees())
    leaves = sorted({one.key for one in tree} - {one.parent for one in tree})
    some_leaves = st.sets(st.sampled_from(leaves), max_size=3).map(
        lambda keys: tuple(one.key for one in tree if one.key in keys)
    )
    bodies = [section.key for section in pack.outline if section.has_body]
    people = draw(st.lists(key, max_size=4, unique=True))
    leader = draw(st.none() | st.sampled_from(people)) if people else None
    return Dossier(
        project_name=draw(filled),
        fiscal_year=draw(st.integers(2000, 2100)),
        state=draw(st.sampled_from(["drafting", "scoring", "signed", "archived"])),
        pack=pack,
        basic=draw(
            st.builds(
                BasicInfo,
                line,
                line,
                line,
                line,
                line,
                st.from_regex(r"[0-9]{0,6}", fullmatch=True),
                st.sampled_from(ProjectType),
                st.none() | st.dates(date(1, 1, 1)),
            )
        ),
        funding=tuple(
            FundingLine(source, draw(filled), draw(money), draw(money), draw(money))
            for source in draw(st.lists(key, max_size=4, unique=True))
        ),
        annual_budget=draw(money),
        targets=draw(
            st.lists(
                st.builds(PerformanceTarget, line, line, line, st.tuples(line, line, line, line)),
                max_size=3,
            ).map(tuple)
        ),
        sections=draw(st.dictionaries(st.sampled_from(bodies), prose, max_size=4)),
        indicators=tree,
        panel=tuple(
            PanelMember(
                person,
                draw(filled),
                draw(line),
                draw(line),
                person == leader,
                draw(st.none() | sheets(person, leaves)),
            )
            for person in people
        ),
        consensus=draw(st.none() | sheets("consensus", leaves)),
        printed=draw(st.none() | printed_figures(pack, tree)),
        evidence=tuple(
            Evidence(draw(filled), digest, draw(st.integers(1, 10**9)), draw(some_leaves))
            for digest in draw(st.lists(digests, max_size=2, unique=True))
        ),
        initial_budget=draw(money),
        adjustment=draw(st.none() | st.decimals(-(10**12), 10**12, places=2)),
        adjustment_reason=draw(line),
        execution_reason=draw(line),
        appointed_by=draw(line),
        due_on=draw(days),
        submitted_on=draw(days),
        approved=draw(st.none() | st.builds(Approved, trees(), line, days)),
        explanations=draw(st.dictionaries(finding_keys, filled, max_size=2)),
        old_form=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(dossiers())
def test_what_is_written_is_read_back(dossier):
    text = json.dumps(dump_dossier(dossier))
    again = load_dossier_text(text)
    assert again == dossier
    assert dossier_digest(again) == dossier_digest(dossier)


def reversed_keys(data):
    match data:
        case dict():
            return {name: reversed_keys(data[name]) for name in reversed(data)}
        case list():
            return [reversed_keys(item) for item in data]
    return data


def test_the_digest_ignores_key_order_and_the_way_a_number_is_written():
    data = seed_data("scored")
    other = reversed_keys(data)
    assert list(other) != list(data)
    other["funding"][2]["planned"] = "217600.00"
    other["indicators"][0]["weight"] = "20.0"
    assert dossier_digest(parse_dossier(other)) == dossier_digest(parse_dossier(data))


def test_the_digest_is_that_of_the_canonical_json():
    dossier = seed_dossier("as_published")
    expected = hashlib.sha256(canonical_json(dump_dossier(dossier))).hexdigest()
    assert dossier_digest(dossier) == expected


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("basic", "phone"), "68716627"),
        (("funding", 2, "spent"), "128400.01"),
        (("funding", 0, "planned"), "0"),
        (("targets", 0, "standards", 3), "√"),
        (("sections", "other"), "暂无"),
        (("indicators", 2, "target_value"), "100%"),
        (("indicators", 2, "rule"), {"kind": "manual"}),
        (("panel", 0, "sheet", "marks", "goal_content", "value"), "3.5"),
        (("panel", 0, "sheet", "submitted"), False),
        (("evidence",), [CONTRACT]),
        (("old_form",), True),
    ],
)
def test_any_change_changes_the_digest(place, value):
    changed = with_value(seed_data("scored"), place, value)
    assert dossier_digest(parse_dossier(changed)) != dossier_digest(seed_dossier("scored"))


LATER = {
    "evidence",
    "initial_budget",
    "adjustment",
    "adjustment_reason",
    "execution_reason",
    "appointed_by",
    "due_on",
    "submitted_on",
    "approved",
    "explanations",
}


def test_members_that_came_later_are_left_out_when_they_say_nothing():
    """So the digests of older dossiers stand."""
    data = dump_dossier(seed_dossier("as_published"))
    assert not LATER & set(data)
    assert all("deviation_reason" not in indicator for indicator in data["indicators"])


def test_what_an_old_form_did_not_print_is_not_in_the_file():
    """Members that came later are left out when blank, so that older digests stay."""
    printed = PrintedFigures(total=Decimal(88), balance=Decimal(-5), subtotals={})
    dossier = replace(seed_dossier("as_published"), printed=printed)
    assert dump_dossier(dossier)["printed"] == {
        "total": "88",
        "mean": None,
        "grade": "",
        "execution_rate": None,
        "balance": "-5",
    }


def test_what_has_a_default_may_be_left_out():
    data = seed_data("scored")
    data["basic"] = {}
    data["funding"] = [{"source": "other", "label": "其他"}]
    data["targets"] = [{"goal_type": "", "goal_class": "", "target": "好"}]
    data["panel"] = [{"key": "a", "name": "甲"}]
    for name in ("annual_budget", "consensus", "printed"):
        del data[name]
    dossier = parse_dossier(data)
    assert dossier.basic == BasicInfo()
    assert dossier.funding == (FundingLine("other", "其他"),)
    assert dossier.targets == (PerformanceTarget("", "", "好"),)
    assert dossier.panel == (PanelMember("a", "甲", "", ""),)
    assert (dossier.annual_budget, dossier.consensus, dossier.printed) == (None, None, None)


def test_a_dossier_is_written_as_before_where_it_says_nothing_new():
    assert not {"evidence", "old_form"} & set(dump_dossier(seed_dossier("scored")))


def with_value(data, place, value):
    changed = copy.deepcopy(data)
    parent = reduce(lambda part, step: part[step], place[:-1], changed)
    if value is REMOVED:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return changed


def first_problem(data):
    with pytest.raises(DossierError) as caught:
        parse_dossier(data)
    return caught.value.problems[0]


MARK = ("panel", 1, "sheet", "marks", "goal_content")
MALFORMED = [
    (("format",), "evalsys-dossier/2", "format", "应为 evalsys-dossier/1"),
    (("format",), REMOVED, "format", "缺少这一项"),
    (("extra",), 1, "extra", "不认识这一项"),
    (("project_name",), " ", "project_name", "不能为空"),
    (("project_name",), "甲\n乙", "project_name", "换行"),
    (("project_name",), "项\u200b目", "project_name", "U+200B"),
    (("project_name",), "长" * 201, "project_name", "最多 200 字"),
    (("fiscal_year",), "2019", "fiscal_year", "应为整数"),
    (("fiscal_year",), 1999, "fiscal_year", "不能小于 2000"),
    (("state",), "finished", "state", "没有这个环节"),
    (("pack",), REMOVED, "pack", "缺少这一项"),
    (("pack",), [], "pack", "应为对象"),
    (("pack", "scoring", "total"), "101", "pack.tree", "101"),
    (("pack", "name"), "别的名称", "pack_digest", "应为"),
    (("pack_digest",), "0" * 64, "pack_digest", "应为"),
    (("pack_digest",), None, "pack_digest", "应为文本"),
    (("basic",), REMOVED, "basic", "缺少这一项"),
    (("basic", "mail"), "", "basic.mail", "不认识这一项"),
    (("basic", "postcode"), "5701000", "basic.postcode", "最多 6 字"),
    (("basic", "project_type"), "often", "basic.project_type", "可选"),
    (("basic", "evaluated_on"), "2020-02-30", "basic.evaluated_on", "不是有效日期"),
    (("basic", "address"), "甲\u202e乙", "basic.address", "U+202E"),
    (("funding",), {}, "funding", "应为列表"),
    (("funding", 2, "planned"), 217600, "funding[2].planned", "应为文本"),
    (("funding", 2, "planned"), "1e5", "funding[2].planned", "不是数"),
    (("funding", 2, "planned"), "２１", "funding[2].planned", "不是数"),
    (("funding", 2, "planned"), "-1", "funding[2].planned", "不能小于 0"),
    (("funding", 2, "planned"), "0.001", "funding[2].planned", "最多 2 位"),
    (("funding", 2, "planned"), "1" * 14, "funding[2].planned", "最多 13 位"),
    (("funding", 3, "source"), "central", "funding[3].source", "出现了两次"),
    (("annual_budget",), "NaN", "annual_budget", "不是数"),
    (("targets", 4, "standards"), ["√"], "targets[4].standards", "应为四格"),
    (("targets", 4, "standards", 1), 1, "targets[4].standards[1]", "应为文本"),
    (("targets", 4, "target"), "长" * 501, "targets[4].target", "最多 500 字"),
    (("targets",), [{}] * 1001, "targets", "最多 1000 项"),
    (("sections", "chapter"), "", "sections.chapter", "提纲中没有这一节"),
    (("sections", "overview"), "", "sections.overview", "只有标题"),
    (("sections", "other"), None, "sections.other", "应为文本"),
    (("sections", "other"), "甲\n乙\x08", "sections.other", "第 2 行第 2 个字"),
    (("indicators", 1, "parent"), "nobody", "indicators[1].parent", "前面没有编号为 nobody"),
    (("indicators", 0, "parent"), "decision", "indicators[0].parent", "前面没有编号为 decision"),
    (("indicators", 2, "level"), 2, "indicators[2].level", "应为 3 级，现为 2"),
    (("indicators", 2, "level"), 4, "indicators[2].level", "不能大于 3"),
    (("indicators", 2, "key"), "goals", "indicators[2].key", "出现了两次"),
    (("indicators", 2, "weight"), "4.00001", "indicators[2].weight", "最多 4 位"),
    (("indicators", 2, "weight"), None, "indicators[2].weight", "应为文本"),
    (("indicators", 2, "rule"), {"kind": "x"}, "indicators[2].rule.kind", "不认识"),
    (("indicators", 0, "rule"), {"kind": "manual"}, "indicators[0].rule", "有下级指标"),
    (("indicators", 2, "rule"), BAD_RANGE, "indicators[2].rule", "上限应大于下限"),
    (("indicators", 2, "name"), REMOVED, "indicators[2].name", "缺少这一项"),
    (("panel", 2, "key"), "li_jingnan", "panel[2].key", "出现了两次"),
    (("panel", 2, "is_leader"), True, "panel[2].is_leader", "只能有一位组长"),
    (("panel", 2, "is_leader"), "true", "panel[2].is_leader", "应为 true 或 false"),
    (("panel", 1, "sheet", "marks"), None, "panel[1].sheet.marks", "应为对象"),
    (MARK, "4", "panel[1].sheet.marks.goal_content", "应为对象"),
    ((*MARK, "value"), REMOVED, "panel[1].sheet.marks.goal_content.value", "缺少这一项"),
    ((*MARK, "value"), 4, "panel[1].sheet.marks.goal_content.value", "应为文本"),
    ((*MARK, "value"), "1_0", "panel[1].sheet.marks.goal_content.value", "不是数"),
    ((*MARK, "state"), "unscored", "panel[1].sheet.marks.goal_content.value", "请删去"),
    ((*MARK, "state"), "done", "panel[1].sheet.marks.goal_content.state", "可选"),
    (
        ("panel", 1, "sheet", "marks", "decision"),
        {"state": "unscored"},
        "panel[1].sheet.marks.decision",
        "不是末级指标",
    ),
    (
        ("consensus",),
        {"marks": {"乱": {"state": "scored", "value": "1"}}},
        "consensus.marks.乱",
        "不是末级指标",
    ),
    (("consensus",), {"evaluator": "x", "marks": {}}, "consensus.evaluator", "不认识这一项"),
    (("printed",), {"grade": 1}, "printed.grade", "应为文本"),
    (("printed",), {"execution_rate": "59.0%"}, "printed.execution_rate", "不是数"),
    (("evidence",), [CONTRACT, CONTRACT], "evidence[1].sha256", "出现了两次"),
    (("evidence",), [CONTRACT | {"sha256": "A" * 64}], "evidence[0].sha256", "64 位小写"),
    (("evidence",), [CONTRACT | {"size": 0}], "evidence[0].size", "不能小于 1"),
    (("evidence",), [CONTRACT | {"title": ""}], "evidence[0].title", "不能为空"),
    (("evidence",), [CONTRACT | {"bytes": ""}], "evidence[0].bytes", "不认识这一项"),
    (
        ("evidence",),
        [CONTRACT | {"indicators": ["decision"]}],
        "evidence[0].indicators[0]",
        "不是末级指标",
    ),
    (
        ("evidence",),
        [CONTRACT | {"indicators": ["goal_content"] * 2}],
        "evidence[0].indicators[1]",
        "出现了两次",
    ),
    (("adjustment",), "-", "adjustment", "不是数"),
    (("initial_budget",), "-1", "initial_budget", "不能小于 0"),
    (("due_on",), "2020-4-1", "due_on", "不是有效日期"),
    (("execution_reason",), "长" * 501, "execution_reason", "最多 500 字"),
    (("indicators", 2, "improvement"), "甲\n乙", "indicators[2].improvement", "换行"),
    (("approved",), {"document": ""}, "approved.indicators", "缺少这一项"),
    (
        ("approved",),
        {"indicators": [{"key": "a", "parent": "b", "level": 2, "name": "甲", "weight": "1"}]},
        "approved.indicators[0].parent",
        "前面没有编号为 b",
    ),
    (("explanations",), {"C11": "已补"}, "explanations.C11", "应为核对结果的编号"),
    (("explanations",), {"C11:evidence": " "}, 'explanations["C11:evidence"]', "不能为空"),
    (("printed",), {"planned": "-1"}, "printed.planned", "不能小于 0"),
    (("printed",), {"subtotals": {"moon": "4"}}, "printed.subtotals.moon", "没有这个编号"),
    (("printed",), {"weight_totals": ["1"] * 4}, "printed.weight_totals", "最多 3 级"),
    (("printed",), {"headings": [{"key": "moon"}]}, "printed.headings[0].key", "没有这一节"),
]


@pytest.mark.parametrize(("place", "value", "path", "words"), MALFORMED)
def test_a_malformed_place_is_named(place, value, path, words):
    problem = first_problem(with_value(seed_data("scored"), place, value))
    assert problem.path == path
    assert words in problem.message


@pytest.mark.parametrize("data", [None, [], "x", 1, True])
def test_only_an_object_is_a_dossier(data):
    problem = first_problem(data)
    assert (problem.path, problem.message) == ("", "应为对象（花括号）。")


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (b"", ""),
        (b"\xff\xfe", ""),
        (b"{", ""),
        (b"[" * 100_000, ""),
        (b'{"format": NaN}', "format"),
        (b'{"format": 1, "format": 2}', "format"),
        (b'{"project_name": "\\ud800"}', "project_name"),
        (b" " * 5_000_001, ""),
    ],
)
def test_what_is_no_json_is_refused(source, path):
    with pytest.raises(DossierError) as caught:
        load_dossier_text(source)
    assert caught.value.problems[0].path == path


def test_all_problems_are_found_at_once():
    data = seed_data("scored")
    data["basic"]["postcode"] = 570100
    data["sections"]["chapter"] = ""
    data["panel"][1]["is_leader"] = True
    data["indicators"][3]["weight"] = "八"
    with pytest.raises(DossierError) as caught:
        parse_dossier(data)
    assert sorted(problem.path for problem in caught.value.problems) == [
        "basic.postcode",
        "indicators[3].weight",
        "panel[1].is_leader",
        "sections.chapter",
    ]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("indicators", 2, "weight"), "5"),  # no longer adds up
        (("indicators", 2, "weight"), "0"),
        (MARK, REMOVED),
        ((*MARK, "value"), "9"),  # more than its weight
        (MARK, {"state": "not_applicable"}),
        (("panel",), []),
        (("panel", 1, "sheet"), None),
        (("sections",), {}),
        (("sections", "other"), ""),
    ],
)
def test_a_dossier_holds_what_is_even_if_wrong(place, value):
    data = with_value(seed_data("scored"), place, value)
    assert parse_dossier(dump_dossier(parse_dossier(data))) == parse_dossier(data)


def test_random_damage_is_refused_or_read_never_a_crash():
    chance = random.Random(20190420)
    source = json.dumps(seed_data("scored"), ensure_ascii=False).encode()
    for _ in range(150):
        at = chance.randrange(len(source))
        damaged = source[:at] + chance.randbytes(chance.randint(0, 3)) + source[at + 1 :]
        with suppress(DossierError):
            load_dossier_text(damaged)
