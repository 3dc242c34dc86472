"""The documents as Word and Excel files, beside LibreOffice making a PDF of the same Word file."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.bench import Sizes, children
from reports.bench.clocks import CPU, Task, Times, take_turns
from reports.bench.figures import Figure, compared, figure
from reports.documents import ALL, build
from reports.dossier.seed import seed_dossier
from reports.renderers.office import OFFICE_FORMATS, render_office
from reports.renderers.pdf import render_pdf

PDF = "all as pdf, warm"
LIBREOFFICE = "soffice"


def measure(sizes: Sizes) -> list[Figure]:
    """Without LibreOffice on this machine its line is left out."""
    documents = build(seed_dossier("scored"), ALL)
    tasks: dict[str, Task] = {PDF: partial(render_pdf, documents)}
    tasks |= {
        f"all as {name}, warm": partial(render_office, documents, name) for name in OFFICE_FORMATS
    }
    more = {
        f"all as {name}, warm": {"kb": round(len(render_office(documents, name)) / 1000)}
        for name in OFFICE_FORMATS
    }
    times = take_turns(tasks, rounds=sizes.pdf_rounds, clock=CPU)
    word = render_office(documents, "docx")
    return [
        *compared(times, PDF, more=more),
        *_converted(word, rounds=sizes.pdf_rounds, against=times[PDF]),
    ]


def _converted(word: bytes, *, rounds: int, against: Times) -> Iterator[Figure]:
    """A fresh LibreOffice each time, as a program that calls it would start it."""
    program = shutil.which(LIBREOFFICE)
    if program is None:
        return
    with TemporaryDirectory() as folder:
        source = Path(folder, "all.docx")
        source.write_bytes(word)
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        runs = [children.run_program(command) for _ in range(rounds + 1)][1:]
        size = Path(folder, "all.pdf").stat().st_size
    yield figure(
        "LibreOffice makes a PDF of the docx, cold",
        Times(tuple(run.cpu_ms for run in runs), CPU),
        against=(PDF, against),
        more={"kb": round(size / 1000), "peak_mb": max(run.peak_mb for run in runs)},
    )
