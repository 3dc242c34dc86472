import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from reports.documents import build
from reports.renderers import workers
from reports.renderers.errors import MissingGlyphError, RenderCrashError, RenderTimeoutError
from reports.renderers.order import Order, Page
from reports.renderers.pdf import render_pdf, render_pdf_limited
from tests.reports.dossiers import small_dossier

ENDLESS = Order((Page("<p>" + "字" * 400_000),), "长")


@pytest.fixture(scope="module")
def documents():
    return build(small_dossier(), "goals")


@pytest.fixture(scope="module", autouse=True)
def _no_worker_outlives_the_tests():
    yield
    workers.pool.stop()


def test_a_worker_gives_the_same_bytes_from_any_thread(documents):
    here = render_pdf(documents)
    with ThreadPoolExecutor(4) as threads:
        there = list(threads.map(lambda _: render_pdf_limited(documents), range(4)))
    assert there == [here] * 4


def test_a_worker_stays_for_the_next_job(documents):
    render_pdf_limited(documents)
    before = {worker.pid for worker in workers.pool.workers}
    render_pdf_limited(documents)
    assert {worker.pid for worker in workers.pool.workers} == before


def test_too_long_a_job_is_stopped_with_a_sentence_and_the_next_one_works(documents):
    with pytest.raises(RenderTimeoutError, match=r"文档在0\.3秒内没有生成完，已停止"):
        workers.typeset_in_worker(ENDLESS, workers.Deadline(0.3))
    assert render_pdf_limited(documents).pdf.startswith(b"%PDF")


def kill_workers():
    """Kill those that run, and return their processes."""
    killed = [worker._process for worker in workers.pool.workers if worker.pid]
    for process in killed:
        process.kill()
        process.wait()
    return killed


def test_a_worker_that_died_between_jobs_is_replaced(documents):
    render_pdf_limited(documents)
    assert kill_workers()
    assert render_pdf_limited(documents).pdf.startswith(b"%PDF")


def test_a_worker_that_dies_during_a_job_is_an_error_once(documents, monkeypatch):
    render_pdf_limited(documents)
    for process in kill_workers():
        monkeypatch.setattr(process, "poll", lambda: None)  # as if it had just been alive
    with pytest.raises(RenderCrashError):
        render_pdf_limited(documents)
    assert render_pdf_limited(documents).pdf.startswith(b"%PDF")


def test_nothing_free_in_time_is_a_timeout(documents):
    taken = [workers.pool.free.get() for _ in workers.pool.workers]
    try:
        with pytest.raises(RenderTimeoutError):
            render_pdf_limited(documents, seconds=0.05)
    finally:
        for worker in taken:
            workers.pool.free.put(worker)


def test_a_missing_glyph_crosses_the_process_with_its_character():
    with pytest.raises(MissingGlyphError) as caught:
        render_pdf_limited(build(small_dossier(project_name="😀"), "goals"))
    assert caught.value.char == "😀"


def test_a_page_that_breaks_the_renderer_is_an_error_in_words():
    with pytest.raises(RenderCrashError, match="生成文档时出错"):
        workers.typeset_in_worker(
            Order((Page("<img src=http://x.invalid/>"),), "x"), workers.Deadline(30)
        )


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("reports.renderers.worker", {"django", "weasyprint"}),
        ("reports.renderers.pdf", {"weasyprint"}),
    ],
)
def test_importing_stays_cheap(module, unwanted):
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not unwanted & set(run.stdout.split())
