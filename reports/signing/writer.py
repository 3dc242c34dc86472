"""Incremental updates that touch nothing but what they are for."""

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from reports.signing.reader import IndexedReader


class QuietWriter(IncrementalPdfFileWriter):
    """Leaves the document's metadata alone.

    pyHanko writes it anew with each update, without what PDF/A and PDF/UA want it to say, and
    with the time of the update, which the signature itself tells better.
    """

    def __init__(self, pdf: bytes) -> None:
        stream = BytesIO(pdf)
        super().__init__(stream, prev=IndexedReader(stream))

    def _update_meta(self) -> None:
        pass
