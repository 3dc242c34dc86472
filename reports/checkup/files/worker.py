"""The child's side: ``python -m reports.checkup.files.worker FD``. Files in, contents out.

A job is the file's name, a zero byte, the file; an answer is JSON, never anything executable.
"""

import json
import resource
import sys

from reports.checkup.files import limits
from reports.checkup.files.reading import read_file
from reports.checkup.raw import dump_outcome
from reports.workers import limit_memory, limit_processor, serve


def main(descriptor: int) -> None:
    limit_memory(limits.MEMORY)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a reader has nothing to write
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(descriptor, answer)


def answer(job: bytes) -> bytes:
    limit_processor(limits.PROCESSOR_SECONDS)
    name, _, source = job.partition(b"\0")
    outcomes = read_file(name.decode(), source)
    return json.dumps([dump_outcome(one) for one in outcomes], ensure_ascii=False).encode()


if __name__ == "__main__":
    main(int(sys.argv[1]))
