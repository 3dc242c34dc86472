"""The three official forms as trees of blocks, built from a dossier."""

from dataclasses import replace

from reports.documents.basic import basic_document
from reports.documents.blocks import Document, Note
from reports.documents.goals import goals_document
from reports.documents.report import report_document
from reports.dossier.model import Dossier

BUILDERS = {"goals": goals_document, "basic": basic_document, "report": report_document}
ALL = "all"
CHOICES = (*BUILDERS, ALL)
OLD_FORM = "旧表录入：本表照原有的纸质表或文件抄录，得分不是在本系统中评定的。"


def build(dossier: Dossier, which: str) -> tuple[Document, ...]:
    """The documents named by ``which``, one of ``CHOICES``, in the order they are filed."""
    if which not in CHOICES:
        raise ValueError(f"没有叫「{which}」的文档，可选：{'、'.join(CHOICES)}。")
    names = BUILDERS if which == ALL else (which,)
    return tuple(_marked(BUILDERS[name](dossier), dossier) for name in names)


def _marked(document: Document, dossier: Dossier) -> Document:
    """No paper of an old form passes for one that was scored here."""
    if not dossier.old_form:
        return document
    return replace(document, blocks=(Note(OLD_FORM), *document.blocks))
