"""Units, people and evaluations at any state, made the way the product makes them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evalsys.accounts.domain import create_unit, create_user, grant_role
from evalsys.accounts.enums import Role, UnitKind
from evalsys.accounts.models import Unit, User
from evalsys.library.domain import add_entry
from evalsys.library.models import LibraryEntry
from evalsys.rulepacks.domain import start_draft
from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from projects.domain import appoint, create_project
from projects.enums import State
from projects.evidence.domain import Checked
from projects.models import Evaluation, Evidence
from projects.workflow import Action, perform
from reports import demo
from scoring.engine import MarkState
from scoring.evidence import attach, leaf_groups
from scoring.models import ScoreSheet
from scoring.opening import open_evaluation
from scoring.sheets import hand_in, save_mark

People = Mapping[str, User]

# Who plays the part of a demo account in the unit next door; the names are the same.
NEIGHBOURS = {
    "caiwu": ("caiwu2", Role.FINANCE_STAFF),
    "fuzeren": ("fuzeren2", Role.UNIT_HEAD),
    "zuzhang": ("zuzhang2", None),
    "pingjia2": ("pingjia4", None),
    "pingjia3": ("pingjia5", None),
}


def person(username: str, unit: Unit, role: Role | None = None, **fields: Any) -> User:
    values = {"name": username, "password": demo.PASSWORD, "must_change_password": False} | fields
    user = create_user(username=username, unit=unit, actor=None, **values)
    if role:
        grant_role(user, role=role, unit=unit, actor=None)
    return user


def load_people() -> dict[str, User]:
    """The demo's people, those of a second unit of the same department, and another department's."""
    people = demo.load_people()
    department = people["zhuguan"].unit
    unit = create_unit(
        name="海口市档案馆", kind=UnitKind.IMPLEMENTING, parent=department, actor=None
    )
    elsewhere = create_unit(
        name="海口市水务局", kind=UnitKind.DEPARTMENT, parent=department.parent, actor=None
    )
    for counterpart, (username, role) in NEIGHBOURS.items():
        people[username] = person(username, unit, role, name=people[counterpart].name)
    people["zhuguan2"] = person("zhuguan2", elsewhere, Role.SUPERVISOR)
    return people


def next_door(people: People) -> dict[str, User]:
    """The same cast, played by the people of the second unit."""
    return {
        name: people[NEIGHBOURS[name][0]] if name in NEIGHBOURS else user
        for name, user in people.items()
    }


def evaluation_at(state: State, people: People) -> Evaluation:
    """The seed, complete, taken through the workflow to ``state``; one per unit and state.

    At ``SIGNED`` nobody has signed yet.
    """
    stage = State.SIGNED if state is State.ARCHIVED else state
    remark = f"{people['caiwu'].username} {state.label}"
    evaluation = demo._make_stage(stage, remark, dict(people))
    if state is State.ARCHIVED:
        demo.sign_all(evaluation)
        perform(evaluation, Action.ARCHIVE, user=people["zhuguan"])
    return evaluation


def opened(people: People, *, pack: str, name: str = "新项目", year: int = 2024) -> Evaluation:
    """An empty evaluation under the newest version of a pack."""
    project = create_project(unit=people["caiwu"].unit, name=name, actor=people["caiwu"])
    return open_evaluation(
        project=project,
        fiscal_year=year,
        rule_pack=RulePackVersion.objects.newest().get(code=pack),
        actor=people["caiwu"],
    )


def open_next(
    people: People, before: Evaluation, year: int, *, pack: str | None = None
) -> Evaluation:
    """The project's evaluation of a later year, under the same pack or the newest of another."""
    newest = RulePackVersion.objects.newest()
    return open_evaluation(
        project=before.project,
        fiscal_year=year,
        rule_pack=newest.get(code=pack) if pack else before.rule_pack,
        actor=people["caiwu"],
    )


def pack_draft(user: User, *, code: str = "sanya-2026", pack: str = "haikou-2019") -> RulePackDraft:
    """A finance bureau's draft, as copied from the newest version of a pack."""
    return start_draft(
        RulePackVersion.objects.newest().get(code=pack),
        owner=user.unit,
        code=code,
        name="三亚市绩效自评",
        place="三亚市",
        actor=user,
    )


def library_entry(user: User, name: str = "窗口平均等候时间", **fields: Any) -> LibraryEntry:
    """An indicator of a finance bureau's own."""
    values = {
        "indicator_class": "quality",
        "operator": "at_most",
        "unit": "分钟",
        "target": "15",
        "explanation": "取号到叫号的平均时间。",
        "evidence_asked": "叫号系统报表",
    } | fields
    return add_entry(owner=user.unit, actor=user, name=name, **values)


def sheet_of(evaluation: Evaluation, user: User) -> ScoreSheet:
    return ScoreSheet.objects.get(evaluation=evaluation, member__user=user)


def give_marks(sheet: ScoreSheet, share: str | Decimal) -> None:
    """Every leaf gets this share of its weight, whatever its rule would give."""
    for mark in sheet.marks.select_related("indicator"):
        save_mark(
            mark,
            seen=mark.version,
            state=MarkState.SCORED,
            value=mark.indicator.weight * Decimal(share),
            remark="酌情给分",
        )


def mark_at_random(sheet: ScoreSheet, seed: object) -> None:
    """Some leaves marked, with remarks; which and how depends on the seed alone."""
    chance = random.Random(f"{seed}")
    for mark in sheet.marks.select_related("indicator"):
        if chance.random() < 0.7:
            steps = chance.randint(0, int(mark.indicator.weight * 2))
            save_mark(
                mark,
                seen=mark.version,
                state=MarkState.SCORED,
                value=Decimal(steps) / 2,
                remark=f"看法{seed}" * chance.randint(0, 9),
            )


def hand_in_all(evaluation: Evaluation, people: People) -> None:
    for username in demo.PANEL:
        sheet = sheet_of(evaluation, people[username])
        if sheet.submitted_at is None:
            hand_in(sheet, user=people[username])
    evaluation.refresh_from_db()


STEPS = {
    State.DRAFTING: (Action.SUBMIT, "caiwu"),
    State.UNIT_REVIEW: (Action.OPEN_SCORING, "fuzeren"),
    State.CONFIRMING: (Action.CONFIRM, "zuzhang"),
    State.REVIEWING: (Action.APPROVE, "zhuguan"),
    State.SIGNED: (Action.ARCHIVE, "zhuguan"),
}


def advance(evaluation: Evaluation, state: State, people: People) -> None:
    """Take an evaluation on to ``state``, whoever sits on its panel; all give half of the points."""
    while evaluation.state != state:
        if evaluation.state == State.SCORING:
            _score(evaluation)
        else:
            if evaluation.state == State.SIGNED:
                demo.sign_all(evaluation)
            action, username = STEPS[State(evaluation.state)]
            perform(evaluation, action, user=people[username])
        evaluation.refresh_from_db()


def _score(evaluation: Evaluation) -> None:
    for member in evaluation.panel.select_related("user", "sheet"):
        give_marks(member.sheet, "0.5")
        hand_in(member.sheet, user=member.user)


@dataclass(frozen=True)
class World:
    """``evaluations`` are those of the demo's unit; ``foreign`` is scored next door."""

    people: dict[str, User]
    evaluations: dict[State, Evaluation]
    foreign: Evaluation

    def __getitem__(self, username: str) -> User:
        return self.people[username]


def build_world() -> World:
    people = load_people()
    pack_draft(people["caizheng"])
    library_entry(people["caizheng"])
    world = World(
        people,
        {state: evaluation_at(state, people) for state in State},
        evaluation_at(State.SCORING, next_door(people)),
    )
    for evaluation in (*world.evaluations.values(), world.foreign):
        add_evidence(evaluation, people["caiwu"])
    return world


def seat_panel(evaluation: Evaluation, people: People) -> None:
    for username in demo.PANEL:
        leads = username == demo.PANEL[0]
        appoint(evaluation, people[username], is_leader=leads, actor=people["caiwu"])


def explain_all(evaluation: Evaluation, people: People) -> None:
    """Every warning on the forms as they stand."""
    demo._explain_warnings(evaluation, people["caiwu"])


def add_evidence(evaluation: Evaluation, user: User, *, title: str = "维护合同") -> Evidence:
    """A PDF behind the first leaf, at whatever state; its bytes are those of its title."""
    leaf = leaf_groups(evaluation.indicators.all())[0].leaves[0]
    content = f"%PDF-1.7 {title} startxref 0 %%EOF".encode()
    return attach(evaluation, Checked("pdf", content), title=title, leaves=[leaf], actor=user)
