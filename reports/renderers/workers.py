"""A few processes with WeasyPrint loaded.

Threads would make rendering slower and could not be stopped.
"""

import pickle
from collections.abc import Sequence

from reports.renderers.errors import RenderCrashError, RenderError, RenderTimeoutError
from reports.workers import Pool, WorkerDiedError, WorkerTimeoutError

WORKERS = 2

pool = Pool("reports.renderers.worker", size=WORKERS)


def typeset_in_worker(pages: Sequence[str], title: str, *, seconds: float) -> bytes:
    """``typeset`` in a worker, called from any thread; raises RenderError and nothing else.

    A worker that takes longer than ``seconds`` is killed; waiting for a free one counts.
    """
    try:
        answer = pool.ask(pickle.dumps((list(pages), title)), seconds=seconds)
    except WorkerTimeoutError:
        raise RenderTimeoutError(seconds) from None
    except WorkerDiedError as error:
        raise RenderCrashError from error
    return _pdf(pickle.loads(answer))  # noqa: S301  from our own child


def _pdf(answer: bytes | RenderError) -> bytes:
    if isinstance(answer, RenderError):
        raise answer
    return answer
