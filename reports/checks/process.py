"""C13 and F01–F03: who did what when, and what the public reads."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from evalsys.jsonread import member_path
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    NotApplicableError,
    NotEnoughDataError,
    Phase,
    Severity,
    Step,
)
from reports.checks.places import at
from reports.checks.registry import check
from reports.checks.words import BLANK
from reports.dossier.model import Dossier

SUBMIT, OPEN_SCORING, APPROVE = "submit", "open_scoring", "approve"
PASSING = {OPEN_SCORING: "单位审核", APPROVE: "主管部门审核"}
PERSONAL = re.compile(
    r"(?<![0-9])(?:(?P<手机号>1[3-9][0-9]{9})|(?P<电话>0[0-9]{2,3}[-－ ][1-9][0-9]{6,7})"
    r"|(?P<身份证号>[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx])|(?P<账号>[0-9]{16,19}))(?![0-9])"
)
MASKED = re.compile(r"[*＊×xX•]{3,}")


@check("C13", Severity.WARN, "按期送审", applies="有完成期限的自评表", phase=Phase.COURSE)
def submitted_on_time(case: Case) -> Iterator[Finding]:
    due, submitted = case.dossier.due_on, case.dossier.submitted_on
    if due is None:
        raise NotApplicableError("没有规定完成期限。")
    if submitted is None and case.context.today is None:
        raise NotEnoughDataError("没有送审日期。")
    if submitted is not None and submitted > due:
        found = f"{submitted.isoformat()} 送审"
        yield Finding(at("submitted_on"), found, f"不晚于 {due.isoformat()}", _late(submitted, due))
    if submitted is None and case.context.today is not None and case.context.today > due:
        late = _late(case.context.today, due)
        yield Finding(at("submitted_on"), "还没有送审", f"不晚于 {due.isoformat()}", late)


def _late(day: date, due: date) -> str:
    return f"晚了 {(day - due).days} 天"


def _steps(case: Case) -> tuple[Step, ...]:
    if case.context.steps is None:
        raise NotEnoughDataError("没有办理记录。")
    return case.context.steps


@check(
    "F01",
    Severity.BLOCK,
    "填报人不审核自己填的表，每次退回都写明原因",
    applies="在系统中办理的自评",
    phase=Phase.COURSE,
)
def filler_is_no_reviewer(case: Case) -> Iterator[Finding]:
    filler = ""
    for index, step in enumerate(_steps(case)):
        place = at(f"steps[{index}]")
        if step.action == SUBMIT:
            filler = step.actor
        if step.action in PASSING and filler and step.actor == filler:
            how = f"{PASSING[step.action]}：{step.on.isoformat()}"
            yield Finding(place, "由填报人自己审核", "由另一人审核", how)
        if step.needs_reason and not step.reason.strip():
            yield Finding(place, BLANK, "写明退回的原因", f"{step.on.isoformat()} 退回")


@check(
    "F02",
    Severity.BLOCK,
    "公开稿不带电话、身份证号等个人信息",
    applies="有公开稿的自评",
    phase=Phase.COURSE,
    source="《预算法》第十四条；个人信息保护",
)
def published_copy_is_clean(case: Case) -> Iterator[Finding]:
    public = case.context.published_copy
    if public is None:
        raise NotEnoughDataError("还没有公开稿。")
    phone = public.basic.phone.strip()
    if phone and not MASKED.search(phone):
        how = "联系电话在公开稿中应当隐去"
        yield Finding(at("basic.phone"), phone, "隐去", how, Correction(""))
    for path, text in _public_texts(public):
        for match in PERSONAL.finditer(text):
            how = f"公开稿中有{match.lastgroup}"
            yield Finding(at(path, *match.span()), match[0], "隐去", how, Correction("＊" * 4))


def _public_texts(public: Dossier) -> Iterator[tuple[str, str]]:
    for key, text in public.sections.items():
        yield member_path("sections", key), text
    for index, row in enumerate(public.targets):
        yield f"targets[{index}].target", row.target
    yield "basic.address", public.basic.address
    yield "execution_reason", public.execution_reason
    yield "adjustment_reason", public.adjustment_reason


@check(
    "F03",
    Severity.WARN,
    "签发后按期公开",
    applies="已签发的自评",
    phase=Phase.COURSE,
    source="《预算法》第十四条；规则包的界限：公开的天数",
)
def published_in_time(case: Case) -> Iterator[Finding]:
    signed = next((step.on for step in _steps(case) if step.action == APPROVE), None)
    if signed is None:
        raise NotApplicableError("还没有签发。")
    latest = signed + timedelta(days=int(case.limit("publication_days")))
    published, today = case.context.published_on, case.context.today
    if published is None and today is None:
        raise NotEnoughDataError("没有公开日期。")
    how = f"{signed.isoformat()} 签发，{int(case.limit('publication_days'))} 天内公开"
    if published is not None and published > latest:
        place, found = at("published_on"), published.isoformat()
        yield Finding(place, f"{found} 公开", f"不晚于 {latest.isoformat()}", how)
    if published is None and today is not None and today > latest:
        yield Finding(at("published_on"), "还没有公开", f"不晚于 {latest.isoformat()}", how)
