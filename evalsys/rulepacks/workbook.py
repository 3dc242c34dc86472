"""A rule pack as an xlsx workbook, and its tree back from one. Nothing else touches openpyxl.

Sheets are 指标体系, 规则, 用语 and 提纲; reading takes 指标体系 only. Every text a person wrote is
a string cell, whatever it begins with, so that no spreadsheet program runs it as a formula.
"""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from evalsys.canonical import decimal_text
from evalsys.jsonread import IDENTIFIER, Problem
from evalsys.rulepacks import words
from evalsys.rulepacks.codec import ADDED, HINT, KEY, NAME, PLACES_LIMIT, PROSE, PackError
from evalsys.rulepacks.leafrules import dump_rule, parse_rule
from evalsys.rulepacks.rows import Row, rows_of, tree_of, without_blank
from evalsys.rulepacks.ruletext import KINDS, LONGEST, RuleTextError, read_rule_line, rule_line
from evalsys.rulepacks.schema import LEVELS
from evalsys.text import fold_digits, forbidden_sentence

TREE_SHEET = "指标体系"
COLUMNS = ("级", "代码", "指标", "分值", "指标解释", "评分标准", "已核实")
# Workbooks of before have none of these; what they do not say stays as it was.
ALL_COLUMNS = (*COLUMNS, "计分规则", "规则参数", "规则已核实", "指标值提示", "佐证材料")
WIDTHS = (5, 22, 26, 8, 50, 50, 8, 24, 30, 10, 20, 40)
YES, NO = "是", "否"

LIMIT_BYTES = 2_000_000
LIMIT_UNPACKED = 10_000_000
LIMIT_PARTS = 100
LIMIT_ROWS = 300
FARTHEST_ROW = 3000
Line = tuple[int, tuple[Any, ...]]
Cells = dict[str, str]
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
NO_WORKBOOK = "文件打不开：请上传本系统导出、用电子表格软件改过的 xlsx 文件。"


class WorkbookError(PackError):
    """The file is no workbook with a readable tree; each problem names its cell."""


def write_workbook(content: Mapping[str, Any]) -> bytes:
    """The pack's JSON form, valid or not, as xlsx."""
    book = Workbook()
    tree = book.active
    tree.title = TREE_SHEET
    lines = map(_tree_line, rows_of(content["tree"]))
    _write(tree, ALL_COLUMNS, lines, WIDTHS)
    _write(book.create_sheet("规则"), ("部分", "项目", "内容"), _rule_lines(content), (16, 34, 60))
    wording = ((words.WORDING.get(name, name), text) for name, text in content["wording"].items())
    _write(book.create_sheet("用语"), ("位置", "印出的字"), wording, (30, 60))
    outline = (
        (str(part["level"]), part["number"], part["title"], _yes(part["has_body"]), part["prompt"])
        for part in content["outline"]
    )
    heads = ("级", "序号", "标题", "要写正文", "提示")
    _write(book.create_sheet("提纲"), heads, outline, (5, 10, 40, 10, 60))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _tree_line(row: Row) -> tuple[str, ...]:
    return (
        str(row["level"]),
        row["key"],
        row["name"],
        row["weight"] or "",
        row["explanation"],
        row["standard"],
        _yes(row["verified"]),
        *_rule_cells(row.get("rule")),
        *(row.get(name, "") for name in ADDED),
    )


def _rule_cells(data: Any) -> tuple[str, str, str]:
    rule = parse_rule(data)
    if rule is None:
        return "", "", ""
    kind, line = rule_line(rule)
    return KINDS[kind], line, _yes(rule.verified)


def _rule_lines(content: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, label in words.HEAD.items():
        yield "规则包", label, _said(name, content[name])
    scoring = content["scoring"]
    for name, label in words.SCORING.items():
        yield words.PARTS["scoring"], label, _said(name, scoring[name])
    for band in scoring["grades"]:
        yield words.PARTS["grades"], band["word"], band["lower"]
    for cap in scoring["execution_caps"]:
        yield words.PARTS["execution_caps"], f"执行率低于 {cap['below']}", cap["cap"]
    for name, value in content["thresholds"].items():
        yield words.PARTS["thresholds"], words.THRESHOLDS.get(name, name), value
    for source in content["funding_sources"]:
        yield words.PARTS["funding_sources"], source["key"], source["label"]
    for goal in content["goal_types"]:
        yield words.PARTS["goal_types"], goal["label"], "、".join(goal["classes"])
    for name, label in words.DEFAULT_RULES.items():
        cells = _rule_cells(content["default_rules"].get(name))
        yield words.PARTS["default_rules"], label, " ".join(filter(None, cells[:2]))


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _yes(value)
    return words.CHOICES.get(name, {}).get(str(value), "" if value is None else str(value))


def _yes(value: bool) -> str:
    return YES if value else NO


def _write(
    sheet: Worksheet,
    heads: Iterable[str],
    lines: Iterable[Iterable[str]],
    widths: Iterable[int],
) -> None:
    for number, line in enumerate((heads, *lines), start=1):
        for column, text in enumerate(line, start=1):
            _put(sheet.cell(number, column), text, head=number == 1)
    for cell, width in zip(sheet[1], widths, strict=True):
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"


def _put(cell: Cell, text: str, *, head: bool) -> None:
    """A string cell: openpyxl would make a formula of a text that begins with ``=``."""
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.font = Font(bold=head)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def read_tree(source: bytes, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tree of an exported and edited workbook in the pack's JSON form; WorkbookError.

    Nodes keep what the sheet has no column for from the tree ``before``, by key. Sums and the
    like are not judged here: what is read becomes a draft's tree.
    """
    kept = {row["key"]: row for row in rows_of(before)}
    _refuse_bombs(source)
    lines = _lines(source)
    problems: list[Problem] = []
    rows = [row for number, line in lines if (row := _row(number, line, problems)) is not None]
    if not rows and not problems:
        problems.append(Problem("A2", "「指标体系」表里没有一行指标。"))
    problems.extend(_doubled(rows))
    if problems:
        raise WorkbookError(tuple(problems))
    return tree_of(
        without_blank({"rule": None} | kept.get(row["key"], {}) | row) for _, row in rows
    )


def _refuse_bombs(source: bytes) -> None:
    """Judge sizes and addresses before openpyxl reads a byte: one far cell costs it gigabytes."""
    if len(source) > LIMIT_BYTES:
        raise _refusal(f"文件过大，最多 {LIMIT_BYTES // 1_000_000} MB。")
    try:
        with zipfile.ZipFile(BytesIO(source)) as archive:
            sentence = _too_much(archive)
    except Exception as error:  # hostile archives raise a dozen kinds
        raise _refusal(NO_WORKBOOK) from error
    if sentence:
        raise _refusal(sentence)


def _too_much(archive: zipfile.ZipFile) -> str:
    """Why the archive is not opened. zipfile never unpacks more than the directory declares."""
    parts = archive.infolist()
    if len(parts) > LIMIT_PARTS or sum(part.file_size for part in parts) > LIMIT_UNPACKED:
        return "文件展开后过大，请只保留「指标体系」表。"
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            xml = archive.read(part)
            if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
                return NO_WORKBOOK
            if _is_far(xml):
                return f"表太大：最多 {LIMIT_ROWS} 行、26 列，请删去多余的行列。"
    return ""


def _is_far(xml: bytes) -> bool:
    cells = CELL.findall(xml)
    rows = [*ROW.findall(xml), *(row for _, row in cells)]
    return max(map(int, rows), default=0) > FARTHEST_ROW or any(
        len(column) > 1 for column, _ in cells
    )


def _filled(source: bytes) -> list[Line] | None:
    """Number and values of each filled row of 指标体系; None without such a sheet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions openpyxl leaves out
            book = load_workbook(BytesIO(source), read_only=True, data_only=True)
        if TREE_SHEET not in book.sheetnames:
            return None
        values = book[TREE_SHEET].iter_rows(
            max_row=FARTHEST_ROW, max_col=len(ALL_COLUMNS), values_only=True
        )
        return [
            (number, line)
            for number, line in enumerate(values, start=1)
            if any(value not in (None, "") for value in line)
        ]
    except Exception as error:  # hostile files raise seven kinds in openpyxl
        raise _refusal(NO_WORKBOOK) from error


def _lines(source: bytes) -> list[tuple[int, Cells]]:
    """Number and texts by column of the rows below the heads."""
    lines = _filled(source)
    if lines is None:
        raise _refusal(f"文件里没有「{TREE_SHEET}」表。")
    heads = tuple(head for head in (lines[0][1] if lines else ()) if head not in (None, ""))
    if heads != ALL_COLUMNS[: max(len(heads), len(COLUMNS))]:
        raise _refusal(f"第 1 行应为：{'、'.join(ALL_COLUMNS)}；从第 8 列起可以没有。")
    if len(lines) > LIMIT_ROWS + 1:
        raise _refusal(f"指标最多 {LIMIT_ROWS} 行。")
    return [
        (number, dict(zip(heads, map(_text, line), strict=False))) for number, line in lines[1:]
    ]


def _row(number: int, line: Cells, problems: list[Problem]) -> tuple[int, Row] | None:
    """One node; what is wrong is written down under its cell."""
    before = len(problems)
    found = {}
    for name, (member, read) in READERS.items():
        if name not in line:
            continue
        try:
            found[member] = read(line[name])
        except ValueError as error:
            problems.append(Problem(f"{LETTERS[name]}{number}", str(error)))
    if len(problems) == before and "rule_kind" in found:
        found["rule"] = _rule(found, number, problems)
    if len(problems) > before:
        return None
    said = {name: value for name, value in found.items() if not name.startswith("rule_")}
    return number, said


def _rule(found: Row, number: int, problems: list[Problem]) -> dict[str, object] | None:
    kind, line = found["rule_kind"], found.get("rule_line", "")
    if not kind:
        return None
    try:
        verified = bool(found.get("rule_verified"))
        return dump_rule(read_rule_line(kind, line, verified=verified))
    except RuleTextError as error:
        problems.append(Problem(f"{LETTERS['规则参数']}{number}", str(error)))
        return None


def _level(text: str) -> int:
    if text not in map(str, range(1, LEVELS + 1)):
        raise ValueError(f"应为 1 到 {LEVELS}。")
    return int(text)


def _key(text: str) -> str:
    if not (IDENTIFIER.fullmatch(text) and len(text) <= KEY):
        raise ValueError("应为英文字母、数字和 - _ .，新加的指标也要一个不重复的代码。")
    return text


def _prose(limit: int, *, multiline: bool = True) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > limit:
            raise ValueError(f"文字过长：{len(text)} 字，最多 {limit} 字。")
        if sentence := forbidden_sentence(text, multiline=multiline):
            raise ValueError(sentence)
        return text

    return read


def _name(text: str) -> str:
    if not text:
        raise ValueError("不能为空。")
    return _prose(NAME, multiline=False)(text)


def _kind(text: str) -> str:
    kinds = {label: kind for kind, label in KINDS.items()} | {"": ""}
    if text not in kinds:
        raise ValueError(f"应为：{'、'.join(KINDS.values())}；不单独写规则的留空。")
    return kinds[text]


def _yes_or(blank: bool) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if text not in (YES, NO, ""):
            raise ValueError(f"应为{YES}或{NO}。")
        return text == YES or (blank and not text)

    return read


def _text(value: Any) -> str:
    """Numbers as a person typed them: spreadsheets keep 4 as 4 and 2.8 as a float."""
    if isinstance(value, float):
        return format(Decimal(str(round(value, PLACES_LIMIT))).normalize(), "f")
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _weight(text: str) -> str | None:
    """The canonical text of a weight, None for a blank one."""
    folded = fold_digits(text)
    if not folded:
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,4})?", folded, re.ASCII):
        raise ValueError("应为数字，最多 4 位小数；由单位定的留空。")
    return decimal_text(Decimal(folded))


def _doubled(rows: Iterable[tuple[int, Row]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, row in rows:
        if row["key"] in first:
            yield Problem(f"B{number}", f"代码与第 {first[row['key']]} 行重复，请改用另一个。")
        first.setdefault(row["key"], number)


# Column → the member it fills and how its text is read; ValueError with a sentence.
READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "级": ("level", _level),
    "代码": ("key", _key),
    "指标": ("name", _name),
    "分值": ("weight", _weight),
    "指标解释": ("explanation", _prose(PROSE)),
    "评分标准": ("standard", _prose(PROSE)),
    "已核实": ("verified", _yes_or(blank=True)),
    "计分规则": ("rule_kind", _kind),
    "规则参数": ("rule_line", _prose(LONGEST)),
    "规则已核实": ("rule_verified", _yes_or(blank=False)),
    "指标值提示": ("target_hint", _prose(HINT, multiline=False)),
    "佐证材料": ("evidence_asked", _prose(PROSE)),
}
LETTERS = {name: chr(ord("A") + index) for index, name in enumerate(READERS)}


def _refusal(sentence: str) -> WorkbookError:
    return WorkbookError((Problem("", sentence),))
