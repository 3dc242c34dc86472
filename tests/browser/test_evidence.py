"""Finance staff attach files, evaluators find and open them beside the leaf."""

import hashlib

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.evidence import domain
from tests import worlds
from tests.browser.site import expect_saved
from tests.browser.test_pages import look
from tests.projects.test_evidence_files import PDF, picture

pytestmark = pytest.mark.browser


def test_files_are_attached_changed_and_taken_away(site, people, drafting):
    page = site.enter(people["caiwu"])
    page.goto(reverse("scoring:evidence", args=[drafting.pk]))
    page.get_by_label("文件").set_input_files(
        [
            {"name": "维护合同.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG")},
        ]
    )
    page.get_by_role("checkbox", name="产出数量").check()
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("已上传 2 个文件。")).to_be_visible()
    expect(page.get_by_text("还没有佐证材料的指标")).to_contain_text("19 项")
    assert look(page) == []

    page.get_by_role("link", name="修改或删除：现场").click()
    form = page.locator("form[data-autosave]")
    assert look(page) == []
    page.get_by_label("标题").fill("机房现场照片")
    page.get_by_role("checkbox", name="产出质量").check()
    expect_saved(form)
    page.get_by_role("checkbox", name="产出数量").uncheck()
    page.get_by_role("checkbox", name="产出质量").uncheck()
    expect(form.get_by_text("请至少选一个对应的指标。")).to_be_visible()
    page.get_by_role("checkbox", name="产出质量").check()
    expect_saved(form)
    page.get_by_role("link", name="返回佐证材料").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="机房现场照片"))
    expect(row).to_contain_text("产出质量")

    page.get_by_role("link", name="修改或删除：维护合同").click()
    page.get_by_role("button", name="删除这份材料").press("Enter")
    dialog = page.get_by_role("dialog", name="删除佐证材料")
    dialog.get_by_role("button", name="删除").press("Enter")
    expect(page.get_by_text("已删除「维护合同」。")).to_be_visible()
    assert [file.title for file in drafting.evidence.all()] == ["机房现场照片"]


def test_a_file_that_is_too_large_is_not_even_sent(site, people, drafting):
    page = site.enter(people["caiwu"])
    page.goto(reverse("scoring:evidence", args=[drafting.pk]))
    chooser = page.get_by_label("文件")
    chooser.evaluate("(input) => { input.dataset.largest = '10'; }")
    chooser.set_input_files({"name": "大.pdf", "mimeType": "application/pdf", "buffer": PDF})
    sentence = page.get_by_text("「大.pdf」有")
    expect(sentence).to_be_visible()
    page.get_by_label("标题").fill("写好的标题")
    page.get_by_role("checkbox", name="产出数量").check()
    page.get_by_role("button", name="上传").click()
    expect(sentence).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("写好的标题")
    assert not drafting.evidence.exists()


def test_an_evaluator_opens_them_beside_the_leaf(site, people, scoring):
    file = worlds.add_evidence(scoring, people["caiwu"])
    page = site.enter(people["pingjia2"])
    page.goto(reverse("scoring:sheet", args=[scoring.pk]))
    leaf = page.locator("tr.leaf").filter(has=page.get_by_label("目标内容", exact=True))
    with page.expect_download() as started:
        leaf.get_by_role("link", name="维护合同").click()
    assert started.value.suggested_filename == "维护合同.pdf"
    content = started.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert content == domain.hand_out(file, actor=people["pingjia2"])
