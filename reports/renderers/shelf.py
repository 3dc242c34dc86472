"""All that a page may load: the pictures of its order and the mark of a draft, by exact name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from weasyprint.urls import URLFetcherResponse

from reports.renderers.order import Picture
from reports.renderers.pictures import SVG, picture_address

MARK = Path(__file__).resolve().parent.parent.parent / "static" / "documents" / "draft.svg"


class Shelf:
    """A fetcher for WeasyPrint that opens no file and no connection.

    Whatever else is asked for is a mistake, and stops the rendering instead of leaving a hole.
    """

    _fail_on_errors = True

    def __init__(self) -> None:
        self._always = {picture_address("draft.svg"): Picture(SVG, MARK.read_bytes())}
        self._held: dict[str, Picture] = {}

    def __call__(self, url: str) -> URLFetcherResponse:
        found = self._held.get(url) or self._always[url]
        return URLFetcherResponse(url, found.content, {"Content-Type": found.media_type})

    @contextmanager
    def holding(self, pictures: Mapping[str, Picture]) -> Iterator[None]:
        self._held = {picture_address(name): picture for name, picture in pictures.items()}
        try:
            yield
        finally:
            self._held = {}
