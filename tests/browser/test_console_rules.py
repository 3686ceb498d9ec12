"""The rules in a real browser: read, looked up, a change filled in and looked at in words, sent to the vote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.compliance import api as compliance
from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import assert_good_screen, page_after
from tests.browser.test_console_lists import enter

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("C3", "E3"),
]
WIDTHS = (375, 768, 1366)


def test_a_compliance_officer_reads_and_changes_a_rule(page: Page, live_server: LiveServer) -> None:
    people = cast.build()
    compliance.adopt_due(clock.now() - timedelta(days=2))
    enter(page, live_server.url, people.compliance)

    page.goto("/console/rules/")
    assert_good_screen(page, *WIDTHS, name="console-rules")
    page.goto("/console/rules/clauses/?q=CN-STD")
    assert_good_screen(page, *WIDTHS, name="console-clauses")
    with page_after(page):
        page.get_by_role("link", name="每天接通不超过三次").first.click()
    assert_good_screen(page, *WIDTHS, name="console-clause")

    page.get_by_role("link", name="提议修改").click()
    page.get_by_label("上限（次）").fill("2")
    page.get_by_label("为什么改").fill("投诉偏多，先少打一次")
    page.get_by_label("对借款人有什么影响").fill("每天少接一次电话")
    page.get_by_role("button", name="看差异").click()
    page.get_by_text("和现在的差异").wait_for()
    assert_good_screen(page, *WIDTHS, name="console-rule-edit")
    page.get_by_role("button", name="提交表决").click()
    page.get_by_text("等待表决").wait_for()
    assert_good_screen(page, *WIDTHS, name="console-rule-change")

    page.goto("/console/rules/changes/upload/")
    assert_good_screen(page, *WIDTHS, name="console-rule-upload")
    checklist = compliance.pack(at=clock.now()).checklists[0]
    page.goto(f"/console/rules/clauses/cn/{checklist.id}/")
    assert_good_screen(page, *WIDTHS, name="console-checklist")
