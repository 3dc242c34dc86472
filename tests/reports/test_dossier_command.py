import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from evalsys.accounts.enums import UnitKind
from evalsys.accounts.models import Unit
from evalsys.canonical import digest
from projects.models import Project
from reports.dossier.codec import load_dossier_text
from reports.dossier.seed import SEED_NAMES, seed_data, seed_dossier


@pytest.fixture
def seed_file(tmp_path):
    def write(name="as_published", **changes):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(seed_data(name) | changes, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def dossier(*arguments):
    out = io.StringIO()
    call_command("dossier", *map(str, arguments), stdout=out)
    return out.getvalue()


def refusal(*arguments):
    with pytest.raises(CommandError) as caught:
        dossier(*arguments)
    assert caught.value.returncode == 2
    return str(caught.value)


def test_score_says_what_is_true_and_what_disagrees(seed_file):
    text = dossier("score", seed_file())
    assert "共同评分各项相加：88 分" in text
    assert "平均分：90.33 分" in text
    assert "印出的平均分：现为 88，应为 90.33" in text
    assert "印出的等次：现为 良好，应为 优" in text


def test_score_as_json(seed_file):
    data = json.loads(dossier("score", seed_file("scored"), "--json"))
    assert [one["total"] for one in data["evaluators"]] == ["89", "96", "86"]
    assert (data["total"], data["grade"], data["disagreements"]) == ("90.33", "优", [])


def test_score_with_missing_sheets_says_whose(seed_file):
    panel = seed_data("scored")["panel"]
    panel[2]["sheet"] = None
    assert "还没有结果：骆树军" in dossier("score", seed_file("scored", panel=panel))


@pytest.mark.parametrize("name", SEED_NAMES)
def test_example_gives_the_seed(name, tmp_path):
    assert load_dossier_text(dossier("example", name)) == seed_dossier(name)
    dossier("example", name, "-o", tmp_path / "seed.json")
    assert load_dossier_text((tmp_path / "seed.json").read_bytes()) == seed_dossier(name)


def pdf_text(path):
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    return "".join(text.split())


def test_render_all_as_pdf(seed_file, tmp_path):
    output = tmp_path / "all.pdf"
    dossier("render", seed_file("scored"), "--document", "all", "-o", output)
    text = pdf_text(output)
    for figure in ("21.76", "12.84", "90.33", "项目绩效目标表", "项目基本信息表", "评价报告"):
        assert figure in text
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_render_with_annexes(seed_file, tmp_path):
    output = tmp_path / "basic.html"
    annexes = ("--annex", "charts", "--annex", "steps")
    dossier(
        "render", seed_file(), "--document", "basic", *annexes, "--format", "html", "-o", output
    )
    text = output.read_text()
    assert [word in text for word in ("附：如何算出", "附：图表", "附：检查发现与说明")] == [
        True,
        True,
        False,
    ]


def test_render_one_as_html(seed_file, tmp_path):
    output = tmp_path / "basic.html"
    dossier("render", seed_file(), "--document", "basic", "--format", "html", "-o", output)
    page = output.read_text(encoding="utf-8")
    assert "海口市机构编制委员会办公室" in page
    assert "项目绩效目标表" not in page


DRAFT = '<p class="sheet-draft">草稿</p>'


def test_a_file_that_is_not_signed_is_marked_as_a_draft(seed_file, tmp_path):
    output = tmp_path / "goals.html"
    options = ("--document", "goals", "--format", "html", "-o", output)
    dossier("render", seed_file(), *options)
    assert DRAFT in output.read_text(encoding="utf-8")
    dossier("render", seed_file(state="signed"), *options)
    assert DRAFT not in output.read_text(encoding="utf-8")


def test_render_replaces_an_older_file(seed_file, tmp_path):
    output = tmp_path / "goals.html"
    output.write_text("old")
    dossier("render", seed_file(), "--document", "goals", "--format", "html", "-o", output)
    page = output.read_text(encoding="utf-8")
    assert page.startswith("<!")
    assert page.rstrip().endswith("</html>")


def test_a_malformed_file_writes_nothing(seed_file, tmp_path):
    source = seed_file(annual_budget=21.76)
    output = tmp_path / "out.pdf"
    output.write_text("old")
    assert "annual_budget：应为文本" in refusal("render", source, "-o", output)
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["as_published.json", "out.pdf"]


def test_a_character_without_a_glyph_writes_nothing(seed_file, tmp_path):
    output = tmp_path / "out.pdf"
    message = refusal("render", seed_file(project_name="甲\ue000"), "-o", output)
    assert "U+E000" in message
    assert not output.exists()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("", "不是普通文件"),
        ("missing/out.html", "没有这个文件或文件夹"),
        ("scored.json/out.html", "不是文件夹"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(output, words, seed_file, tmp_path):
    source = seed_file("scored")
    place = tmp_path / output
    message = refusal("render", source, "--document", "goals", "--format", "html", "-o", place)
    assert words in message
    assert str(place) in message


def test_only_the_first_twenty_problems_are_listed(seed_file):
    targets = [{"goal_type": 1, "goal_class": "", "target": ""}] * 30
    message = refusal("score", seed_file(targets=targets))
    assert message.count("targets[") == 20
    assert message.endswith("另有 10 处。")


def test_a_missing_file(tmp_path):
    assert "没有这个文件" in refusal("score", tmp_path / "none.json")


def test_a_folder(tmp_path):
    assert "这是一个文件夹" in refusal("score", tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\xff", b"PK\x03\x04"])
def test_no_json(content, tmp_path):
    (tmp_path / "file").write_bytes(content)
    assert "不能用" in refusal("score", tmp_path / "file")


def test_a_huge_file_is_not_read_whole(tmp_path):
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(200_000_000)
    assert "过大，最多 5 MB" in refusal("score", tmp_path / "huge.json")


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "django", "dossier", *map(str, arguments)],
        cwd=Path(settings.BASE_DIR),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_command_needs_no_database(seed_file, tmp_path):
    nowhere = f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3"
    done = run("score", seed_file(), DATABASE_URL=nowhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert "平均分：90.33 分" in done.stdout


def test_a_refusal_ends_with_code_two_and_a_sentence(seed_file):
    done = run("score", seed_file(fiscal_year="2019"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "fiscal_year：应为整数。" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def unit(db):
    return Unit.objects.create(name="海口市编办", kind=UnitKind.values[-1])


def test_import_then_export_gives_the_same_forms(unit, seed_file, tmp_path):
    said = dossier("import", seed_file("scored"), "--unit", unit.name)
    pk = said.split("编号 ")[1].split("）")[0]
    dossier("export", pk, "-o", tmp_path / "out.json")
    exported = load_dossier_text((tmp_path / "out.json").read_bytes())
    original = seed_dossier("scored")
    for name in ("pack", "basic", "funding", "targets", "sections", "indicators"):
        assert getattr(exported, name) == getattr(original, name)
    assert [member.sheet.marks for member in exported.panel] == [
        member.sheet.marks for member in original.panel
    ]


def test_export_to_the_screen_is_a_dossier(unit, seed_file):
    said = dossier("import", seed_file(), "--unit", str(unit.pk))
    pk = said.split("编号 ")[1].split("）")[0]
    assert load_dossier_text(dossier("export", pk)).printed == seed_dossier("as_published").printed


def test_import_twice_is_refused(unit, seed_file):
    dossier("import", seed_file(), "--unit", unit.name)
    assert "已经存在" in refusal("import", seed_file(), "--unit", unit.name)


def test_import_of_a_malformed_file_creates_nothing(unit, seed_file):
    assert "state：" in refusal("import", seed_file(state="x"), "--unit", unit.name)
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_export_of_an_unknown_evaluation():
    assert refusal("export", 404) == "没有编号为 404 的评价。"


def test_import_into_an_unknown_unit(unit, seed_file):
    assert "没有名称或编号为 别处 的单位" in refusal("import", seed_file(), "--unit", "别处")


def test_import_by_an_unknown_user(unit, seed_file):
    message = refusal("import", seed_file(), "--unit", unit.name, "--user", "nobody")
    assert message == "没有用户名为 nobody 的用户。"


def test_a_unit_name_that_is_not_unique_asks_for_the_number(unit, seed_file):
    twin = Unit.objects.create(name=unit.name, kind=unit.kind, parent=unit)
    message = refusal("import", seed_file(), "--unit", unit.name)
    assert str(unit.pk) in message
    assert str(twin.pk) in message


def test_a_changed_rule_pack_is_not_imported_as_the_published_one(unit, seed_file):
    pack = seed_data("scored")["pack"] | {"note": "改过"}
    source = seed_file("scored", pack=pack, pack_digest=digest(pack))
    message = refusal("import", source, "--unit", unit.name)
    assert "haikou-2019 第 1 版与系统中已发布的不同" in message
