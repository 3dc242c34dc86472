"""The child's side: ``python -m reports.renderers.worker FD``. Orders in, PDFs or errors out."""

import logging
import resource
import signal
import sys
from multiprocessing.connection import Connection

from reports.renderers.errors import RenderCrashError, RenderError
from reports.renderers.order import Order, Probe, Typeset
from reports.renderers.typeset import load_tools, measure, typeset

MEMORY = 2 * 1024**3  # address space in bytes; a report of 20 pages takes a tenth of it


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, also after Ctrl-C
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    load_tools()
    with Connection(descriptor) as pipe:
        while True:
            try:
                job: Order | Probe = pipe.recv()
            except EOFError:
                return
            pipe.send(answer(job))


def answer(job: Order | Probe) -> Typeset | dict[str, int] | RenderError:
    try:
        return typeset(job) if isinstance(job, Order) else measure(job)
    except RenderError as error:
        return error
    except Exception:
        logging.getLogger(__name__).exception("rendering failed")
        return RenderCrashError()


if __name__ == "__main__":
    main(int(sys.argv[1]))
