"""Live figures while the report is written: which there are, and which typed ones could be one."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from projects.models import Evaluation
from projects.narrative import set_reader
from reports.dossier.facts import Facts
from reports.dossier.loader import figures_dossier
from reports.livefigures import palette, unknown_names
from reports.reading.narrative import Narrative
from reports.reading.offers import Offer, offers

if TYPE_CHECKING:
    from evalsys.accounts.models import User

UNKNOWN = (
    "没有叫「{name}」的数据，请从“可引用的数据”里选。"
    "要印花括号本身，请在前面加一个反斜杠：\\{{{{{name}}}}}"
)


class LiveFigureReader:
    """Forms are open before anything is scored, so results are never among the figures here."""

    def __init__(self, user: "User", evaluation: Evaluation) -> None:
        self.evaluation = evaluation

    @cached_property
    def facts(self) -> Facts:
        return Facts(figures_dossier(self.evaluation))

    def problems(self, body: str) -> list[str]:
        names = unknown_names(body, lambda: palette(self.facts))
        return [UNKNOWN.format(name=name) for name in names]

    def palette(self) -> str:
        figures = palette(self.facts).values()
        return render_to_string("reports/live/palette.html", {"figures": figures})

    def remarks(self, key: str, body: str) -> str:
        found = self._offers(key, body)
        return render_to_string("reports/live/offers.html", {"key": key, "offers": found})

    def _offers(self, key: str, body: str) -> Sequence[Offer]:
        dossier = replace(self.facts.dossier, sections={key: body})
        return tuple(offers(Narrative(Facts(dossier))))


set_reader(LiveFigureReader)
