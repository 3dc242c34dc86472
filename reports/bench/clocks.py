"""Taking turns: what is compared is measured side by side, so that a busy machine slows both."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Task = Callable[[], object]
Clock = Callable[[], float]

CPU, WALL = "CPU", "wall"
CLOCKS: Mapping[str, Clock] = {CPU: process_time, WALL: perf_counter}


@dataclass(frozen=True)
class Times:
    """How long each turn of one task took, in milliseconds by ``clock``."""

    turns: tuple[float, ...]
    clock: str

    @property
    def median(self) -> float:
        return median(self.turns)

    def p95(self) -> float:
        """The nearest rank: at least 95 % of the turns took no longer."""
        return sorted(self.turns)[math.ceil(0.95 * len(self.turns)) - 1]


def take_turns(
    tasks: Mapping[str, Task], *, rounds: int, clock: str, warm_up: bool = True
) -> dict[str, Times]:
    """Run every task once a round; ``warm_up`` runs each once before anything counts."""
    if warm_up:
        for task in tasks.values():
            task()
    turns: dict[str, list[float]] = {name: [] for name in tasks}
    now = CLOCKS[clock]
    for _ in range(rounds):
        for name, task in tasks.items():
            started = now()
            task()
            turns[name].append(1000 * (now() - started))
    return {name: Times(tuple(taken), clock) for name, taken in turns.items()}
