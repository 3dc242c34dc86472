"""A few processes with WeasyPrint loaded.

Threads would make rendering slower and could not be stopped.
"""

import pickle
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from reports.renderers.errors import RenderCrashError, RenderError, RenderTimeoutError
from reports.renderers.order import Order, Probe, Typeset
from reports.workers import Pool, WorkerDiedError, WorkerTimeoutError

WORKERS = 2

pool = Pool("reports.renderers.worker", size=WORKERS)


@dataclass(frozen=True)
class Deadline:
    """``seconds`` from when it is made; waiting for a free worker counts."""

    seconds: float
    started: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        return max(0.0, self.started + self.seconds - monotonic())


def typeset_in_worker(order: Order, deadline: Deadline) -> Typeset:
    """``typeset`` in a worker, called from any thread; raises RenderError and nothing else.

    A worker that is not done at ``deadline`` is killed.
    """
    done: Typeset = _ask(order, deadline)
    return done


def measure_in_worker(probe: Probe, deadline: Deadline) -> dict[str, int]:
    """``measure`` in a worker, as above."""
    pages: dict[str, int] = _ask(probe, deadline)
    return pages


def _ask(job: Order | Probe, deadline: Deadline) -> Any:
    try:
        answer = pool.ask(pickle.dumps(job), seconds=deadline.left)
    except WorkerTimeoutError:
        raise RenderTimeoutError(deadline.seconds) from None
    except WorkerDiedError as error:
        raise RenderCrashError from error
    return _given(pickle.loads(answer))  # noqa: S301  from our own child


def _given(answer: Any) -> Any:
    if isinstance(answer, RenderError):
        raise answer
    return answer
