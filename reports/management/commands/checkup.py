"""Check files of old evaluations without entering them. Needs no database and no server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.checkup.examination import Checkup, check_files
from reports.checkup.files import limits
from reports.checkup.files.limited import Upload
from reports.checkup.report.data import checkup_data
from reports.checkup.report.paper import checkup_document
from reports.checkup.report.text import checkup_text
from reports.dossier.files import FileRefusedError, json_text, write_whole
from reports.renderers.errors import RenderError

REFUSED = 2


class Command(BaseCommand):
    help = "体检：检查做好的自评表和报告（txt、docx、xlsx、pdf、zip，或自评档案 json），不进数据库"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="输出 JSON")
        parser.add_argument("--pdf", type=Path, metavar="OUT", help="把报告写成 PDF")
        parser.add_argument(
            "--year",
            type=int,
            default=datetime.now(UTC).year - 1,
            help="文件里没有写年度时用的年度，默认去年",
        )

    def handle(
        self, *, files: list[Path], json: bool, pdf: Path | None, year: int, **_: Any
    ) -> None:
        checkup = check_files([_upload(path) for path in files], assumed_year=year)
        if pdf:
            _write_pdf(checkup, pdf)
        self.stdout.write(
            json_text(checkup_data(checkup)) if json else checkup_text(checkup), ending=""
        )
        if not checkup.examinations:
            raise CommandError("没有一份文件读成自评。", returncode=REFUSED)


def _upload(path: Path) -> Upload:
    try:
        with path.open("rb") as file:
            return Upload(path.name, file.read(limits.FILE + 1))
    except OSError as error:
        raise CommandError(f"读不了文件 {path}：{error.strerror}。", returncode=REFUSED) from error


def _write_pdf(checkup: Checkup, output: Path) -> None:
    from reports.renderers.pdf import render_pdf  # noqa: PLC0415  WeasyPrint is slow to load

    try:
        write_whole(output, render_pdf([checkup_document(checkup)]).pdf)
    except (RenderError, FileRefusedError) as error:
        raise CommandError(str(error), returncode=REFUSED) from error
