"""The documents as PDF: from a fresh command, in a warm process, through a worker."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.bench import Sizes, children
from reports.bench.clocks import CPU, WALL, Task, Times, take_turns
from reports.bench.figures import Figure, compared, figure
from reports.documents import build
from reports.dossier.seed import seed_data, seed_dossier
from reports.renderers import workers
from reports.renderers.order import Typeset
from reports.renderers.pdf import render_pdf, render_pdf_limited
from reports.renderers.typeset import load_tools

PARAGRAPH = "one paragraph"
PARAGRAPH_HTML = "<p>" + "项目绩效自评" * 20
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
PAGE = re.compile(rb"/Type\s*/Page\b")

Render = Callable[..., Typeset]


def measure(sizes: Sizes) -> list[Figure]:
    """The fresh commands come first, while this process is still small."""
    cold = [_cold(which, sizes.pdf_rounds) for which in sizes.documents]
    warm_tasks = _tasks("warm", render_pdf, sizes.documents)
    worker_tasks = _tasks("worker", render_pdf_limited, sizes.documents)
    warm = take_turns(warm_tasks, rounds=sizes.pdf_rounds, clock=CPU)
    worker = take_turns(worker_tasks, rounds=sizes.pdf_rounds, clock=WALL)
    peaks = {list(worker)[-1]: {"peak_mb": _workers_peak_mb()}}
    workers.pool.stop()
    return [
        *compared(warm, PARAGRAPH),
        *compared(worker, PARAGRAPH, more=peaks),
        *(
            figure(name, times, against=(PARAGRAPH, base[PARAGRAPH]), more=more)
            for runs in cold
            for (name, times, more), base in zip(runs, (warm, worker), strict=True)
        ),
    ]


def _tasks(way: str, render: Render, documents: tuple[str, ...]) -> dict[str, Task]:
    dossier = seed_dossier("scored")

    def task(which: str) -> Typeset:
        return render(build(dossier, which))

    return {PARAGRAPH: _paragraph} | {
        f"{which}, {way}": partial(task, which) for which in documents
    }


def _paragraph() -> object:
    html = load_tools().html(string=PARAGRAPH_HTML)
    return html.write_pdf(font_config=load_tools().fonts)


def _cold(which: str, rounds: int) -> tuple[tuple[str, Times, dict[str, int]], ...]:
    """By processor and by the wall: the command from its start to its end."""
    with TemporaryDirectory() as folder:
        source, output = Path(folder, "dossier.json"), Path(folder, "out.pdf")
        source.write_text(json.dumps(seed_data("scored")))
        command = ["dossier", "render", str(source), "--document", which, "-o", str(output)]
        runs = [children.run(children.manage(*command)) for _ in range(rounds)]
        pdf = output.read_bytes()
    more = {
        "pages": count_pages(pdf),
        "kb": round(len(pdf) / 1000),
        "peak_mb": max(run.peak_mb for run in runs),
    }
    name = f"{which}, cold"
    return (
        (name, Times(tuple(run.cpu_ms for run in runs), CPU), more),
        (name, Times(tuple(run.wall_ms for run in runs), WALL), {}),
    )


def count_pages(pdf: bytes) -> int:
    """Page objects in the file itself and in its compressed object streams."""
    return sum(len(PAGE.findall(part)) for part in (STREAM.sub(b"", pdf), *_inflated(pdf)))


def _inflated(pdf: bytes) -> Iterator[bytes]:
    for stream in STREAM.findall(pdf):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def _workers_peak_mb() -> int:
    pids = [worker.pid for worker in workers.pool.workers if worker.pid]
    return max(children.peak_mb_of(pid) for pid in pids)
