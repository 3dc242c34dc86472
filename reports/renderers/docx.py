"""The documents as Word files, to edit in WPS or Word: real tables, official font names.

Geometry and sizes are those of static/documents/paper.css. A signed evaluation's original is its
PDF; this is a copy, and says so in its head.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import accumulate, pairwise
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.documents.blocks import (
    FULL_WIDTH,
    Align,
    AnyCell,
    Block,
    ChartFigure,
    Document,
    Heading,
    Kind,
    Look,
    Note,
    PageBreak,
    Paragraph,
    SignatureCell,
    Table,
)
from reports.renderers.archives import without_times
from reports.renderers.grids import Grid, GridCell, GridRow, on_grid, runs
from reports.renderers.html import joint_title

FANG, HEI, KAI, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
TITLE = "方正小标宋简体"
LATIN = "Times New Roman"
LINE_POINTS = 225 / 22 * 72 / 25.4  # 22 lines in the 225 mm of GB/T 9704
HEADING_FONTS = (HEI, KAI, FANG, FANG)
MARGINS_MM = {Kind.REPORT: (37, 26, 35, 28), Kind.FORM: (18, 20, 17, 20)}
PAGE_MM = (210, 297)
TWIPS_PER_MM = 1440 / 25.4
SEAL_ROOM_MM, SIGNATURE_MM, ROW_MM = 34, 9, 5.9
SEAL_LINES = 4
TABLE_LINE = 1.1
CELL_MARGINS = {"top": 17, "left": 68, "bottom": 17, "right": 68}
TITLE_STYLES = {Kind.REPORT: "Title", Kind.FORM: "Subtitle"}
ALIGNMENTS = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}


def render_docx(documents: Iterable[Document], mark: str) -> bytes:
    """One file of all ``documents``, each a section with page numbers of its own and
    ``mark`` in its head. The same input
    gives the same bytes.
    """
    documents = tuple(documents)
    file = docx.Document()
    _set_styles(file)
    file.core_properties.title = joint_title(documents)
    file.core_properties.author = ""
    file.core_properties.language = documents[0].language
    file.settings.odd_and_even_pages_header_footer = True
    for number, document in enumerate(documents):
        section = file.sections[0] if number == 0 else file.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, document.kind, mark)
        _write(file, document)
    content = BytesIO()
    file.save(content)
    return without_times(content.getvalue())


# --- styles


def _set_styles(file: Any) -> None:
    styles = file.styles
    normal = styles["Normal"]
    _set_font(normal, FANG, 16)
    normal.element.rPr.append(_element("w:lang", val="zh-CN", eastAsia="zh-CN"))
    _set_spacing(normal, 1)
    title = styles["Title"]
    _set_font(title, TITLE, 22)
    _set_spacing(title, 2, after=1)
    _drop(title.element.pPr, "w:pBdr")
    form_title = styles["Subtitle"]
    _set_font(form_title, TITLE, 18)
    _set_spacing(form_title, 0)
    form_title.paragraph_format.space_after = Mm(4)
    for style in (title, form_title):
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, font in enumerate(HEADING_FONTS, 1):
        heading = styles[f"Heading {level}"]
        _set_font(heading, font, 16)
        _set_spacing(heading, 1)
        _indent(heading.element.get_or_add_pPr())
        heading.paragraph_format.keep_with_next = True
    body = styles["Body Text"]
    _set_spacing(body, 1)
    _indent(body.element.get_or_add_pPr())
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name, size in (("Body Text 2", 10.5), ("Body Text 3", 9), ("Footer", 9), ("Header", 9)):
        _set_font(styles[name], SONG, size)
        _set_spacing(styles[name], 0)


def _set_font(style: Any, font: str, size: float) -> None:
    style.font.name = LATIN
    style.font.size = Pt(size)
    style.font.bold = style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hAnsi"), LATIN)


def _set_spacing(style: Any, lines: int, after: int = 0) -> None:
    """In lines of the grid; 0 leaves the height to the size of the text, as in tables."""
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.space_after = Pt(after * LINE_POINTS)
    style.paragraph_format.line_spacing = Pt(lines * LINE_POINTS) if lines else TABLE_LINE


def _indent(properties: Any) -> None:
    """Two characters, whatever their size."""
    properties.append(_element("w:ind", firstLineChars=200, firstLine=640))


# --- pages


def _set_page(section: Any, kind: Kind, mark: str) -> None:
    top, right, bottom, left = MARGINS_MM[kind]
    section.page_width, section.page_height = (Mm(side) for side in PAGE_MM)
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.header_distance = Mm(8)
    section.footer_distance = Mm(bottom - 12)
    _drop(section._sectPr, "w:pgNumType")  # noqa: SLF001  python-docx has no name for it
    section._sectPr.append(_element("w:pgNumType", start=1))  # noqa: SLF001
    for header in (section.header, section.even_page_header):
        _set_furniture(header, [(mark, "")], "center", 8)
    if kind is Kind.REPORT:
        dashed = [("— ", ""), ("", "PAGE"), (" —", "")]
        _set_furniture(section.footer, dashed, "right", 14)
        _set_furniture(section.even_page_footer, dashed, "left", 14)
    else:
        counted = [("第 ", ""), ("", "PAGE"), (" 页", "")]
        for footer in (section.footer, section.even_page_footer):
            _set_furniture(footer, counted, "center", 9)


def _set_furniture(part: Any, pieces: list[tuple[str, str]], align: str, size: int) -> None:
    """A line in the head or foot of the pages: texts and, where named, a field of Word's."""
    part.is_linked_to_previous = False
    paragraph = part.paragraphs[0]
    paragraph.paragraph_format.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    for text, field in pieces:
        run = paragraph.add_run(text)
        run.font.size = Pt(size)
        if field:
            run._r.append(_element("w:fldChar", fldCharType="begin"))  # noqa: SLF001
            run._r.append(_text_element("w:instrText", f" {field} "))  # noqa: SLF001
            run._r.append(_element("w:fldChar", fldCharType="separate"))  # noqa: SLF001
            run._r.append(_text_element("w:t", "1"))  # noqa: SLF001
            run._r.append(_element("w:fldChar", fldCharType="end"))  # noqa: SLF001


# --- blocks


def _write(file: Any, document: Document) -> None:
    file.add_paragraph(document.title, style=TITLE_STYLES[document.kind])
    for piece in runs(document.blocks):
        if isinstance(piece, tuple):
            _add_table(file, piece, document.kind)
        else:
            _add_block(file, piece)


def _add_block(file: Any, block: Block) -> None:
    match block:
        case Heading():
            file.add_paragraph(block.text, style=f"Heading {block.level}")
        case Paragraph():
            file.add_paragraph(block.text, style="Body Text" if block.indented else "Body Text 2")
        case Note():
            file.add_paragraph(block.text, style="Body Text 3")
        case ChartFigure():
            for line in block.lines:
                file.add_paragraph(line, style="Body Text 2")
            file.add_paragraph(block.caption, style="Body Text 3")
        case PageBreak():
            file.add_page_break()


def _add_table(file: Any, tables: tuple[Table, ...], kind: Kind) -> None:
    """Joined tables are one for Word, which would not draw them without a gap."""
    grid = on_grid(tables)
    room = PAGE_MM[0] - MARGINS_MM[kind][1] - MARGINS_MM[kind][3]
    edges = [
        round(room * TWIPS_PER_MM * edge / FULL_WIDTH) for edge in (0, *accumulate(grid.widths))
    ]
    table = OxmlElement("w:tbl")
    table.append(_table_properties(edges[-1]))
    columns = OxmlElement("w:tblGrid")
    for start, end in pairwise(edges):
        columns.append(_element("w:gridCol", w=end - start))
    table.append(columns)
    for row in _rows(grid, edges, repeats=len(tables) == 1):
        table.append(row)
    body = file.element.body
    body.insert(len(body) - 1, table)


def _table_properties(width: int) -> Any:
    properties = OxmlElement("w:tblPr")
    properties.append(_element("w:tblW", w=width, type="dxa"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz=4, space=0, color="000000"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side, twips in CELL_MARGINS.items():
        margins.append(_element(f"w:{side}", w=twips, type="dxa"))
    properties.append(margins)
    return properties


def _rows(grid: Grid, edges: list[int], *, repeats: bool) -> Iterator[Any]:
    """Each row with a cell of its own wherever one from above reaches into it (vMerge)."""
    reaching: list[tuple[GridCell, int]] = []
    for row in grid.rows:
        begun = [(one, one.cell.rowspan) for one in row.cells]
        present = sorted([*reaching, *begun], key=lambda pair: pair[0].first)
        element = OxmlElement("w:tr")
        element.append(_row_properties(row, repeats=repeats))
        for one, left in present:
            continued = left < one.cell.rowspan
            element.append(_cell(one, edges, continued=continued, stays=_stays(row)))
        yield element
        reaching = [(one, left - 1) for one, left in present if left > 1]


def _stays(row: GridRow) -> bool:
    """Whether the page may not end below this row."""
    return row.head or (row.group is not None and row.group.together and not row.last)


def _row_properties(row: GridRow, *, repeats: bool) -> Any:
    properties = OxmlElement("w:trPr")
    if row.group is None or not row.group.splittable:
        properties.append(OxmlElement("w:cantSplit"))
    height = max(map(_least_height, (one.cell for one in row.cells)), default=ROW_MM)
    properties.append(_element("w:trHeight", val=round(height * TWIPS_PER_MM), hRule="atLeast"))
    if row.head and repeats:
        properties.append(OxmlElement("w:tblHeader"))
    return properties


def _least_height(cell: AnyCell) -> float:
    if isinstance(cell, SignatureCell):
        return SEAL_ROOM_MM if cell.label else SIGNATURE_MM
    return ROW_MM


def _cell(one: GridCell, edges: list[int], *, continued: bool, stays: bool) -> Any:
    cell = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    properties.append(_element("w:tcW", w=edges[one.end] - edges[one.first], type="dxa"))
    if one.end - one.first > 1:
        properties.append(_element("w:gridSpan", val=one.end - one.first))
    if one.cell.rowspan > 1:
        properties.append(_element("w:vMerge", **({} if continued else {"val": "restart"})))
    sealed = isinstance(one.cell, SignatureCell) and one.cell.label
    properties.append(_element("w:vAlign", val="top" if sealed else "center"))
    cell.append(properties)
    for text, align, font in [("", "center", "")] if continued else _lines(one.cell):
        cell.append(_cell_paragraph(text, align, font, stays=stays))
    return cell


def _lines(cell: AnyCell) -> list[tuple[str, str, str]]:
    """Text, alignment and font of each line of a cell; no font is that of tables."""
    if isinstance(cell, SignatureCell):
        return _seal_lines(cell) if cell.label else [("", "center", "")]
    align = "left" if cell.look is Look.PART else ALIGNMENTS[cell.align]
    font = HEI if cell.look in {Look.PART, Look.LABEL} else ""
    return [(line, align, font) for line in cell.text.split("\n")]


def _seal_lines(cell: SignatureCell) -> list[tuple[str, str, str]]:
    room = [("", "left", "")] * SEAL_LINES
    return [(cell.label, "left", ""), *room, (cell.date, "right", "")]


def _cell_paragraph(text: str, align: str, font: str, *, stays: bool) -> Any:
    paragraph = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    properties.append(_element("w:pStyle", val="BodyText2"))
    if stays:
        properties.append(OxmlElement("w:keepNext"))
    properties.append(_element("w:jc", val=align))
    paragraph.append(properties)
    if text:
        run = OxmlElement("w:r")
        if font:
            run_properties = OxmlElement("w:rPr")
            run_properties.append(_element("w:rFonts", eastAsia=font))
            run.append(run_properties)
        run.append(_text_element("w:t", text))
        paragraph.append(run)
    return paragraph


# --- elements


def _element(tag: str, **attributes: str | int) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _text_element(tag: str, text: str) -> Any:
    element = OxmlElement(tag)
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def _drop(parent: Any, tag: str) -> None:
    for element in parent.findall(qn(tag)):
        parent.remove(element)
