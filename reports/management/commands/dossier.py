"""Dossier files on the command line. score, render and example need no database and no server."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evalsys.accounts.models import Unit, User
from evalsys.rulepacks.domain import ChangedVersionError
from projects.enums import State, states_from
from projects.models import Evaluation
from reports.documents import CHOICES, build
from reports.documents.annexes import Annex, build_annexes
from reports.documents.blocks import Document
from reports.dossier.codec import dossier_digest, dump_dossier
from reports.dossier.facts import Facts
from reports.dossier.files import FileRefusedError, json_text, read_dossier, write_whole
from reports.dossier.importer import AlreadyThereError, import_dossier
from reports.dossier.loader import load_dossier
from reports.dossier.model import Dossier
from reports.dossier.reckoning import reckoning_data, reckoning_text
from reports.dossier.seed import SEED_NAMES, seed_data
from reports.models import SnapshotError
from reports.renderers.enclosing import enclosed_dossier
from reports.renderers.errors import RenderError
from reports.renderers.office import OFFICE_FORMATS, render_office
from reports.renderers.order import Draft

REFUSED = 2
FORMATS = ("pdf", "html", *OFFICE_FORMATS)


class Command(BaseCommand):
    help = "导出、导入、计算、打印一份评价档案（JSON 文件）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        _score_arguments(_action(actions, "score", self.score, "算出总分、平均分、等次和每一步"))
        _render_arguments(_action(actions, "render", self.render, "打印三张表"))
        _example_arguments(_action(actions, "example", self.example, "写出示例档案（海口 2019）"))
        _export_arguments(_action(actions, "export", self.export, "从数据库导出一份评价"))
        _import_arguments(_action(actions, "import", self.import_, "导入数据库，成为一份评价"))

    def handle(self, *, run: Callable[..., None], **options: Any) -> None:
        try:
            run(**options)
        except FileRefusedError as error:
            raise CommandError(str(error), returncode=REFUSED) from error

    def score(self, *, file: Path, json: bool, **_: Any) -> None:
        facts = Facts(read_dossier(file))
        text = json_text(reckoning_data(facts)) if json else reckoning_text(facts)
        self.stdout.write(text)

    def render(
        self,
        *,
        file: Path,
        document: str,
        format: str,  # noqa: A002
        annex: Sequence[str],
        output: Path,
        **_: Any,
    ) -> None:
        dossier = read_dossier(file)
        annexes = build_annexes(dossier, list(map(Annex, annex)))
        try:
            content = _rendered(dossier, (*build(dossier, document), *annexes), format)
        except RenderError as error:
            raise _refusal(str(error)) from error
        write_whole(output, content)
        self.stdout.write(f"已写入 {output}。")

    def example(self, *, name: str, output: Path | None, **_: Any) -> None:
        self._give(json_text(seed_data(name)), output)

    def export(self, *, evaluation: int, output: Path | None, **_: Any) -> None:
        try:
            dossier = load_dossier(evaluation)
        except Evaluation.DoesNotExist as error:
            raise _refusal(f"没有编号为 {evaluation} 的评价。") from error
        except SnapshotError as error:
            raise _refusal(f"编号为 {evaluation} 的评价已存档，但存档内容被改动过。") from error
        self._give(json_text(dump_dossier(dossier)), output)

    def import_(self, *, file: Path, unit: str, user: str | None, **_: Any) -> None:
        dossier = read_dossier(file)
        actor = _user(user) if user else None
        try:
            evaluation = import_dossier(dossier, unit=_unit(unit), actor=actor)
        except AlreadyThereError as error:
            raise _refusal(str(error)) from error
        except ChangedVersionError as error:
            pack = dossier.pack
            raise _refusal(
                f"文件中的规则包 {pack.code} 第 {pack.version} 版与系统中已发布的不同，不能导入。"
            ) from error
        self.stdout.write(f"已导入：{evaluation}（编号 {evaluation.pk}）。")

    def _give(self, text: str, output: Path | None) -> None:
        if output is None:
            self.stdout.write(text, ending="")
            return
        write_whole(output, text.encode())
        self.stdout.write(f"已写入 {output}。")


def _action(actions: Any, name: str, run: Callable[..., None], help: str) -> CommandParser:  # noqa: A002
    parser: CommandParser = actions.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    return parser


def _score_arguments(parser: CommandParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="档案文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON，数都写成文本")


def _render_arguments(parser: CommandParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="档案文件")
    parser.add_argument("--document", choices=CHOICES, default="all", help="哪一张表")
    parser.add_argument("--format", choices=FORMATS, default="pdf")
    parser.add_argument(
        "--annex", choices=list(Annex), action="append", default=[], help="附件，可写几次"
    )
    _output_argument(parser, required=True)


def _example_arguments(parser: CommandParser) -> None:
    parser.add_argument("name", choices=SEED_NAMES, help="as_published 原样；scored 有各人评分")
    _output_argument(parser)


def _export_arguments(parser: CommandParser) -> None:
    parser.add_argument("evaluation", type=int, metavar="EVALUATION", help="评价的编号")
    _output_argument(parser)


def _import_arguments(parser: CommandParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="档案文件")
    parser.add_argument("--unit", required=True, help="项目实施单位的名称或编号")
    parser.add_argument("--user", help="以谁的名义导入（用户名）")


def _output_argument(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("-o", "--output", type=Path, required=required, metavar="OUT")


def _rendered(dossier: Dossier, documents: Sequence[Document], format: str) -> bytes:  # noqa: A002
    is_draft = dossier.state not in states_from(State.SIGNED)
    stamp = Draft(dossier_digest(dossier)) if is_draft else None
    if format in OFFICE_FORMATS:
        return render_office(documents, format, stamp=stamp)
    if format == "html":
        from reports.renderers.html import render_html  # noqa: PLC0415

        return render_html(documents, stamp=stamp).encode()
    from reports.renderers.pdf import render_pdf  # noqa: PLC0415  WeasyPrint is slow to load

    return render_pdf(documents, stamp=stamp, enclosed=[enclosed_dossier(dossier)]).pdf


def _unit(name_or_id: str) -> Unit:
    found = list(Unit.objects.filter(name=name_or_id))
    if not found and name_or_id.isdecimal():
        found = list(Unit.objects.filter(pk=int(name_or_id)))
    if not found:
        raise _refusal(f"没有名称或编号为 {name_or_id} 的单位。")
    if len(found) > 1:
        listed = "、".join(f"{unit.pk}（属{unit.parent}）" for unit in found)
        raise _refusal(f"有几个单位都叫 {name_or_id}，请改用编号：{listed}。")
    return found[0]


def _user(username: str) -> User:
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise _refusal(f"没有用户名为 {username} 的用户。") from error


def _refusal(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=REFUSED)
