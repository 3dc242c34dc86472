"""Files read under limits of memory and time: typed text here, everything else in a child."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from reports.checkup.files import limits
from reports.checkup.files.errors import UnreadableError
from reports.checkup.files.kinds import Kind, kind_of
from reports.checkup.files.reading import read_file
from reports.checkup.raw import Outcome, Refusal, load_outcome
from reports.workers import Pool, WorkerDiedError, WorkerTimeoutError

WORKERS = 2
TOO_LONG = f"文件在 {limits.SECONDS:g} 秒内没有读完，已停止。请只留下自评的几张表和报告，再试一次。"
DIED = "读文件时内存或时间用尽，已停止。请用 Word、WPS 或表格软件打开另存一份再试。"
TOO_MANY = f"一次最多 {limits.FILES} 个文件，多出的没有读。"
TOO_MUCH = f"一次最多 {limits.ALL_FILES // limits.MEGABYTE} MB，多出的没有读。"

pool = Pool("reports.checkup.files.worker", size=WORKERS, largest_answer=limits.ANSWER)


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name without folders, and its bytes."""

    name: str
    source: bytes


def read_uploads(uploads: Iterable[Upload]) -> list[Outcome]:
    """What each file holds, or a sentence why not; raises nothing."""
    outcomes: list[Outcome] = []
    size = 0
    for number, upload in enumerate(uploads, 1):
        size += len(upload.source)
        if number > limits.FILES or size > limits.ALL_FILES:
            sentence = TOO_MANY if number > limits.FILES else TOO_MUCH
            outcomes.append(Refusal(upload.name, sentence))
        else:
            outcomes.extend(_read(upload))
    return outcomes


def _read(upload: Upload) -> list[Outcome]:
    try:
        kind = kind_of(upload.name, upload.source)
    except UnreadableError as error:
        return [Refusal(upload.name, str(error))]
    if kind is Kind.TEXT or len(upload.source) > limits.FILE:
        return read_file(upload.name, upload.source)
    return _read_in_child(upload)


def _read_in_child(upload: Upload) -> list[Outcome]:
    job = upload.name.replace("\0", "").encode(errors="replace") + b"\0" + upload.source
    try:
        answer = pool.ask(job, seconds=limits.SECONDS)
    except WorkerTimeoutError:
        return [Refusal(upload.name, TOO_LONG)]
    except WorkerDiedError:
        return [Refusal(upload.name, DIED)]
    return [load_outcome(one) for one in json.loads(answer)]
