"""The child's side: ``python -m reports.renderers.worker FD``. Orders in, PDFs or errors out."""

import logging
import pickle
import sys

from reports.renderers.errors import RenderCrashError, RenderError
from reports.renderers.order import Order, Probe, Typeset
from reports.renderers.typeset import load_tools, measure, typeset
from reports.workers import limit_memory, serve

MEMORY = 2 * 1024**3  # address space in bytes; a report of 20 pages takes a tenth of it


def main(descriptor: int) -> None:
    limit_memory(MEMORY)
    load_tools()
    serve(descriptor, answer)


def answer(job: bytes) -> bytes:
    return pickle.dumps(_done(pickle.loads(job)))  # noqa: S301  from our own parent


def _done(job: Order | Probe) -> Typeset | dict[str, int] | RenderError:
    try:
        return typeset(job) if isinstance(job, Order) else measure(job)
    except RenderError as error:
        return error
    except Exception:
        logging.getLogger(__name__).exception("rendering failed")
        return RenderCrashError()


if __name__ == "__main__":
    main(int(sys.argv[1]))
