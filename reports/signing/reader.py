"""pyHanko's strict reader, which here looks an object up where it used to search for it.

A tagged file keeps a thousand small objects in a few streams, and pyHanko reads the table of such
a stream from its beginning for every one of them.
"""

import re
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader

TABLE = re.compile(rb"\s*(?:\d+\s+\d+\s+)*(?:\d+\s+\d+\s*)?")


class Table:
    """The content of an object stream and where each of its objects begins."""

    def __init__(self, stream: generic.StreamObject) -> None:
        self.content = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first, count = int(stream["/First"]), int(stream["/N"])
        head = self.content[:first]
        numbers = [int(word) for word in head.split()] if TABLE.fullmatch(head) else []
        if len(numbers) < 2 * count:
            raise PdfStrictReadError("Object stream header possibly corrupted")
        pairs = zip(numbers[: 2 * count : 2], numbers[1 : 2 * count : 2], strict=True)
        self.places: dict[int, tuple[int, int]] = {}
        for index, (number, offset) in enumerate(pairs):
            self.places.setdefault(number, (index, first + offset))


class IndexedReader(PdfFileReader):
    """As strict as its parent: an object is at the index the cross-reference names, or refused."""

    def __init__(self, stream: BytesIO) -> None:
        self._tables: dict[int, Table] = {}
        super().__init__(stream, strict=True)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> generic.PdfObject:
        table = self._table(stmnum)
        index, start = table.places.get(idnum, (-1, 0))
        if index != idx:
            raise PdfStrictReadError("Object is in wrong index.")
        content = BytesIO(table.content)
        content.seek(start)
        try:
            found: generic.PdfObject = generic.read_object(
                content, generic.Reference(idnum, 0, self)
            )
        except (PdfStreamError, PdfReadError) as error:
            raise PdfStrictReadError(f"Can't read object stream: {error}") from error
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise PdfStrictReadError("Encountered forbidden object type in object stream")
        return found

    def _table(self, stmnum: int) -> Table:
        if stmnum not in self._tables:
            stream = generic.Reference(stmnum, 0, self).get_object()
            if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
                raise PdfStrictReadError("Not an object stream")
            self._tables[stmnum] = Table(stream)
        return self._tables[stmnum]
