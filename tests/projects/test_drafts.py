"""The three forms as drafts: what is valid is stored, nothing typed is lost, nobody is overwritten."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from projects.models import BasicInfo, Evaluation, FundingLine
from tests import worlds

AUTOSAVE = {"X-Autosave": "1"}
FUNDING = {
    "municipal-planned": "21.76",
    "municipal-received": "21.76",
    "municipal-spent": "12.84",
}
BASIC = {
    "implementing_unit": "海口市机构编制委员会办公室电子政务中心",
    "project_leader": "李警南",
    "postcode": "570135",
    "project_type": "recurring",
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def empty(people):
    return worlds.opened(people, pack="haikou-2019")


@pytest.fixture
def evaluation(empty):
    return Evaluation.objects.get(pk=empty.pk)


@pytest.fixture
def post(client, people, evaluation):
    client.force_login(people["caiwu"])

    def send(form, data, *, version=1, headers=AUTOSAVE):
        url = reverse(f"projects:{form}", kwargs={"pk": evaluation.pk})
        return client.post(url, {"version": version, **data}, headers=headers)

    return send


def source(evaluation):
    return evaluation.funding.get(label__contains="市县").source


@pytest.fixture
def funding(evaluation):
    """The seed's amounts, under this pack's name for 市县财政."""
    key = source(evaluation)
    return {name.replace("municipal", key): value for name, value in FUNDING.items()}


# 项目基本信息表.


def test_the_seeds_figures_come_back_added_up(post, funding):
    answer = post("basic", BASIC | funding).json()
    assert (answer["status"], answer["version"], answer["errors"]) == ("saved", 2, {})
    assert answer["fragments"] == {
        "#total-planned": "21.76",
        "#total-received": "21.76",
        "#total-spent": "12.84",
        "#balance": "8.92",
        "#arrival-rate": "100.0%",
        "#execution-rate": "59.0%",
    }


def test_money_is_stored_in_yuan(post, funding, evaluation):
    post("basic", funding)
    line = evaluation.funding.get(source=source(evaluation))
    assert (line.planned, line.received, line.spent) == (
        Decimal("217600.00"),
        Decimal("217600.00"),
        Decimal("128400.00"),
    )
    assert evaluation.funding.exclude(pk=line.pk).filter(planned__isnull=False).count() == 0


def test_totals_add_every_source(post, evaluation):
    central, provincial, *_ = evaluation.funding.values_list("source", flat=True)
    answer = post(
        "basic",
        {f"{central}-planned": "10", f"{provincial}-planned": "0.000001", "annual_budget": "20"}
        | {f"{central}-spent": "5"},
    ).json()
    assert answer["fragments"]["#total-planned"] == "10.000001"
    assert answer["fragments"]["#execution-rate"] == "25.0%"
    assert answer["fragments"]["#balance"] == ""


def test_a_zero_budget_has_no_rate(post, funding):
    texts = post("basic", dict.fromkeys(funding, "0")).json()["fragments"]
    assert (texts["#total-planned"], texts["#execution-rate"], texts["#arrival-rate"]) == (
        "0.00",
        "",
        "",
    )


def test_changes_of_the_budget_and_their_reasons_are_kept(post, evaluation):
    typed = {
        "initial_budget": "25",
        "adjustment": "-3.24",
        "adjustment_reason": "一般性支出压减",
        "annual_budget": "21.76",
        "execution_reason": "年底支出受限",
    }
    answer = post("basic", typed).json()
    assert (answer["status"], answer["errors"]) == ("saved", {})
    basic = BasicInfo.objects.get(evaluation=evaluation)
    assert (basic.initial_budget, basic.adjustment) == (Decimal(250_000), Decimal(-32_400))
    assert (basic.adjustment_reason, basic.execution_reason) == ("一般性支出压减", "年底支出受限")


@pytest.mark.parametrize("name", ["adjustment_reason", "execution_reason"])
def test_a_reason_longer_than_the_pack_allows_is_refused_and_the_rest_kept(name, post, evaluation):
    answer = post("basic", BASIC | {name: "长" * 101}).json()
    assert list(answer["errors"]) == [name]
    assert "100" in answer["errors"][name][0]
    basic = BasicInfo.objects.get(evaluation=evaluation)
    assert (getattr(basic, name), basic.project_leader) == ("", "李警南")


def test_a_refused_value_keeps_none_of_the_others_out(post, funding, evaluation):
    cell = f"{source(evaluation)}-spent"
    answer = post("basic", BASIC | funding | {cell: "12.84万元", "postcode": "57013"})
    assert answer.status_code == 200
    assert answer.json()["errors"] == {
        "postcode": ["邮编应为 6 位数字。"],
        cell: ["请填数字，例如 21.76；不要写单位、正负号或其他符号。"],
    }
    basic, line = evaluation.basic, evaluation.funding.get(source=source(evaluation))
    assert (basic.project_leader, basic.postcode, basic.version) == ("李警南", "", 2)
    assert (line.planned, line.spent) == (Decimal("217600.00"), None)


def test_a_refused_value_leaves_the_stored_one(post, funding, evaluation):
    cell = f"{source(evaluation)}-spent"
    post("basic", BASIC | funding)
    post("basic", BASIC | funding | {cell: "x", "postcode": "x"}, version=2)
    assert evaluation.funding.get(source=source(evaluation)).spent == Decimal("128400.00")
    assert BasicInfo.objects.get(evaluation=evaluation).postcode == "570135"


def test_a_stale_version_writes_nothing_and_shows_both(post, funding, evaluation):
    post("basic", BASIC | funding)
    answer = post("basic", {"project_leader": "别人", "phone": "1"}, version=1)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["status"], told["version"]) == ("conflict", 2)
    assert told["theirs"]["project_leader"] == "李警南"
    assert told["theirs"]["phone"] == ""
    assert told["theirs"][f"{source(evaluation)}-spent"] == "12.84"
    basic = BasicInfo.objects.get(evaluation=evaluation)
    assert (basic.project_leader, basic.phone, basic.version) == ("李警南", "", 2)
    assert evaluation.funding.get(source=source(evaluation)).spent == Decimal("128400.00")


def test_without_a_script_the_form_saves_and_comes_back(post, funding, evaluation):
    answer = post("basic", BASIC | funding, headers=None)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("projects:basic", kwargs={"pk": evaluation.pk}),
    )
    assert BasicInfo.objects.get(evaluation=evaluation).project_leader == "李警南"


def test_without_a_script_a_refused_value_stands_beside_its_reason(post, funding, evaluation):
    answer = post("basic", BASIC | funding | {"postcode": "五七〇"}, headers=None)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "邮编应为 6 位数字。" in text
    assert 'value="五七〇"' in text
    assert "有的内容没有保存" in text
    basic = BasicInfo.objects.get(evaluation=evaluation)
    assert (basic.project_leader, basic.postcode) == ("李警南", "")


def test_without_a_script_a_conflict_keeps_what_was_typed(post, evaluation):
    post("basic", {"project_leader": "先保存的人"})
    answer = post("basic", {"project_leader": "后保存的人"}, headers=None)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "后保存的人" in text
    assert "您的改动还没有保存" in text
    assert BasicInfo.objects.get(evaluation=evaluation).project_leader == "先保存的人"


@pytest.mark.parametrize("version", ["", "0", "-1", "一", "2.0", "9" * 40])
def test_an_unreadable_version_is_stale(version, post, evaluation):
    assert post("basic", BASIC, version=version).status_code == 409
    assert BasicInfo.objects.get(evaluation=evaluation).version == 1


@pytest.mark.parametrize("postcode", ["５７０１３５", " 570135 "])
def test_a_postcode_in_full_width_is_understood(postcode, post, evaluation):
    assert post("basic", {"postcode": postcode}).json()["errors"] == {}
    assert BasicInfo.objects.get(evaluation=evaluation).postcode == "570135"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("project_type", "both"),
        ("evaluated_on", "2020-02-30"),
        ("annual_budget", "1e9"),
        ("implementing_unit", "海\u202e口"),
        ("address", "字" * 201),
        ("phone", "1\n2"),
        ("project_leader", "😀"),
    ],
)
def test_hostile_values_are_refused_and_nothing_is_stored(name, typed, post, evaluation):
    before = getattr(evaluation.basic, name)
    assert list(post("basic", {name: typed}).json()["errors"]) == [name]
    assert getattr(BasicInfo.objects.get(evaluation=evaluation), name) == before


# 项目绩效目标表.

COLUMNS = ("goal_type", "goal_class", "target", "excellent", "good", "fair", "poor")


def rows(*targets, total=None):
    data = {"row-TOTAL_FORMS": len(targets) if total is None else total, "row-INITIAL_FORMS": 0}
    for number, target in enumerate(targets):
        cells = ("产出指标", "数量指标", target, "√", "", "", "")
        data |= {f"row-{number}-{name}": cell for name, cell in zip(COLUMNS, cells, strict=True)}
    return data


def targets(evaluation):
    return list(evaluation.targets.values_list("position", "target"))


def test_rows_are_stored_in_their_order(post, evaluation):
    answer = post("goals", rows("甲", "乙", "丙")).json()
    assert (answer["status"], answer["version"], answer["errors"]) == ("saved", 2, {})
    assert targets(evaluation) == [(1, "甲"), (2, "乙"), (3, "丙")]


def test_a_row_not_posted_is_gone_and_blank_ones_at_the_end_are_not_stored(post, evaluation):
    post("goals", rows("甲", "乙", "丙"))
    post("goals", rows("甲", "丙"), version=2)
    assert targets(evaluation) == [(1, "甲"), (2, "丙")]
    blank = {f"row-{number}-{name}": "" for name in COLUMNS for number in (1, 3)}
    post("goals", rows("甲", "", "丙", "") | blank, version=3)
    assert targets(evaluation) == [(1, "甲"), (2, ""), (3, "丙")]


def test_a_stale_table_loses_to_the_stored_one(post, evaluation):
    post("goals", rows("甲"))
    answer = post("goals", rows("乙"), version=1)
    assert answer.status_code == 409
    assert answer.json()["theirs"]["row-0-target"] == "甲"
    assert targets(evaluation) == [(1, "甲")]


def test_too_many_rows_are_refused_not_cut(post, evaluation):
    answer = post("goals", rows(*(str(n) for n in range(201))))
    assert answer.json()["errors"]
    assert targets(evaluation) == []


def test_a_refused_cell_of_the_table_is_named(post, evaluation):
    post("goals", rows("甲"))
    answer = post("goals", rows("甲", "乙\u200b"), version=2).json()
    assert list(answer["errors"]) == ["row-1-target"]
    assert (1, "甲") in targets(evaluation)


# 评价报告.


def sections(evaluation):
    return list(evaluation.sections.filter(has_body=True))


def test_each_section_saves_itself(post, evaluation):
    first, second, *_ = sections(evaluation)
    text = "一、基本情况。\r\n二、用途。\n\t（以下略）"
    answer = post("report", {"section": first.key, "body": text}).json()
    assert (answer["status"], answer["version"]) == ("saved", 2)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.body == "一、基本情况。\n二、用途。\n\t（以下略）"
    assert (second.body, second.version) == ("", 1)


def test_tabs_on_different_sections_do_not_meet(post, evaluation):
    first, second, *_ = sections(evaluation)
    for section in (first, second):
        assert post("report", {"section": section.key, "body": section.title}).status_code == 200
    assert [section.body for section in sections(evaluation)[:2]] == [first.title, second.title]


def test_tabs_on_the_same_section_do(post, evaluation):
    first, *_ = sections(evaluation)
    post("report", {"section": first.key, "body": "先写的"})
    answer = post("report", {"section": first.key, "body": "后写的"})
    assert answer.status_code == 409
    said = answer.json()
    assert (said["status"], said["version"]) == ("conflict", 2)
    assert said["theirs"] == {"body": "先写的"}
    first.refresh_from_db()
    assert first.body == "先写的"


def test_a_section_of_no_form_is_missing(post, evaluation):
    heading = evaluation.sections.filter(has_body=False).first()
    for key in ("nothing", heading.key, ""):
        assert post("report", {"section": key, "body": "x"}).status_code == 404


def test_a_long_section_is_refused_not_cut(post, evaluation):
    first, *_ = sections(evaluation)
    assert post("report", {"section": first.key, "body": "字" * 20_000}).json()["errors"] == {}
    answer = post("report", {"section": first.key, "body": "字" * 20_001}, version=2).json()
    assert list(answer["errors"]) == ["body"]
    first.refresh_from_db()
    assert len(first.body) == 20_000


# Every form.


@pytest.mark.parametrize("form", ["basic", "goals", "report"])
def test_a_locked_form_answers_the_script_with_a_reason(form, post, evaluation):
    Evaluation.objects.filter(pk=evaluation.pk).update(state="unit_review")
    answer = post(form, {})
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "现在是「单位审核」环节，表已锁定；需要改动请由当前办理人退回。"
    }


@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal("99999999999999.99")])
def test_the_table_refuses_amounts_out_of_range(amount, evaluation):

    with pytest.raises(DatabaseError), transaction.atomic():
        FundingLine.objects.filter(evaluation=evaluation).update(planned=amount)
