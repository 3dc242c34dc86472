"""Examining a stranger's file in a child process with limits of memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from reports.signing.verify import UNREADABLE, Examination, Signature, Trust

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30.0
AT_ONCE = 2
LARGEST_ANSWER = 1_000_000

_places = BoundedSemaphore(AT_ONCE)


class BusyError(Exception):
    """Other files are being examined; the asker should come again."""

    def __str__(self) -> str:
        return "正在验证别的文件，请过一分钟再试。"


def examine_limited(pdf: bytes, trust: Trust, *, seconds: float = SECONDS) -> Examination:
    """``examine`` in a child; a file that breaks the child or its limits is unreadable.

    Raises BusyError when no child was free within ``seconds``.
    """
    if not _places.acquire(timeout=seconds):
        raise BusyError
    try:
        return _answer(_run(_question(pdf, trust), seconds))
    finally:
        _places.release()


def _question(pdf: bytes, trust: Trust) -> bytes:
    known = {
        "roots": _hex(trust.roots),
        "own": sorted(trust.own),
        "time_roots": _hex(trust.time_roots),
        "lists": _hex(trust.lists),
    }
    return json.dumps(known).encode() + b"\n" + pdf


def _hex(contents: Iterable[bytes]) -> list[str]:
    return [content.hex() for content in contents]


def _run(question: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.signing.child"],
            cwd=ROOT,
            input=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
    except subprocess.SubprocessError:
        return b""
    return done.stdout


def _answer(content: bytes) -> Examination:
    """The child's JSON, read as suspiciously as the file: it may no longer be our child."""
    if not 0 < len(content) <= LARGEST_ANSWER:
        return Examination(problem=UNREADABLE)
    try:
        found = json.loads(content)
        signatures = tuple(map(_signature, found["signatures"]))
        return Examination(signatures, str(found["code"]), str(found["problem"]))
    except (ValueError, KeyError, TypeError):
        return Examination(problem=UNREADABLE)


def _signature(data: dict[str, Any]) -> Signature:
    flags = {
        name: data[name] is True for name in ("intact", "trusted", "own", "unchanged", "whole")
    }
    return Signature(
        field=str(data["field"]),
        signer=str(data["signer"]),
        said_at=_moment(data["said_at"]),
        stamped_at=_moment(data["stamped_at"]),
        **flags,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
