"""The table of tasks: what a job's name stands for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalsys.jobs.models import Job
    from evalsys.jobs.running import Progress

# Called with the job, its progress and the JSON arguments; returns JSON data. At least once:
# what it writes it replaces, because a killed worker's job begins anew.
Task = Callable[..., "dict[str, Any] | None"]

_tasks: dict[str, Task] = {}


def task(name: str) -> Callable[[Task], Task]:
    def register(function: Task) -> Task:
        if name in _tasks:
            raise ValueError(f"task {name} is registered twice")
        _tasks[name] = function
        return function

    return register


def perform(job: "Job", progress: "Progress") -> "dict[str, Any] | None":
    return _tasks[job.task](job, progress, **job.arguments)


def is_known(name: str) -> bool:
    return name in _tasks
