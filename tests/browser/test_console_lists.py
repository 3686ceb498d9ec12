"""The console's lists in a real browser: a working morning by keyboard and drawer, and every page as a good screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import (
    assert_axe_clean,
    assert_good_screen,
    assert_no_sideways_scroll,
    at_widths,
    be,
    page_after,
)
from tests.capabilities.negotiation import steps
from tests.web.logins import SECRET, staff_login

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("E3"),
]


def enter(page: Page, home: str, actor: Actor) -> None:
    assert actor.id is not None
    staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
    be(page, staff_login(member_id=actor.id), home)


def test_a_morning_with_the_lists(page: Page, live_server: LiveServer) -> None:
    people = cast.build()
    steps.negotiating(people, clock.now() - timedelta(hours=1))
    journal.sequence(clock.now())
    enter(page, live_server.url, people.zhou)

    page.goto("/console/")
    assert_good_screen(page, 375, 768, 1366, name="console-home")

    page.goto("/console/cases/")
    assert page.locator(".bulk").is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-bulk-count]").inner_text() == "1"
    page.get_by_role("link", name="速览").first.click()
    page.locator("[data-drawer]").wait_for()
    assert_axe_clean(page)
    page.keyboard.press("Escape")
    assert page.locator("[data-drawer]").count() == 0
    page.locator("details.pop summary[title]").click()
    assert_axe_clean(page)
    page.locator("details.pop summary[title]").click()
    assert_good_screen(page, 375, 768, 1366, name="console-cases")

    page.locator("button[name=act][value=export]").click()
    page.wait_for_url("**/console/cases/bulk/**")
    assert_good_screen(page, 375, 1366, name="console-bulk")

    for path in (f"/console/loans/{people.lin.contract_id}/", "/console/figures/", "/console/search/?q=林知晴"):
        page.goto(path)
        assert_good_screen(page, 375, 1366, name=path.split("?")[0].strip("/").replace("/", "-")[:24])


def test_the_pages_of_those_who_keep_order(page: Page, live_server: LiveServer) -> None:
    people = cast.build()
    journal.sequence(clock.now())
    enter(page, live_server.url, people.administrator)
    for path in ("/console/imports/", "/console/people/", f"/console/people/{people.zhou.id}/"):
        page.goto(path)
        assert_good_screen(page, 375, 1366)
    page.context.clear_cookies()
    enter(page, live_server.url, people.auditor)
    page.goto("/console/audit/?check=1")
    for _width in at_widths(page, 375, 1366):
        assert_no_sideways_scroll(page)
        assert_axe_clean(page)
    with page_after(page):
        page.locator("tbody a").first.click()
    assert_good_screen(page, 375, 1366, name="console-audit-entry")
