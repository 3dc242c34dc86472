"""The pages of an evaluation, in the order of work; later rooms add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsys.decisions import Decision
from projects import permissions
from projects.models import Evaluation

if TYPE_CHECKING:
    from evalsys.accounts.models import User


@dataclass(frozen=True)
class Tab:
    position: int
    label: str
    url_name: str
    permission: Callable[["User", Evaluation], Decision]


_tabs: list[Tab] = [
    Tab(10, "绩效目标表", "projects:goals", permissions.can_edit_forms),
    Tab(20, "基本信息表", "projects:basic", permissions.can_edit_forms),
    Tab(40, "评价报告", "projects:report", permissions.can_edit_forms),
    Tab(50, "评价工作组", "projects:panel", permissions.can_appoint),
]


def add_tab(tab: Tab) -> None:
    _tabs.append(tab)


def tabs_for(user: "User", evaluation: Evaluation) -> list[Tab]:
    shown = [tab for tab in _tabs if tab.permission(user, evaluation)]
    return sorted(shown, key=lambda tab: tab.position)
