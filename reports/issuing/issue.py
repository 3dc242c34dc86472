"""From approval to a file that waits for signatures: frozen, rendered once, certified, stored."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils import timezone

from evalsys.audit.journal import record
from evalsys.audit.models import JournalStream
from projects.enums import State
from projects.models import Evaluation
from projects.workflow import Act, RefusedError
from reports.dossier.codec import dossier_digest
from reports.dossier.facts import Facts
from reports.dossier.loader import current_dossier
from reports.issuing.models import IssuedDocument, Slot, UnitSeal, Withdrawal
from reports.issuing.paper import Seat, address_of, render_final, seats_of, with_places
from reports.issuing.revisions import Made, certification, closing
from reports.issuing.seals import current_seal
from reports.models import Snapshot
from reports.renderers.errors import RenderError
from reports.signing.codes import new_code
from reports.signing.errors import SigningError

if TYPE_CHECKING:
    from evalsys.accounts.models import User

CHANGED = "这份自评刚刚有改动，签发的文件作废了。请刷新页面，核对后再签发。"


@dataclass(frozen=True)
class Prepared:
    """A certified file and what it was made of; ``digest`` is the SHA-256 of its data."""

    digest: str
    number: int
    code: str
    grade: str
    seats: tuple[Seat, ...]
    seal: UnitSeal | None
    made: tuple[Made, ...]


def prepare(evaluation: Evaluation, user: "User") -> Prepared:
    """Everything that takes time, before the transaction. Raises RefusedError."""
    try:
        return _prepare(evaluation, user)
    except (RenderError, SigningError) as error:
        raise RefusedError(f"签发的文件没有做成：{error}") from error


def _prepare(evaluation: Evaluation, user: "User") -> Prepared:
    dossier = replace(current_dossier(evaluation, with_marks=True), state=State.SIGNED)
    digest, code = dossier_digest(dossier), new_code()
    before = IssuedDocument.objects.filter(evaluation=evaluation).order_by("number").last()
    seal = current_seal(evaluation.unit)
    seats = seats_of(evaluation, dossier, seal)
    pdf, anchors = render_final(dossier, code, replaced=before, made=timezone.now())
    pdf = with_places(pdf, anchors, seats, seal)
    address, reason = address_of(code), _reason(evaluation, digest)
    made = [certification(pdf, address=address, reason=reason, user=user)]
    if all(seat.on_paper for seat in seats):
        made.append(closing(made[0].content, address=address))
    return Prepared(
        digest=digest,
        number=before.number + 1 if before else 1,
        code=code,
        grade=Facts(dossier).result.grade or "",
        seats=seats,
        seal=seal,
        made=tuple(made),
    )


def _reason(evaluation: Evaluation, digest: str) -> str:
    """The head of the journal goes into the file, so that it cannot be rewritten unseen."""
    head = JournalStream.objects.filter(name=evaluation.journal_stream).first()
    anchored = f"操作日志第 {head.length} 条 {head.head}" if head else ""
    return f"签发。数据 SHA-256 {digest}；{anchored}"


def issue(evaluation: Evaluation, snapshot: Snapshot, act: Act) -> IssuedDocument:
    """Store what was prepared, if it is of what was frozen; part of the transition."""
    prepared = act.prepared
    if not isinstance(prepared, Prepared) or prepared.digest != snapshot.digest:
        raise RefusedError(CHANGED)
    document = IssuedDocument.objects.create(
        evaluation=evaluation,
        snapshot=snapshot,
        number=prepared.number,
        code=prepared.code,
        unit_name=evaluation.unit.name,
        project_name=evaluation.project.name,
        fiscal_year=evaluation.fiscal_year,
        grade=prepared.grade,
        seal=prepared.seal,
        issued_by=act.user,
        issued_at=timezone.now(),
    )
    for position, seat in enumerate(prepared.seats, 1):
        _slot(document, position, seat).save(force_insert=True)
    for number, made in enumerate(prepared.made):
        made.stored_in(document, number)
    record(
        evaluation.journal_stream,
        "document_issued",
        actor=act.user,
        name=f"第 {document.number} 版",
        version=document.number,
        digest=prepared.made[0].revision.digest,
        data_digest=snapshot.digest,
    )
    return document


def _slot(document: IssuedDocument, position: int, seat: Seat) -> Slot:
    return Slot(
        document=document,
        position=position,
        kind=seat.kind,
        rank=seat.rank,
        field=seat.field,
        user=seat.user,
        name=seat.name,
        organisation=seat.organisation,
        on_paper=seat.on_paper,
    )


def withdraw(evaluation: Evaluation, act: Act) -> None:
    """The newest version no longer holds; part of the transition, which is journaled."""
    newest = IssuedDocument.objects.filter(evaluation=evaluation).order_by("number").last()
    if newest is not None:
        Withdrawal.objects.create(document=newest, reason=act.reason, given_by=act.user)
