"""What a rule gives is taken over by one key or one click; another mark is asked for its reason."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.site import expect_saved
from tests.worlds import sheet_of

pytestmark = pytest.mark.browser


def test_a_proposal_is_taken_by_keyboard_and_by_button(site, scoring, people):
    scoring.funding.filter(received__gt=0).update(received=Decimal(128400))
    page = site.enter(people["pingjia2"])
    page.goto(reverse("scoring:sheet", args=[scoring.pk]))
    field, following = (
        page.get_by_label("到位率", exact=True),
        page.get_by_label("到位时效", exact=True),
    )
    row = page.locator("tr.leaf").filter(has=field)

    field.focus()
    page.keyboard.press("=")
    expect(field).to_have_value("1.77")
    expect(following).to_be_focused()
    expect_saved(row)

    field.fill("2")
    expect(row.get_by_text("得分 2 不是按规则的 1.77 分，请在说明中写明理由。")).to_be_visible()
    row.get_by_label("到位率的说明").fill("第二批十二月才到")
    page.keyboard.press("Enter")
    expect_saved(row)
    expect(row.get_by_text("不是按规则的")).to_have_count(0)

    row.get_by_role("button", name="到位率：按规则 1.77 分").click()
    expect(following).to_be_focused()
    expect_saved(row)
    mark = sheet_of(scoring, people["pingjia2"]).marks.get(indicator__key="arrival_rate")
    assert (mark.value, mark.remark) == (Decimal("1.77"), "第二批十二月才到")


def test_the_key_does_nothing_where_no_rule_gives_anything(site, scoring, people):
    page = site.enter(people["pingjia2"])
    page.goto(reverse("scoring:sheet", args=[scoring.pk]))
    field = page.get_by_label("到位时效", exact=True)
    field.focus()
    page.keyboard.press("=")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
