"""A check-up as lines for a terminal."""

from collections.abc import Iterator

from reports.checkup.examination import Checkup, Examination
from reports.checkup.figures import Figure
from reports.checkup.parts import Printed
from reports.checkup.report.findings import counts_text, found_groups, place

BLANK = "（空）"


def checkup_text(checkup: Checkup) -> str:
    return "\n".join(_lines(checkup)) + "\n"


def _lines(checkup: Checkup) -> Iterator[str]:
    for refusal in checkup.refusals:
        yield f"{refusal.name}：{refusal.sentence}"
    for file, remark in checkup.remarks:
        yield f"{file}：{remark}"
    for examination in checkup.examinations:
        yield ""
        yield from _examination(examination, several_files=_has_several_files(checkup))


def _has_several_files(checkup: Checkup) -> bool:
    return (
        len({form.printed.file for one in checkup.examinations for form in one.reading.forms}) > 1
    )


def _examination(one: Examination, *, several_files: bool) -> Iterator[str]:
    dossier = one.reading.dossier
    yield f"{dossier.project_name} {dossier.fiscal_year} 年度"
    forms = (
        f"{form.name}{_in_brackets(form.printed, several_files)}" for form in one.reading.forms
    )
    yield f"认出：{'、'.join(forms)}"
    yield ""
    yield "印出的数与算出的数"
    yield from (f"  {_figure(figure, several_files)}" for figure in one.figures)
    yield ""
    yield f"检查结果：{counts_text(one)}"
    for group in found_groups(one, several_files=several_files):
        yield f"  {group.code} {group.severity_word}：{group.title}"
        for line in group.lines:
            yield f"    {line.where}：{line.found} → {line.expected}（{line.how}）"
    yield from _unread(one, several_files)
    yield ""
    yield "怎样读的"
    for note in one.reading.notes:
        yield f"  {note.text}{_in_brackets(note.printed, several_files)}"
    yield ""
    yield f"没有检查的 {len(one.skipped)} 项"
    yield from (f"  {answer.check.code}：{answer.reason}" for answer in one.skipped)


def _figure(figure: Figure, several_files: bool) -> str:
    where = place(figure.place, several_files=several_files)
    text = f"{figure.label}：印 {figure.printed or BLANK}，算 {figure.implied or BLANK}"
    extra = "；".join(part for part in (figure.how, where) if part)
    mark = "  ← 不一致" if figure.agrees is False else ""
    return f"{text}{f'（{extra}）' if extra else ''}{mark}"


def _unread(one: Examination, several_files: bool) -> Iterator[str]:
    yield ""
    yield f"没有读出来的 {len(one.reading.unread)} 处"
    for unread in one.reading.unread:
        what = f"{unread.what}：" if unread.what else ""
        text = " ".join(unread.printed.text.split())
        yield f"  {what}「{text}」{unread.why}{_in_brackets(unread.printed, several_files)}"


def _in_brackets(printed: Printed | None, several_files: bool) -> str:
    where = place(printed, several_files=several_files)
    return f"（{where}）" if where else ""
