"""A score sheet's life: marked row by row, checked, handed in with the password, sealed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.schema import NotApplicable
from evalsys.versioning import StaleVersionError
from projects.enums import State
from projects.workflow import Action, perform
from reports.demo import PASSWORD
from scoring.engine import MarkState
from scoring.forms import MarkForm
from scoring.models import Mark
from scoring.sheets import (
    IncompleteError,
    SealedError,
    hand_in,
    save_mark,
    seal_of,
)
from scoring.verification import broken_seals
from tests import worlds
from tests.conftest import triggers_dropped

AUTOSAVE = {"X-Autosave": "1"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    return worlds.evaluation_at(State.SCORING, people)


@pytest.fixture
def sheet(evaluation, people):
    return worlds.sheet_of(evaluation, people["pingjia2"])


@pytest.fixture
def mark(sheet):
    """产出数量, 5 points in steps of 0.5."""
    return sheet.marks.select_related("indicator").get(indicator__key="output_quantity")


@pytest.fixture
def save(client, people, evaluation, mark):
    """Save the row as the page does."""
    client.force_login(people["pingjia2"])
    url = reverse("scoring:mark", kwargs={"pk": evaluation.pk, "mark": mark.pk})

    def post(version=1, headers=AUTOSAVE, **data):
        return client.post(url, {"version": version, **data}, headers=headers, follow=not headers)

    return post


def stored(mark):
    mark = Mark.objects.get(pk=mark.pk)
    return mark.state, mark.value, mark.remark, mark.version


def scored(mark, value, seen=1, remark=""):
    save_mark(mark, seen=seen, state=MarkState.SCORED, value=Decimal(value), remark=remark)


# Row by row.


def test_a_mark_is_saved_and_the_subtotals_come_back(save, mark, evaluation):
    answer = save(value="4.5", remark="缺一份记录").json()
    assert (answer["status"], answer["version"], answer["errors"]) == ("saved", 2, {})
    rows = {row.key: f"#subtotal-{row.pk}" for row in evaluation.indicators.all()}
    texts = answer["fragments"]
    assert [texts[rows[key]] for key in ("output", "performance", "decision")] == [
        "4.5",
        "4.5",
        "0",
    ]
    roots = {row.key: f"#part-{row.pk}" for row in evaluation.indicators.filter(level=1)}
    assert [texts[place] for place in roots.values()] == ["0", "0", "4.5"]
    assert (texts["#total"], texts["#scored"]) == ("4.5", "1")
    assert stored(mark) == ("scored", Decimal("4.5"), "缺一份记录", 2)


@pytest.mark.parametrize("value", ["0", "0.5", "5", "5.0", "5.00", "４．５", " 3 "])
def test_what_the_leaf_allows_is_saved(value, save, mark):
    assert save(value=value).json()["errors"] == {}
    assert stored(mark)[0] == "scored"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("5.5", "5"),
        ("5.01", "5"),
        ("0.4", "0.5"),
        ("4.99", "0.5"),
        ("-1", "请填数字"),
        ("-0", "请填数字"),
        ("五", "请填数字"),
        ("1e0", "请填数字"),
        ("NaN", "请填数字"),
        ("4.12345", "最多 4 位小数"),
    ],
)
def test_anything_else_is_refused_in_words(value, sentence, save, mark):
    answer = save(value=value)
    assert answer.status_code == 200
    (found,) = answer.json()["errors"]["value"]
    assert sentence in found
    assert stored(mark)[:2] == ("unscored", None)


def test_a_refused_value_does_not_keep_the_remark_from_being_saved(save, mark):
    answer = save(value="99", remark="见附件三").json()
    assert list(answer["errors"]) == ["value"]
    assert stored(mark) == ("unscored", None, "见附件三", 2)


def test_an_emptied_cell_is_unscored_again_not_zero(save, mark):
    save(value="3")
    assert save(version=2, value="").json()["version"] == 3
    assert stored(mark)[:2] == ("unscored", None)


def test_not_applicable_is_no_choice_where_the_pack_refuses_it(save, mark):
    save(value="", not_applicable="on", remark="没有这项")
    assert stored(mark)[0] == "unscored"


def test_the_answer_lists_what_is_still_missing_in_the_order_of_the_page(save, sheet):
    worlds.give_marks(sheet, "1")
    for key in ("output_quality", "goal_content"):
        sheet.marks.filter(indicator__key=key).update(state="unscored", value=None)
    sheet.marks.filter(indicator__key="arrival_rate").update(value=1, remark="")
    listed = save(version=2, value="4").json()["fragments"]["#missing"]
    assert "还差 3 项" in listed
    names = ["目标内容", "到位率", "产出质量"]
    places = [listed.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    assert "不是按规则的 3 分，请在说明中写明理由。" in listed


def test_the_answer_says_when_nothing_is_missing(save, sheet):
    worlds.give_marks(sheet, "1")
    listed = save(version=2, value="4").json()["fragments"]["#missing"]
    assert "各项都已评分，可以提交" in listed


@pytest.mark.parametrize(
    ("data", "state", "errors"),
    [
        ({"not_applicable": "on", "remark": "本年没有"}, MarkState.NOT_APPLICABLE, []),
        ({"not_applicable": "on"}, MarkState.SCORED, ["remark"]),
        ({"not_applicable": "on", "value": "4", "remark": "x"}, MarkState.SCORED, ["value"]),
        ({"value": "4"}, MarkState.SCORED, []),
    ],
)
def test_not_applicable_takes_a_reason_and_no_points(mark, data, state, errors, evaluation):
    """Neither is dropped without a word: what was stored before stays."""
    scored(mark, "3")
    rules = replace(evaluation.rule_pack.pack.scoring, not_applicable=NotApplicable.SCALED)
    form = MarkForm(data, mark=mark, rules=rules)
    assert list(form.errors) == errors
    assert form.acceptable().state is state
    assert (
        form.acceptable().value
        == {
            MarkState.NOT_APPLICABLE: None,
            MarkState.SCORED: Decimal(3) if errors else Decimal(4),
        }[state]
    )


def test_a_stale_row_is_a_conflict_with_both_values(save, mark):
    scored(mark, "2", remark="先保存的")
    answer = save(version=1, value="4")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["status"], told["version"]) == ("conflict", 2)
    assert told["theirs"] == {"value": "2", "not_applicable": "", "remark": "先保存的"}
    assert told["fragments"]["#total"] == "2"
    assert stored(mark) == ("scored", Decimal(2), "先保存的", 2)


def test_a_repeated_request_is_no_conflict(save, mark):
    assert save(version=1, value="4").json()["version"] == 2
    again = save(version=1, value="4")
    assert (again.status_code, again.json()["version"]) == (200, 2)


@pytest.mark.parametrize("version", ["", "x", "-1", "٢", "99999999999999999999"])
def test_an_unreadable_version_is_stale(version, save, mark):
    assert save(version=version, value="4").status_code == 409
    assert stored(mark)[0] == "unscored"


def test_without_a_script_the_page_comes_back_with_the_reason(save, mark):
    page = save(headers=None, value="9")
    assert page.redirect_chain == [(reverse("scoring:sheet", args=[mark.sheet.evaluation_id]), 302)]
    (message,) = page.context["messages"]
    assert "产出数量" in str(message)
    save(headers=None, value="4", version=Mark.objects.get(pk=mark.pk).version)
    assert stored(mark)[1] == 4


def test_save_mark_needs_the_newest_version(mark):
    scored(mark, "2")
    other = Mark.objects.get(pk=mark.pk)
    with pytest.raises(StaleVersionError) as stale:
        scored(other, "3", seen=1)
    assert stale.value.current.value == 2


@pytest.mark.parametrize(
    ("state", "value"), [("scored", None), ("unscored", 3), ("not_applicable", 0), ("scored", -1)]
)
def test_the_table_refuses_what_no_mark_can_be(state, value, mark):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.filter(pk=mark.pk).update(state=state, value=value)


# Handing in.


def post_hand_in(client, user, evaluation, password):
    client.force_login(user)
    url = reverse("scoring:hand_in", kwargs={"pk": evaluation.pk})
    page = client.post(url, {"password": password}, follow=True)
    return [str(message) for message in page.context["messages"]]


def test_missing_leaves_are_listed_by_name(client, sheet, evaluation, people):
    worlds.give_marks(sheet, "1")
    for key in ("rule", "output_quantity", "accounting"):
        sheet.marks.filter(indicator__key=key).update(state="unscored", value=None)
    (message,) = post_hand_in(client, people["pingjia2"], evaluation, PASSWORD)
    assert message == "还不能提交。财务管理：尚未评分，请打分。；产出数量：尚未评分，请打分。"
    sheet.refresh_from_db()
    assert sheet.submitted_at is None


@pytest.mark.parametrize("password", ["", "Jixiao-2019-demo ", "jixiao-2019-demo", "x"])
def test_a_wrong_password_hands_nothing_in(password, client, sheet, evaluation, people):
    worlds.give_marks(sheet, "1")
    post_hand_in(client, people["pingjia2"], evaluation, password)
    sheet.refresh_from_db()
    assert (sheet.submitted_at, sheet.seal) == (None, "")


def test_a_sheet_is_handed_in_and_sealed(client, sheet, evaluation, people):
    worlds.give_marks(sheet, "1")
    assert post_hand_in(client, people["pingjia2"], evaluation, PASSWORD) == [
        "评分表已提交并封存。"
    ]
    sheet.refresh_from_db()
    assert sheet.seal == seal_of(sheet)
    entry = JournalEntry.objects.filter(stream=evaluation.journal_stream).latest("sequence")
    assert (entry.action, entry.actor, entry.detail) == (
        "sheet_submitted",
        people["pingjia2"],
        {"sheet": sheet.pk, "seal": sheet.seal},
    )


def test_what_is_handed_in_cannot_change(save, sheet, mark, people):
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=people["pingjia2"])
    with pytest.raises(SealedError):
        scored(mark, "3", seen=2)
    answer = save(version=2, value="3")
    assert (answer.status_code, answer.json()) == (
        403,
        {"message": "您的评分表已提交并封存；需要改动请由组长退回。"},
    )
    assert stored(mark)[1] == 5


def test_nobody_hands_in_twice(client, sheet, evaluation, people):
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=people["pingjia2"])
    with pytest.raises(SealedError):
        hand_in(sheet, user=people["pingjia2"])


def test_hand_in_checks_what_came_past_the_form(sheet, people):
    worlds.give_marks(sheet, "1")
    Mark.objects.filter(sheet=sheet, indicator__key="output_quantity").update(value=50)
    with pytest.raises(IncompleteError) as incomplete:
        hand_in(sheet, user=people["pingjia2"])
    assert list(incomplete.value.problems) == ["output_quantity"]


def test_the_last_sheet_moves_the_evaluation_to_its_leader(evaluation, people):
    states = []
    for username in ("pingjia3", "zuzhang", "pingjia2"):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "0.5")
        hand_in(sheet, user=people[username])
        evaluation.refresh_from_db()
        states.append(evaluation.state)
    assert states == [State.SCORING, State.SCORING, State.CONFIRMING]
    last = JournalEntry.objects.filter(stream=evaluation.journal_stream).latest("sequence")
    assert (last.action, last.actor_name) == ("complete_scoring", "系统")


CHANGES = {
    "value": {"value": Decimal("4.5")},
    "least": {"value": Decimal("4.9999")},
    "state": {"state": "unscored", "value": None},
    "remark": {"remark": "另有说明"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_seal_finds_a_mark_changed_behind_it(change, evaluation, sheet, mark, people):
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=people["pingjia2"])
    assert broken_seals(evaluation) == []
    with triggers_dropped():
        Mark.objects.filter(pk=mark.pk).update(**CHANGES[change])
    assert [broken.sheet for broken in broken_seals(evaluation)] == [sheet.pk]


def test_the_seal_finds_a_mark_gone_a_seal_swapped_and_another_evaluator(
    evaluation, sheet, mark, people
):
    other = worlds.sheet_of(evaluation, people["pingjia3"])
    for each, user in ((sheet, people["pingjia2"]), (other, people["pingjia3"])):
        worlds.give_marks(each, "1")
        hand_in(each, user=user)
    for tamper in (
        mark.delete,
        lambda: (
            type(sheet)
            .objects.filter(pk=sheet.pk)
            .update(seal=type(sheet).objects.get(pk=other.pk).seal)
        ),
        lambda: (
            type(sheet.member).objects.filter(pk=sheet.member_id).update(user=people["pingjia4"])
        ),
    ):
        with triggers_dropped(), transaction.atomic():
            tamper()
            assert [broken.sheet for broken in broken_seals(evaluation)] == [sheet.pk]
            transaction.set_rollback(True)


def test_the_page_shows_a_handed_in_sheet_to_read_only(client, sheet, evaluation, people):
    worlds.give_marks(sheet, "1")
    hand_in(sheet, user=people["pingjia2"])
    client.force_login(people["pingjia2"])
    page = client.get(reverse("scoring:sheet", kwargs={"pk": evaluation.pk}))
    assert page.status_code == 200
    text = page.content.decode()
    assert "您的评分表已提交并封存；需要改动请由组长退回。" in text
    assert "data-save-row" not in text


def test_a_returned_sheet_says_why_to_its_evaluator_alone(client, evaluation, people):
    for username in ("zuzhang", "pingjia2", "pingjia3"):
        sheet = worlds.sheet_of(evaluation, people[username])
        worlds.give_marks(sheet, "1")
        hand_in(sheet, user=people[username])
    evaluation.refresh_from_db()
    seat = evaluation.panel.get(user=people["pingjia2"])
    perform(
        evaluation,
        Action.REOPEN_SCORING,
        user=people["zuzhang"],
        reason="产出数量请再看合同",
        seats=frozenset({seat.pk}),
    )
    texts = {}
    for username in ("pingjia2", "pingjia3"):
        client.force_login(people[username])
        texts[username] = client.get(reverse("scoring:sheet", args=[evaluation.pk])).text
    assert "评分表已退回，请改好后重新提交" in texts["pingjia2"]
    assert "产出数量请再看合同" in texts["pingjia2"]
    assert "评分表已退回" not in texts["pingjia3"]


def test_each_mark_is_named_described_and_every_fact_has_its_label(client, evaluation, people):
    leaf = evaluation.indicators.get(key="output_quantity")
    leaf.target_value, leaf.actual_value = "≥12次", "11次"
    leaf.save()
    client.force_login(people["pingjia2"])
    text = client.get(reverse("scoring:sheet", args=[evaluation.pk])).text
    row = text[text.index(f'id="leaf-{leaf.pk}"') :]
    row = row[: row.index("</tr>")]
    mark = worlds.sheet_of(evaluation, people["pingjia2"]).marks.get(indicator=leaf)
    assert f'<label class="leaf-name" for="mark-{mark.pk}-value">产出数量</label>' in row
    assert f'aria-describedby="mark-{mark.pk}-value_weight"' in row
    assert f'id="mark-{mark.pk}-value_weight">满分 5 分<' in row
    for label in ("解释", "标准", "指标值"):
        assert f"<dt>{label}</dt>" in row
    for fact in (leaf.explanation, leaf.standard, "≥12次", "11次"):
        assert fact in row
