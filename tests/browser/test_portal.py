"""The borrower's way in a real browser: from the talk to the signature, at three widths, in large type and English."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.signing import api as signing
from heyi.plumbing import clock, jobs
from tests import cast
from tests.browser.checks import (
    assert_axe_clean,
    assert_good_screen,
    assert_large_targets,
    assert_no_sideways_scroll,
    be,
    elder_mode,
    in_english,
    page_after,
    picture,
)
from tests.capabilities.negotiation import steps
from tests.web.logins import borrower_login
from tests.web.portal.story import code_sent

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(live_server: LiveServer) -> cast.Cast:
    """Everybody, on today's date: a browser's cookies know no other."""
    return cast.build(at=clock.now())


@pytest.fixture
def lin(page: Page, people: cast.Cast, live_server: LiveServer) -> Page:
    """A phone on which Lin is logged in."""
    be(page, borrower_login(people.lin.party_id), live_server.url)
    return page


def offered(people: cast.Cast) -> UUID:
    """The manager's version is open, dated from today on."""
    at = clock.now()
    case_id = steps.negotiating(people, at)
    today = clock.today()
    first = replace(steps.terms(case_id, at), first_due_on=today.replace(day=10, year=today.year + 1, month=1))
    done = negotiation.draft_offer(case_id=case_id, terms=first, reason="先这样。", actor=people.zhou, at=at)
    assert done.subject_id is not None
    negotiation.publish_offer(case_id=case_id, offer_id=done.subject_id, actor=people.zhou, at=at)
    return case_id


@pytest.mark.req("E1")
def test_applying_on_a_phone(lin: Page) -> None:
    lin.goto("/my/")
    assert_good_screen(lin, name="portal-home")
    lin.get_by_role("button", name="开始申请协商").click()
    expect(lin.get_by_role("heading", level=1)).to_have_text("先核对一下您本人")
    assert_good_screen(lin, 375, name="portal-question")
    lin.get_by_role("button", name="继续").click()
    expect(lin.get_by_role("alert")).to_be_focused()
    assert_axe_clean(lin)
    with elder_mode(lin):
        picture(lin, "portal-question-elder")
        assert_no_sideways_scroll(lin)
        assert_large_targets(lin)
    slug = lin.url.rpartition("q/")[0]
    for address in ("q/wish/", "q/private/", "proofs/", "check/"):
        lin.goto(slug + address)
        assert_good_screen(lin, 375, name=f"portal-{address.strip('/').replace('/', '-')}")


@pytest.mark.req("E3", "E5", "E6", "E7", "B6", "B7", "B25")
def test_talking_comparing_signing_following(lin: Page, people: cast.Cast) -> None:
    case_id = offered(people)
    lin.goto(f"/my/{case_id}/room/")
    lin.get_by_label("想说什么").fill("36 期我怕撑不住")
    lin.get_by_role("button", name="发给银行").click()
    expect(lin.get_by_text("36 期我怕撑不住")).to_be_visible()
    assert_good_screen(lin, name="portal-room")
    lin.goto(f"/my/{case_id}/offer/")
    assert_good_screen(lin, name="portal-offer")
    with elder_mode(lin):
        picture(lin, "portal-offer-elder")
        assert_no_sideways_scroll(lin)
        assert_large_targets(lin)
    lin.get_by_role("link", name="说说我的想法").click()
    lin.get_by_label("想分多少个月还").fill("48")
    lin.get_by_role("button", name="先算一算").click()
    expect(lin.get_by_role("heading", name="照您的想法，会是这样")).to_be_visible()
    assert_good_screen(lin, 375, 1366, name="portal-counter")
    lin.goto(f"/my/{case_id}/offer/accept/")
    assert_good_screen(lin, 375, name="portal-accept")
    lin.get_by_role("button", name="接受这个方案").click()
    expect(lin.get_by_text("谈好了。协议马上就准备好")).to_be_visible()
    jobs.drain(at=clock.now())
    sign(lin, case_id, people)
    for address in ("follow/", "problem/", "record/", "record/?part=papers", ""):
        lin.goto(f"/my/{case_id}/{address}")
        assert_good_screen(lin, name=f"portal-{address.strip('/').replace('/?part=', '-') or 'case'}")
    in_english(lin)
    for address in ("", "follow/", "record/?part=papers", "problem/"):
        lin.goto(f"/my/{case_id}/{address}")
        chinese = lin.evaluate("document.querySelector('main').innerText.match(/[\\u4e00-\\u9fff]+/g)")
        assert set(chinese or ()) <= {"示例银行", "周", "周敏", "滨江支行", "工资", "住院"}, address


def sign(lin: Page, case_id: UUID, people: cast.Cast) -> None:
    """Step by step; the clauses that only repeat the look are acknowledged through the door."""
    lin.goto(f"/my/{case_id}/sign/")
    assert_good_screen(lin, 375, 1366, name="portal-sign-start")
    with page_after(lin):
        lin.get_by_role("button", name="同意，开始看").click()
    assert_good_screen(lin, 375, name="portal-sign-terms")
    with page_after(lin):
        lin.get_by_role("link", name="开始看原文").click()
    assert_good_screen(lin, 375, 1366, name="portal-sign-clause")
    lin.get_by_role("button", name="看懂了，下一条").click()
    expect(lin.get_by_text("第 2 条，").first).to_be_visible()
    ceremony_id, at, actor = Case.objects.get(id=case_id).ceremony_id, clock.now(), people.lin.actor
    for clause in signing.ceremony(ceremony_id=ceremony_id).agreement.clauses[1:]:
        signing.read_clause(ceremony_id=ceremony_id, clause_id=clause.id, seconds=1, actor=actor, at=at)
    lin.goto(f"/my/{case_id}/sign/cost/")
    with page_after(lin):
        lin.get_by_role("button", name="我看清楚了").click()
    assert_good_screen(lin, 375, name="portal-sign-cost")
    expect(lin.get_by_text("请再看")).to_be_visible()
    later = at + timedelta(seconds=30)
    signing.acknowledge_cost_form(ceremony_id=ceremony_id, seconds=30, actor=actor, at=later)
    lin.goto(f"/my/{case_id}/sign/confirm/")
    with page_after(lin):
        lin.get_by_role("button", name="发签字验证码").click()
    assert_good_screen(lin, name="portal-sign-confirm")
    with elder_mode(lin):
        picture(lin, "portal-sign-confirm-elder")
        assert_no_sideways_scroll(lin)
    same_weight(lin)
    lin.get_by_label("短信验证码").fill(code_sent(people.lin.party_id, "sign_code"))
    lin.get_by_role("button", name="同意，签字").click()
    expect(lin.get_by_role("heading", level=1)).to_have_text("您已经签好了")
    assert_axe_clean(lin)
    beside(lambda: signing.seal_due(clock.now()))
    beside(lambda: jobs.drain(at=clock.now()))
    expect(lin.get_by_role("heading", level=1)).to_have_text("签好了，两边各留一份", timeout=15_000)
    assert_good_screen(lin, name="portal-signed")


def beside(work: Callable[[], object]) -> None:
    """Do it in a thread of its own: the browser's loop stands in the way of work that runs one itself."""

    def done() -> None:
        work()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(done).result()


def same_weight(lin: Page) -> None:
    """Signing and not signing are one size, one colour, one weight."""
    look = """(node) => { const s = getComputedStyle(node), b = node.getBoundingClientRect();
      return [Math.round(b.width), Math.round(b.height), s.backgroundColor, s.color, s.fontWeight]; }"""
    no, yes = lin.locator("#sign-form .btn-pair .btn").all()
    assert no.evaluate(look) == yes.evaluate(look)
