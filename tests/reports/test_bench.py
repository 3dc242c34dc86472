"""That `manage.py bench` runs and says what it should; how fast anything is, no test can say."""

import io
import json
from decimal import Decimal

import pypdf
import pytest
from django.core.management import CommandError, call_command

from reports.bench import PARTS
from reports.bench.children import throwaway_environment
from reports.bench.clocks import CPU, Times, take_turns
from reports.bench.engine import naive_means, wide_tree
from reports.bench.figures import Figure, compared, table
from reports.bench.pages import PAGES
from reports.bench.pdf import count_pages
from reports.documents import build
from reports.dossier.facts import Facts
from reports.dossier.seed import seed_dossier
from reports.management.commands.bench import chosen_parts
from reports.renderers.pdf import render_pdf
from scoring.engine import check_tree


def bench(folder, *arguments):
    """What is printed, with ``folder`` in the place of the installation's own files."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.VAR_DIR", folder)
        call_command("bench", "--quick", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    var, output = tmp_path_factory.mktemp("var"), tmp_path_factory.mktemp("out") / "figures.json"
    printed = bench(var, "--json", str(output))
    return printed, json.loads(output.read_text()), list(var.iterdir())


def named(part):
    return {figure["name"]: figure for figure in part}


def test_every_part_gives_figures_above_zero(quick):
    parts = quick[1]["parts"]
    assert tuple(parts) == PARTS
    assert all(figure["ms"] > 0 for part in parts.values() for figure in part)


def test_every_figure_is_a_baseline_or_compared_with_one(quick):
    for part in quick[1]["parts"].values():
        baselines = {figure["name"] for figure in part if figure["ratio"] is None}
        compared_with = {figure["against"] for figure in part if figure["ratio"] is not None}
        assert compared_with == baselines


def test_the_table_has_a_line_for_each_figure(quick):
    printed, data, _ = quick
    for figure in (figure for part in data["parts"].values() for figure in part):
        assert f"\n{figure['name']} " in printed


def test_nothing_is_left_behind(quick):
    assert quick[2] == []


def test_pages_and_saves_tell_their_queries(quick):
    parts = quick[1]["parts"]
    pages = named(parts["pages"])
    assert set(pages) == {page.name for page in PAGES}
    assert pages["empty page"]["more"]["queries"] == 2
    assert all(page["p95_ms"] and page["more"]["queries"] >= 2 for page in pages.values())
    assert named(parts["saves"])["bare UPDATE and COMMIT"]["more"]["queries"] == 3


def test_documents_tell_their_size_and_memory(quick):
    part = quick[1]["parts"]["pdf"]
    cold = {f["name"]: f["more"] for f in part if f["name"].endswith("cold") and f["more"]}
    assert cold["goals, cold"]["pages"] == 1
    assert all(cold["goals, cold"][name] > 0 for name in ("kb", "peak_mb"))
    assert named(part)["goals, worker"]["more"]["peak_mb"] > 0


def test_starting_up_does_not_import_weasyprint(quick):
    check = named(f for f in quick[1]["parts"]["start"] if f["clock"] == CPU)["manage.py check"]
    assert check["more"]["weasyprint"] == 0


def test_chosen_parts_come_in_their_order(tmp_path):
    assert chosen_parts("pdf, engine,pdf") == ("engine", "pdf")
    printed = bench(tmp_path, "--only", "engine")
    assert [line for line in printed.splitlines() if line in PARTS] == ["engine"]


def test_an_unknown_part_is_refused_by_name(tmp_path):
    with pytest.raises(CommandError, match="unknown: speed; there are engine"):
        bench(tmp_path, "--only", "engine,speed")


def test_the_children_see_no_setting_of_this_installation(tmp_path):
    given = {"PATH": "/bin", "DATABASE_URL": "postgres://x/real", "EVALSYS_ENV": "production"}
    assert throwaway_environment(given, tmp_path) == {
        "PATH": "/bin",
        "EVALSYS_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "evalsys.settings",
    }


def test_tasks_take_turns_after_a_warm_up():
    calls = []
    tasks = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = take_turns(tasks, rounds=2, clock=CPU)
    assert "".join(calls) == "ababab"
    assert [len(taken.turns) for taken in times.values()] == [2, 2]


def test_median_and_p95():
    times = Times(tuple(float(turn) for turn in range(40, 0, -1)), CPU)
    assert (times.median, times.p95()) == (20.5, 38.0)
    assert Times((7.0,), CPU).p95() == 7.0


def test_a_ratio_is_of_medians():
    times = {"bare": Times((1.0, 2.0, 9.0), CPU), "ours": Times((5.0,), CPU)}
    bare, ours = compared(times, "bare", more={"ours": {"queries": 3}})
    assert (bare.ratio, ours.ratio, ours.against, ours.more) == (None, 2.5, "bare", {"queries": 3})


def test_the_table_aligns_its_columns():
    rows = [Figure("bare", 0.5, CPU), Figure("ours", 12.34, CPU, 100.4, 24.68, "bare", {"kb": 3})]
    assert table(rows).splitlines() == [
        "         ms  p95  clock   ratio  against",
        "bare  0.500       CPU",
        "ours   12.3  100  CPU    24.7 x  bare     3 KB",
    ]


def test_the_naive_means_of_the_seed_are_its_mean():
    facts = Facts(seed_dossier("scored"))
    sheets = tuple(member.sheet for member in facts.dossier.panel)
    assert abs(naive_means(tuple(sheets[0].marks), sheets) - Decimal("90.33")) <= Decimal("0.1")


def test_the_wide_tree_is_one_the_engine_takes():
    assert not check_tree(wide_tree(), seed_dossier("scored").pack.scoring)


def test_pages_are_counted_as_a_reader_of_pdf_counts_them():
    pdf = render_pdf(build(seed_dossier("scored"), "basic")).pdf
    assert count_pages(pdf) == len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
