"""/verify/ without a server: the same question, the same five answers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.issuing.verdicts import Answer, Verdict, check_file
from reports.signing.limited import BusyError
from reports.signing.verify import Signature

NOT_GENUINE, REFUSED = 1, 2


class Command(BaseCommand):
    help = "核对一个 PDF 是不是本系统签发的原件；不是就以非零结束"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="收到的 PDF 文件")

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            answer = check_file(file.read_bytes())
        except OSError as error:
            raise CommandError(f"读不到 {file}：{error.strerror}。", returncode=REFUSED) from error
        except BusyError as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        for line in _report(answer):
            self.stdout.write(line)
        self.stdout.write(f"结论：{answer.verdict.label}")
        if answer.verdict is not Verdict.GENUINE:
            raise SystemExit(NOT_GENUINE)


def _report(answer: Answer) -> list[str]:
    found, document = answer.examination, answer.document
    lines = [f"SHA-256 {answer.digest}"]
    lines += [_line(one) for one in found.signatures] if found else []
    if found and found.problem:
        lines.append("文件读不出来，或者有不是本系统的签名。")
    if document:
        lines.append(f"{document.unit_name} {document}，{document.grade or '没有等次'}")
    if document and document.successor_number:
        lines.append(f"已由第 {document.successor_number} 版替代。")
    elif document and document.is_withdrawn:
        lines.append(f"已于 {document.withdrawal.given_at:%Y-%m-%d} 撤回。")
    return lines


def _line(signature: Signature) -> str:
    good = "有效" if signature.sound else "无效"
    at = signature.stamped_at or signature.said_at
    when = f"{at:%Y-%m-%d %H:%M}{'（时间戳）' if signature.stamped_at else ''}" if at else ""
    return f"{good} {signature.field} {signature.signer} {when}".rstrip()
