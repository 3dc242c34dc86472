"""What else can be done with an evaluation now, beside its steps; later rooms add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from projects.models import Evaluation

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@dataclass(frozen=True)
class Tool:
    """A page linked from the overview; ``label`` answers "" where it is not offered."""

    position: int
    url_name: str
    label: Callable[["User", Evaluation], str]


_tools: list[Tool] = []


def add_tool(tool: Tool) -> None:
    _tools.append(tool)


def tools_for(user: "User", evaluation: Evaluation) -> list[tuple[str, str]]:
    """Label and url name of each that is offered, in order."""
    tools = sorted(_tools, key=lambda tool: tool.position)
    offered = ((tool.label(user, evaluation), tool.url_name) for tool in tools)
    return [(label, url_name) for label, url_name in offered if label]
