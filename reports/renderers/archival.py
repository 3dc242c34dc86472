"""What WeasyPrint 70 leaves to do until a file is PDF/A-3a and PDF/UA-1 at once.

Works on the pydyf objects just before they are written, and adds nothing that changes from run
to run. Sources: ISO 19005-3, ISO 14289-1; the tests hold the rules of both that can be read off
a file.
"""

from collections.abc import Iterator
from typing import Any

VARIANT = "pdf/a-3a"
CONFORMANCE = b"""<rdf:Description rdf:about=""
  xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
END_OF_METADATA = b"</rdf:RDF>"


def finish(document: Any, pdf: Any) -> None:
    """The ``finisher`` of WeasyPrint's write_pdf, for ``VARIANT``."""
    _say_universally_accessible(pdf)
    _list_attachments_once(pdf)
    _leave_margins_out_of_the_text(pdf)
    _scope_headers(pdf)


def _say_universally_accessible(pdf: Any) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    (content,) = metadata.stream
    metadata.stream = [content.replace(END_OF_METADATA, CONFORMANCE + END_OF_METADATA)]


def _list_attachments_once(pdf: Any) -> None:
    """WeasyPrint finds each file under its name and once more among all objects."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _leave_margins_out_of_the_text(pdf: Any) -> None:
    """Page numbers and feet belong to the paper, not to what is read aloud.

    WeasyPrint marks them as text, whose elements nothing refers to.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    read = set(_numbers_below(pdf, root))
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    pages = (_object(pdf, reference) for reference in pdf.page_references)
    for page, elements in zip(pages, numbers[1::2], strict=False):
        unread = {mcid for mcid, one in enumerate(elements) if _number(one) not in read}
        _mark_as_paper(_object(pdf, page["Contents"]).stream, unread)
        elements[:] = ["null" if mcid in unread else one for mcid, one in enumerate(elements)]
    for number, one in enumerate(pdf.objects):
        if _is_element(one) and number not in read:
            one.clear()


def _numbers_below(pdf: Any, element: Any) -> Iterator[int]:
    for kid in element["K"]:
        if isinstance(kid, (bytes, str)):
            child = _object(pdf, kid)
            if _is_element(child):
                yield child.number
                yield from _numbers_below(pdf, child)


def _mark_as_paper(stream: list[Any], unread: set[int]) -> None:
    for index, item in enumerate(stream):
        if isinstance(item, dict) and item.get("MCID") in unread:
            stream[index - 1] = "/Artifact"
            stream[index] = "<</Type /Pagination>>"


def _scope_headers(pdf: Any) -> None:
    """Say of what a header is one, instead of listing headers at each cell: WeasyPrint's lists
    are wrong below cells that span rows, and need a tree of names that it does not write.
    """
    for one in pdf.objects:
        if _is_element(one) and one["S"] in {"/TH", "/TD"}:
            one.pop("ID", None)
            one["A"].pop("Headers", None)
            if one["S"] == "/TH":
                one["A"]["Scope"] = "/Column" if _is_in_head(pdf, one) else "/Row"


def _is_in_head(pdf: Any, cell: Any) -> bool:
    row = _object(pdf, cell["P"])
    return bool(_object(pdf, row["P"])["S"] == "/THead")


def _is_element(one: Any) -> bool:
    return isinstance(one, dict) and one.get("Type") == "/StructElem"


def _object(pdf: Any, reference: bytes | str) -> Any:
    return pdf.objects[_number(reference)]


def _number(reference: bytes | str) -> int:
    return int(reference.split()[0])
