"""What must hold before the forms may leave the unit."""

from collections.abc import Iterator

from projects.enums import FundingColumn
from projects.models import BasicInfo, Evaluation, PanelMember
from projects.required import REQUIRED_BASIC
from projects.workflow import Problem, guard


@guard("forms_complete")
def forms_complete(evaluation: Evaluation) -> list[Problem]:
    """What an old form left blank stays blank."""
    if evaluation.old_form:
        return []
    return [
        *(Problem(text, "projects:goals") for text in _goals(evaluation)),
        *(Problem(text, "projects:basic") for text in _basic(evaluation.basic)),
        *(Problem(text, "projects:basic") for text in _funding(evaluation)),
        *(Problem(text, "projects:report") for text in _report(evaluation)),
    ]


def _goals(evaluation: Evaluation) -> Iterator[str]:
    targets = list(evaluation.targets.all())
    if not targets:
        yield "绩效目标表还没有一行目标"
    for number, target in enumerate(targets, start=1):
        if not (target.goal_type and target.goal_class and target.target):
            yield f"绩效目标表第 {number} 行缺指标类型、指标名称或绩效目标"


def _basic(basic: BasicInfo) -> Iterator[str]:
    missing = [
        BasicInfo._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001  columns have labels
        for name in REQUIRED_BASIC
        if not getattr(basic, name)
    ]
    if missing:
        yield f"基本信息表缺：{'、'.join(map(str, missing))}"


def _funding(evaluation: Evaluation) -> Iterator[str]:
    totals = evaluation.funding.totals()
    missing = [column.label for column in FundingColumn if totals[column] is None]
    if missing:
        yield f"基本信息表缺金额：{'、'.join(missing)}（没有资金请填 0）"


def _report(evaluation: Evaluation) -> Iterator[str]:
    empty = [
        str(section)
        for section in evaluation.sections.all()
        if section.has_body and not section.body.strip()
    ]
    if empty:
        yield f"评价报告还没有写：{'、'.join(empty)}"


@guard("panel_complete")
def panel_complete(evaluation: Evaluation) -> list[Problem]:
    """Everyone on it can score (source: checks.md C12); nobody has to for an old form."""
    if evaluation.old_form:
        return []
    members = list(evaluation.panel.seated())
    found = _seat_problems(members, evaluation)
    if any(member.user_id is None for member in members):
        found.append("有评价人员没有对应的账号，不能独立评分")
    return [Problem(text, "projects:panel") for text in found]


def panel_problems(evaluation: Evaluation) -> list[str]:
    """Too few members, or no leader, after those who stepped out."""
    return _seat_problems(list(evaluation.panel.seated()), evaluation)


def _seat_problems(members: list[PanelMember], evaluation: Evaluation) -> list[str]:
    """The minimum is the pack's."""
    minimum = evaluation.rule_pack.pack.scoring.minimum_evaluators
    found = []
    if len(members) < minimum:
        found.append(f"评价人员只有 {len(members)} 人，至少要 {minimum} 人")
    if not any(member.is_leader for member in members):
        found.append("还没有指定评价工作组组长")
    return found


@guard("leader_can_act")
def leader_can_act(evaluation: Evaluation) -> list[Problem]:
    """The leader of an imported form has no account, so nobody could take it up."""
    if evaluation.panel.seated().filter(is_leader=True, user__isnull=False).exists():
        return []
    return [Problem("组长没有账号，不能退回评价工作组；请退回填报单位")]
