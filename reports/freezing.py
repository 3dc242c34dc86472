"""Freezing: what is approved is kept as one canonical text with its SHA-256."""

import hashlib

from evalsys.canonical import canonical_json
from projects.models import Evaluation
from reports.dossier.codec import dump_dossier
from reports.dossier.loader import current_dossier
from reports.models import Snapshot


def freeze(evaluation: Evaluation) -> Snapshot:
    content = canonical_json(dump_dossier(current_dossier(evaluation, with_marks=True)))
    return Snapshot.objects.create(
        evaluation=evaluation,
        content=content.decode(),
        digest=hashlib.sha256(content).hexdigest(),
    )
