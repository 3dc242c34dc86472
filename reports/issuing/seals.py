"""The image of a unit's seal, as the unit gives it. Nothing here ever draws one."""

from io import BytesIO
from typing import IO, TYPE_CHECKING

from django.db import transaction
from PIL import Image, ImageChops, UnidentifiedImageError

from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from reports.issuing.models import UnitSeal, sha256

if TYPE_CHECKING:
    from evalsys.accounts.models import User

LARGEST = 2_000_000
LARGEST_SIDE, SIDE = 4000, 800  # pixels as given, and as kept
OPAQUE = 255


class SealImageError(ValueError):
    """The file cannot be used as a seal; a Chinese sentence."""


def clean_image(file: IO[bytes]) -> bytes:
    """The picture drawn anew as PNG, with everything white made transparent."""
    try:
        with Image.open(file, formats=["PNG", "JPEG"]) as opened:
            if max(opened.size) > LARGEST_SIDE:
                raise SealImageError(f"图片过大，宽和高最多 {LARGEST_SIDE} 像素。")
            image = opened.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError) as error:
        raise SealImageError("请选择 PNG 或 JPEG 图片。") from error
    image.thumbnail((SIDE, SIDE))
    output = BytesIO()
    _without_paper(image).save(output, "PNG")
    return output.getvalue()


def _without_paper(image: Image.Image) -> Image.Image:
    """As strongly coloured as each point was, so that the text below stays readable."""
    red, green, blue, alpha = image.split()
    ink = ImageChops.invert(ImageChops.darker(ImageChops.darker(red, green), blue))
    strong = ink.point(lambda value: min(OPAQUE, value * 2))
    image.putalpha(ImageChops.darker(alpha, strong))
    if image.getchannel("A").getextrema() == (0, 0):
        raise SealImageError("图片是空白的，没有印章。")
    return image


@transaction.atomic
def give_seal(unit: Unit, image: bytes, *, width_mm: int, user: "User") -> UnitSeal:
    """From now on versions of the unit's projects are sealed with it; by the unit's head."""
    seal = UnitSeal.objects.create(unit=unit, image=image, width_mm=width_mm, given_by=user)
    record(f"unit:{unit.pk}", "seal_given", actor=user, digest=sha256(image), width_mm=width_mm)
    return seal


@transaction.atomic
def remove_seal(unit: Unit, *, user: "User") -> None:
    """Later versions carry no seal; what was sealed stays as it is."""
    UnitSeal.objects.create(unit=unit, image=b"", given_by=user)
    record(f"unit:{unit.pk}", "seal_removed", actor=user)


def current_seal(unit: Unit) -> UnitSeal | None:
    """The newest image the unit gave; none, when it took the last one out of use."""
    newest = UnitSeal.objects.filter(unit=unit).order_by("pk").last()
    return newest if newest and newest.image else None
