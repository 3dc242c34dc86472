"""A few processes with WeasyPrint loaded.

Threads would make rendering slower and could not be stopped.
"""

import pickle

from reports.renderers.errors import RenderCrashError, RenderError, RenderTimeoutError
from reports.renderers.order import Order, Typeset
from reports.workers import Pool, WorkerDiedError, WorkerTimeoutError

WORKERS = 2

pool = Pool("reports.renderers.worker", size=WORKERS)


def typeset_in_worker(order: Order, *, seconds: float) -> Typeset:
    """``typeset`` in a worker, called from any thread; raises RenderError and nothing else.

    A worker that takes longer than ``seconds`` is killed; waiting for a free one counts.
    """
    try:
        answer = pool.ask(pickle.dumps(order), seconds=seconds)
    except WorkerTimeoutError:
        raise RenderTimeoutError(seconds) from None
    except WorkerDiedError as error:
        raise RenderCrashError from error
    return _typeset_or_raise(pickle.loads(answer))  # noqa: S301  from our own child


def _typeset_or_raise(answer: Typeset | RenderError) -> Typeset:
    if isinstance(answer, RenderError):
        raise answer
    return answer
