"""No change to a signed file passes for genuine, whoever made it and however; what we issue does."""

import random

import pytest
from django.utils import timezone

from projects.enums import State
from reports.issuing import house
from reports.issuing.enums import RevisionKind
from reports.issuing.models import IssuedDocument, Revision, sha256
from reports.issuing.verdicts import Verdict, check_file
from reports.models import Snapshot
from reports.signing.codes import new_code
from reports.signing.verify import examine
from tests import worlds
from tests.reports import attacks
from tests.reports.attacks import CONTENTS, SHARES, Victim
from tests.reports.signed import PEOPLE, complete, embedded, trust_in

SEED = 20_260_420
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂喆堃珺祎赟"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return embedded(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def evaluation(module_db):
    return worlds.evaluation_at(State.DRAFTING, worlds.load_people())


def issued(evaluation, press, number):
    """The rows that a file signed here leaves."""
    snapshot = Snapshot.objects.create(evaluation=evaluation, content="{}", digest="")
    document = IssuedDocument.objects.create(
        evaluation=evaluation,
        snapshot=snapshot,
        number=number,
        code=press.code,
        unit_name="单位",
        project_name="项目",
        fiscal_year=2019,
        issued_at=timezone.now(),
    )
    Revision.objects.create(
        document=document,
        number=0,
        kind=RevisionKind.LOCK,
        appended=b"",
        digest=sha256(press.pdf),
        size=len(press.pdf),
        made_at=timezone.now(),
    )
    return document


@pytest.fixture(scope="module")
def victim(provider, evaluation, tmp_path_factory):
    ours = complete(provider, PEOPLE[:1], seal=True)
    other = complete(provider, PEOPLE[:1], seal=True, code=new_code())
    issued(evaluation, ours, 1)
    return Victim(ours, other, embedded(tmp_path_factory.mktemp("stranger")))


@pytest.fixture(autouse=True)
def _trusting(provider, monkeypatch):
    trust = trust_in(provider)
    monkeypatch.setattr(house, "trust", lambda: trust)


def judged(pdf):
    return check_file(pdf, examine)


def inside_the_lock(before, after):
    """Whether two files differ in nothing but the text of the last signature itself.

    A signature cannot cover itself: its unused rest, the case of its letters and copies of
    certificates in it may change, and it still holds for everything around it.
    """
    last = list(CONTENTS.finditer(before))[-1]
    return (
        len(before) == len(after)
        and before[: last.start(1)] == after[: last.start(1)]
        and before[last.end(1) :] == after[last.end(1) :]
    )


def attack(victim, how, count, seed):
    """What each changed file is taken for; genuine is never among it."""
    chance, verdicts = random.Random(f"{seed} {how.__name__}"), []
    for _ in range(count):
        changed = how(victim, chance)
        assert changed != victim.pdf
        answer = judged(changed)
        assert answer.verdict is not Verdict.GENUINE, how.__name__
        if answer.examination.complete:
            # X6: the signatures cannot know; the SHA-256 does, and the answer is its own verdict.
            assert inside_the_lock(victim.pdf, changed), how.__name__
            assert answer.verdict is Verdict.ALTERED
        verdicts.append(answer.verdict)
    return verdicts


def test_the_file_itself_is_genuine(victim):
    assert judged(victim.pdf).verdict is Verdict.GENUINE


def test_another_file_of_the_house_that_was_not_issued_is_not(victim):
    assert judged(victim.other.pdf).verdict is Verdict.ALTERED


@pytest.mark.parametrize("how", SHARES, ids=lambda how: how.__name__)
def test_no_change_passes(how, victim):
    attack(victim, how, 10 if SHARES[how] >= 1000 else 1, SEED)


EXPECTED = {
    attacks.back_to_an_earlier_revision: Verdict.ALTERED,
    attacks.rotate_a_page: Verdict.FALSE,
    attacks.add_certificates: Verdict.FALSE,
    attacks.replace_a_pages_content: Verdict.FALSE,
    attacks.resigned_by_a_stranger: Verdict.FALSE,
    attacks.locked_by_a_stranger: Verdict.FALSE,
    attacks.strip_the_signatures: Verdict.NOT_FOUND,
    attacks.append_junk: Verdict.FALSE,
}


@pytest.mark.parametrize("how", EXPECTED, ids=lambda how: how.__name__)
def test_each_kind_gets_its_answer(how, victim):
    assert set(attack(victim, how, 1, SEED)) == {EXPECTED[how]}


def test_the_unused_rest_of_a_signature_is_the_one_thing_only_the_digest_sees(victim):
    changed = bytearray(victim.pdf)
    last = list(CONTENTS.finditer(victim.pdf))[-1]
    changed[last.end(1) - 10] = ord("1")
    answer = judged(bytes(changed))
    assert answer.examination.complete
    assert answer.verdict is Verdict.ALTERED
    assert answer.document is not None


@pytest.mark.slow
def test_10500_changes_none_is_accepted(victim):
    done = {
        how.__name__: len(attack(victim, how, count, SEED + 1)) for how, count in SHARES.items()
    }
    assert sum(done.values()) == 10_500


@pytest.mark.slow
def test_1000_genuine_files_are_all_accepted(provider, evaluation, victim):
    chance = random.Random(SEED)
    for number in range(2, 1002):
        people = [some_name(chance) for _ in range(chance.randrange(1, 4))]
        press = complete(provider, people, seal=chance.random() < 0.5, code=new_code())
        row = issued(evaluation, press, number)
        answer = judged(press.pdf)
        assert (answer.verdict, answer.document) == (Verdict.GENUINE, row), people
    assert IssuedDocument.objects.count() == 1001


def some_name(chance):
    return "".join([chance.choice(SURNAMES), *chance.choices(GIVEN, k=chance.randrange(1, 3))])
