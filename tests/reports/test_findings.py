"""核对: what the examiner finds on an evaluation, what is said to it, and what may not leave the unit."""

from dataclasses import replace

import pytest
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from evalsys.rulepacks.models import RulePackVersion
from evalsys.versioning import StaleVersionError
from projects.enums import State
from projects.models import BasicInfo, Evaluation
from projects.workflow import Action, RefusedError, offers, perform
from reports import demo
from reports.anchors import page_of
from reports.checks import CHECKS, Phase, Verdict
from reports.dossier.importer import import_dossier
from reports.dossier.loader import current_dossier, load_dossier
from reports.dossier.seed import seed_dossier
from reports.examination import examine_forms, explain, steps_of
from reports.models import Explanation
from tests import worlds

pytestmark = pytest.mark.django_db
UNSPENT = "B05:funding#f3500c5a"


@pytest.fixture(scope="module")
def world(module_db):
    return worlds.build_world()


@pytest.fixture
def at(world):
    return lambda state: Evaluation.objects.get(pk=world.evaluations[state].pk)


@pytest.fixture
def draft(at):
    return at(State.DRAFTING)


def problems(evaluation, user, action=Action.SUBMIT):
    (offer,) = [one for one in offers(user, evaluation) if one.transition.action is action]
    return {problem.text: problem.page for problem in offer.problems}


def without_reason(evaluation):
    BasicInfo.objects.filter(evaluation=evaluation).update(execution_reason="")
    return Evaluation.objects.get(pk=evaluation.pk)


# The guard.


@pytest.mark.parametrize(
    ("state", "action", "username"),
    [
        (State.DRAFTING, Action.SUBMIT, "caiwu"),
        (State.UNIT_REVIEW, Action.OPEN_SCORING, "fuzeren"),
    ],
)
def test_what_blocks_is_put_right_first(state, action, username, world, at):
    assert problems(at(state), world[username], action) == {}
    evaluation = without_reason(at(state))
    said = problems(evaluation, world[username], action)
    assert set(said.values()) == {"projects:basic"}
    (sentence,) = said
    assert "现为 （空），应为 写明原因，不超过 100 字" in sentence
    with pytest.raises(RefusedError, match="写明原因"):
        perform(evaluation, action, user=world[username])


def test_a_warning_is_explained_first(world, draft):
    Explanation.objects.filter(evaluation=draft).delete()
    (sentence,) = problems(draft, world["caiwu"])
    _, answers = examine_forms(draft)
    warnings = [one for answer in answers if answer.severity == "W" for one in answer.findings]
    assert f"核对出 {len(warnings)} 处" in sentence
    for finding in warnings:
        explain(draft, finding.key, "情况属实，已向主管部门说明", seen=0, actor=world["caiwu"])
    perform(Evaluation.objects.get(pk=draft.pk), Action.SUBMIT, user=world["caiwu"])


def test_an_explanation_goes_with_what_it_explains(world, draft):
    """Said to the unspent money, it says nothing to a goal that is added later."""
    draft.targets.create(
        position=99, goal_type="产出指标", goal_class="数量指标", target="巡检", excellent="100%",
        good="80%", fair="60%", poor="60%以下",
    )  # fmt: skip
    assert problems(draft, world["caiwu"]) == {}
    draft.targets.filter(position=99).update(excellent="", good="", fair="", poor="")
    assert list(problems(draft, world["caiwu"]).values()) == ["reports:findings"]


def test_a_pack_that_only_informs_lets_pass(world, draft, monkeypatch):
    Explanation.objects.filter(evaluation=draft).delete()
    _, answers = examine_forms(draft)
    codes = {answer.check.code for answer in answers if answer.findings}
    lenient = replace(draft.rule_pack.pack, severities=dict.fromkeys(codes, "I"))
    monkeypatch.setattr(RulePackVersion, "pack", lenient)
    assert problems(draft, world["caiwu"]) == {}


def test_what_is_blank_is_said_once(world, draft):
    BasicInfo.objects.filter(evaluation=draft).update(phone="", implementing_unit="")
    evaluation = Evaluation.objects.get(pk=draft.pk)
    assert list(problems(evaluation, world["caiwu"])) == ["基本信息表缺：项目实施单位、联系电话"]


def test_a_missing_date_is_asked_for(world, draft):
    BasicInfo.objects.filter(evaluation=draft).update(evaluated_on=None)
    (sentence,) = problems(Evaluation.objects.get(pk=draft.pk), world["caiwu"])
    assert "填写评价日期" in sentence


# Nothing of the marks before they may be seen.


@pytest.mark.parametrize("state", State)
def test_the_forms_alone_say_nothing_of_the_marks(state, at):
    dossier, answers = examine_forms(at(state))
    assert all(member.sheet is None for member in dossier.panel)
    assert {answer.check.phase for answer in answers} == {Phase.FORMS, Phase.COURSE}


def test_results_are_examined_for_whom_they_are_open(world, at, client):
    def codes(username, state):
        client.force_login(world[username])
        page = client.get(reverse("reports:findings", kwargs={"pk": at(state).pk}))
        return page.content.decode()

    assert "A05" not in codes("pingjia2", State.SCORING)
    assert "A05" not in codes("caiwu", State.CONFIRMING)
    assert "A05" in codes("zuzhang", State.CONFIRMING)
    assert "A05" in codes("caiwu", State.REVIEWING)


def test_what_was_said_to_results_is_kept_from_dossiers_without_marks(at):
    evaluation = at(State.CONFIRMING)
    explain(evaluation, "A05:consensus", "集体评议后统一", seen=0, actor=None)
    assert "A05:consensus" in load_dossier(evaluation.pk).explanations
    shown = current_dossier(evaluation, with_marks=False).explanations
    assert "A05:consensus" not in shown
    assert shown


def test_the_published_form_shows_what_is_wrong_with_it(world, client):
    published = demo.load_as_published(world.people)
    client.force_login(world["zhuguan"])
    page = client.get(reverse("reports:findings", kwargs={"pk": published.pk})).content.decode()
    for text in ("90.33 分", "59.0%", "（2）", "良好", "签字并盖章"):
        assert text in page


# Saying something.


@pytest.fixture
def post(client, world, draft):
    client.force_login(world["caiwu"])
    url = reverse("reports:findings", kwargs={"pk": draft.pk})

    def send(text, finding=UNSPENT, version=1):
        return client.post(url, {"finding": finding, "version": version, "text": text})

    return send


def said(evaluation, finding=UNSPENT):
    return Explanation.objects.filter(evaluation=evaluation, finding=finding).first()


def test_an_explanation_is_kept_and_journaled(post, draft, world):
    assert post("市财政压减支出，结余已交回国库").status_code == 302
    kept = said(draft)
    assert (kept.text, kept.version, kept.author) == (
        "市财政压减支出，结余已交回国库", 2, world["caiwu"],
    )  # fmt: skip
    entry = JournalEntry.objects.filter(stream=draft.journal_stream).latest("sequence")
    assert (entry.action, entry.actor) == ("finding_explained", world["caiwu"])
    assert entry.detail == {"finding": UNSPENT, "text": "市财政压减支出，结余已交回国库"}
    assert load_dossier(draft.pk).explanations[UNSPENT] == kept.text


def test_a_blank_one_takes_it_back(post, draft):
    assert post(" ").status_code == 302
    assert said(draft) is None


def test_a_short_one_is_refused_and_not_lost(post, draft):
    answer = post("压减")
    assert "至少 10 个字" in answer.content.decode()
    assert ">压减</textarea>" in answer.content.decode().replace("\n", "")
    assert said(draft).text == demo.EXPLANATION


def test_the_second_of_two_writers_sees_what_the_first_wrote(post, draft):
    post("先写的说明，财政压减支出")
    answer = post("后写的说明，财政压减支出")
    assert answer.status_code == 409
    assert "后写的说明" in answer.content.decode()
    assert said(draft).text == "先写的说明，财政压减支出"


def test_only_a_warning_that_is_there_is_explained(post, draft):
    assert post("这一处并不存在，也没有问题", finding="B05:nowhere").status_code == 302
    assert said(draft, "B05:nowhere") is None
    evaluation = without_reason(draft)
    assert post("执行率低是因为压减支出", finding="C03:execution_reason").status_code == 302
    assert said(evaluation, "C03:execution_reason") is None


def test_a_stale_domain_call_writes_nothing(draft):
    with pytest.raises(StaleVersionError):
        explain(draft, UNSPENT, "没有看过现在的说明就写", seen=7, actor=None)
    assert said(draft).text == demo.EXPLANATION


def test_explanations_go_with_the_file(world, draft):
    dossier = replace(load_dossier(draft.pk), panel=())
    copy = import_dossier(dossier, unit=world["caiwu2"].unit, actor=None)
    assert load_dossier(copy.pk).explanations == dossier.explanations


# Around it.


def test_the_course_is_read_from_the_journal(world, at):
    steps = steps_of(at(State.SIGNED))
    assert [step.action for step in steps] == [
        "submit", "open_scoring", "complete_scoring", "confirm", "approve",
    ]  # fmt: skip
    assert steps[0].actor == str(world["caiwu"].pk) != steps[1].actor


def test_every_finding_leads_to_a_page(draft):
    dossier, answers = examine_forms(draft)
    for answer in answers:
        for finding in answer.findings:
            assert reverse(page_of(finding.place, dossier), args=[draft.pk])


def test_the_list_of_checks_names_each(client, world):
    client.force_login(world["pingjia2"])
    page = client.get(reverse("reports:checks")).content.decode()
    for check in CHECKS.values():
        assert f'id="{check.code}"' in page
        assert check.title in page


def test_what_could_not_be_checked_is_said(client, world, draft):
    client.force_login(world["caiwu"])
    page = client.get(reverse("reports:findings", kwargs={"pk": draft.pk}))
    silent = dict(page.context["silent"])
    assert {answer.verdict for answer in silent["资料不够，没有查"]} == {Verdict.NOT_ENOUGH_DATA}
    assert "年初预算空着。" in page.content.decode()


def test_the_seeds_have_the_findings_their_names_promise():
    assert seed_dossier("scored").execution_reason
    assert not seed_dossier("as_published").execution_reason
