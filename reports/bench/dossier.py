"""The dossier as a file, and from the rows of the database."""

import json

from projects.enums import State
from projects.models import Evaluation
from reports.bench import Sizes
from reports.bench.clocks import CPU, take_turns
from reports.bench.figures import Figure, compared
from reports.bench.world import count_queries, stage
from reports.dossier.codec import dossier_digest, dump_dossier, load_dossier_text
from reports.dossier.loader import load_dossier
from reports.dossier.seed import seed_data


def measure(sizes: Sizes) -> list[Figure]:
    return [*_as_file(sizes.dossier_rounds), *_from_rows(sizes.dossier_rounds)]


def _as_file(rounds: int) -> list[Figure]:
    text = json.dumps(seed_data("scored"), ensure_ascii=False)
    dossier = load_dossier_text(text)
    tasks = {
        "bare JSON, read and written": lambda: json.dumps(json.loads(text)),
        "parse a file": lambda: load_dossier_text(text),
        "dump": lambda: dump_dossier(dossier),
        "digest": lambda: dossier_digest(dossier),
    }
    return compared(take_turns(tasks, rounds=rounds, clock=CPU), "bare JSON, read and written")


def _from_rows(rounds: int) -> list[Figure]:
    reviewing, signed = stage(State.REVIEWING).pk, stage(State.SIGNED).pk
    tasks = {
        "one row by its key": lambda: Evaluation.objects.get(pk=reviewing),
        "load from rows": lambda: load_dossier(reviewing),
        "load as frozen": lambda: load_dossier(signed),
    }
    queries = {name: {"queries": count_queries(task)} for name, task in tasks.items()}
    times = take_turns(tasks, rounds=rounds, clock=CPU)
    return compared(times, "one row by its key", more=queries)
