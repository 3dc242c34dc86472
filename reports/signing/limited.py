"""Examining a stranger's file in a child process with limits of memory and time.

A file may take the child over, and the child may then say anything of the files after it. So its
answer is read as suspiciously as the file, and genuine takes the SHA-256 of the bytes besides,
which is worked out here.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from reports.signing.verify import UNREADABLE, Examination, Signature, Trust
from reports.workers import Pool, WorkerDiedError, WorkerTimeoutError

SECONDS = 30.0
AT_ONCE = 2
LARGEST_ANSWER = 1_000_000

children = Pool("reports.signing.child", size=AT_ONCE, largest_answer=LARGEST_ANSWER)


class BusyError(Exception):
    """Other files are being examined, or this one takes too long."""

    def __str__(self) -> str:
        return "这个文件没有在规定时间内核对完，请过一分钟再试。"


def examine_limited(pdf: bytes, trust: Trust, *, seconds: float = SECONDS) -> Examination:
    """``examine`` in a child; a file that takes the child down is unreadable.

    Raises BusyError after ``seconds``; waiting for a free child counts.
    """
    try:
        answer = children.ask(_question(pdf, trust), seconds=seconds)
    except WorkerTimeoutError as error:
        raise BusyError from error
    except WorkerDiedError:
        return Examination(problem=UNREADABLE)
    return read_answer(answer)


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


def read_answer(content: bytes) -> Examination:
    """Whatever does not look like an examination is of an unreadable file."""
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
