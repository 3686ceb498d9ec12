"""Agencies, holds and refusals in a real browser, and what the borrower sees of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.compliance import api as compliance
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import assert_good_screen, be, page_after
from tests.browser.test_console_lists import enter
from tests.capabilities.contact.agencies import approve, place, take, tell
from tests.web.logins import borrower_login

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("B10", "B9", "B11"),
]


@pytest.fixture
def people(live_server: LiveServer) -> cast.Cast:
    """An agency that was told of two days ago, a leave that nobody reported, a refusal, two holds."""
    now = clock.now()
    past = now - timedelta(days=2)
    found = cast.build(at=past)
    approve(found, at=past)
    place(found, at=past)
    take(found, at=past)
    tell(past)
    care = {"kind": "vulnerability", "party_id": found.lin.party_id, "reason": "术后恢复", "until": now + timedelta(9)}
    compliance.place_hold(**care, actor=SYSTEM, at=now)
    compliance.place_hold(kind="dispute", party_id=found.chen.party_id, reason="账单有疑问", actor=SYSTEM, at=now)
    return found


def test_the_pages_of_agencies_holds_and_refusals(page: Page, people: cast.Cast, live_server: LiveServer) -> None:
    enter(page, live_server.url, people.compliance)
    hold = compliance.hold_lines(actor=people.compliance, at=clock.now(), kind="dispute")[0]
    for path, name in (
        ("/console/agencies/", "agencies"),
        (f"/console/agencies/{people.agency_id}/", "agency"),
        ("/console/agencies/new/", "agency-new"),
        ("/console/holds/", "holds"),
        (f"/console/holds/{hold.id}/", "hold"),
        ("/console/holds/new/", "hold-new"),
        ("/console/refusals/", "refusals"),
    ):
        page.goto(path)
        assert_good_screen(page, name=name)


def test_the_borrower_sees_what_stands_and_who_may_call(page: Page, people: cast.Cast, live_server: LiveServer) -> None:
    be(page, borrower_login(people.lin.party_id), live_server.url)
    page.goto("/my/reach/")
    assert_good_screen(page, name="reach-me")
    with page_after(page):
        page.get_by_role("button", name="停用 电话").click()
    assert_good_screen(page, 375, name="reach-me-stopped")
