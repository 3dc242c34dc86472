"""Rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) that can be read off a file.

No validator of either standard is packaged for Debian or PyPI; this is not one, but it opens the
file with another library than the one that wrote it, and knows nothing of how it was made.
"""

import io
import re
from collections import Counter
from xml.etree import ElementTree as ET

import pikepdf
from fontTools.ttLib import TTFont

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "EI"}
TYPES = {
    *("Document", "Part", "Art", "Sect", "Div", "P", "Span", "NonStruct", "Figure", "Caption"),
    *("H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "LBody", "Lbl"),
    "Form",
    *("Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"),
}
CHILDREN = {
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TR": {"/TH", "/TD"},
}
DEEPEST_STATE = 28


def problems(content):
    """A sentence for each rule that the file breaks."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [
            *_bytes(content),
            *(sentence for rule in RULES for sentence in rule(pdf)),
        ]


def _bytes(content):
    if not re.match(rb"%PDF-1\.\d\n%[\x80-\xff]{4}", content):
        yield "the header has no line of four high bytes"
    if not re.search(rb"%%EOF\s?$", content[-8:]):
        yield "something stands after the end of the file"


# --- PDF/A


def metadata(pdf):
    raw = pdf.Root.Metadata.read_bytes()
    tree = ET.fromstring(raw)
    if len(list(tree.iter(f"{RDF}RDF"))) != 1:
        yield "the metadata is not one RDF"
    with pdf.open_metadata() as xmp:
        said = {key: xmp.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
        if said != {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}:
            yield f"the metadata says {said}"
        for key, name in (("dc:title", "/Title"), ("pdf:Producer", "/Producer")):
            if not xmp.get(key) or xmp.get(key) != str(pdf.docinfo.get(name)):
                yield f"{key} and {name} differ"
    if b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" not in raw:
        yield "no extension schema describes pdfuaid"


def trailer(pdf):
    if len(pdf.trailer.get("/ID", [])) != 2:
        yield "no file identifier"
    if pdf.is_encrypted:
        yield "encrypted"


def output_intent(pdf):
    intents = pdf.Root.get("/OutputIntents", [])
    if [one.S for one in intents] != ["/GTS_PDFA1"] or intents[0].DestOutputProfile.N != 3:
        yield "no RGB output intent"


def actions(pdf):
    for name in ("/OpenAction", "/AA", "/XFA"):
        if name in pdf.Root:
            yield f"the catalogue has {name}"
    if "/JavaScript" in pdf.Root.get("/Names", {}):
        yield "JavaScript"
    if pdf.Root.get("/AcroForm", {}).get("/NeedAppearances"):
        yield "NeedAppearances"
    for one in _dictionaries(pdf):
        if one.get("/S") in {"/JavaScript", "/Launch", "/URI", "/GoToR", "/SubmitForm"}:
            yield f"action {one.S}"


def streams(pdf):
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Stream):
            continue
        if "LZW" in str(one.get("/Filter")) or "Crypt" in str(one.get("/Filter")):
            yield f"filter {one.Filter}"
        if "/F" in one:
            yield "a stream lies in another file"
        if one.get("/Subtype") == "/Image" and one.get("/Interpolate"):
            yield "an interpolated image"
        if one.get("/Subtype") == "/Image" and "CMYK" in str(one.get("/ColorSpace")):
            yield "an image in CMYK without its profile"


def annotations(pdf):
    for one in _dictionaries(pdf):
        if one.get("/Type") != "/Annot":
            continue
        if not int(one.get("/F", 0)) & 4:
            yield "an annotation that does not print"
        if one.get("/Subtype") == "/Widget" and "/AP" not in one and _has_size(one.Rect):
            yield f"a field without an appearance: {one.get('/T')}"


def _has_size(box):
    """A field without any is never seen, and is let off its appearance (ISO 19005-3, 6.3.3)."""
    return (box[0], box[1]) != (box[2], box[3])


def attachments(pdf):
    associated = [one.objgen for one in pdf.Root.get("/AF", [])]
    if len(associated) != len(set(associated)):
        yield "a file is associated twice"
    files = [one for one in _dictionaries(pdf) if one.get("/Type") == "/Filespec"]
    for one in files:
        if not {"/F", "/UF", "/AFRelationship", "/EF"} <= set(one.keys()):
            yield f"an attachment without {one.keys()}"
            continue
        if one.objgen not in associated:
            yield f"{one.UF} is not associated"
        if "/Subtype" not in one.EF.F or "/ModDate" not in one.EF.F.get("/Params", {}):
            yield f"{one.UF} has no type or date"


def fonts(pdf):
    used = _used_glyphs(pdf)
    for one in _dictionaries(pdf):
        if one.get("/Type") != "/Font" or one.get("/Subtype") != "/Type0":
            continue
        (descendant,) = one.DescendantFonts
        yield from _font(one, descendant, used.get(one.objgen, set()))


def _font(font, descendant, glyphs):
    name = descendant.BaseFont
    descriptor = descendant.FontDescriptor
    if font.Encoding != "/Identity-H" or descendant.get("/CIDToGIDMap") != "/Identity":
        yield f"{name} maps codes in its own way"
    if "/CIDSet" in descriptor:
        yield f"{name} lists its glyphs"
    if "/FontFile2" not in descriptor:
        yield f"{name} is not embedded"
        return
    known = _to_unicode(font)
    if not glyphs <= set(known):
        yield f"{name} does not say what {sorted(glyphs - set(known))} are"
    if bad := {text for code, text in known.items() if code in glyphs and text in "\0\ufeff\ufffe"}:
        yield f"{name} maps to {bad}"
    with TTFont(io.BytesIO(descriptor.FontFile2.read_bytes())) as program:
        scale = 1000 / program["head"].unitsPerEm
        advances = list(program["hmtx"].metrics.values())
        widths = _widths(descendant)
        for glyph in glyphs:
            if abs(widths.get(glyph, 1000) - advances[glyph][0] * scale) > 1:
                yield f"{name}: glyph {glyph} is not as wide as the file says"
            if glyph == 0:
                yield f"{name}: .notdef is printed"


def _to_unicode(font):
    lines = font.ToUnicode.read_bytes().decode("latin-1")
    return {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4,})>", lines)
    }


def _widths(descendant):
    widths, items = {}, list(descendant.get("/W", []))
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {first + offset: float(width) for offset, width in enumerate(second)}
        else:
            width = float(items.pop(0))
            widths |= dict.fromkeys(range(first, int(second) + 1), width)
    return widths


def _used_glyphs(pdf):
    """Codes shown in each font, by the font's object; every text is two bytes a code."""
    used = {}
    for page in pdf.pages:
        names = page.Resources.get("/Font", {})
        current = None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                current = used.setdefault(names[str(operands[0])].objgen, set())
            elif str(operator) in {"Tj", "TJ"}:
                parts = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
                for part in parts:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        current.update(
                            int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)
                        )
    return used


# --- PDF/UA


def catalogue(pdf):
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked") or root.MarkInfo.get("/Suspects"):
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the window does not show the title"


def content(pdf):
    """Everything that is painted is either tagged, and known to the tree, or paper."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    elements = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    read = {one.objgen for one in _elements(pdf.Root.StructTreeRoot)}
    for number, page in enumerate(pdf.pages, 1):
        yield from _page(number, page, elements[int(page.StructParents)], read)


def _page(number, page, elements, read):
    open_marks, depth, met = [], 0, Counter()
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in {"BDC", "BMC"}:
            mark = _mark(operands)
            if open_marks and (mark != "artifact" or open_marks[-1] != "artifact"):
                yield f"page {number}: {mark} inside {open_marks[-1]}"
            open_marks.append(mark)
            met[mark] += 1
        elif name == "EMC":
            open_marks.pop()
        elif name in PAINTING and not open_marks:
            yield f"page {number}: {name} is neither tagged nor paper"
        depth += {"q": 1, "Q": -1}.get(name, 0)
        if depth > DEEPEST_STATE:
            yield f"page {number}: states are nested too deep"
    for mark, times in met.items():
        if mark == "artifact":
            continue
        element = elements[mark] if mark < len(elements) else None
        if times > 1 or element is None or element.objgen not in read or not _holds(element, mark):
            yield f"page {number}: content {mark} is not in the tree"


def _mark(operands):
    if len(operands) > 1 and "/MCID" in operands[1]:
        return int(operands[1].MCID)
    return "artifact" if operands[0] == "/Artifact" else "untagged"


def _holds(element, mcid):
    return mcid in [int(kid) for kid in element.K if not isinstance(kid, pikepdf.Dictionary)]


def structure(pdf):
    for element in _elements(pdf.Root.StructTreeRoot):
        name = str(element.S)
        if name.removeprefix("/") not in TYPES:
            yield f"{name} is no standard type"
        for kid in _kids(element):
            if kid.P.objgen != element.objgen:
                yield f"{kid.S} does not know its parent {name}"
            if name in CHILDREN and str(kid.S) not in CHILDREN[name]:
                yield f"{kid.S} in {name}"


def headings(pdf):
    last = 0
    for element in _elements(pdf.Root.StructTreeRoot):
        if found := re.fullmatch(r"/H(\d)", str(element.S)):
            level = int(found[1])
            if level > last + 1:
                yield f"{element.S} follows level {last}"
            last = level


def figures(pdf):
    for element in _elements(pdf.Root.StructTreeRoot):
        if element.S == "/Figure" and not str(element.get("/Alt", "")):
            yield "a figure without a text in its place"


def tables(pdf):
    for element in _elements(pdf.Root.StructTreeRoot):
        if element.S == "/TH" and element.get("/A", {}).get("/Scope") not in {"/Row", "/Column"}:
            yield "a header without a scope"
        if element.S == "/Table":
            yield from _table(element)


def _table(table):
    """Every row covers as many columns as the others, with what reaches into it from above."""
    rows = [one for one in _below(table) if one.S == "/TR"]
    open_rows, widths = [], set()
    for row in rows:
        cells = [
            (int(cell.A.get("/ColSpan", 1)), int(cell.A.get("/RowSpan", 1))) for cell in _kids(row)
        ]
        covered = sum(columns for columns, _ in open_rows) + sum(columns for columns, _ in cells)
        widths.add(covered)
        open_rows = [(columns, left - 1) for columns, left in (*open_rows, *cells) if left > 1]
    if len(widths) > 1:
        yield f"rows of {sorted(widths)} columns in one table"
    if open_rows:
        yield "a cell spans more rows than there are"


def _elements(root):
    yield from (one for one in _below(root) if "/S" in one)


def _below(element):
    for kid in _kids(element):
        yield kid
        yield from _below(kid)


def _kids(element):
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _dictionaries(pdf):
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]


RULES = (
    metadata,
    trailer,
    output_intent,
    actions,
    streams,
    annotations,
    attachments,
    fonts,
    catalogue,
    content,
    structure,
    headings,
    figures,
    tables,
)
