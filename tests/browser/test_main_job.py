"""The main job, from an empty evaluation to the PDFs: everything is typed, clicked and read in the browser."""

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from reports.demo import PANEL, PASSWORD
from reports.dossier.model import Dossier, PanelMember
from reports.dossier.seed import seed_dossier
from tests.browser.site import decide, expect_saved, open_tab, open_task

pytestmark = pytest.mark.browser

PROJECT = "信息系统运行维护"
TOTALS = {"李警南": "89", "陈成章": "96", "骆树军": "86"}
SUBTOTALS = {
    "李警南": {"项目决策": "17", "项目管理": "20", "项目绩效": "52"},
    "陈成章": {"项目决策": "19", "项目管理": "23", "项目绩效": "54"},
    "骆树军": {"项目决策": "18", "项目管理": "19", "项目绩效": "49"},
}
STANDARDS = ("优", "良", "中", "差")


def test_the_seed_from_an_empty_evaluation_to_its_pdfs(site, people):
    seed = seed_dossier("scored")

    staff = site.sign_in(people["caiwu"])
    open_evaluation(staff)
    expect(staff.get_by_text("绩效目标表还没有一行目标")).to_be_visible()
    type_goals(staff, seed)
    type_basic(staff, seed)
    type_report(staff, seed)
    for username in PANEL:
        appoint(staff, people[username].name, is_leader=username == PANEL[0])
    explain_warnings(staff)
    open_tab(staff, "概览")
    decide(staff, "送单位审核")

    head = site.sign_in(people["fuzeren"])
    open_task(head, PROJECT)
    decide(head, "审核通过，开始评分")

    evaluators = [site.sign_in(people[username]) for username in PANEL]
    for page, member in zip(evaluators, seed.panel, strict=True):
        expect_results_closed(evaluators[0])
        open_task(page, PROJECT)
        score(page, seed, member)
        hand_in(page)

    expect_results_closed(staff)
    leader = evaluators[0]
    open_task(leader, PROJECT)
    read_results(leader)
    open_tab(leader, "概览")
    decide(leader, "确认结果，报主管部门")

    supervisor = site.sign_in(people["zhuguan"])
    open_task(supervisor, PROJECT)
    decide(supervisor, "审核通过，签发")
    read_timeline(supervisor)
    open_tab(supervisor, "文档")
    expect_goals(download(supervisor, "项目绩效目标表 PDF"), seed)
    expect_basic(download(supervisor, "项目基本信息表 PDF"))
    expect_report(download(supervisor, "财政支出项目绩效评价报告 PDF"))
    joint = download(supervisor, "三份合一 PDF")
    expect_goals(joint, seed)
    expect_basic(joint)
    expect_report(joint)


def explain_warnings(page):
    """What the examiner asks about is answered on its own page, one after another."""
    open_tab(page, "核对")
    for _ in range(40):
        blank = page.locator("form.finding-answer").filter(
            has=page.locator("textarea:placeholder-shown, textarea:empty")
        )
        if not blank.count():
            return
        blank.first.locator("textarea").fill("情况属实，已在报告中说明，下年改进。")
        blank.first.get_by_role("button", name="保存说明").click()
        expect(page.get_by_text("说明已保存").first).to_be_visible()


def open_evaluation(page: Page) -> None:
    page.get_by_role("link", name="项目", exact=True).click()
    page.get_by_role("link", name="新建项目").click()
    page.get_by_label("项目名称").fill(PROJECT)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="开始一个年度的自评").click()
    page.get_by_label("预算年度").fill("2019")
    packs = page.get_by_label("规则包")
    packs.select_option(label=packs.get_by_role("option", name="海口").inner_text())
    page.get_by_label("完成期限").fill("2020-04-20")
    page.get_by_role("button", name="开始填报").click()


def type_goals(page: Page, seed: Dossier) -> None:
    open_tab(page, "绩效目标表")
    rows = page.locator("tr[data-row]")
    for number, target in enumerate(seed.targets):
        if number:
            page.get_by_role("button", name="加一行").click()
        row = rows.nth(number)
        row.get_by_label("指标类型").fill(target.goal_type)
        row.get_by_label("指标名称").fill(target.goal_class)
        row.get_by_label("绩效目标").fill(target.target)
        for label, standard in zip(STANDARDS, target.standards, strict=True):
            if standard:
                row.get_by_label(label, exact=True).fill(standard)
    page.keyboard.press("Tab")
    expect_saved(page.locator("form[data-autosave]"))
    expect(rows).to_have_count(8)


def type_basic(page: Page, seed: Dossier) -> None:
    open_tab(page, "基本信息表")
    basic = seed.basic
    for label, text in {
        "项目实施单位": basic.implementing_unit,
        "主管部门": basic.supervising_department,
        "项目负责人": basic.project_leader,
        "联系电话": basic.phone,
        "地址": basic.address,
        "邮编": basic.postcode,
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("经常性项目").check()
    page.get_by_label("评价日期").fill("2020-04-20")
    page.get_by_label("执行率低于").fill(seed.execution_reason)
    amounts = {"计划投资额": "21.76", "实际到位资金": "21.76", "实际使用情况": "12.84"}
    for column, amount in amounts.items():
        page.get_by_label(f"{column}：市县财政（万元）").fill(amount)
    # Still in the last field: the server adds up while one types.
    for place, figure in {
        "#total-planned": "21.76",
        "#total-received": "21.76",
        "#total-spent": "12.84",
        "#balance": "8.92",
        "#arrival-rate": "100.0%",
        "#execution-rate": "59.0%",
    }.items():
        expect(page.locator(place)).to_have_text(figure)
    expect_saved(page.locator("form[data-autosave]"))


def type_report(page: Page, seed: Dossier) -> None:
    open_tab(page, "评价报告")
    written = [section for section in seed.pack.outline if section.has_body]
    forms = page.locator("form[data-autosave]")
    expect(forms).to_have_count(len(written))
    for section in written:
        page.get_by_label(f"{section.number}{section.title}", exact=True).fill(
            seed.sections[section.key]
        )
    page.keyboard.press("Tab")
    for form in forms.all():
        expect_saved(form)


def appoint(page: Page, name: str, *, is_leader: bool) -> None:
    open_tab(page, "评价工作组")
    people = page.get_by_label("评价人员")
    people.select_option(label=people.get_by_role("option", name=name).inner_text())
    page.get_by_label("担任组长").set_checked(is_leader)
    page.get_by_role("button", name="加入评价工作组").click()
    seat = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
    expect(seat.get_by_role("cell", name="组长", exact=True)).to_have_count(int(is_leader))


def expect_results_closed(page: Page) -> None:
    """No tab, and no answer for whoever types the address."""
    page.goto("/projects/")
    page.get_by_role("link", name=PROJECT).click()
    tabs = page.get_by_role("navigation", name="本项目的页面")
    expect(tabs.get_by_role("link", name="文档")).to_be_visible()
    expect(tabs.get_by_role("link", name="评分结果")).to_have_count(0)
    answer = page.request.get(f"{page.url}results/")
    assert answer.status == 403


def score(page: Page, seed: Dossier, member: PanelMember) -> None:
    """Keyboard only: a mark, Enter, the next mark."""
    open_tab(page, "我的评分表")
    expect(page.get_by_role("region", name="表的内容")).to_contain_text(
        "机构编制统计实名制系统维护量"
    )
    page.keyboard.press("Alt+g")
    for indicator in (row for row in seed.indicators if row.level == 3):
        expect(page.locator("input:focus")).to_have_accessible_name(indicator.name)
        page.keyboard.type(str(member.sheet.marks[indicator.key].value))
        page.keyboard.press("Enter")
    expect(page.locator("#scored")).to_have_text("20")
    expect(page.locator("#total")).to_have_text(TOTALS[member.name])
    for name, points in SUBTOTALS[member.name].items():
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
        expect(row.locator("[data-label=小计]")).to_have_text(points)
    expect(page.locator("[data-save-summary]")).to_contain_text("已保存")


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="提交评分表").click()
    dialog = page.get_by_role("dialog", name="提交评分表")
    dialog.get_by_label("登录密码").fill(PASSWORD)
    dialog.get_by_role("button", name="提交并封存").click()
    expect(page.get_by_text("评分表已提交并封存。")).to_be_visible()


def read_results(page: Page) -> None:
    open_tab(page, "评分结果")
    expect(page.locator("[data-figure=total]")).to_have_text("90.33")
    expect(page.locator("[data-figure=mean]")).to_have_text("90.33")
    expect(page.locator("[data-figure=grade]")).to_have_text("优")
    matrix = page.get_by_role("region", name="评分汇总")
    expect(matrix.get_by_role("columnheader").filter(has_text="李警南")).to_contain_text("组长")
    funds_use = matrix.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name="资金使用", exact=True)
    )
    expect(funds_use.get_by_role("cell")).to_have_text(["7", "4", "5", "2", "3.67", "3"])
    sums = matrix.get_by_role("row").filter(has=page.get_by_role("rowheader", name="合计"))
    expect(sums.get_by_role("cell")).to_have_text(["100", "89", "96", "86", "90.33", ""])
    how = page.locator("section").filter(has=page.get_by_role("heading", name="如何算出"))
    expect(how).to_contain_text("90.33")


def read_timeline(page: Page) -> None:
    """Oldest last; each step with who took it."""
    entries = page.locator("section").filter(has=page.get_by_role("heading", name="办理经过"))
    steps = [text.replace(" ", "") for text in entries.locator("li strong").all_inner_texts()]
    told = entries.locator("li p:first-child").all_inner_texts()
    assert steps.pop(0) == "现在：签发，由签字人办理"
    assert "李警南" in told.pop(0)
    assert steps == [
        "审核通过，签发",
        "确认结果，报主管部门",
        "评分全部提交",
        "提交评分表",
        "提交评分表",
        "提交评分表",
        "审核通过，开始评分",
        "送单位审核",
        "加入评价工作组：骆树军",
        "加入评价工作组：陈成章",
        "加入评价工作组：李警南",
        "开始填报",
    ]
    names = ["林芳", "李警南", "", "骆树军", "陈成章", "李警南", "郑东", *["吴敏"] * 5]
    for text, name in zip(told, names, strict=True):
        assert name in text


def download(page: Page, link: str) -> str:
    """The text of a PDF without any white space, where lines break as they like."""
    with page.expect_download(timeout=60_000) as started:
        page.get_by_role("link", name=link).click()
    content = started.value.path().read_bytes()
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def expect_goals(text: str, seed: Dossier) -> None:
    assert "项目绩效目标表" in text
    targets = ["".join(target.target.split()) for target in seed.targets]
    assert [target for target in targets if target not in text] == []
    standards = {"".join(cell.split()) for target in seed.targets for cell in target.standards}
    assert [cell for cell in standards if cell not in text] == []


def expect_basic(text: str) -> None:
    assert "总分10010010090.33" in text
    assert "评价等次优" in text
    assert "平均分90.33" in text
    for amount in ("21.76", "12.84"):
        assert amount in text
    for name, total in TOTALS.items():
        after = text[text.index(name) :][:60]
        assert total in after


def expect_report(text: str) -> None:
    assert "草稿" not in text
    for words in (
        "财政支出项目绩效评价报告",
        "经费拨款21.76万元",
        "按计划使用资金12.84万元，剩余8.92万元",
        "结余8.92万元，完成占59.0%",
        "总自评分90.33分，评价等次优",
    ):
        assert words in text
