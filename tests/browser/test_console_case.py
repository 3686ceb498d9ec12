"""The page of a case in a real browser: it fits, axe finds nothing, and the plan recomputes while one types."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpRequest
from playwright.sync_api import Page, expect

from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import assert_good_screen, be, in_english
from tests.browser.fixtures import Watch
from tests.capabilities.negotiation import steps
from tests.web.logins import SECRET, staff_login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("E2", "E3", "E4", "E5")]


def enter(page: Page, actor: Actor, home: str) -> None:
    """Let the browser be this member of the cast, who proved it a moment ago."""
    from allauth.account.internal.flows.login import record_authentication

    from heyi.capabilities.staff.models import User

    assert actor.id is not None
    staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
    client = staff_login(member_id=actor.id)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, User.objects.get(pk=actor.id), "mfa")
    request.session.save()
    be(page, client, home)


@pytest.fixture
def countered() -> tuple[cast.Cast, UUID]:
    """Lin asked for 48 periods; the bank has to answer."""
    people = cast.build()
    case_id, *_ = steps.countered(people, clock.now() - timedelta(hours=1))
    return people, case_id


def test_every_tab_fits_and_is_accessible(page: Page, live_server, countered: tuple[cast.Cast, UUID]) -> None:  # type: ignore[no-untyped-def]
    people, case_id = countered
    enter(page, people.zhou, live_server.url)
    for tab in ("plan", "review", "timeline", "papers", "compliance"):
        page.goto(f"/console/cases/{case_id}/{tab}/")
        for fold in page.locator("details.more > summary").all():
            if fold.is_visible():
                fold.click()
        assert_good_screen(page, name=f"case-{tab}")


def test_the_plan_recomputes_while_one_types(page: Page, live_server, countered: tuple[cast.Cast, UUID]) -> None:  # type: ignore[no-untyped-def]
    people, case_id = countered
    enter(page, people.zhou, live_server.url)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"/console/cases/{case_id}/plan/?from=contract")
    figures = page.locator("#figures")
    before = figures.locator(".figure__value").first.inner_text()
    page.get_by_label("期数", exact=True).fill("36")
    expect(figures.locator(".figure__value").first).not_to_have_text(before)
    page.get_by_label("还款方式").select_option("step_up")
    expect(page.get_by_label("每级多还")).to_be_visible()
    expect(page.get_by_label("宽限几个月")).to_be_hidden()
    page.get_by_label("还款方式").select_option("equal_instalments")
    page.get_by_label("年利率").fill("4.8")
    expect(figures.get_by_text("本人权限内")).to_be_visible()
    page.get_by_label("期数", exact=True).fill("48")
    expect(figures.get_by_text("需要主管审批")).to_be_visible()
    page.get_by_role("button", name="存草稿").click()
    expect(page.get_by_text("草稿存好了")).to_be_visible()
    assert Case.objects.get(id=case_id).offers.filter(status="draft").count() == 1


def test_a_number_is_revealed_in_place_and_a_version_in_the_drawer(
    page: Page, live_server, countered: tuple[cast.Cast, UUID]
) -> None:  # type: ignore[no-untyped-def]
    people, case_id = countered
    enter(page, people.zhou, live_server.url)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"/console/cases/{case_id}/")
    eye = page.locator(".reveal").first
    eye.locator("summary").click()
    eye.get_by_role("combobox").select_option("call")
    eye.get_by_role("button").click()
    expect(page.get_by_text(people.lin.mobile)).to_be_visible()
    page.get_by_role("link", name="第 1 版").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_stranger_sees_the_question_for_a_reason(
    page: Page, live_server, watch: Watch, countered: tuple[cast.Cast, UUID]
) -> None:  # type: ignore[no-untyped-def]
    people, case_id = countered
    watch.allow.append("404")
    enter(page, people.stranger, live_server.url)
    page.goto(f"/console/cases/{case_id}/")
    assert_good_screen(page, 375, 1366, name="case-beyond")


def test_it_reads_in_english(page: Page, live_server, countered: tuple[cast.Cast, UUID]) -> None:  # type: ignore[no-untyped-def]
    people, case_id = countered
    enter(page, people.lead, live_server.url)
    page.goto(f"/console/cases/{case_id}/plan/")
    in_english(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.reload()
    assert_good_screen(page, 768, 1366, name="case-english")
