"""The pictures of a page: under which address each is shown, and the one that is drawn here."""

from base64 import b64encode
from functools import cache
from io import BytesIO

import segno

from reports.renderers.order import Picture

SCHEME = "picture:"
SVG = "image/svg+xml"


def picture_address(name: str) -> str:
    """What a page for the PDF calls a picture; nothing but the typesetter knows the scheme."""
    return f"{SCHEME}{name}"


def data_address(picture: Picture) -> str:
    """The picture itself as an address, for a file that needs nothing else."""
    return f"data:{picture.media_type};base64,{b64encode(picture.content).decode()}"


@cache
def code_picture(link: str) -> Picture:
    """``link`` as a QR code that survives a crease: a sixth of it may be unreadable."""
    out = BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(out, kind="svg", border=0, xmldecl=False, nl=False, omitsize=True)
    return Picture(SVG, out.getvalue())
