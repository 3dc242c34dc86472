"""旧表录入: what an old form prints is copied, shown beside what it implies, marked everywhere."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evalsys.accounts.domain import grant_role
from evalsys.accounts.enums import Role
from evalsys.audit.models import JournalEntry
from projects.domain import appoint, dismiss
from projects.enums import State
from projects.models import Evaluation
from projects.permissions import can_see_results
from projects.workflow import Action, RefusedError, offers, perform, still_in_state
from reports.documents import ALL, OLD_FORM, build
from reports.documents.blocks import Note
from reports.dossier.codec import dump_dossier, parse_dossier
from reports.dossier.facts import Facts
from reports.dossier.importer import import_dossier
from reports.dossier.loader import load_dossier
from reports.dossier.reckoning import reckoning_text
from reports.dossier.seed import seed_dossier
from scoring.models import Mark, ScoreSheet
from scoring.old_forms import (
    Person,
    become_old_form,
    can_become_old_form,
    can_enter_old_form,
    leave_old_form,
    old_form_complete,
    save_old_form,
)
from scoring.sheets import hand_in
from tests import worlds

AUTOSAVE = {"X-Autosave": "1"}
PUBLISHED = seed_dossier("as_published")
COLUMN = {key: mark.value for key, mark in PUBLISHED.consensus.marks.items()}
TOTALS = (("李警南", "89"), ("陈成章", "96"), ("骆树军", "86"))
PRINTED = {"mean": "88", "total": "88", "grade": "良好", "execution_rate": "59.1"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture
def blank(people):
    return worlds.opened(people, pack="haikou-2019", name="信息系统运行维护", year=2019)


@pytest.fixture
def old(blank, people):
    """The seed's money, nothing copied yet."""
    blank.funding.filter(source="municipal").update(planned=217600, received=217600, spent=128400)
    become_old_form(blank, actor=people["caiwu"])
    return blank


@pytest.fixture
def staff(client, people):
    client.force_login(people["caiwu"])
    return client


def address(evaluation, name="old_form"):
    return reverse(f"reports:{name}", args=[evaluation.pk])


def typed(*, version=1, totals=TOTALS, leader=0, column=COLUMN, **changes):
    data = {"version": version, "person-TOTAL_FORMS": len(totals), "person-INITIAL_FORMS": 0}
    for number, (name, total) in enumerate(totals):
        data |= {f"person-{number}-name": name, f"person-{number}-total": total}
    if leader is not None:
        data[f"person-{leader}-is_leader"] = "on"
    return data | {f"leaf-{key}": str(value) for key, value in column.items()} | PRINTED | changes


def copy_all(evaluation):
    """As staff would have copied the published form."""
    save_old_form(
        evaluation.printed,
        seen=evaluation.printed.version,
        figures={
            "mean": Decimal(88),
            "total": Decimal(88),
            "grade": "良好",
            "execution_rate": Decimal("0.591"),
        },
        people=[
            Person(name, "副主任", "编办", is_leader=not number, total=Decimal(total))
            for number, (name, total) in enumerate(TOTALS)
        ],
        column={leaf: COLUMN[leaf.key] for leaf in evaluation.indicators.filter(key__in=COLUMN)},
    )


def last_entry(evaluation):
    return JournalEntry.objects.filter(stream=evaluation.journal_stream).latest("sequence")


# Becoming one.


def test_staff_make_a_draft_an_old_form(staff, blank, people):
    panel = staff.get(reverse("projects:panel", args=[blank.pk])).text
    assert address(blank, "old_form_start") in panel
    assert "改为旧表录入</button>" in staff.get(address(blank, "old_form_start")).text
    answer = staff.post(address(blank, "old_form_start"))
    assert answer.url == address(blank)
    blank.refresh_from_db()
    assert blank.old_form
    entry = last_entry(blank)
    assert (entry.action, entry.actor) == ("old_form_chosen", people["caiwu"])


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(State.DRAFTING, "评价工作组里已有人员"), (State.UNIT_REVIEW, "表已锁定")],
)
def test_not_with_a_panel_and_not_after_the_draft(staff, people, state, sentence):
    evaluation = worlds.evaluation_at(state, people)
    decision = can_become_old_form(people["caiwu"], evaluation)
    assert sentence in decision.reason
    assert staff.post(address(evaluation, "old_form_start")).status_code == 403
    evaluation.refresh_from_db()
    assert not evaluation.old_form


def test_what_was_scored_here_never_becomes_one(staff, people):
    """Or marks of real evaluators, given in secret, would lie open in an old form."""
    evaluation = worlds.evaluation_at(State.SCORING, people)
    worlds.give_marks(worlds.sheet_of(evaluation, people["pingjia2"]), "1")
    hand_in(worlds.sheet_of(evaluation, people["pingjia2"]), user=people["pingjia2"])
    perform(evaluation, Action.RECALL_FORMS, user=people["zuzhang"], reason="金额有误")
    assert "已经在本系统里评过分" in can_become_old_form(people["caiwu"], evaluation).reason
    for member in evaluation.panel.all():
        dismiss(member, actor=people["caiwu"])
    assert "已经在本系统里评过分" in can_become_old_form(people["caiwu"], evaluation).reason
    assert staff.post(address(evaluation, "old_form_start")).status_code == 403


@pytest.mark.parametrize("username", ["fuzeren", "zhuguan", "caizheng"])
def test_others_read_and_do_not_write(client, people, old, username):
    client.force_login(people[username])
    for name in ("old_form", "old_form_start", "old_form_leave"):
        assert client.post(address(old, name), typed()).status_code == 403
    old.refresh_from_db()
    assert old.old_form
    assert not old.panel.exists()


def test_nobody_is_appointed_to_it(staff, old, people):
    answer = staff.post(reverse("projects:panel", args=[old.pk]), {"user": people["pingjia2"].pk})
    assert answer.status_code == 403
    assert "旧表录入不设评价工作组" in answer.text
    assert not old.panel.exists()


def test_a_page_read_before_the_change_writes_nothing(blank, people):
    """An appointment that was allowed before the draft became an old form comes too late."""
    stale = Evaluation.objects.get(pk=blank.pk)
    become_old_form(blank, actor=people["caiwu"])
    assert not still_in_state(stale)


# Copying.


def test_everything_on_the_page_is_copied_as_one(staff, old):
    answer = staff.post(address(old), typed(), headers=AUTOSAVE).json()
    assert (answer["status"], answer["version"], answer["errors"]) == ("saved", 2, {})
    dossier = load_dossier(old.pk)
    assert [(one.name, one.sheet.total_only, one.is_leader) for one in dossier.panel] == [
        ("李警南", Decimal(89), True),
        ("陈成章", Decimal(96), False),
        ("骆树军", Decimal(86), False),
    ]
    figures = ("total", "mean", "grade", "execution_rate")
    assert [getattr(dossier.printed, name) for name in figures] == [
        getattr(PUBLISHED.printed, name) for name in figures
    ]
    assert {key: mark.value for key, mark in dossier.consensus.marks.items()} == COLUMN
    assert old.panel.filter(user__isnull=False).count() == 0


def test_what_it_implies_comes_back_with_every_save(staff, old):
    """The published form: the mean is 90.33 and not 88, 优 and not 良好, 59.0 % and not 59.1 %."""
    shown = staff.post(address(old), typed(), headers=AUTOSAVE).json()["fragments"]
    implied = shown["#implied"]
    assert 'data-figure="mean">90.33<' in implied
    assert 'data-figure="grade">优<' in implied
    assert 'data-figure="execution-rate">59.0%<' in implied
    assert "与印出的不一致 7 处" in implied
    assert "印的是 59.1%，应为 59.0%" in implied
    roots = old.indicators.filter(level=1)
    assert [shown[f"#subtotal-{root.pk}"] for root in roots] == ["17", "20", "51"]
    assert shown["#column-total"] == "88"


def test_the_page_shows_again_what_was_copied(staff, old):
    copy_all(old)
    text = staff.get(address(old)).text
    for value in ("李警南", "96", "良好", "59.1"):
        assert f'value="{value}"' in text or f">\n{value}</textarea>" in text
    assert 'data-figure="total">90.33<' in text


def test_a_form_with_totals_only_has_no_column(staff, old):
    staff.post(address(old), typed(column={}), headers=AUTOSAVE)
    assert load_dossier(old.pk).consensus is None
    assert Facts(load_dossier(old.pk)).result.total == Decimal("90.33")


def test_a_total_above_the_maximum_is_copied_and_named(staff, old):
    shown = staff.post(
        address(old), typed(totals=(("甲", "104"), ("乙", "96"), ("丙", "86"))), headers=AUTOSAVE
    ).json()["fragments"]
    assert "总分应在 0 到 100 分之间，现为 104" in shown["#implied"]


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"person-1-name": ""}, "person-1-name", "请填姓名"),
        ({"person-1-total": "九十"}, "person-1-total", "请填数字"),
        ({"person-1-is_leader": "on"}, "person-1-is_leader", "组长只能有一位"),
        ({"mean": "88分"}, "mean", "请填数字"),
        ({"execution_rate": "0.59123"}, "execution_rate", "最多 4 位小数"),
        ({"leaf-goal_content": "-1"}, "leaf-goal_content", "请填数字"),
    ],
)
def test_a_refused_cell_keeps_no_other_from_being_copied(staff, old, changes, name, sentence):
    answer = staff.post(address(old), typed(**changes), headers=AUTOSAVE).json()
    (found,) = answer["errors"][name]
    assert list(answer["errors"]) == [name]
    assert sentence in found
    dossier = load_dossier(old.pk)
    assert len(dossier.panel) == 3
    assert dossier.printed.total == Decimal(88)
    assert dossier.consensus.marks["output_quantity"].value == COLUMN["output_quantity"]


@pytest.mark.parametrize("rate", ["59.1", "59.1%", "５９．１", " 59.10 "])
def test_a_rate_is_read_as_printed(staff, old, rate):
    staff.post(address(old), typed(execution_rate=rate), headers=AUTOSAVE)
    old.printed.refresh_from_db()
    assert old.printed.execution_rate == Decimal("0.591")


def test_rows_removed_on_the_page_are_gone(staff, old):
    copy_all(old)
    staff.post(address(old), typed(version=2, totals=TOTALS[:2]), headers=AUTOSAVE)
    assert [member.name for member in old.panel.all()] == ["李警南", "陈成章"]
    assert old.sheets.filter(member__isnull=False).count() == 2


def test_two_windows_are_told_of_each_other(staff, old):
    copy_all(old)
    answer = staff.post(address(old), typed(version=1, mean="90.33"), headers=AUTOSAVE)
    assert answer.status_code == 409
    theirs = answer.json()["theirs"]
    assert (theirs["mean"], theirs["person-1-total"], theirs["leaf-goal_content"]) == (
        "88",
        "96",
        str(COLUMN["goal_content"]),
    )
    assert theirs["person-TOTAL_FORMS"] == "3"
    old.printed.refresh_from_db()
    assert old.printed.mean == Decimal(88)


def test_without_a_script_it_saves_too(staff, old):
    answer = staff.post(address(old), typed(), follow=True)
    assert "已保存。" in answer.text
    assert old.panel.count() == 3


# On its way.


def test_what_is_blank_on_paper_stays_blank(old, people):
    """Only scores are asked for; the rest of an ordinary form is not."""
    offer = offers(people["caiwu"], old)[0]
    assert [problem.text for problem in offer.problems] == ["旧表得分里还没有评价人员"]
    copy_all(old)
    assert offers(people["caiwu"], old)[0].problems == ()


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        (Person("", total=Decimal(1)), "旧表得分里有评价人员缺姓名"),
        (Person("甲"), "旧表得分里甲缺项目评分"),
    ],
)
def test_an_evaluator_takes_name_and_total(old, person, sentence):
    save_old_form(old.printed, seen=1, figures={}, people=[person], column={})
    assert [problem.text for problem in old_form_complete(old)] == [sentence]


def test_it_goes_from_the_unit_to_the_department_without_being_scored(old, people):
    copy_all(old)
    perform(old, Action.SUBMIT, user=people["caiwu"])
    assert [offer.transition.action for offer in offers(people["fuzeren"], old)] == [
        Action.ACCEPT_OLD_FORM,
        Action.RETURN_TO_FILLER,
    ]
    with pytest.raises(RefusedError, match="不在本系统里评分"):
        perform(old, Action.OPEN_SCORING, user=people["fuzeren"])
    perform(old, Action.ACCEPT_OLD_FORM, user=people["fuzeren"])
    assert old.state == State.REVIEWING
    entry = JournalEntry.objects.get(stream=old.journal_stream, action="old_form_accepted")
    assert entry.detail["totals"] == [list(one) for one in TOTALS]
    assert entry.detail["printed"]["execution_rate"] == "0.591"


def test_an_ordinary_evaluation_cannot_skip_scoring(people):
    evaluation = worlds.evaluation_at(State.UNIT_REVIEW, people)
    assert Action.ACCEPT_OLD_FORM not in {
        offer.transition.action for offer in offers(people["fuzeren"], evaluation)
    }
    with pytest.raises(RefusedError, match="只有旧表录入才走这一步"):
        perform(evaluation, Action.ACCEPT_OLD_FORM, user=people["fuzeren"])


def test_whoever_copied_it_does_not_pass_it(old, people):
    copy_all(old)
    perform(old, Action.SUBMIT, user=people["caiwu"])
    both = people["caiwu"]
    grant_role(both, role=Role.UNIT_HEAD, unit=both.unit, actor=None)
    with pytest.raises(RefusedError, match="填报人不能审核自己填报的表"):
        perform(old, Action.ACCEPT_OLD_FORM, user=type(both).objects.get(pk=both.pk))


def at_review(old, people):
    copy_all(old)
    perform(old, Action.SUBMIT, user=people["caiwu"])
    perform(old, Action.ACCEPT_OLD_FORM, user=people["fuzeren"])
    return old


def test_once_accepted_the_database_holds_what_was_copied(old, people):
    at_review(old, people)
    for change in (
        lambda: ScoreSheet.objects.filter(evaluation=old).update(total_only=99),
        lambda: Mark.objects.filter(sheet__evaluation=old).update(value=0),
        lambda: ScoreSheet.objects.filter(evaluation=old).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_what_contradicts_itself_is_not_signed(old, people):
    at_review(old, people)
    with pytest.raises(RefusedError, match=r"印出的平均分：写的是 88，应为 90\.33"):
        perform(old, Action.APPROVE, user=people["zhuguan"])


def test_what_agrees_with_itself_is_signed_and_stays_marked(old, people):
    save_old_form(
        old.printed,
        seen=1,
        figures={"mean": Decimal("90.33"), "grade": "优"},
        people=[Person(name, total=Decimal(total)) for name, total in TOTALS],
        column={},
    )
    perform(old, Action.SUBMIT, user=people["caiwu"])
    perform(old, Action.ACCEPT_OLD_FORM, user=people["fuzeren"])
    perform(old, Action.APPROVE, user=people["zhuguan"])
    dossier = load_dossier(old.pk)
    assert (dossier.state, dossier.old_form) == ("signed", True)


def test_returned_it_can_be_corrected_and_the_old_version_is_kept(old, people, staff):
    at_review(old, people)
    perform(old, Action.RETURN_TO_UNIT, user=people["zhuguan"], reason="骆树军的评分抄错")
    assert old.sheet_versions.count() == 4
    data = typed(version=2, totals=(*TOTALS[:2], ("骆树军", "79")))
    assert staff.post(address(old), data, headers=AUTOSAVE).status_code == 200
    assert Facts(load_dossier(old.pk)).result.total == Decimal(88)


# Marked everywhere.


def test_every_page_says_so(client, old, people):
    copy_all(old)
    badge = "state-old-form"
    client.force_login(people["zhuguan"])
    for url in (
        reverse("projects:list"),
        reverse("projects:project", args=[old.project_id]),
        reverse("projects:overview", args=[old.pk]),
        reverse("reports:results", args=[old.pk]),
        reverse("reports:documents", args=[old.pk]),
        reverse("scoring:evidence", args=[old.pk]),
    ):
        assert badge in client.get(url).text, url
    assert (
        "不是评价人员在本系统中评定的" in client.get(reverse("reports:results", args=[old.pk])).text
    )


def test_every_paper_says_so(old):
    copy_all(old)
    dossier = load_dossier(old.pk)
    for document in build(dossier, ALL):
        assert document.blocks[0] == Note(OLD_FORM)
    for document in build(seed_dossier("scored"), ALL):
        assert Note(OLD_FORM) not in document.blocks
    assert "旧表录入" in reckoning_text(Facts(dossier))


def test_the_timeline_tells_when_and_by_whom(client, old, people):
    client.force_login(people["zhuguan"])
    text = client.get(reverse("projects:overview", args=[old.pk])).text
    assert "改为旧表录入" in text


def test_whoever_sees_it_sees_what_it_implies_from_the_start(old, people):
    """Nobody's marks are secret in it; an ordinary draft shows nothing."""
    assert can_see_results(people["fuzeren"], old)
    assert not can_see_results(people["fuzeren"], worlds.evaluation_at(State.DRAFTING, people))


def test_a_copy_of_it_is_still_marked(old, people):
    copy_all(old)
    dossier = parse_dossier(dump_dossier(load_dossier(old.pk)))
    assert dossier.old_form
    again = import_dossier(dossier, unit=old.unit, actor=people["caiwu"], remark="抄本")
    assert (again.old_form, again.state) == (True, State.REVIEWING)


# And back.


def test_back_to_an_evaluation_that_people_score(staff, old, people):
    copy_all(old)
    assert staff.post(address(old, "old_form_leave")).status_code == 302
    old.refresh_from_db()
    assert not old.old_form
    assert not old.panel.exists()
    assert not old.sheets.exists()
    assert load_dossier(old.pk).printed is None
    assert last_entry(old).detail["totals"] == [list(one) for one in TOTALS]
    appoint(old, people["pingjia2"], is_leader=True, actor=people["caiwu"])
    assert not can_enter_old_form(people["caiwu"], old)


def test_an_import_with_marks_of_its_own_is_taken_up_anew_or_left(staff, people):
    """Each person's marks came from a file: the page neither shows nor changes them."""
    dossier = seed_dossier("scored")
    evaluation = import_dossier(
        dossier, unit=people["caiwu"].unit, actor=people["caiwu"], remark="导入"
    )
    perform(evaluation, Action.RETURN_TO_UNIT, user=people["zhuguan"], reason="重新评分")
    page = staff.get(address(evaluation))
    assert "带有每个人的各项得分，不在这里改" in page.text
    assert staff.post(address(evaluation), typed()).status_code == 403
    leave_old_form(evaluation, actor=people["caiwu"])
    assert not Mark.objects.filter(sheet__evaluation=evaluation).exists()
