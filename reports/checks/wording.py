"""Checks of the words themselves: copied text, names, slips, what was left to fill in."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from evalsys.figures import percent_text
from evalsys.jsonread import member_path
from reports.checks.model import Case, Correction, Finding, NotApplicableError, Place, Severity
from reports.checks.narrative import place, sections
from reports.checks.places import at
from reports.checks.registry import check
from reports.dossier.model import Dossier
from reports.livefigures import palette, parse
from reports.reading.confusions import confusions
from reports.reading.doubled import doubled
from reports.reading.names import foreign_projects, foreign_units, hide, misspelt
from reports.reading.narrative import Section
from reports.reading.numbering import breaks
from reports.reading.placeholders import Leftover, leftovers, places_unnamed
from reports.reading.similarity import containment


@check("E04", Severity.WARN, "正文不照搬上年或其他项目", applies="有上年自评或本单位其他自评的")
def written_for_this_project(case: Case) -> Iterator[Finding]:
    """Near-duplicates by shared runs of characters; names of other projects and units."""
    context = case.context
    if context.last_year is None and not context.others:
        raise NotApplicableError("没有上年的自评或其他项目的自评可以比较。")
    for section in sections(case):
        yield from _copied(case, section)
        yield from _foreign(case, section)


LEAST_COMPARED = 60
NEARLY_ALL = 0.85
SAME_EVERY_YEAR = (
    "概况",
    "性质",
    "用途",
    "内容",
    "背景",
    "依据",
    "管理",
    "组织",
    "制度",
    "其他",
    "目标",
)


def _copied(case: Case, section: Section) -> Iterator[Finding]:
    if len(section.text) < LEAST_COMPARED or any(word in section.title for word in SAME_EVERY_YEAR):
        return
    source = next(_sources_of(case, section), None)
    if source is not None:
        share, name = source
        yield Finding(
            place(section, 0, len(section.text)),
            f"与{name}的同一节有 {percent_text(Fraction(share).limit_denominator(1000), 0)} 相同",
            "写本年度、本项目的情况",
            "去掉数字和标点后，按连续 8 个字比较",
        )


def _sources_of(case: Case, section: Section) -> Iterator[tuple[float, str]]:
    for dossier, name in _compared(case):
        share = containment(section.text, dossier.sections.get(section.key, ""))
        if share >= NEARLY_ALL:
            yield share, name


def _compared(case: Case) -> Iterator[tuple[Dossier, str]]:
    last_year = case.context.last_year
    if last_year is not None:
        yield last_year, f"上年（{last_year.fiscal_year} 年度）自评"
    for other in case.context.others:
        yield other, f"「{other.project_name}」{other.fiscal_year} 年度自评"


def _foreign(case: Case, section: Section) -> Iterator[Finding]:
    own, others = case.narrative.own_names, case.context.others
    projects = foreign_projects(section.text, (one.project_name for one in others), own)
    units = foreign_units(section.text, (one.basic.implementing_unit for one in others), own)
    for kind, mine, found in (
        *(("项目", case.dossier.project_name, one) for one in projects),
        *(("单位", case.dossier.basic.implementing_unit, one) for one in units),
    ):
        yield Finding(
            place(section, found.start, found.end),
            found.name,
            mine,
            f"这是另一个{kind}的名称；如确需提到，请写明与本项目的关系",
        )


@dataclass(frozen=True)
class Slip:
    start: int
    end: int
    meant: str
    how: str


@check("E05", Severity.WARN, "名称前后一致，没有重字和错词", applies="三张表的文字")
def words_are_right(case: Case) -> Iterator[Finding]:
    for section in case.narrative.sections:
        text = section.text
        for slip in (*_slips(text), *_slips_of_running_text(text, case.narrative.own_names)):
            if not section.shown.is_live(slip.start, slip.end):
                yield _slip(place(section, slip.start, slip.end), text, slip)
    for path, text in form_texts(case.dossier):
        for slip in _slips(text):
            yield _slip(at(path, slip.start, slip.end), text, slip)


def _slip(where: Place, text: str, slip: Slip) -> Finding:
    found = text[slip.start : slip.end]
    return Finding(where, found, slip.meant, slip.how, Correction(slip.meant))


def _slips(text: str) -> Iterator[Slip]:
    for twice in doubled(text):
        yield Slip(twice.start, twice.end, twice.meant, "同一个字词连写了两遍")
    for wrong in confusions(text):
        yield Slip(wrong.start, wrong.end, wrong.meant, "常见的错词")


def _slips_of_running_text(text: str, own_names: tuple[str, ...]) -> Iterator[Slip]:
    for found in misspelt(text, own_names):
        yield Slip(found.start, found.end, found.name, "与表上的名称差一个字")
    for one in breaks(text):
        if not one.is_jump:
            how = f"序号写法与前面的“{one.before}”不同"
            yield Slip(one.start, one.end, one.expected, how)


def form_texts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What is typed into the tables, each text under its path."""
    yield "project_name", dossier.project_name
    for name in ("implementing_unit", "supervising_department", "project_leader", "address"):
        yield f"basic.{name}", getattr(dossier.basic, name)
    for index, target in enumerate(dossier.targets):
        yield f"targets[{index}].target", target.target
    for index, leaf in enumerate(dossier.indicators):
        yield f"indicators[{index}].actual_value", leaf.actual_value


NOT_FILLED_IN = "占位符还没有换成实际内容"
A_PROMPT = "提纲的填写提示不应留在正文里"


@check("C08", Severity.BLOCK, "没有留下占位符和填写提示", applies="三张表的文字")
def nothing_left_to_fill_in(case: Case) -> Iterator[Finding]:
    prompts = [section.prompt for section in case.pack.outline if section.prompt]
    for section in case.narrative.sections:
        unnamed = places_unnamed(hide(section.text, case.narrative.own_names))
        for left in (*leftovers(section.text, prompts), *unnamed):
            if not section.shown.is_live(left.start, left.end):
                yield _left(place(section, left.start, left.end), section.text, left)
        yield from _unknown_figures(case, section)
    for path, text in form_texts(case.dossier):
        for left in leftovers(text):
            yield _left(at(path, left.start, left.end), text, left)


def _left(where: Place, text: str, left: Leftover) -> Finding:
    how = A_PROMPT if left.is_prompt else NOT_FILLED_IN
    return Finding(where, text[left.start : left.end], "实际内容", how)


def _unknown_figures(case: Case, section: Section) -> Iterator[Finding]:
    body = case.dossier.sections[section.key]
    tokens = [token for token in parse(body) if not token.escaped]
    known = palette(case.facts) if tokens else {}
    for token in tokens:
        if token.name not in known:
            yield Finding(
                at(member_path("sections", section.key), token.start, token.end),
                body[token.start : token.end],
                "可用的数据名称",
                f"没有叫「{token.name}」的数据",
            )
