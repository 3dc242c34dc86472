"""Long work: asked for once, done once, told of, stopped, taken over."""

from datetime import timedelta
from threading import Event

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalsys.jobs import queue, registry, runner, running
from evalsys.jobs.models import Job, JobState
from tests import worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(module_db):
    return worlds.load_people()


@pytest.fixture(autouse=True)
def _own_tasks(monkeypatch, settings):
    """A table of tasks of the test's own, on the engine that needs no second process."""
    monkeypatch.setattr(registry, "_tasks", {})
    settings.JOB_ENGINE = "own"


@pytest.fixture
def counting():
    """A task of three steps that notes each."""
    steps = []

    @registry.task("count")
    def count(job, progress, *, upto):
        for number in range(upto):
            steps.append(number)
            progress.report(number + 1, upto, f"第 {number + 1} 步")
        return {"counted": upto}

    return steps


def asked(people, upto=3):
    return queue.enqueue("count", owner=people["zhuguan"], title="数数", upto=upto)


def test_a_job_is_done_and_says_what_came_of_it(people, counting):
    job = asked(people)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message) == ("done", 3, 3, "第 3 步")
    assert job.result == {"counted": 3}
    assert job.finished_at
    running.run(job.pk)
    assert counting == [0, 1, 2]


def test_a_double_click_is_one_job(people, counting):
    first = asked(people)
    assert asked(people) == first
    assert asked(people, upto=4) != first
    running.run(first.pk)
    assert asked(people) != first


def test_an_unknown_task_is_refused(people):
    with pytest.raises(ValueError, match="no task nothing"):
        queue.enqueue("nothing", owner=people["zhuguan"], title="")
    assert not Job.objects.exists()


def test_a_name_is_registered_once(counting):
    with pytest.raises(ValueError, match="twice"):
        registry.task("count")(print)


def test_what_a_task_refuses_is_told(people):
    @registry.task("refuse")
    def refuse(job, progress):
        raise running.JobError("没有可以下载的自评。")

    job = queue.enqueue("refuse", owner=people["zhuguan"], title="下载")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "没有可以下载的自评。")


def test_a_crash_is_logged_and_told_in_a_sentence(people, caplog):
    @registry.task("crash")
    def crash(job, progress):
        raise ZeroDivisionError

    job = queue.enqueue("crash", owner=people["zhuguan"], title="下载")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", running.WENT_WRONG)
    assert "ZeroDivisionError" in caplog.text


def test_a_cancelled_job_stops_at_its_next_step(people):
    done = []

    @registry.task("long")
    def long(job, progress):
        for number in range(10):
            done.append(number)
            if number == 1:
                queue.ask_to_cancel(job)
            progress.report(number, 10)

    job = queue.enqueue("long", owner=people["zhuguan"], title="长")
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert done == [0, 1]


def test_a_job_cancelled_while_waiting_never_begins(people, counting):
    job = asked(people)
    queue.ask_to_cancel(job)
    running.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert counting == []


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(people, counting):
    job = asked(people)
    assert running.claim(job.pk).token == 1
    assert running.claim(job.pk) is None
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert running.claim(job.pk).token == 2


def test_a_worker_that_wakes_up_late_writes_nothing(people, caplog):
    @registry.task("sleepy")
    def sleepy(job, progress):
        Job.objects.filter(pk=job.pk).update(token=7, message="别人的")
        progress.report(5, 5, "我的")

    job = queue.enqueue("sleepy", owner=people["zhuguan"], title="睡")
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.token, job.message) == ("running", 7, "别人的")
    assert "taken over" in caplog.text


def test_a_job_that_kills_its_workers_is_given_up(people, counting):
    job = asked(people)
    Job.objects.filter(pk=job.pk).update(token=running.MOST_CLAIMS)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", running.CLAIMED_TOO_OFTEN)
    assert counting == []


def test_nothing_of_a_rolled_back_request_runs(people, counting):
    with transaction.atomic():
        asked(people)
        transaction.set_rollback(True)
    assert runner.next_job() is None


def test_the_worker_takes_the_oldest_first_and_stops_when_told(people, monkeypatch):
    stop, order = Event(), []

    @registry.task("note")
    def note(job, progress, *, name):
        order.append(name)
        if name == "second":
            stop.set()

    for name in ("first", "second", "third"):
        queue.enqueue("note", owner=people["zhuguan"], title=name, name=name)
    # It would close the connection in which this test's rows are.
    monkeypatch.setattr(runner, "close_old_connections", lambda: None)
    runner.work(stop)
    assert order == ["first", "second"]


@pytest.fixture
def with_file(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    @registry.task("write")
    def write(job, progress):
        running.keep_file(job, progress, "自评.zip", ContentFile(b"first"))
        running.keep_file(job, progress, "自评.zip", ContentFile(b"second"))

    job = queue.enqueue("write", owner=people["zhuguan"], title="写")
    running.run(job.pk)
    job.refresh_from_db()
    return job


def test_the_owner_downloads_what_was_made_and_nobody_else(people, with_file, tmp_path):
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    client = Client()
    client.force_login(people["zhuguan"])
    answer = client.get(reverse("jobs:file", args=[with_file.pk]))
    assert b"".join(answer) == b"second"
    assert "attachment" in answer["Content-Disposition"]
    client.force_login(people["caizheng"])
    assert client.get(reverse("jobs:file", args=[with_file.pk])).status_code == 404


def test_old_jobs_and_their_files_go(
    people, with_file, tmp_path, django_capture_on_commit_callbacks
):
    Job.objects.update(finished_at=timezone.now() - timedelta(days=queue.KEPT_DAYS + 1))
    registry.task("other")(lambda job, progress: None)
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue("other", owner=people["zhuguan"], title="新")
    assert [job.title for job in Job.objects.all()] == ["新"]
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_page_asks_again_until_the_job_has_ended(people, counting):
    job = asked(people)
    client = Client()
    client.force_login(people["zhuguan"])
    url = reverse("jobs:job", args=[job.pk])
    assert "hx-trigger" in client.get(url).content.decode()
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "取消" in fragment
    running.run(job.pk)
    fragment = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in fragment
    assert "完成" in fragment


def test_cancelling_by_button(people, counting):
    job = asked(people)
    client = Client()
    client.force_login(people["zhuguan"])
    client.post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.cancel_asked
