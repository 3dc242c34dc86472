"""The signature fields of a file: all of them in one update, before the first signature."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
)

from reports.signing import names
from reports.signing.tagging import tag_field
from reports.signing.writer import QuietWriter

CERTIFICATION = SigFieldSpec(names.CERTIFICATION, readable_field_name="系统签发，不显示")
LOCK = SigFieldSpec(
    names.LOCK,
    readable_field_name="系统封存，不显示",
    field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL),
    doc_mdp_update_value=MDPPerm.NO_CHANGES,
)


@dataclass(frozen=True)
class Place:
    """A box on a page: pages from 0, points from the lower left corner."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class VisibleField:
    """``label`` is what a reading machine calls it."""

    name: str
    label: str
    place: Place


def with_fields(pdf: bytes, visible: Iterable[VisibleField]) -> bytes:
    """``pdf`` with the visible fields, the certification's and the lock's."""
    writer = QuietWriter(pdf)
    for spec in (CERTIFICATION, *map(_visible, visible), LOCK):
        append_signature_field(writer, spec)
    for field in writer.root["/AcroForm"]["/Fields"]:
        tag_field(writer, field)
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def _visible(field: VisibleField) -> SigFieldSpec:
    return SigFieldSpec(
        field.name,
        on_page=field.place.page,
        box=field.place.box,  # type: ignore[arg-type]  # takes fractions of a point too
        readable_field_name=field.label,
        empty_field_appearance=True,  # PDF/A wants one, also before anybody signs
    )
