"""批复指标: the department approves the tree as it stands; what changes afterwards is found."""

import pytest
from django.urls import reverse

from evalsys.audit.models import JournalEntry
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Action, RefusedError, perform
from reports.approval import approve_indicators, can_approve_indicators, tree_digest
from reports.dossier.loader import load_dossier, load_indicators
from reports.models import ApprovedTree
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def evaluation(people):
    return worlds.evaluation_at(State.DRAFTING, people)


@pytest.fixture
def draft(evaluation):
    return Evaluation.objects.get(pk=evaluation.pk)


@pytest.fixture
def send(client, people, draft):
    client.force_login(people["zhuguan"])
    url = reverse("reports:approval", kwargs={"pk": draft.pk})

    def post(**changes):
        data = {
            "document": "海财绩〔2019〕15 号",
            "approved_on": "2019-03-01",
            "tree": tree_digest(load_indicators(draft)),
        }
        return client.post(url, data | changes)

    return post


def leaf(draft):
    return draft.indicators.get(key="output_quantity")


def test_the_tree_is_kept_as_it_stands_and_journaled(send, draft, people):
    assert send().status_code == 302
    approved = load_dossier(draft.pk).approved
    assert (approved.document, approved.approved_on.isoformat()) == (
        "海财绩〔2019〕15 号",
        "2019-03-01",
    )
    assert approved.indicators == load_indicators(draft)
    entry = JournalEntry.objects.filter(stream=draft.journal_stream).latest("sequence")
    assert (entry.action, entry.actor) == ("indicators_approved", people["zhuguan"])


def test_a_change_after_it_stays_in_the_unit_until_it_is_approved(send, draft, people):
    send()
    changed = leaf(draft)
    changed.target_value = "≥90次"
    changed.save()
    with pytest.raises(RefusedError, match="与批复的一致"):
        perform(draft, Action.SUBMIT, user=people["caiwu"])
    page = send(document="").content.decode()
    assert "原为：" in page
    assert send(document="海财绩〔2019〕40 号").status_code == 302
    perform(Evaluation.objects.get(pk=draft.pk), Action.SUBMIT, user=people["caiwu"])


def test_what_was_changed_since_it_was_shown_is_not_approved(send, draft):
    shown = tree_digest(load_indicators(draft))
    draft.indicators.filter(key="output_quantity").update(target_value="≥1次")
    answer = send(tree=shown)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "海财绩〔2019〕15 号" in page
    assert tree_digest(load_indicators(draft)) in page
    assert not ApprovedTree.objects.filter(evaluation=draft).exists()


@pytest.mark.parametrize("changes", [{"document": ""}, {"approved_on": "昨天"}])
def test_an_approval_has_a_document_and_a_date(changes, send, draft):
    assert send(**changes).status_code == 200
    assert not ApprovedTree.objects.filter(evaluation=draft).exists()


def test_only_the_department_approves_and_only_while_the_tree_may_change(people, draft):
    assert can_approve_indicators(people["zhuguan"], draft)
    assert not can_approve_indicators(people["caiwu"], draft)
    draft.state = State.SCORING
    assert "已锁定" in can_approve_indicators(people["zhuguan"], draft).reason


def test_a_second_approval_replaces_the_first(draft, people):
    for document in ("一", "二"):
        approve_indicators(
            draft,
            seen=tree_digest(load_indicators(draft)),
            document=document,
            approved_on=None,
            actor=people["zhuguan"],
        )
    assert ApprovedTree.objects.get(evaluation=draft).document == "二"
