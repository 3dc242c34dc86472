"""Where on the finished pages something stands."""

from collections.abc import Sequence
from typing import Any

from reports.renderers.order import Anchor

POINTS = 0.75  # per CSS pixel
DECIMALS = 3
SIGN = "sign-"


def anchors(pages: Sequence[Any]) -> dict[str, Anchor]:
    """Every place to sign on WeasyPrint's pages, by its name."""
    return {
        name: Anchor(number, _box(corners, page.height))
        for number, page in enumerate(pages)
        for name, corners in page.anchors.items()
        if name.startswith(SIGN)
    }


def _box(
    corners: tuple[float, float, float, float], height: float
) -> tuple[float, float, float, float]:
    """From pixels below the upper edge to points above the lower one."""
    left, top, right, bottom = corners
    points = (left, height - bottom, right, height - top)
    x1, y1, x2, y2 = (round(value * POINTS, DECIMALS) for value in points)
    return x1, y1, x2, y2
