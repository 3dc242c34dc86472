"""Pages as WeasyPrint lays them out, for tests that measure; lengths in millimetres."""

from dataclasses import dataclass

from reports.renderers.html import page
from reports.renderers.order import Page
from reports.renderers.typeset import load_tools

MM = 25.4 / 96  # per CSS pixel
GRID_TOP = 37
PITCH = 225 / 22
LEFT = 28


@dataclass(frozen=True)
class Line:
    """A line of text: where its baseline is from the top of the page, what it says, in which element."""

    page: int
    baseline: float
    left: float
    text: str
    element: str

    @property
    def row(self):
        """Lines of the grid above this one; whole for a line that sits on the grid."""
        return (self.baseline - GRID_TOP) / PITCH - FIRST_BASELINE


FIRST_BASELINE = 0.71  # of a line's height, for 仿宋 and all that stands beside it


def lines(document, *, elements=("p", "h1", "h2", "h3", "h4", "h5")):
    """The lines of a report inside the type area, in order."""
    tools = load_tools()
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415  after the fonts are chosen

    return [
        Line(number, baseline * MM, texts[0].position_x * MM, "".join(b.text for b in texts), tag)
        for number, sheet in enumerate(tools.layout(Page(page((document,), stamp=None))).pages)
        for line in sheet._page_box.descendants()
        if isinstance(line, boxes.LineBox) and (tag := line.element_tag) in elements
        if (texts := [box for box in line.descendants() if isinstance(box, boxes.TextBox)])
        for baseline in sorted({round(box.position_y + box.baseline, 3) for box in texts})
    ]
