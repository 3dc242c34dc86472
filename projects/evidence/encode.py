"""The child's side: ``python -m projects.evidence.encode jpg|png``, a picture in, a picture out."""

import resource
import sys
import warnings
from io import BytesIO

MEMORY = 1024**3  # address space in bytes; 60 million pixels take a fifth of it
SECONDS = 20
MOST_PIXELS = 60_000_000
LONGEST_EDGE = 4096
FORMATS = {"jpg": "JPEG", "png": "PNG"}
MODES = {"jpg": ("L", "RGB"), "png": ("L", "LA", "RGB", "RGBA")}


def encoded(content: bytes, key: str) -> bytes:
    """Upright, at most 4096 pixels long, without any metadata."""
    from PIL import Image, ImageOps  # noqa: PLC0415  after the limits are set

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(BytesIO(content), formats=[FORMATS[key]]) as picture:
        picture.draft(None, (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(picture)
    if upright.mode not in MODES[key]:
        upright = upright.convert("RGBA" if key == "png" else "RGB")
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    out = BytesIO()
    clean.save(out, FORMATS[key], quality=88)
    return out.getvalue()


def main(key: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(encoded(sys.stdin.buffer.read(), key))


if __name__ == "__main__":
    main(sys.argv[1])
