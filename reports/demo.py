"""Demo data: the seed form set, taken through the real workflow to a chosen stage.

The published form gives only the evaluators' totals, so the marks behind them are made up.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from evalsys.accounts.domain import create_unit, create_user, grant_role
from evalsys.accounts.enums import Role, UnitKind
from evalsys.accounts.models import Unit, User
from evalsys.rulepacks.models import RulePackVersion
from projects.domain import appoint, create_project, name_appointment
from projects.enums import State
from projects.models import Evaluation, Project
from projects.workflow import Action, perform
from reports.checks import Severity
from reports.checks.settling import unsettled
from reports.dossier.importer import import_dossier, replace_forms
from reports.dossier.model import Dossier
from reports.dossier.seed import seed_dossier
from reports.examination import examine_forms, explain
from reports.issuing.models import Slot
from reports.issuing.signing import issued_digest, sign_slot
from scoring.opening import open_evaluation
from scoring.sheets import hand_in, save_mark, sheet_for

PASSWORD = "Jixiao-2019-demo"  # noqa: S105 printed on purpose, and only by the demo command
STAGES = (State.DRAFTING, State.SCORING, State.CONFIRMING, State.REVIEWING, State.SIGNED)
EXPLANATION = "演示数据：本例取自公开的自评表，这一处照原样保留。"
AS_PUBLISHED = "公开稿原样"

BUREAU = "海口市财政局"
DEPARTMENT = "中共海口市委机构编制委员会办公室"
UNIT = "海口市机构编制委员会办公室电子政务中心"


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    job_title: str
    unit: str
    role: Role | None = None
    does: str = ""


PEOPLE = (
    Person("caiwu", "吴敏", "会计", UNIT, Role.FINANCE_STAFF, "填报三份表"),
    Person("fuzeren", "郑东", "主任", UNIT, Role.UNIT_HEAD, "单位审核，开始评分"),
    Person("zuzhang", "李警南", "副主任", DEPARTMENT, None, "评价工作组组长，评分、确认结果、签字"),
    Person("pingjia2", "陈成章", "副主任", DEPARTMENT, None, "评价人员，评分、签字"),
    Person("pingjia3", "骆树军", "综合科科长", DEPARTMENT, None, "评价人员，评分、签字"),
    Person("zhuguan", "林芳", "财务处处长", DEPARTMENT, Role.SUPERVISOR, "主管部门审核，下载 PDF"),
    Person("caizheng", "符强", "绩效科科长", BUREAU, Role.FINANCE_BUREAU, "财政部门，查看"),
    Person("xitong", "系统管理员", "", BUREAU, Role.SYSTEM_ADMIN, "单位与用户"),
    Person("anquan", "安全管理员", "", BUREAU, Role.SECURITY_ADMIN, "角色授权"),
    Person("shenji", "审计管理员", "", BUREAU, Role.AUDIT_ADMIN, "操作日志"),
)
PANEL = ("zuzhang", "pingjia2", "pingjia3")


@transaction.atomic
def load_people() -> dict[str, User]:
    """The demo units and accounts, by username; made once."""
    units = _load_units()
    return {person.username: _load_person(person, units[person.unit]) for person in PEOPLE}


def _load_units() -> dict[str, Unit]:
    bureau = _unit(BUREAU, UnitKind.FINANCE_BUREAU, None)
    department = _unit(DEPARTMENT, UnitKind.DEPARTMENT, bureau)
    return {
        BUREAU: bureau,
        DEPARTMENT: department,
        UNIT: _unit(UNIT, UnitKind.IMPLEMENTING, department),
    }


def _unit(name: str, kind: UnitKind, parent: Unit | None) -> Unit:
    found = Unit.objects.filter(name=name, parent=parent).first()
    return found or create_unit(name=name, kind=kind, parent=parent, actor=None)


def _load_person(person: Person, unit: Unit) -> User:
    found = User.objects.filter(username=person.username).first()
    if found:
        return found
    user = create_user(
        username=person.username,
        name=person.name,
        job_title=person.job_title,
        unit=unit,
        password=PASSWORD,
        must_change_password=False,
        actor=None,
    )
    if person.role:
        grant_role(user, role=person.role, unit=unit, actor=None)
    return user


@transaction.atomic
def load_stage(stage: State, people: dict[str, User]) -> Evaluation:
    """The seed at ``stage``, as a project of its own; loaded before, it is left as it is."""
    remark = f"演示：{stage.label}"
    existing = Evaluation.objects.filter(project__remark=remark).first()
    if existing:
        return existing
    evaluation = _make_stage(stage, remark, people)
    if stage is State.SIGNED:
        sign_all(evaluation)
    return evaluation


def _make_stage(stage: State, remark: str, people: dict[str, User]) -> Evaluation:
    dossier = seed_dossier("scored")
    evaluation = _draft(dossier, remark, people)
    for advance in ADVANCES:
        if evaluation.state == stage:
            break
        advance(evaluation, dossier, people)
        evaluation.refresh_from_db()
    return evaluation


def _draft(dossier: Dossier, remark: str, people: dict[str, User]) -> Evaluation:
    project = create_project(
        unit=people["caiwu"].unit, name=dossier.project_name, remark=remark, actor=people["caiwu"]
    )
    evaluation = open_evaluation(
        project=project,
        fiscal_year=dossier.fiscal_year,
        rule_pack=RulePackVersion.objects.get(digest=dossier.pack.digest),
        due_on=date(2020, 4, 20),
        actor=people["caiwu"],
    )
    replace_forms(evaluation, dossier)
    for username in PANEL:
        appoint(evaluation, people[username], is_leader=username == PANEL[0], actor=people["caiwu"])
    name_appointment(evaluation, dossier.appointed_by, actor=people["caiwu"])
    _explain_warnings(evaluation, people["caiwu"])
    return evaluation


def _explain_warnings(evaluation: Evaluation, actor: User) -> None:
    _, answers = examine_forms(evaluation)
    for answer, finding in unsettled(answers, {}):
        if answer.severity is Severity.WARN:
            explain(evaluation, finding.key, EXPLANATION, seen=0, actor=actor)


def _submit(evaluation: Evaluation, dossier: Dossier, people: dict[str, User]) -> None:
    perform(evaluation, Action.SUBMIT, user=people["caiwu"])


def _open_scoring(evaluation: Evaluation, dossier: Dossier, people: dict[str, User]) -> None:
    perform(evaluation, Action.OPEN_SCORING, user=people["fuzeren"])


def _score(evaluation: Evaluation, dossier: Dossier, people: dict[str, User]) -> None:
    given = {person.name: person.sheet.marks for person in dossier.panel if person.sheet}
    for user in (people[username] for username in PANEL):
        sheet = sheet_for(evaluation, user)
        for mark in sheet.marks.select_related("indicator"):
            judged = given[user.name][mark.indicator.key]
            save_mark(
                mark,
                seen=mark.version,
                state=judged.state,
                value=judged.value,
                remark=judged.reason,
            )
        hand_in(sheet, user=user)


def _confirm(evaluation: Evaluation, dossier: Dossier, people: dict[str, User]) -> None:
    perform(evaluation, Action.CONFIRM, user=people[PANEL[0]])


def _approve(evaluation: Evaluation, dossier: Dossier, people: dict[str, User]) -> None:
    perform(evaluation, Action.APPROVE, user=people["zhuguan"])


def sign_all(evaluation: Evaluation) -> None:
    """Everybody signs whose turn it is, until the file is locked; the unit's head seals."""
    while slot := _due_slot(evaluation):
        sign_slot(
            slot, user=slot.user or _head_of(evaluation.unit), seen=issued_digest(slot.document)
        )


def _due_slot(evaluation: Evaluation) -> Slot | None:
    due = Slot.objects.due().filter(document__evaluation=evaluation)
    return due.select_related("user", "document__evaluation", "document__seal").first()


def _head_of(unit: Unit) -> User:
    return User.objects.get(role_grants__role=Role.UNIT_HEAD, role_grants__unit=unit)


ADVANCES = (_submit, _open_scoring, _score, _confirm, _approve)


@transaction.atomic
def load_as_published(people: dict[str, User]) -> Evaluation:
    """The form as it was published: a consensus column of 88 beside the totals 89, 96 and 86."""
    dossier, unit = seed_dossier("as_published"), people["caiwu"].unit
    project = Project.objects.filter(unit=unit, remark=AS_PUBLISHED).first()
    if project:
        return project.evaluations.get(fiscal_year=dossier.fiscal_year)
    return import_dossier(dossier, unit=unit, actor=None, remark=AS_PUBLISHED)
