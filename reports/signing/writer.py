"""Incremental updates that touch nothing but what they are for."""

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class QuietWriter(IncrementalPdfFileWriter):
    """Leaves the document's metadata alone.

    pyHanko writes it anew with each update, without what PDF/A and PDF/UA want it to say, and
    with the time of the update, which the signature itself tells better.
    """

    def _update_meta(self) -> None:
        pass
