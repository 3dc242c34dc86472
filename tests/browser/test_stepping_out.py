"""An evaluator declares a conflict of interest on the sheet page; the leader is told what to do."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import open_tab, open_task

pytestmark = pytest.mark.browser

PROJECT = "信息系统运行维护"
REASON = "配偶在项目承建单位任职。"


def test_an_evaluator_steps_out(site, people, scoring):
    evaluator = site.sign_in(people["pingjia2"])
    open_task(evaluator, PROJECT)
    open_tab(evaluator, "我的评分表")
    evaluator.get_by_role("button", name="声明利益冲突，回避").click()
    dialog = evaluator.get_by_role("dialog", name="声明利益冲突，回避")
    dialog.get_by_label("利益冲突的情况").fill(REASON)
    dialog.get_by_role("button", name="声明并回避").click()
    expect(evaluator.get_by_text("已声明利益冲突并回避")).to_be_visible()
    expect(evaluator.get_by_role("link", name=PROJECT)).to_have_count(0)

    leader = site.sign_in(people["zuzhang"])
    open_task(leader, PROJECT)
    expect(leader.get_by_text("评价人员只有 2 人，至少要 3 人")).to_be_visible()
    expect(leader.get_by_text(REASON)).to_be_visible()
    leader.get_by_role("button", name="退回填报", exact=True).click()
    leader.get_by_role("dialog").get_by_label("原因").fill("请另行指定评价人员。")
    leader.get_by_role("dialog").get_by_role("button", name="退回填报").click()

    staff = site.sign_in(people["caiwu"])
    open_task(staff, PROJECT)
    open_tab(staff, "评价工作组")
    expect(staff.get_by_role("row", name="陈成章")).to_contain_text(f"已回避：{REASON}")
