"""A finance bureau's packs: drafts, the editor's saves, publishing, files, and the try on past results."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evalsys.accounts.domain import create_unit
from evalsys.accounts.enums import Role, UnitKind
from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.codec import PackError, parse_pack
from evalsys.rulepacks.domain import (
    ChangedVersionError,
    TakenCodeError,
    problems_of,
    publish_draft,
    save_draft,
    start_next_version,
)
from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from evalsys.rulepacks.schema import ExcessForm
from evalsys.versioning import StaleVersionError
from projects.domain import create_project
from projects.enums import State
from projects.models import Evaluation
from reports.preview import Preview, preview
from scoring import tree_editing
from scoring.forms import OpeningForm
from scoring.pack_forms import SECTIONS
from tests import worlds

AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def people(db):
    return worlds.load_people()


@pytest.fixture
def bureau(people):
    return people["caizheng"]


@pytest.fixture
def draft(bureau):
    return worlds.pack_draft(bureau)


@pytest.fixture
def client(bureau):
    client = Client()
    client.force_login(bureau)
    return client


def url(draft, page="rules"):
    return reverse("scoring:pack_draft", args=[draft.pk, page])


def typed(draft, page="rules", **changes):
    """What the page posts when nothing but ``changes`` was typed."""
    section = SECTIONS[page](draft.content)
    boxes = {field.html_name: field.value() for form in section.forms for field in form} | {
        f"{rows.prefix}-{name}": str(len(rows.forms))
        for rows in section.row_sets()
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    boxes = {name: "on" if value is True else value for name, value in boxes.items()}
    posted = {
        name: "" if value is None else value for name, value in boxes.items() if value is not False
    }
    return posted | {"version": draft.version} | changes


def save(client, draft, page="rules", **changes):
    answer = client.post(url(draft, page), typed(draft, page, **changes), headers=AUTOSAVE)
    draft.refresh_from_db()
    return answer


def weight(draft, text):
    content = deepcopy(draft.content)
    content["tree"][0]["children"][0]["children"][0]["weight"] = text
    return content


@pytest.mark.parametrize("page", SECTIONS)
@pytest.mark.parametrize("pack", ["haikou-2019", "national-2021", "framework-2020"])
def test_saving_what_is_there_changes_nothing(client, bureau, page, pack):
    draft = worlds.pack_draft(bureau, pack=pack)
    before = draft.content
    assert save(client, draft, page).json()["errors"] == {}
    assert draft.content == before
    assert problems_of(draft.content) == ()


def test_a_wrong_sum_is_told_at_its_node_with_the_amount(client, draft):
    fragments = save(client, draft, **{"row-2-weight": "5"}).json()["fragments"]
    assert fragments["#row-1-sum"] == "5"
    assert fragments["#row-1-problem"] == "「项目目标」的下级分值之和 5 不等于 4，相差 1。"
    assert "还有 1 处问题" in fragments["#problems"]
    fragments = save(client, draft, **{"row-2-weight": "4"}).json()["fragments"]
    assert fragments["#row-1-problem"] == ""
    assert "问题" not in fragments["#problems"]


def test_names_reach_the_page_as_text(client, draft):
    fragments = save(client, draft, **{"row-1-name": "<b>", "row-2-weight": "5"}).json()[
        "fragments"
    ]
    assert fragments["#row-1-problem"].startswith("「&lt;b&gt;」")
    assert "<b>" not in fragments["#problems"]


def test_a_refused_weight_keeps_the_stored_one(client, draft):
    before = draft.content
    assert list(save(client, draft, **{"row-2-weight": "四"}).json()["errors"]) == ["row-2-weight"]
    assert draft.content == before


def test_rows_are_added_moved_and_removed(client, draft):
    answer = save(
        client, draft, **{"row-TOTAL_FORMS": "1", "row-0-name": "甲", "row-0-weight": "100"}
    )
    assert answer.status_code == 200
    assert [node["name"] for node in draft.content["tree"]] == ["甲"]
    new = {"row-1-key": "", "row-1-level": "2", "row-1-name": "乙", "row-1-weight": "100"}
    save(client, draft, **new, **{"row-TOTAL_FORMS": "2"})
    (child,) = draft.content["tree"][0]["children"]
    assert (child["name"], child["verified"]) == ("乙", False)
    assert problems_of(draft.content) == ()


def test_a_leafs_rule_is_chosen_and_told_as_a_sentence(client, draft):
    typed_rule = {"row-2-rule_kind": "tiers", "row-2-rule_line": "达成 80%、未达成 0%"}
    answer = save(client, draft, **typed_rule).json()
    assert answer["errors"] == {}
    leaf = draft.content["tree"][0]["children"][0]["children"][0]
    assert leaf["rule"] == {
        "kind": "tiers",
        "verified": False,
        "tiers": [
            {"word": "达成", "label": "", "lower": "0.8"},
            {"word": "未达成", "label": "", "lower": "0"},
        ],
    }
    assert answer["fragments"]["#row-2-rule-sentence"] == "按实际完成值所写的判断分档：达成、未达成"
    save(client, draft, **{"row-2-rule_kind": ""})
    assert draft.content["tree"][0]["children"][0]["children"][0]["rule"] is None
    assert problems_of(draft.content) == ()


def test_a_line_that_says_nothing_keeps_the_stored_rule(client, draft):
    save(client, draft, **{"row-2-rule_kind": "in_range", "row-2-rule_line": "3–5 天"})
    before = draft.content
    errors = save(client, draft, **{"row-2-rule_line": "五天"}).json()["errors"]
    assert errors == {"row-2-rule_line": ["请写下限、上限和单位，例如：3–5 天。"]}
    assert draft.content == before


def test_a_rule_that_cannot_hold_is_told_at_its_row(client, draft):
    wrong = {"row-2-rule_kind": "in_range", "row-2-rule_line": "5–3 天"}
    fragments = save(client, draft, **wrong).json()["fragments"]
    assert fragments["#row-2-problem"] == "计分规则：范围的下限不能小于 0，上限应大于下限。"
    fragments = save(client, draft, **{"row-2-rule_kind": "", "row-1-rule_kind": "manual"}).json()
    assert "有下级指标" in fragments["fragments"]["#row-1-problem"]


def test_a_word_the_line_cannot_say_stays_while_its_line_does(client, draft):
    content = deepcopy(draft.content)
    tiers = [
        {"word": "甲、乙", "label": "", "lower": "0.8"},
        {"word": "丙", "label": "", "lower": "0"},
    ]
    rule = {"kind": "tiers", "verified": True, "tiers": tiers}
    content["tree"][0]["children"][0]["children"][0]["rule"] = rule
    save_draft(draft, seen=draft.version, content=content)
    save(client, draft, **{"row-0-name": "别名"})
    assert draft.content["tree"][0]["children"][0]["children"][0]["rule"] == rule


def test_default_rules_are_chosen_for_the_whole_pack(client, draft):
    chosen = {"default-at_most_kind": "at_most_ratio", "default-at_least_kind": "at_least"}
    answer = save(client, draft, **chosen, **{"default-at_least_line": "超 30% 扣 2 分"}).json()
    rules = parse_pack(draft.content).default_rules
    assert rules.at_least.over_fulfilment.points == 2
    assert (rules.at_most.form, rules.equal, rules.words) == (ExcessForm.RATIO, None, None)
    assert answer["fragments"]["#default-at_least-sentence"].endswith(
        "超出指标值 30% 及以上扣 2 分"
    )
    errors = save(client, draft, **{"default-words_kind": "tiers"}).json()["errors"]
    assert list(errors) == ["default-words_line"]


def test_hints_and_evidence_are_kept_and_left_out_when_blank(client, draft):
    said = {"row-2-evidence_asked": "会议纪要", "row-2-target_hint": "≥90%"}
    save(client, draft, **said)
    leaf = draft.content["tree"][0]["children"][0]["children"][0]
    assert (leaf["evidence_asked"], leaf["target_hint"]) == ("会议纪要", "≥90%")
    save(client, draft, **dict.fromkeys(said, ""))
    leaf = draft.content["tree"][0]["children"][0]["children"][0]
    assert {"evidence_asked", "target_hint"}.isdisjoint(leaf)


def test_a_page_of_before_leaves_the_rules_alone(client, draft):
    """It was opened before the rules had fields, and is saved now."""
    save(client, draft, **{"row-2-rule_kind": "manual", "default-equal_kind": "equal"})
    before = draft.content
    old = {name: value for name, value in typed(draft).items() if "_kind" not in name}
    client.post(url(draft), old | {"row-0-name": "别名"}, headers=AUTOSAVE)
    draft.refresh_from_db()
    assert draft.content["tree"][0]["children"] == before["tree"][0]["children"]
    assert draft.content["default_rules"] == before["default_rules"]


def test_a_stale_save_writes_nothing_and_tells_the_stored_value(client, draft):
    stale = typed(draft, **{"row-0-name": "我的"})
    save(client, draft, **{"row-0-name": "对方的"})
    answer = client.post(url(draft), stale, headers=AUTOSAVE)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["row-0-name"] == "对方的"
    draft.refresh_from_db()
    assert draft.content["tree"][0]["name"] == "对方的"


def test_a_stale_save_over_other_rows_is_refused(client, draft):
    stale = typed(draft, **{"row-0-name": "我的"})
    save(client, draft, **{"grade-TOTAL_FORMS": "3"})
    answer = client.post(url(draft), stale, headers=AUTOSAVE)
    assert answer.status_code == 403
    assert "请刷新页面" in answer.json()["message"]


def test_publishing_makes_the_next_version_and_ends_the_draft(client, bureau, draft):
    answer = client.post(
        reverse("scoring:pack_publish", args=[draft.pk]), {"version": draft.version}
    )
    version = RulePackVersion.objects.get(code="sanya-2026")
    assert answer["Location"] == reverse("scoring:pack", args=[version.pk])
    assert (version.version, version.owner, version.name) == (1, bureau.unit, "三亚市绩效自评")
    assert version.digest == version.pack.digest
    assert not RulePackDraft.objects.exists()
    actions = JournalEntry.objects.filter(stream="rule-pack:sanya-2026").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == ["draft_started", "pack_published"]
    with pytest.raises(DatabaseError), transaction.atomic():
        RulePackVersion.objects.filter(pk=version.pk).update(name="改")
    next_draft = start_next_version(version, actor=bureau)
    assert (next_draft.code, next_draft.number) == ("sanya-2026", 2)
    assert publish_draft(next_draft, seen=next_draft.version, actor=bureau).version == 2


def test_nothing_wrong_or_unseen_is_published(client, bureau, draft):
    save_draft(draft, seen=1, content=weight(draft, "5"))
    with pytest.raises(PackError):
        publish_draft(draft, seen=draft.version, actor=bureau)
    save_draft(draft, seen=draft.version, content=weight(draft, "4"))
    with pytest.raises(StaleVersionError):
        publish_draft(draft, seen=1, actor=bureau)
    assert not RulePackVersion.objects.filter(code="sanya-2026").exists()


def test_what_comes_with_the_program_is_never_published_over(client, bureau, draft):
    shipped = draft.based_on
    with pytest.raises(ChangedVersionError):
        start_next_version(shipped, actor=bureau)
    for code in ("haikou-2019", "HAIKOU-2019", "sanya-2026"):
        with pytest.raises(TakenCodeError):
            worlds.pack_draft(bureau, code=code)
    assert client.post(reverse("scoring:pack_next", args=[shipped.pk])).status_code == 403


def test_a_draft_never_changes_its_code(client, draft):
    save_draft(draft, seen=1, content=draft.content | {"code": "haikou-2019", "version": 9})
    assert (draft.content["code"], draft.number) == ("sanya-2026", 1)


def test_packs_are_offered_to_units_below_their_bureau(people, bureau, draft):
    version = publish_draft(draft, seen=1, actor=bureau)
    other = create_unit(name="三亚市财政局", kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
    projects = {
        unit: create_project(unit=unit, name="项目", actor=None)
        for unit in (people["caiwu"].unit, other)
    }
    offered = {
        unit: set(
            OpeningForm(project=project).fields["rule_pack"].queryset.values_list("code", flat=True)
        )
        for unit, project in projects.items()
    }
    shipped = set(RulePackVersion.objects.filter(owner=None).values_list("code", flat=True))
    assert offered[people["caiwu"].unit] == shipped | {version.code}
    assert offered[other] == shipped


def test_another_bureaus_packs_and_drafts_are_not_there(bureau, draft):
    other = create_unit(name="三亚市财政局", kind=UnitKind.FINANCE_BUREAU, parent=None, actor=None)
    stranger = worlds.person("caizheng2", other, Role.FINANCE_BUREAU)
    client = Client()
    client.force_login(stranger)
    pages = [
        url(draft),
        *(reverse(f"scoring:{name}", args=[draft.pk]) for name in ("pack_publish", "pack_files")),
        reverse("scoring:pack_draft_file", args=[draft.pk, "json"]),
        reverse("reports:pack_preview", args=[draft.pk]),
    ]
    assert {client.get(page).status_code for page in pages} == {404}
    version = publish_draft(draft, seen=1, actor=bureau)
    assert client.get(reverse("scoring:pack", args=[version.pk])).status_code == 404
    assert "sanya-2026" not in client.get(reverse("scoring:packs")).content.decode()


def upload(client, draft, name, content):
    file = SimpleUploadedFile(name, content)
    page = reverse("scoring:pack_files", args=[draft.pk])
    return client.post(page, {"file": file, "version": draft.version})


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_a_draft_goes_out_as_a_file_and_comes_back(client, draft, form):
    source = client.get(reverse("scoring:pack_draft_file", args=[draft.pk, form])).content
    before = deepcopy(draft.content)
    save(client, draft, **{"row-0-name": "改过"})
    assert upload(client, draft, f"pack.{form}", source).status_code == 302
    draft.refresh_from_db()
    assert draft.content == before


def test_a_file_with_problems_is_listed_and_not_stored(client, draft):
    before = deepcopy(draft.content)
    wrong = weight(draft, "5") | {"place": 3}
    answer = upload(client, draft, "pack.json", json.dumps(wrong).encode())
    text = answer.content.decode()
    assert "<code>place</code>" in text
    wrong = weight(draft, "5")
    text = upload(client, draft, "pack.json", json.dumps(wrong).encode()).content.decode()
    assert "<code>tree[0].children[0]</code>" in text
    assert "相差 1" in text
    assert "xlsx" in upload(client, draft, "pack.xlsx", b"no workbook").content.decode()
    draft.refresh_from_db()
    assert draft.content == before


def pack_with(draft, **changes):
    return parse_pack(draft.content | {"scoring": draft.content["scoring"] | changes})


def test_past_evaluations_are_tried_under_the_new_rules(people, bureau, draft):
    for state in (State.REVIEWING, State.SIGNED, State.CONFIRMING):
        worlds.evaluation_at(state, people)
    same = preview(draft, pack_with(draft), bureau)
    assert (len(same.compared), same.changed, same.grades, same.left_out) == (2, [], 0, 0)
    grades = [{"word": "优", "lower": "95"}, {"word": "良", "lower": "0"}]
    stricter = preview(draft, pack_with(draft, grades=grades), bureau)
    assert stricter.grades == 2
    (one, _) = stricter.changed
    assert (one.old.total, one.old.grade, one.new.total, one.new.grade) == (
        Decimal("90.33"), "优", Decimal("90.33"), "良",
    )  # fmt: skip
    assert one.reason == "90.33 分所在的等次界限变了"
    caps = [{"below": "0.8", "cap": "79"}]
    (capped, _) = preview(draft, pack_with(draft, execution_caps=caps), bureau).changed
    assert (capped.new.total, capped.reason) == (Decimal(79), "执行率封顶 — → 79")
    more = preview(draft, pack_with(draft, minimum_evaluators=5), bureau)
    assert "评价人员至少 5 人" in more.changed[0].reason


def test_new_weights_are_tried_on_the_marks_of_then(people, bureau, draft):
    worlds.evaluation_at(State.SIGNED, people)
    content = deepcopy(draft.content)
    output, effect = content["tree"][2]["children"]
    output["weight"], effect["weight"] = "10", "45"
    output["children"][0]["weight"], effect["children"][1]["weight"] = "0", "13"
    del output["children"][0]
    pack = parse_pack(content)
    assert preview(draft, pack, bureau) == Preview((), 1)
    output["children"].insert(0, draft.content["tree"][2]["children"][0]["children"][0])
    output["children"][0]["weight"] = "1"
    output["children"][1]["weight"] = "3"
    (one,) = preview(draft, parse_pack(content), bureau).compared
    assert one.reweighed == 3
    assert one.new.total != one.old.total
    assert one.reason.startswith("3 项指标的分值变了，打分按得分率折算；合成的总分 90.33 → ")


def test_leaves_of_the_units_own_are_tried_too(people, bureau):
    """The national form leaves its leaves to the units."""
    draft = worlds.pack_draft(bureau, pack="national-2020")
    evaluation = worlds.opened(people, pack="national-2020")
    rows = evaluation.indicators.select_related("evaluation__rule_pack")
    for key, weight in {"quantity": 30, "quality": 20, "social_benefit": 30}.items():
        leaf = tree_editing.add_under(rows.get(key=key))
        tree_editing.save_indicator(leaf, seen=1, values={"weight": Decimal(weight)})
    leaf = tree_editing.add_under(rows.get(key="service_satisfaction"))
    tree_editing.save_indicator(leaf, seen=1, values={"weight": Decimal(10)})
    Evaluation.objects.filter(pk=evaluation.pk).update(state=State.REVIEWING)
    same = preview(draft, parse_pack(draft.content), bureau)
    assert (len(same.compared), same.left_out) == (1, 0)


def test_other_leaves_and_other_bureaus_are_left_out(people, bureau, draft):
    worlds.evaluation_at(State.SIGNED, people)
    other = worlds.pack_draft(bureau, code="other", pack="national-2021")
    assert preview(draft, parse_pack(other.content), bureau) == Preview((), 1)
    assert preview(draft, pack_with(draft), people["caiwu2"]) == Preview((), 0)


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    client, people, bureau, draft
):
    packs, tried = reverse("scoring:packs"), reverse("reports:pack_preview", args=[draft.pk])
    worlds.evaluation_at(State.SIGNED, people)
    worlds.evaluation_at(State.REVIEWING, people)
    before = queries(client, packs), queries(client, tried)
    for number in range(3):
        worlds.pack_draft(bureau, code=f"more-{number}")
    worlds.evaluation_at(State.SIGNED, worlds.next_door(people))
    worlds.evaluation_at(State.REVIEWING, worlds.next_door(people))
    assert Evaluation.objects.count() == 4
    assert (queries(client, packs), queries(client, tried)) == before
