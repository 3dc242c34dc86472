"""Dossier files on disk: read with a limit, written whole or not at all."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

from reports.dossier.codec import LIMIT_BYTES, DossierError, load_dossier_text
from reports.dossier.model import Dossier

MEGABYTE = 1_000_000
SHOWN_PROBLEMS = 20


class FileRefusedError(Exception):
    """Says in Chinese which file cannot be used, and why."""


def read_dossier(path: Path) -> Dossier:
    """Read a dossier file; FileRefusedError names every place that is wrong, up to 20."""
    try:
        return load_dossier_text(_content(path))
    except DossierError as error:
        shown = [str(problem) for problem in error.problems[:SHOWN_PROBLEMS]]
        if more := len(error.problems) - len(shown):
            shown.append(f"另有 {more} 处。")
        raise FileRefusedError("\n".join([f"文件 {path} 不能用：", *shown])) from error


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file in one step; on any failure what was there before is untouched."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise FileRefusedError(f"不能写入 {path}：它不是普通文件。")
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise FileRefusedError(f"不能写入 {path}：{_reason(error)}。") from error


def json_text(data: object) -> str:
    """JSON for people: indented, Chinese as it is."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise FileRefusedError(f"读不了文件 {path}：{_reason(error)}。") from error
    if len(content) > LIMIT_BYTES:
        limit = LIMIT_BYTES // MEGABYTE
        raise FileRefusedError(f"文件 {path} 过大，最多 {limit} MB，请确认选对了文件。")
    return content


def _reason(error: OSError) -> str:
    reasons = {
        FileNotFoundError: "没有这个文件或文件夹",
        IsADirectoryError: "这是一个文件夹",
        NotADirectoryError: "路径中有一段不是文件夹",
        PermissionError: "没有权限",
    }
    return reasons.get(type(error), error.strerror or "磁盘出错")
