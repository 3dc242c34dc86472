"""What this room adds to the workflow: its guards, its effects, and whom scoring waits for."""

from typing import TYPE_CHECKING

from django.db.models import Q

from projects.enums import State
from projects.guards import panel_problems
from projects.models import Evaluation, PanelMember
from projects.permissions import can_edit_forms, can_read
from projects.tabs import Tab, add_tab
from projects.tools import Tool, add_tool
from projects.workflow import Act, Action, Problem, effect, guard, waiting
from scoring import evidence, old_forms  # noqa: F401  register guards and effects
from scoring.department import journal_department_review
from scoring.models import ScoreSheet
from scoring.permissions import can_copy_last_year, can_open_sheet
from scoring.sheets import late_sheets, open_sheets, reopen_sheets
from scoring.tree_editing import tree_problems
from scoring.verification import broken_seals

if TYPE_CHECKING:
    from evalsys.accounts.models import User

add_tab(Tab(30, "指标体系", "scoring:indicators", can_edit_forms))
add_tool(
    Tool(
        10,
        "scoring:last_year",
        lambda user, evaluation: "从上年复制" if can_copy_last_year(user, evaluation) else "",
    )
)
add_tab(Tab(35, "佐证材料", "scoring:evidence", can_read))
add_tab(Tab(60, "我的评分表", "scoring:sheet", can_open_sheet))


@guard("weights_add_up")
def weights_add_up(evaluation: Evaluation) -> list[Problem]:
    rows = list(evaluation.indicators.all())
    found = tree_problems(rows, evaluation.rule_pack.pack)
    return [Problem(text, "scoring:indicators") for text in found]


@guard("all_sheets_in")
def all_sheets_in(evaluation: Evaluation) -> list[Problem]:
    names = late_sheets(evaluation).values_list("member__name", flat=True)
    return [
        *map(Problem, panel_problems(evaluation)),
        *(Problem(f"{name}还没有提交评分表") for name in names),
        *(
            Problem(f"{broken.evaluator}的评分表与封存时不一致")
            for broken in broken_seals(evaluation)
        ),
    ]


@effect(Action.OPEN_SCORING)
def open_sheets_with_scoring(evaluation: Evaluation, act: Act) -> None:
    open_sheets(evaluation)


@effect(Action.REOPEN_SCORING)
@effect(Action.RECALL_FORMS)
@effect(Action.RETURN_TO_UNIT)
@effect(Action.WITHDRAW)
@effect(Action.WITHDRAW_ARCHIVED)
def reopen_sheets_with_return(evaluation: Evaluation, act: Act) -> None:
    """Where the forms may change, no seal over marks given to the old ones may stand."""
    reopen_sheets(evaluation, act)


@effect(Action.APPROVE)
def journal_what_the_department_said(evaluation: Evaluation, act: Act) -> None:
    journal_department_review(evaluation, user=act.user)


@waiting(State.SCORING)
def sheets_to_hand_in(user: "User") -> Q:
    """Sheets wait for their evaluators, a panel that is too small for its leader."""
    mine = ScoreSheet.objects.filter(
        member__user=user, member__recused_at__isnull=True, submitted_at__isnull=True
    )
    return Q(pk__in=mine.values("evaluation")) | Q(pk__in=_short_panels(user))


def _short_panels(user: "User") -> list[int]:
    """Evaluations the user leads whose panel lost somebody it cannot do without."""
    led = Evaluation.objects.filter(
        state=State.SCORING,
        pk__in=PanelMember.objects.filter(user=user, is_leader=True).values("evaluation"),
        panel__recused_at__isnull=False,
    ).distinct()
    return [evaluation.pk for evaluation in led.with_project() if panel_problems(evaluation)]
