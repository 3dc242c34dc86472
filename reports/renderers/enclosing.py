"""The data of a document inside the document."""

from datetime import UTC, date, datetime, time

from evalsys.canonical import canonical_json
from reports.dossier.codec import dump_dossier
from reports.dossier.model import Dossier
from reports.renderers.order import Enclosed

NAME = "dossier.json"
DESCRIPTION = "本文档所依据的评价档案"


def enclosed_dossier(dossier: Dossier, made: datetime | None = None) -> Enclosed:
    """The dossier's canonical JSON: the SHA-256 of the enclosed file is the dossier's digest.

    Without ``made`` it is dated by the form itself, so that it changes with nothing else: the day
    of the evaluation, or the end of the fiscal year.
    """
    day = dossier.basic.evaluated_on or date(dossier.fiscal_year, 12, 31)
    return Enclosed(
        name=NAME,
        content=canonical_json(dump_dossier(dossier)),
        description=DESCRIPTION,
        made=made or datetime.combine(day, time(), UTC),
    )
