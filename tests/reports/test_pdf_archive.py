"""That a file lasts, can be read aloud, carries its data, and comes out the same again."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pytest

from reports.documents import build
from reports.dossier.codec import dossier_digest, load_dossier_text
from reports.dossier.seed import seed_dossier
from reports.renderers.enclosing import enclosed_dossier
from reports.renderers.order import Draft, Final
from reports.renderers.pdf import render_pdf
from tests.reports.archive_rules import problems
from tests.reports.dossiers import small_dossier

FINAL = Final("7K3QM-9XW2R", "https://x.example/verify/", "https://x.example/verify/7K3QM9XW2R/")


def rendered(dossier):
    return render_pdf(build(dossier, "all"), stamp=FINAL, enclosed=[enclosed_dossier(dossier)]).pdf


@pytest.fixture(scope="module")
def seed():
    return rendered(seed_dossier("as_published"))


@pytest.fixture(scope="module")
def signed():
    """The same, shorter: two pages of forms and a page of report."""
    return rendered(small_dossier(sections={}))


def test_a_signed_document_keeps_the_rules_of_archives_and_screen_readers(seed, signed):
    assert problems(seed) == []
    assert problems(signed) == []


@pytest.mark.parametrize("stamp", [None, Draft("3f2a" * 16)])
def test_so_does_a_draft(stamp):
    assert problems(render_pdf(build(small_dossier(), "all"), stamp=stamp).pdf) == []


def test_qpdf_finds_nothing_wrong(seed, tmp_path):
    (tmp_path / "x.pdf").write_bytes(seed)
    subprocess.run(["qpdf", "--check", tmp_path / "x.pdf"], check=True, capture_output=True)


def test_the_dossier_is_inside_and_its_digest_is_that_of_the_file(seed):
    dossier = seed_dossier("as_published")
    with pikepdf.open(io.BytesIO(seed)) as pdf:
        (name,) = pdf.attachments
        attached = pdf.attachments[name].get_file()
        content = attached.read_bytes()
        assert name == "dossier.json"
        assert attached.mime_type == "application/json"
        assert attached.mod_date == datetime(2020, 4, 20, tzinfo=UTC)
        assert pdf.Root.AF[0].AFRelationship == "/Data"
    assert load_dossier_text(content) == dossier
    assert hashlib.sha256(content).hexdigest() == dossier_digest(dossier)


def test_what_is_read_aloud_is_the_text_without_the_paper_around_it(tmp_path):
    pdf = render_pdf(build(small_dossier(sections={}), "report"), stamp=FINAL).pdf
    (tmp_path / "x.pdf").write_bytes(pdf)
    command = ["pdfinfo", "-struct-text", tmp_path / "x.pdf"]
    spoken = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert spoken.count("H1") == 1
    assert "财政支出项目绩效评价报告" in spoken
    for paper in ("第 1 页", "— 1 —", "验证码", "查验网址"):
        assert paper not in spoken


RENDER = """
import hashlib, django
django.setup()
from reports.dossier.seed import seed_dossier
from tests.reports.test_pdf_archive import rendered
print(hashlib.sha256(rendered(seed_dossier("as_published"))).hexdigest())
"""


def fresh(**environment):
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment
    command = [sys.executable, "-c", RENDER]
    run = subprocess.run(command, env=os.environ | own, check=True, capture_output=True, text=True)
    return run.stdout.strip()


def test_fresh_processes_give_the_same_bytes_wherever_and_whenever_they_run(seed):
    here = hashlib.sha256(seed).hexdigest()
    assert here == hashlib.sha256(rendered(seed_dossier("as_published"))).hexdigest()
    assert here == fresh(PYTHONHASHSEED="1", TZ="Asia/Shanghai", LC_ALL="C")
    assert here == fresh(PYTHONHASHSEED="2", TZ="America/New_York", SOURCE_DATE_EPOCH="1")


# --- that the rules above are rules: each of these breaks one


def _no_title(pdf):
    del pdf.docinfo["/Title"]


def _other_level(pdf):
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["pdfaid:conformance"] = "B"


def _no_intent(pdf):
    del pdf.Root.OutputIntents


def _script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _twice(pdf):
    pdf.Root.AF.append(pdf.Root.AF[0])


def _font_outside(pdf):
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
            del one.FontFile2
            return


def _mute_font(pdf):
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
            one.ToUnicode = pdf.make_stream(b"")
            return


def _untagged(pdf):
    pdf.pages[0].contents_add(b"0 0 1 1 re f")


def _unknown(pdf):
    pdf.pages[0].contents_add(b"/P <</MCID 9999>> BDC EMC")


def _untagged_file(pdf):
    pdf.Root.MarkInfo.Marked = False


def _first(pdf, name):
    return next(
        one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == name
    )


def _skipped_level(pdf):
    _first(pdf, "/H2").S = pikepdf.Name.H4


def _header_of_nothing(pdf):
    del _first(pdf, "/TH").A["/Scope"]


def _ragged(pdf):
    _first(pdf, "/TH").A.ColSpan = 5


def _orphan(pdf):
    _first(pdf, "/P").P = pdf.Root.StructTreeRoot


BREAKS: dict[str, Callable] = {
    "dc:title and /Title differ": _no_title,
    "the metadata says": _other_level,
    "no RGB output intent": _no_intent,
    "the catalogue has /OpenAction": _script,
    "a file is associated twice": _twice,
    "is not embedded": _font_outside,
    "does not say what": _mute_font,
    "f is neither tagged nor paper": _untagged,
    "content 9999 is not in the tree": _unknown,
    "not marked as tagged": _untagged_file,
    "/H4 follows level 1": _skipped_level,
    "a header without a scope": _header_of_nothing,
    "columns in one table": _ragged,
    "/P does not know its parent": _orphan,
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_each_rule_is_seen_to_be_broken(sentence, signed):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        BREAKS[sentence](pdf)
        pdf.save(out)
    assert [found for found in problems(out.getvalue()) if sentence in found]


def test_what_is_appended_is_seen(signed):
    assert "something stands after the end of the file" in problems(signed + b"more and more")
