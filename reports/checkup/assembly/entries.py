"""The single entries of the forms."""

import re
from datetime import date

from reports.checkup.assembly.desk import Desk
from reports.checkup.assembly.sources import Sources
from reports.checkup.parts import Printed, Unread
from reports.checkup.values import UnclearError, day, folded
from reports.checkup.words import plain
from reports.dossier.codec import POSTCODE
from reports.dossier.members import LABEL, LINE, SHORT
from reports.dossier.model import BasicInfo, ProjectType

TEXTS = {
    "implementing_unit": ("项目实施单位", LABEL),
    "supervising_department": ("主管部门", LABEL),
    "project_leader": ("项目负责人", SHORT),
    "phone": ("联系电话", SHORT),
    "address": ("地址", LINE),
}
PROJECT_NAME = "项目名称"
NO_NAME = "（没有读到项目名称）"
SAID_TWICE = "在几处写得不一样：{}。取先写的一处。"
TYPES = {
    "经常性": ProjectType.RECURRING,
    "常年性": ProjectType.RECURRING,
    "一次性": ProjectType.ONE_OFF,
}
TICK = "√✓✔☑☒■●VvXx×"
TICKED = re.compile(
    rf"(?:[{TICK}](经常性|一次性|常年性)|(经常性|一次性|常年性)(?:项目)?[(（]?[{TICK}])"
)
PHONE = re.compile(r"(?:1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{7,8})(?![0-9])")
YEAR = re.compile(r"(20[0-9]{2})年?度")


ENTRIES = (*TEXTS, "postcode", "project_type", "evaluated_on")


def read_basic(sources: Sources, desk: Desk) -> BasicInfo:
    for name in ENTRIES:
        desk.spot(f"basic.{name}", sources.first(name))
    texts = {name: _text(name, sources, desk) for name in TEXTS}
    _split_leader_and_phone(sources, texts)
    return BasicInfo(
        **texts,
        postcode=_postcode(sources, desk),
        project_type=_project_type(sources, desk),
        evaluated_on=_evaluated_on(sources, desk),
    )


def _text(name: str, sources: Sources, desk: Desk) -> str:
    what, limit = TEXTS[name]
    _point_out_differences(name, what, sources, desk)
    return desk.line(sources.first(name), what=what, path=f"basic.{name}", limit=limit)


def _point_out_differences(name: str, what: str, sources: Sources, desk: Desk) -> None:
    said = sources.several(name)
    if len(said) > 1:
        words = "、".join(f"「{' '.join(one.text.split())}」" for one in said)
        desk.note(what + SAID_TWICE.format(words), said[1])


def _split_leader_and_phone(sources: Sources, texts: dict[str, str]) -> None:
    both = sources.first("leader_and_phone").text
    found = PHONE.search(folded(both))
    if both and not texts["project_leader"]:
        texts["project_leader"] = PHONE.sub("", folded(both)).strip("、,;/")[:SHORT]
    if found and not texts["phone"]:
        texts["phone"] = found[0]


def project_name(sources: Sources, desk: Desk) -> str:
    _point_out_differences("project_name", PROJECT_NAME, sources, desk)
    printed = sources.first("project_name")
    name = desk.line(printed, what=PROJECT_NAME, path="project_name", limit=LINE)
    if not name:
        desk.unread.append(Unread(Printed("", "", ""), PROJECT_NAME, "没有印出"))
    return name or NO_NAME


def _postcode(sources: Sources, desk: Desk) -> str:
    printed = sources.first("postcode")
    return desk.value(printed, _code, what="邮编", path="basic.postcode") or ""


def _code(text: str) -> str | None:
    code = folded(text)
    if len(code) > POSTCODE or not code.isascii():
        raise UnclearError("不是六位数字的邮编")
    return code or None


def _project_type(sources: Sources, desk: Desk) -> ProjectType:
    printed = sources.first("project_type")
    return (
        desk.value(printed, _chosen_type, what="项目类型", path="basic.project_type")
        or ProjectType.BLANK
    )


def _chosen_type(text: str) -> ProjectType | None:
    words = plain(text)
    ticked = {TYPES[first or second] for first, second in TICKED.findall(words)}
    if len(ticked) > 1:
        raise UnclearError("两个都勾了")
    if ticked:
        return ticked.pop()
    named = {kind for word, kind in TYPES.items() if word in words}
    only_one = len(named) == 1 and not re.search(r"[(（□]", text)
    return named.pop() if only_one else None


def _evaluated_on(sources: Sources, desk: Desk) -> date | None:
    printed = sources.first("evaluated_on")
    return desk.value(printed, _day, what="评价日期", path="basic.evaluated_on")


def _day(text: str) -> date | None:
    found = day(text)
    if found is None and any(char.isdigit() for char in text):
        raise UnclearError("不是一个完整的日期")
    return found


def fiscal_year(sources: Sources, evaluated_on: date | None, desk: Desk) -> int | None:
    """The year of a title or an entry; else the one before the evaluation, if the text names it."""
    printed = sources.first("fiscal_year")
    stated = re.search(r"20[0-9]{2}", folded(printed.text))
    if stated:
        desk.places["fiscal_year"] = printed
        return int(stated[0])
    texts = [text.text for heading in sources.headings for text, _ in heading.body]
    named = YEAR.findall(folded("".join(texts)))
    before = evaluated_on.year - 1 if evaluated_on else None
    if before is not None:
        said = f"，报告中 {before} 年度出现 {named.count(str(before))} 次" if named else ""
        desk.note(f"表上没有写年度；评价日期在 {before + 1} 年，按上一年度 {before} 年检查{said}。")
        return before
    if named:
        year = max(sorted(set(named)), key=named.count)
        desk.note(f"表上没有写年度；报告中 {year} 年度出现得最多，按 {year} 年检查。")
        return int(year)
    return None
