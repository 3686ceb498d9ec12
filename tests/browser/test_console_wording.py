"""Wording in a real browser: the page fits and axe finds nothing; the composer stops, explains, and offers phrases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from heyi.plumbing import clock
from heyi.web.console.case import gate
from tests import cast
from tests.browser.checks import assert_good_screen
from tests.browser.fixtures import Watch
from tests.browser.test_console_case import enter
from tests.capabilities.negotiation import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("C1", "C8")]
BLOCKED = "再不还钱就让你单位领导都知道"


@pytest.fixture
def talking(monkeypatch: pytest.MonkeyPatch) -> tuple[cast.Cast, UUID]:
    """Lin's case, in which the manager talks, at any hour."""
    monkeypatch.setattr(gate, "require_talk", lambda page: None)
    people = cast.build()
    return people, steps.negotiating(people, clock.now() - timedelta(hours=1))


def test_a_stop_explains_itself_and_phrases_can_be_put_in(  # type: ignore[no-untyped-def]
    page: Page, live_server, watch: Watch, talking: tuple[cast.Cast, UUID]
) -> None:
    watch.allow.append("422")
    people, case_id = talking
    enter(page, people.zhou, live_server.url)
    page.goto(f"/console/cases/{case_id}/review/")
    page.locator("#say-phrases > summary").click()
    page.locator("#say-phrase-list a", has_text="我们相信您有能力").first.click()
    expect(page.locator("#say-body")).to_have_value(
        "我们相信您有能力克服眼前的困难。这里有两个方案，您看哪个轻松一点。"
    )
    page.locator("#say-body").fill(BLOCKED)
    expect(page.locator("#say-phrase-list mark")).to_be_visible()
    page.evaluate("document.querySelector('#say-form').requestSubmit()")
    expect(page.locator("#talk .checks mark").first).to_be_visible()
    assert_good_screen(page, name="case-wording")


def test_the_page_of_wording_fits_and_is_accessible(  # type: ignore[no-untyped-def]
    page: Page, live_server, talking: tuple[cast.Cast, UUID]
) -> None:
    people, _ = talking
    enter(page, people.compliance, live_server.url)
    page.goto("/console/wording/")
    page.locator("textarea[name=text]").fill(BLOCKED)
    page.get_by_role("button", name="看一看").click()
    expect(page.locator("mark")).to_be_visible()
    assert_good_screen(page, name="wording")
