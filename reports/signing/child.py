"""The child's side: a file from a stranger on stdin, what was found on stdout as JSON.

One child reads one file and ends, so that nothing a file does to the parser outlives it.
"""

import json
import resource
import sys
from dataclasses import asdict

MEMORY = 1024**3  # address space in bytes; the seed's file of 370 KB takes a quarter of it
SECONDS = 20  # of processor time


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from reports.signing.verify import Trust, examine  # noqa: PLC0415  under the limits already

    known = json.loads(sys.stdin.buffer.readline())
    trust = Trust(
        roots=tuple(map(bytes.fromhex, known["roots"])),
        own=frozenset(known["own"]),
        time_roots=tuple(map(bytes.fromhex, known["time_roots"])),
        lists=tuple(map(bytes.fromhex, known["lists"])),
    )
    found = examine(sys.stdin.buffer.read(), trust)
    sys.stdout.write(json.dumps(asdict(found), default=str))


if __name__ == "__main__":
    main()
