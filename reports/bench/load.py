"""Many evaluators at once, through gunicorn: what they wait for, and that no save is lost.

First everyone has a sheet of one's own, then two devices share one sheet and its first two leaves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from django.urls import reverse

from reports.bench import Sizes
from reports.bench.clocks import WALL, Times
from reports.bench.editors import Editor, everyone, furnish, lost
from reports.bench.figures import Figure, figure
from reports.bench.server import served
from reports.bench.visitors import Visitor

ROUNDS = 4
SHARED_LEAVES = 2
EMPTY, APART, SHARED = "empty answer", "save, own sheet", "save, shared leaves"


def measure(sizes: Sizes) -> list[Figure]:
    desks = furnish(sizes.editors)
    saves = sizes.load_saves // sizes.editors
    with served() as server:
        apart = [
            Editor(f"{desk.username} on one device", desk, Visitor(server.port)) for desk in desks
        ]
        everyone(apart, Editor.sign_in)
        empty: list[list[float]] = []
        for _ in range(ROUNDS):
            empty += everyone(apart, lambda editor: _rest(editor, saves // ROUNDS))
            everyone(apart, lambda editor: editor.work(saves // ROUNDS))
        pairs = list(chain.from_iterable(zip(apart[::2], apart[::2], strict=True)))
        shared = [_second_life(editor, number) for number, editor in enumerate(pairs)]
        everyone(shared, Editor.sign_in)
        everyone(shared, lambda editor: editor.work(saves))
    return figures_of(Times(tuple(chain.from_iterable(empty)), WALL), apart, shared)


def _rest(editor: Editor, times: int) -> list[float]:
    """How long so many answers took that have next to nothing to do."""
    return [editor.visitor.get(reverse("alive")).ms for _ in range(times)]


def _second_life(editor: Editor, number: int) -> Editor:
    """One of two devices, which both begin where the sheet stands."""
    leaves = editor.desk.leaves[:SHARED_LEAVES]
    device = Editor(
        f"{editor.desk.username} on device {number % 2 + 1} of two",
        replace(editor.desk, leaves=leaves),
        Visitor(editor.visitor.port),
        alone=False,
    )
    device.versions = {leaf.mark: editor.versions[leaf.mark] for leaf in leaves}
    return device


def figures_of(empty: Times, apart: Sequence[Editor], shared: Sequence[Editor]) -> list[Figure]:
    """The waits with their counts; what was lost is counted over all that was acknowledged."""
    gone = lost(chain.from_iterable(editor.acks for editor in (*apart, *shared)))
    return [
        figure(EMPTY, empty, p95=True),
        *(
            figure(
                name,
                _times(editors),
                against=(EMPTY, empty),
                p95=True,
                more=_counts(editors) | {"lost": gone},
            )
            for name, editors in ((APART, apart), (SHARED, shared))
        ),
    ]


def _times(editors: Iterable[Editor]) -> Times:
    return Times(tuple(wait for editor in editors for wait in editor.waits), WALL)


def _counts(editors: Sequence[Editor]) -> dict[str, int]:
    return {
        "editors": len(editors),
        "saves": sum(len(editor.acks) for editor in editors),
        "conflicts": sum(editor.conflicts for editor in editors),
        "errors": sum(len(editor.errors) for editor in editors),
    }
