"""What the server says to a text of the report while it is written."""

import pytest
from django.urls import reverse

from projects.enums import State
from projects.models import Evaluation
from projects.narrative import NobodyReads
from tests import worlds

KEY = "funds_spent"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(scope="module")
def filled(people):
    return worlds.evaluation_at(State.DRAFTING, people)


@pytest.fixture
def evaluation(filled):
    return Evaluation.objects.get(pk=filled.pk)


@pytest.fixture
def url(evaluation):
    return reverse("projects:report", kwargs={"pk": evaluation.pk})


@pytest.fixture
def write(client, people, evaluation, url):
    client.force_login(people["caiwu"])

    def send(body, *, autosave=True):
        data = {"section": KEY, "body": body, "version": evaluation.sections.get(key=KEY).version}
        return client.post(url, data, headers={"X-Autosave": "1"} if autosave else {})

    return send


def stored(evaluation):
    return evaluation.sections.get(key=KEY).body


def test_braces_are_stored_as_they_were_typed(write, evaluation):
    answer = write("使用{{实际使用}}，余\\{{随意}}，{{未完").json()
    assert answer["errors"] == {}
    assert stored(evaluation) == "使用{{实际使用}}，余\\{{随意}}，{{未完"


def test_an_unknown_name_is_refused_with_a_sentence_and_nothing_is_stored(write, evaluation):
    before = stored(evaluation)
    answer = write("用{{实际支出}}和{{结余额}}").json()
    first, second = answer["errors"]["body"]
    assert first.startswith("没有叫「实际支出」的数据，请从“可引用的数据”里选。")
    assert first.endswith("\\{{实际支出}}")
    assert "「结余额」" in second
    assert stored(evaluation) == before


def test_without_a_script_the_refusal_stands_beside_the_text(write):
    page = write("用{{实际支出}}", autosave=False).content.decode()
    assert "没有叫「实际支出」的数据" in page
    assert "用{{实际支出}}</textarea>" in page


def test_a_save_answers_with_the_palette_and_with_what_could_be_live(write):
    fragments = write("实际使用资金 12.84 万元。").json()["fragments"]
    assert 'data-live-name="实际使用" data-live-value="12.84万元"' in fragments["#palette"]
    offer = fragments[f"#remarks-{KEY}"]
    assert 'data-start="7" data-end="15" data-found="12.84 万元"' in offer
    assert 'data-text="{{实际使用}}"' in offer


def test_the_page_shows_both_from_the_start(write, client, url):
    write("实际使用资金 12.84 万元。")
    page = client.get(url).content.decode()
    assert 'data-live-name="预算执行率" data-live-value="59.0%"' in page
    assert f'data-offer="id_{KEY}_body"' in page


def test_results_are_not_among_the_figures_while_forms_are_open(client, people, url, write):
    palette = write("好").json()["fragments"]["#palette"]
    assert 'data-live-name="总分" data-live-value="〔总分：评分后生成〕"' in palette
    assert "90.33" not in palette


def test_names_of_people_are_text_not_markup(write, evaluation):
    evaluation.basic.__class__.objects.filter(evaluation=evaluation).update(
        implementing_unit='<b>"局"'
    )
    palette = write("好").json()["fragments"]["#palette"]
    assert "<b>" not in palette
    assert "&lt;b&gt;&quot;局&quot;" in palette


def test_without_a_reader_every_text_is_fine():
    nobody = NobodyReads()
    assert (nobody.problems("{{x}}"), nobody.palette(), nobody.remarks("a", "b")) == ([], "", "")
