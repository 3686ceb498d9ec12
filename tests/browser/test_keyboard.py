"""A colleague who keeps the hands on the keys: the list, the palette, the next case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import assert_axe_clean
from tests.browser.test_console_lists import enter
from tests.capabilities.negotiation import steps

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.req("E3")]


def test_lists_palette_and_next_by_keyboard(page: Page, live_server: LiveServer) -> None:
    people = cast.build()
    first = steps.submitted(people.lin, clock.now() - timedelta(hours=2))
    second = steps.submitted(people.chen, clock.now() - timedelta(hours=1))
    enter(page, live_server.url, people.reviewer)

    page.goto("/console/cases/?sort=newest")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(0).locator("a").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.goto(f"/console/cases/{second}/")
    page.keyboard.press("e")
    page.wait_for_url(f"**/console/cases/{first}/**")
    expect(page.locator("[data-key=e]")).to_have_count(0), "the list ends here"

    page.keyboard.press("Control+k")
    field = page.locator("#palette-q")
    expect(field).to_be_focused()
    expect(page.locator("[data-palette-list] a").first).to_be_visible()
    field.type("陈立夏")
    found = page.locator("#palette-found a")
    expect(found.first).to_contain_text("陈")
    assert_axe_clean(page)
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/cases/{second}/**")

    page.keyboard.press("?")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.locator("#palette-q").fill("林知晴")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/search/?q=*")
    expect(page.get_by_role("heading", level=1)).to_have_text("搜索")


def test_the_search_works_without_script(bare_page: Page, live_server: LiveServer) -> None:
    people = cast.build()
    steps.submitted(people.lin, clock.now() - timedelta(hours=2))
    enter(bare_page, live_server.url, people.reviewer)
    bare_page.goto("/console/search/")
    bare_page.get_by_role("searchbox").last.fill("林知晴")
    bare_page.keyboard.press("Enter")
    expect(bare_page.get_by_role("heading", name="案件")).to_contain_text("1")
