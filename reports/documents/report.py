"""财政支出项目绩效评价报告: the pack's outline with the text written under it."""

from collections.abc import Iterator

from evalsys.rulepacks.schema import OutlineSection
from reports.documents.blocks import Block, Document, Heading, Kind, Paragraph
from reports.documents.text import paper_text, paragraphs
from reports.dossier.facts import Facts
from reports.dossier.model import Dossier
from reports.livefigures import expand


def report_document(dossier: Dossier) -> Document:
    """Headings always print, prompts never; a section without text prints its heading only.

    Live figures print as their values.
    """
    facts = Facts(dossier)
    return Document(
        name="report",
        title=dossier.pack.wording["report_title"],
        kind=Kind.REPORT,
        blocks=tuple(
            block
            for section in dossier.pack.outline
            for block in _section(
                section, expand(dossier.sections.get(section.key, ""), facts).text
            )
        ),
    )


def _section(section: OutlineSection, body: str) -> Iterator[Block]:
    yield Heading(section.level, paper_text(f"{section.number}{section.title}"))
    if section.has_body:
        yield from (Paragraph(text) for text in paragraphs(body))
