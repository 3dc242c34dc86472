"""C01–C07 and C09–C12 (C08 reads the narrative): is everything there, and does it say something."""

import re
from collections import Counter
from collections.abc import Iterator

from evalsys.jsonread import member_path
from evalsys.rulepacks.schema import FormRatio, IndicatorTemplate, OutlineSection
from projects.required import REQUIRED_BASIC
from reports.checks.model import (
    Case,
    Correction,
    Finding,
    Leaf,
    NotApplicableError,
    NotEnoughDataError,
    Severity,
)
from reports.checks.places import at
from reports.checks.reached import reached
from reports.checks.registry import check
from reports.checks.words import BLANK, length, percent, points, says_nothing, shown, yuan
from reports.dossier.model import ProjectType
from reports.reading.numbering import breaks, heading_jumps

COVER = ("implementing_unit", "supervising_department")
LIMIT_IN_PROMPT = re.compile(r"(?P<limit>[0-9]{2,5})\s*字(?:以内|左右)?")
SECTION_OF_REASONS = "原因"


@check(
    "C01",
    Severity.BLOCK,
    "没有达到指标值或扣了分的，写明偏差原因",
    applies="填有指标值的指标",
    source="财政部《项目支出绩效自评表》（2020）偏差原因分析及改进措施栏",
)
def deviations_have_reasons(case: Case) -> Iterator[Finding]:
    aimed = [leaf for leaf in case.leaves if leaf.indicator.target_value.strip()]
    if not aimed:
        raise NotApplicableError("没有填指标值的指标。")
    for leaf in aimed:
        why = _missed(case, leaf) or _points_lost(case, leaf)
        if why and not leaf.indicator.deviation_reason.strip():
            place = at(f"{leaf.path}.deviation_reason")
            yield Finding(place, BLANK, "写明偏差原因和改进措施", f"「{leaf.indicator.name}」{why}")


def _missed(case: Case, leaf: Leaf) -> str:
    one = reached(leaf.indicator, case.rule_of(leaf))
    if one is None or one.met is not False:
        return ""
    indicator = leaf.indicator
    return f"指标值 {indicator.target_value}，实际完成 {indicator.actual_value}，没有达到"


def _points_lost(case: Case, leaf: Leaf) -> str:
    weight = leaf.indicator.weight
    for scored in case.sheets:
        value = scored.points(leaf.key)
        if scored.path == "consensus" and value is not None and value < weight:
            return f"扣了 {points(weight - value)}"
    result = next((one.printed for one in case.facts.result.leaves if one.key == leaf.key), None)
    return f"扣了 {points(weight - result)}" if result is not None and result < weight else ""


@check(
    "C02",
    Severity.WARN,
    "原因写清楚：不是“无”“暂无”，也不少于规定的字数",
    source="规则包的界限：原因的字数",
)
def reasons_say_something(case: Case) -> Iterator[Finding]:
    least = int(case.limit("reason_minimum"))
    for path, text in _reasons(case):
        if text.strip() and (says_nothing(text) or length(text) < least):
            yield Finding(
                at(path), text.strip(), f"至少 {least} 个字，说明情况", "这几个字没有说明原因"
            )
    for section in case.pack.outline:
        text = case.dossier.sections.get(section.key, "")
        if text.strip() and says_nothing(text) and SECTION_OF_REASONS not in section.title:
            how = f"「{section.title}」一节没有内容"
            yield Finding(at(_section(section.key)), text.strip(), "写明情况", how)


def _reasons(case: Case) -> Iterator[tuple[str, str]]:
    yield "adjustment_reason", case.dossier.adjustment_reason
    yield "execution_reason", case.dossier.execution_reason
    for leaf in case.leaves:
        yield f"{leaf.path}.deviation_reason", leaf.indicator.deviation_reason
        yield f"{leaf.path}.improvement", leaf.indicator.improvement
    for section in case.pack.outline:
        if section.has_body and SECTION_OF_REASONS in section.title:
            yield _section(section.key), case.dossier.sections.get(section.key, "")


@check(
    "C03",
    Severity.BLOCK,
    "执行率低于界限的，写明原因，不超过规定的字数",
    source="四川省 2023 年自评要求；规则包的界限：执行率、原因的字数",
)
def low_execution_has_a_reason(case: Case) -> Iterator[Finding]:
    rate, limit = case.facts.execution_rate, case.limit("execution_warning")
    if rate is None:
        raise NotEnoughDataError("没有执行率。")
    reason, longest = case.dossier.execution_reason, int(case.limit("execution_reason_maximum"))
    place = at("execution_reason")
    if rate < limit and not reason.strip():
        how = f"执行率 {percent(rate)}，低于 {percent(limit)}"
        yield Finding(place, BLANK, f"写明原因，不超过 {longest} 字", how)
    if length(reason) > longest:
        yield Finding(place, f"{length(reason)} 字", f"不超过 {longest} 字", "规则包规定的字数")


@check("C04", Severity.BLOCK, "年中调整预算的，写明原因", applies="有预算调整的自评表")
def adjustment_has_a_reason(case: Case) -> Iterator[Finding]:
    adjustment = case.dossier.adjustment
    if adjustment is None and case.dossier.initial_budget is None:
        raise NotEnoughDataError("没有填年初预算和预算调整。")
    if adjustment and not case.dossier.adjustment_reason.strip():
        how = f"预算调整 {yuan(adjustment)}"
        yield Finding(at("adjustment_reason"), BLANK, "写明调整的原因和批准手续", how)


@check("C05", Severity.BLOCK, "基本信息表填全，项目类型只选一个，有评价日期、组长和签字")
def required_fields_filled(case: Case) -> Iterator[Finding]:
    wording, basic = case.pack.wording, case.dossier.basic
    for name in REQUIRED_BASIC:
        if name not in COVER and name != "project_type" and not getattr(basic, name).strip():
            yield _blank(f"basic.{name}", wording[name])
    if basic.project_type is ProjectType.BLANK:
        choices = f"{wording['type_recurring']}、{wording['type_one_off']}"
        yield Finding(
            at("basic.project_type"), BLANK, "选一个", f"{wording['project_type']}：{choices}"
        )
    for name in ("planned", "received", "spent"):
        if getattr(case.facts, name) is None:
            yield _blank("funding", wording[name], about=name)
    if basic.evaluated_on is None:
        yield _blank("basic.evaluated_on", "评价日期")
    if case.dossier.panel and not any(member.is_leader for member in case.dossier.panel):
        yield _blank("panel", "评价工作组组长", about="leader")
    if case.dossier.printed and case.dossier.printed.signed is False:
        people = f"{wording['leader_line']}、{wording['signature']}".replace("：", "")
        yield Finding(at("printed.signed"), BLANK, "签字并盖章", people)


def _blank(path: str, name: str, about: str = "") -> Finding:
    return Finding(at(path), BLANK, f"填写{name.strip('：: ')}", "必填项", about=about)


@check("C06", Severity.BLOCK, "报告封面的项目名称、项目单位、主管部门齐全")
def cover_is_complete(case: Case) -> Iterator[Finding]:
    if not case.dossier.project_name.strip():
        yield _blank("project_name", "项目名称")
    for name in COVER:
        if not getattr(case.dossier.basic, name).strip():
            yield _blank(f"basic.{name}", case.pack.wording[name])


@check("C07", Severity.BLOCK, "评价报告各节齐全，没有重复，序号连续")
def report_is_whole(case: Case) -> Iterator[Finding]:
    for section in case.pack.outline:
        if section.has_body and not case.dossier.sections.get(section.key, "").strip():
            how = f"提纲「{section.number}{section.title}」"
            yield Finding(at(_section(section.key)), BLANK, "写这一节", how)
        yield from _numbers_in_text(case, section)
    if case.dossier.printed and case.dossier.printed.headings:
        yield from _headings(case)


def _headings(case: Case) -> Iterator[Finding]:
    headings = case.dossier.printed.headings if case.dossier.printed else ()
    counts = Counter(heading.key for heading in headings if heading.key)
    for section in case.pack.outline:
        if not counts[section.key]:
            title = f"{section.number}{section.title}"
            place = at("printed.headings")
            yield Finding(place, "没有这个标题", title, "规则包的报告提纲", about=section.key)
    seen: Counter[str] = Counter()
    for index, heading in enumerate(headings):
        seen[heading.key] += bool(heading.key)
        if seen[heading.key] > 1:
            place = at(f"printed.headings[{index}]")
            yield Finding(place, f"{heading.number}{heading.title}", "只出现一次", "标题重复")
    for index, expected in heading_jumps(heading.number for heading in headings):
        heading = headings[index]
        place = at(f"printed.headings[{index}].number")
        how = f"「{heading.title}」的序号与前一个不连续"
        yield Finding(place, heading.number.strip(), expected, how, Correction(expected))


def _numbers_in_text(case: Case, section: OutlineSection) -> Iterator[Finding]:
    """Lines that begin with a number of their own, and 一是…二是… inside one."""
    for one in breaks(case.dossier.sections.get(section.key, "")):
        if one.is_jump:
            place = at(_section(section.key), one.start, one.end)
            how = f"「{section.title}」中的序号不连续"
            yield Finding(place, one.written, one.expected, how, Correction(one.expected))


@check(
    "C09",
    Severity.WARN,
    "文字不超过规定的长度",
    source="规则包的界限：各栏的字数；提纲的提示",
)
def texts_keep_their_length(case: Case) -> Iterator[Finding]:
    reason = case.dossier.adjustment_reason
    yield from _too_long("adjustment_reason", reason, int(case.limit("adjustment_reason_maximum")))
    longest = int(case.limit("deviation_reason_maximum"))
    for leaf in case.leaves:
        for name in ("deviation_reason", "improvement"):
            yield from _too_long(f"{leaf.path}.{name}", getattr(leaf.indicator, name), longest)
    for section in case.pack.outline:
        text = case.dossier.sections.get(section.key, "")
        yield from _too_long(_section(section.key), text, _section_limit(case, section))


def _section_limit(case: Case, section: OutlineSection) -> int:
    asked = LIMIT_IN_PROMPT.search(section.prompt)
    return int(asked["limit"]) if asked else int(case.limit("section_maximum"))


def _too_long(path: str, text: str, longest: int) -> Iterator[Finding]:
    if length(text) > longest:
        yield Finding(at(path), f"{length(text)} 字", f"不超过 {longest} 字", "规则包规定的字数")


@check("C10", Severity.BLOCK, "每个必设的类别至少有一个指标", source="规则包必设的类别")
def required_classes_have_indicators(case: Case) -> Iterator[Finding]:
    if not case.dossier.indicators:
        raise NotEnoughDataError("还没有指标。")
    names = _names(case.pack.tree)
    if not {one.name for one in case.dossier.indicators} & set(names.values()):
        raise NotEnoughDataError("指标体系不是按规则包的类别设的。")
    used = {name for leaf in case.leaves for name in (*leaf.classes, leaf.indicator.name)}
    for key in case.pack.required_classes or (node.key for node in case.pack.tree):
        if names[key] not in used:
            how = f"规则包要求设「{names[key]}」的指标"
            yield Finding(at("indicators"), "没有指标", "至少一个", how, about=key)


def _names(nodes: tuple[IndicatorTemplate, ...]) -> dict[str, str]:
    """Of every node of the pack's tree, by key."""
    return {
        key: name
        for node in nodes
        for key, name in ({node.key: node.name} | _names(node.children)).items()
    }


@check(
    "C11",
    Severity.WARN,
    "每项评分的指标都有佐证材料，不是一份材料证明全部",
    applies="由人评分的指标",
)
def indicators_have_evidence(case: Case) -> Iterator[Finding]:
    judged = [leaf for leaf in case.leaves if not isinstance(leaf.indicator.rule, FormRatio)]
    if not judged:
        raise NotEnoughDataError("还没有指标。")
    files = case.dossier.evidence
    proven = {key for file in files for key in file.indicators}
    bare = [leaf.indicator.name for leaf in judged if leaf.key not in proven]
    if bare:
        # One finding for all of them, so that one explanation answers it.
        found = f"{len(bare)} 项指标{'都' if not files else ''}没有"
        which = f"；还没有的：{'、'.join(bare)}" if files else ""
        yield Finding(at("evidence"), found, "每项至少一份", f"得分要有佐证材料{which}")
    for index, file in enumerate(files):
        if len(judged) > 1 and {leaf.key for leaf in judged} <= set(file.indicators):
            found = f"「{file.title}」证明全部 {len(judged)} 项"
            place = at(f"evidence[{index}].indicators")
            yield Finding(place, found, "每项各有材料", "一份材料证明不了所有指标")


@check("C12", Severity.WARN, "评价工作组有文件成立，人数够", source="规则包规定的评价人数")
def panel_is_appointed(case: Case) -> Iterator[Finding]:
    least = case.pack.scoring.minimum_evaluators
    if not case.dossier.appointed_by.strip():
        how = "写明成立评价工作组的文号"
        yield Finding(at("appointed_by"), shown(case.dossier.appointed_by), "文号", how)
    if len(case.dossier.panel) < least:
        found = f"{len(case.dossier.panel)} 人"
        yield Finding(at("panel"), found, f"至少 {least} 人", "规则包规定的人数")


def _section(key: str) -> str:
    return member_path("sections", key)
