"""Setting up and starting evalsys from a bare Python: standard library only, no Django."""

import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from evalsys.bootstrap import linting, mutation, serving, testing
from evalsys.bootstrap.common import SetupError, say

COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": serving.up,
    "test": testing.test,
    "lint": linting.lint,
    "mutate": mutation.mutate,
}
REFUSED = 2
INTERRUPTED = 130
TERMINATED = 143


def end_in_order(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)


def run(command: str, arguments: Sequence[str]) -> int:
    """The exit code: 0 done, 2 something is missing and said, else that of the failed part."""
    signal.signal(signal.SIGTERM, end_in_order)
    try:
        return COMMANDS[command](arguments)
    except SetupError as problem:
        sys.stderr.write(f"{problem}\n")
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        sys.stderr.write(f"The machine refused: {problem.strerror or problem}{where}.\n")
    except KeyboardInterrupt:
        say("Stopped.")
        return INTERRUPTED
    return REFUSED
