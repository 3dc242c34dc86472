"""The child's side: ``python -m reports.signing.child FD``. Strangers' files in, JSON out."""

import json
import os
import resource
import sys
from dataclasses import asdict

from reports.signing.verify import Trust, examine
from reports.workers import limit_memory, limit_processor, serve

MEMORY = 1024**3  # address space in bytes; a file of 400 KB takes a quarter of it
SECONDS = 20  # of processor time for one file


def answer(job: bytes) -> bytes:
    limit_processor(SECONDS)
    line, _, pdf = job.partition(b"\n")
    known = json.loads(line)
    trust = Trust(
        roots=tuple(map(bytes.fromhex, known["roots"])),
        own=frozenset(known["own"]),
        time_roots=tuple(map(bytes.fromhex, known["time_roots"])),
        lists=tuple(map(bytes.fromhex, known["lists"])),
    )
    return json.dumps(asdict(examine(pdf, trust)), default=str).encode()


def main(descriptor: int) -> None:
    limit_memory(MEMORY)
    _be_silent()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    serve(descriptor, answer)


def _be_silent() -> None:
    """Hostile files fill logs; and a log that is a file would end this process by its limit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


if __name__ == "__main__":
    main(int(sys.argv[1]))
