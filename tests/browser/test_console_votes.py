"""The pages of approvals and training in a real browser, at three widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock
from tests import cast
from tests.browser.checks import assert_good_screen, be
from tests.capabilities.approvals.forms import asked, said
from tests.web.logins import SECRET, staff_login

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.req("C3", "C7")]


@pytest.fixture
def people(live_server) -> cast.Cast:
    return cast.build()


@pytest.fixture
def enter(page: Page, live_server) -> Callable[[Actor, str], Page]:
    def go(actor: Actor, path: str) -> Page:
        staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
        be(page, staff_login(member_id=actor.id), live_server.url)
        page.goto(live_server.url + path)
        return page

    return go


def test_approvals_are_good_screens(people, enter):
    at = clock.now()
    visit = asked(
        "visit_vulnerable", people.zhou, subject=f"loans_contract:{people.lin.contract_id}", branch=cast.HOME, at=at,
        facts={"title": "GX-2024-3308"}, party_id=people.lin.party_id,
    )  # fmt: skip
    asked("campaign", people.compliance, subject="campaign:1", facts={"title": "年底关怀"}, at=at)
    said(visit, people.lead, conditions=["由社区工作人员陪同，去之前再电话确认一次"], at=at)
    assert_good_screen(enter(people.compliance, "/console/votes/?tab=all"), name="votes")
    assert_good_screen(enter(people.compliance, f"/console/votes/{visit.id}/"), name="vote")
    said(visit, people.compliance, at=at)
    assert_good_screen(enter(people.second_lead, f"/console/votes/{visit.id}/"), name="vote-conditional")
    assert_good_screen(enter(people.lead, "/console/votes/new/visit_vulnerable/"), name="vote-new")
    assert approvals.approval(approval_id=visit.id, at=at).status == "conditional"


def test_training_is_a_good_screen(people, enter):
    at = clock.now()
    assert_good_screen(enter(people.lead, "/console/training/"), name="training")
    going = compliance.start_exam(kind="collection", actor=people.zhou, at=at)
    assert_good_screen(enter(people.zhou, f"/console/training/exam/{going.id}/"), name="exam")
    answers = {one.key: "allowed" for one in going.questions}
    compliance.hand_in(sitting_id=going.id, answers=answers, actor=people.zhou, at=at)
    assert_good_screen(enter(people.zhou, f"/console/training/exam/{going.id}/"), name="exam-done")
