"""What `manage.py bench` measures: each part in a process of its own, on a throwaway database."""

from dataclasses import dataclass

from reports.documents import CHOICES


@dataclass(frozen=True)
class Sizes:
    """``rounds`` are the turns that everything compared takes; every median is over them."""

    evaluations: int
    scorings: int
    page_rounds: int
    save_rounds: int
    dossier_rounds: int
    pdf_rounds: int
    start_rounds: int
    editors: int
    load_saves: int
    kills: int
    saves_per_kill: int
    documents: tuple[str, ...]


FULL = Sizes(
    evaluations=200,
    scorings=1000,
    page_rounds=40,
    save_rounds=150,
    dossier_rounds=30,
    pdf_rounds=5,
    start_rounds=5,
    editors=50,
    load_saves=2000,
    kills=200,
    saves_per_kill=101,
    documents=CHOICES,
)
QUICK = Sizes(
    evaluations=4,
    scorings=5,
    page_rounds=2,
    save_rounds=3,
    dossier_rounds=2,
    pdf_rounds=1,
    start_rounds=1,
    editors=4,
    load_saves=16,
    kills=2,
    saves_per_kill=5,
    documents=CHOICES[:1],
)

# In this order: the later ones change what the earlier ones read.
PARTS = ("engine", "dossier", "pages", "saves", "pdf", "office", "signing", "start")
# They fill the machine for minutes, so they are measured only when asked for by name.
ON_DEMAND = ("load", "kills")
WITH_DATABASE = {"dossier", "pages", "saves", *ON_DEMAND}
WORLD = "world"
