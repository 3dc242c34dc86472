from django.db import models


class State(models.TextChoices):
    DRAFTING = "drafting", "填报"
    UNIT_REVIEW = "unit_review", "单位审核"
    SCORING = "scoring", "评分"
    CONFIRMING = "confirming", "组长确认"
    REVIEWING = "reviewing", "主管部门审核"
    SIGNED = "signed", "签发"
    ARCHIVED = "archived", "归档"


STATE_ORDER = tuple(State)


def states_from(first: State) -> tuple[State, ...]:
    """``first`` and everything after it."""
    return STATE_ORDER[STATE_ORDER.index(first) :]


class ProjectType(models.TextChoices):
    RECURRING = "recurring", "经常性项目"
    ONE_OFF = "one_off", "一次性项目"


class FundingColumn(models.TextChoices):
    """The columns of the funding matrix, amounts in 元."""

    PLANNED = "planned", "计划投资额"
    RECEIVED = "received", "实际到位资金"
    SPENT = "spent", "实际使用情况"
