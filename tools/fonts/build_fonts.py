# ruff: noqa: INP001
"""Cut the document fonts of static/fonts from Debian's font packages.

    python build_fonts.py DEB_ROOT OUT

DEB_ROOT is a folder into which the packages named in static/fonts/README.md were unpacked. Needs
fontTools and uharfbuzz, takes some minutes and gives the same bytes each time. Three things matter:

- Outlines become TrueType. In a cut CID-keyed OTF the PDF rules want CIDs where WeasyPrint writes
  glyph numbers, and some viewers then print nothing.
- All fonts get the same ascent, descent and BASE table. Otherwise Pango shifts baselines in lines
  of mixed fonts, and the page no longer holds 22 lines.
- Every font has a space, or WeasyPrint reports a missing glyph U+0020.
"""

import copy
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

ASCENT, DESCENT = 0.88, 0.12
WINDOWS, ENGLISH, CHINESE = 3, 0x409, 0x804
KEPT_NAMES = (0, 13, 14)  # copyright and licence
OUTLINE_ERROR = 1.0  # font units

CHARACTERS = Path(__file__).with_name("tgh-8105.txt")
ASCII = {*range(0x20, 0x7F), 0xA0}
SYMBOLS = set(
    map(
        ord,
        "·×÷±°§¥—–…‘’“”‰′″※℃№ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ←↑→↓∑√∞∠∩∪∴∵≈≠≤≥⊙"
        "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩■□▲△◆◇○◎●★☆♀♂㎡㎏㎜㎝㎞㏄"
        "¹²³⁴µ¼½¾‧•⇒⇔≡≦≧∫∮∂㎥㎎㎢㏑㏒㏕℉Ω℅™®©€£❶❷❸❹❺❻❼❽❾❿",
    )
)
PUNCTUATION = {*range(0x3000, 0x3040), *range(0xFE30, 0xFE50), *range(0xFF00, 0xFFF0)}
HANZI = {*range(0x3400, 0xA000), *range(0x20000, 0x40000)}
LATIN = ASCII | SYMBOLS | PUNCTUATION
BOXES = set(map(ord, " ☐☑☒✓✔✗✘□■"))


def gb2312() -> set[int]:
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(char) for pair in pairs for char in pair.decode("gb2312", "ignore")}


def common_hanzi() -> set[int]:
    listed = CHARACTERS.read_text(encoding="utf-8").split()
    return gb2312() | {ord(char) for line in listed for char in line}


@dataclass(frozen=True)
class Source:
    path: Path
    index: int = 0

    def face(self) -> uharfbuzz.Face:
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(self.path)), self.index)

    def codes(self) -> set[int]:
        return set(self.face().unicodes)


class Packages:
    """Finds the fonts among unpacked packages."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def file(self, name: str) -> Source:
        return Source(next(iter(sorted(self.root.rglob(name)))))

    def simplified(self, name: str) -> Source:
        """The face for simplified Chinese in a collection."""
        path = self.file(name).path
        for index, font in enumerate(TTCollection(path, lazy=True).fonts):
            family = font["name"].getDebugName(1)
            if "CJK SC" in family and "Mono" not in family:
                return Source(path, index)
        raise LookupError(f"no simplified Chinese in {path}")


def recipes(packages: Packages) -> Iterator[tuple[str, Source, set[int]]]:
    regular = packages.simplified("NotoSerifCJK-Regular.ttc")
    light = packages.simplified("NotoSerifCJK-Light.ttc")
    fang, kai = packages.file("FandolFang-Regular.otf"), packages.file("FandolKai-Regular.otf")
    hanzi = common_hanzi()
    rare = {code for code in light.codes() if code in HANZI}
    yield "latin", regular, LATIN
    yield "title", packages.simplified("NotoSerifCJK-Bold.ttc"), hanzi | LATIN
    yield "hei", packages.simplified("NotoSansCJK-Medium.ttc"), hanzi | LATIN
    yield "fang", fang, fang.codes()
    yield "kai", kai, kai.codes()
    yield "song", regular, hanzi | LATIN
    yield "rare", light, (rare - gb2312()) | {0x20}
    yield "sym", packages.file("DejaVuSans.ttf"), BOXES


def cut(source: Source, codes: set[int]) -> TTFont:
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set(codes)
    wanted.sets(uharfbuzz.SubsetInputSets.NAME_ID).set(set(range(26)))
    wanted.sets(uharfbuzz.SubsetInputSets.NAME_LANG_ID).set({ENGLISH, CHINESE})
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).invert()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    data = bytes(uharfbuzz.subset(source.face(), wanted).blob.data)
    return TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)


def to_truetype(font: TTFont) -> None:
    """Cubic outlines to quadratic ones."""
    shapes, order, glyphs = font.getGlyphSet(), font.getGlyphOrder(), {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, OUTLINE_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"
    for name, glyph in glyphs.items():
        glyph.recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    _set_maxima(font)


def _set_maxima(font: TTFont) -> None:
    maxima = font["maxp"]
    maxima.tableVersion = 0x00010000
    for field in (
        *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"),
        *("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"),
    ):
        setattr(maxima, field, 0)
    maxima.maxZones = maxima.maxComponentElements = 1
    maxima.recalc(font)


def rename(font: TTFont, family: str) -> None:
    names = font["name"]
    names.names = [
        record
        for record in names.names
        if record.nameID in KEPT_NAMES and record.platformID == WINDOWS
    ]
    postscript = family.replace(" ", "")
    for name_id, value in ((1, family), (2, "Regular"), (4, family), (6, postscript)):
        names.setName(value, name_id, WINDOWS, 1, ENGLISH)


def unify_metrics(font: TTFont, base: object) -> None:
    """Set the common line height; ``base`` is a BASE table for 1,000 units to the em."""
    units = font["head"].unitsPerEm
    ascent, descent = round(ASCENT * units), round(DESCENT * units)
    head, metrics = font["hhea"], font["OS/2"]
    head.ascent, head.descent, head.lineGap = ascent, -descent, 0
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = ascent, -descent, 0
    metrics.usWinAscent, metrics.usWinDescent = ascent, descent
    font["BASE"] = own = copy.deepcopy(base)
    for axis in (own.table.HorizAxis, own.table.VertAxis):
        for record in axis.BaseScriptList.BaseScriptRecord if axis else ():
            for value in record.BaseScript.BaseValues.BaseCoord:
                value.Coordinate = round(value.Coordinate * units / 1000)


def main(root: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    base = None
    for name, source, codes in recipes(Packages(root)):
        font = cut(source, codes)
        if "CFF " in font:
            to_truetype(font)
        rename(font, f"Gov {name.capitalize()}")
        base = base or copy.deepcopy(font["BASE"])
        unify_metrics(font, base)
        target = out / f"gov-{name}.ttf"
        font.save(target)
        print(f"{target.name:14} {target.stat().st_size:>10,} bytes {len(font.getBestCmap()):>6}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
