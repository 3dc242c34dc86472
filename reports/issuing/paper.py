"""The final paper: rendered once, with a field in each cell where somebody will sign."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from evalsys.accounts.models import User
from projects.models import Evaluation
from reports.documents import ALL, build
from reports.documents.blocks import Document, Note
from reports.dossier.model import Dossier, PanelMember
from reports.issuing.enums import RANKS, SlotKind
from reports.issuing.models import IssuedDocument, UnitSeal
from reports.renderers.enclosing import enclosed_dossier
from reports.renderers.order import Anchor, Final
from reports.renderers.pdf import render_pdf_limited
from reports.signing import names
from reports.signing.fields import Place, VisibleField, with_fields

MM = 72 / 25.4
INSET = 1.5  # points; a signature does not touch the lines of its cell
# In the leader's cell, as shares of it: the signature on the left, the seal's middle on the right.
LEADER_BOX = (0.05, 0.2, 0.38, 0.8)
SEAL_MIDDLE = (0.83, 0.45)


@dataclass(frozen=True)
class Seat:
    """Somebody who signs; without a user and no seal, on paper."""

    kind: SlotKind
    field: str
    anchor: str
    name: str
    organisation: str
    user: User | None = None

    @property
    def on_paper(self) -> bool:
        return self.user is None and self.kind != SlotKind.SEAL

    @property
    def rank(self) -> int:
        return RANKS[self.kind]

    @property
    def label(self) -> str:
        return f"{self.kind.label}签字：{self.name}"


def seats_of(evaluation: Evaluation, dossier: Dossier, seal: UnitSeal | None) -> tuple[Seat, ...]:
    """Each evaluator in their row of the form, then the leader, then the unit with its seal."""
    users = {
        str(member.pk): member.user for member in evaluation.panel.seated().select_related("user")
    }
    evaluators = [
        _seat(SlotKind.EVALUATOR, names.evaluator(row), f"sign-evaluator-{row}", person, users)
        for row, person in enumerate(dossier.panel, 1)
    ]
    leaders = [
        _seat(SlotKind.LEADER, names.LEADER, "sign-leader", person, users)
        for person in dossier.panel
        if person.is_leader
    ]
    unit = evaluation.unit.name
    seals = [Seat(SlotKind.SEAL, names.SEAL, "sign-leader", unit, unit)] if seal else []
    return (*evaluators, *leaders, *seals)


def _seat(
    kind: SlotKind,
    field: str,
    anchor: str,
    person: PanelMember,
    users: Mapping[str, User | None],
) -> Seat:
    user = users.get(person.key)
    able = user if user and user.is_active else None
    return Seat(kind, field, anchor, person.name, person.unit, able)


def address_of(code: str) -> str:
    return f"{settings.SITE_URL}{reverse('reports:verify_code', args=[code])}"


def stamp_of(code: str) -> Final:
    return Final(code, f"{settings.SITE_URL}{reverse('reports:verify')}", address_of(code))


def render_final(
    dossier: Dossier, code: str, *, replaced: IssuedDocument | None, made: datetime
) -> tuple[bytes, Mapping[str, Anchor]]:
    """All three forms in one file with the data inside. Raises RenderError."""
    documents = build(dossier, ALL)
    if replaced is not None:
        documents = tuple(saying(document, replacement_of(replaced)) for document in documents)
    enclosed = enclosed_dossier(dossier, made)
    typeset = render_pdf_limited(documents, stamp=stamp_of(code), enclosed=[enclosed])
    return typeset.pdf, typeset.anchors


def saying(document: Document, sentence: str) -> Document:
    return replace(document, blocks=(*document.blocks, Note(sentence)))


def replacement_of(replaced: IssuedDocument) -> str:
    day = replaced.issued_at.astimezone()
    return (
        f"本文件为第 {replaced.number + 1} 版，替代 {day.year}年{day.month}月{day.day}日"
        f"签发的第 {replaced.number} 版（验证码 {replaced.code}）。"
    )


def with_places(
    pdf: bytes, anchors: Mapping[str, Anchor], seats: Iterable[Seat], seal: UnitSeal | None
) -> bytes:
    """A field for everybody who signs here; people who sign on paper find their cell empty."""
    return with_fields(
        pdf,
        [
            VisibleField(seat.field, seat.label, _place(seat, anchors[seat.anchor], seal))
            for seat in seats
            if not seat.on_paper
        ],
    )


def _place(seat: Seat, anchor: Anchor, seal: UnitSeal | None) -> Place:
    left, bottom, right, top = anchor.box
    width, height = right - left, top - bottom
    if seat.kind == SlotKind.SEAL and seal is not None:
        side = seal.width_mm * MM
        x, y = left + SEAL_MIDDLE[0] * width, bottom + SEAL_MIDDLE[1] * height
        box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    elif seat.kind == SlotKind.LEADER:
        box = (
            left + LEADER_BOX[0] * width,
            bottom + LEADER_BOX[1] * height,
            left + LEADER_BOX[2] * width,
            bottom + LEADER_BOX[3] * height,
        )
    else:
        box = (left + INSET, bottom + INSET, right - INSET, top - INSET)
    return Place(anchor.page, box)
