"""The three official forms as trees of blocks, built from a dossier."""

from reports.documents.basic import basic_document
from reports.documents.blocks import Document
from reports.documents.goals import goals_document
from reports.documents.report import report_document
from reports.dossier.model import Dossier

BUILDERS = {"goals": goals_document, "basic": basic_document, "report": report_document}
ALL = "all"
CHOICES = (*BUILDERS, ALL)


def build(dossier: Dossier, which: str) -> tuple[Document, ...]:
    """The documents named by ``which``, one of ``CHOICES``, in the order they are filed."""
    if which not in CHOICES:
        raise ValueError(f"没有叫「{which}」的文档，可选：{'、'.join(CHOICES)}。")
    names = BUILDERS if which == ALL else (which,)
    return tuple(BUILDERS[name](dossier) for name in names)
