"""What a signature shows on the page: lines of text in the document's fonts, or a seal's image.

A PDF text of pyHanko has one font and no fallback, so each run of characters is set in the first
bundled font that has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont
from PIL import Image
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle, StaticStampStyle

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
CHAIN = ("gov-song", "gov-latin", "gov-rare", "gov-sym")  # as paper.css has them for tables
MIDDLE = AxisAlignment.ALIGN_MID
LEADING = 1.25
ASCENT = 0.88  # of the bundled fonts, all alike


@dataclass(frozen=True)
class Line:
    text: str
    points: float


@dataclass(frozen=True)
class TextStyle(BaseStampStyle):
    """Lines centred in the box, made smaller together when they are too wide or too high."""

    border_width: int = 0
    lines: tuple[Line, ...] = ()

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]
    ) -> "TextAppearance":
        return TextAppearance(writer, self, box)


class TextAppearance(BaseStamp):
    style: TextStyle

    def _render_inner_content(self) -> list[bytes]:
        lines = [_Shaped(self, line) for line in self.style.lines]
        width = max(line.width for line in lines)
        height = sum(line.points for line in self.style.lines) * LEADING
        scale = min(1.0, self.box.width / width, self.box.height / height)
        return [b"BT", *self._placed(lines, scale, height), b"ET"]

    def _placed(self, lines: list["_Shaped"], scale: float, height: float) -> Iterator[bytes]:
        top = (self.box.height + height * scale) / 2
        for shaped in lines:
            points = shaped.points * scale
            left = (self.box.width - shaped.width * scale) / 2
            baseline = top - points * ((LEADING - 1) / 2 + ASCENT)
            for name, operators, advance in shaped.runs:
                yield b"1 0 0 1 %.3f %.3f Tm /%s %.3f Tf %s" % (
                    left,
                    baseline,
                    name.encode(),
                    points,
                    operators,
                )
                left += advance * points
            top -= points * LEADING


class _Shaped:
    """A line as runs of one font each: resource name, operators, width in ems."""

    def __init__(self, appearance: BaseStamp, line: Line) -> None:
        self.points = line.points
        self.runs = [self._shape(appearance, font, text) for font, text in runs(line.text)]
        self.width = line.points * sum(advance for _, _, advance in self.runs)

    def _shape(self, appearance: BaseStamp, font: str, text: str) -> tuple[str, bytes, float]:
        engine = GlyphAccumulator(
            appearance.writer,  # type: ignore[arg-type]  # set when the appearance is made
            BytesIO(cut(font, text)),
            self.points,
            bcp47_lang_code="zh-CN",
        )
        shape = engine.shape(text)
        name = f"F{len(appearance.resources.font) + 1}"
        appearance.set_resource(ResourceType.FONT, pdf_name(f"/{name}"), engine.as_resource())
        return name, shape.graphics_ops, shape.x_advance


def runs(text: str) -> list[tuple[str, str]]:
    """``text`` cut into pieces of one font each; what no font has goes to the first one."""
    return [(font, "".join(characters)) for font, characters in groupby(text, key=font_of)]


def font_of(character: str) -> str:
    return next((font for font in CHAIN if ord(character) in _covered(font)), CHAIN[0])


@cache
def _covered(font: str) -> frozenset[int]:
    with TTFont(_file(font), lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def cut(font: str, text: str) -> bytes:
    """The font with the glyphs of ``text`` alone: a whole one takes pyHanko four times as long."""
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set({ord(character) for character in text})
    return bytes(uharfbuzz.subset(_face(font), wanted).blob.data)


@cache
def _face(font: str) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_file(font))))


def _file(font: str) -> Path:
    return FONTS / f"{font}.ttf"


def image_style(png: bytes) -> StaticStampStyle:
    """A seal's image filling its box; transparent where the image is."""
    with Image.open(BytesIO(png)) as opened:
        image = opened.convert("RGBA")
    return StaticStampStyle(
        background=PdfImage(image),
        background_layout=SimpleBoxLayoutRule(MIDDLE, MIDDLE, margins=Margins.uniform(0)),
        border_width=0,
    )
