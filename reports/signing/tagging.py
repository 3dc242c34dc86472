"""Fields in the structure of a tagged PDF, so that reading machines find them (PDF/UA-1, 7.18)."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def tag_field(writer: IncrementalPdfFileWriter, field: IndirectObject) -> None:
    """Hang a Form element with ``field`` under the document's; nothing in an untagged file."""
    if "/StructTreeRoot" not in writer.root:
        return
    tree, widget = writer.root["/StructTreeRoot"], field.get_object()
    parent, kids = _document_element(tree)
    element = writer.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): parent,
                pdf_name("/Pg"): widget.raw_get("/P"),
                pdf_name("/Alt"): TextStringObject(widget["/TU"]),
                pdf_name("/K"): DictionaryObject(
                    {
                        pdf_name("/Type"): pdf_name("/OBJR"),
                        pdf_name("/Obj"): field,
                        pdf_name("/Pg"): widget.raw_get("/P"),
                    }
                ),
            }
        )
    )
    kids.append(element)
    writer.update_container(kids)
    numbers = tree["/ParentTree"]["/Nums"]
    key = NumberObject(_next_key(numbers))
    numbers.append(key)
    numbers.append(element)
    writer.update_container(numbers)
    widget[pdf_name("/StructParent")] = key
    writer.update_container(widget)


def _document_element(tree: DictionaryObject) -> tuple[IndirectObject, ArrayObject]:
    """The element that holds everything, by reference, and its list of children."""
    first: IndirectObject = tree["/K"].raw_get(0)
    return first, first.get_object()["/K"]


def _next_key(numbers: ArrayObject) -> int:
    """One more than the greatest; keys and values take turns."""
    return 1 + max((int(key) for key in list(numbers)[::2]), default=-1)
