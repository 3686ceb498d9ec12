"""Every page of the portal, the console and the public, found in the router, at 375, 768 and 1366 px and in large type:
axe, no sideways scroll, no console error, nothing that the content policy stops, one heading.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, MessageFile
from heyi.capabilities.signing import api as signing
from heyi.capabilities.staff import api as staff
from heyi.config.environment import RepaymentAccount
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import clock, jobs
from heyi.web.console.case.acts import ACTS
from heyi.web.ui.routes import Route
from tests import cast
from tests.browser.checks import be
from tests.browser.fixtures import TIMEOUT_MS, Watch, offstage
from tests.browser.story import everything, of_ones_own
from tests.browser.walk import Walk, left_over
from tests.capabilities.negotiation import steps
from tests.web.logins import SECRET, borrower_login, prove, staff_login

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("E1"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="looks at pages; the same on any database"),
]

BACK = "an act: takes a form and leads back to its page"
KEYS = "there is no passkey and no recovery code: nothing can be typed in here that a device must make"
STATE = "only in a state of the case that this story passes over: tests/web/portal looks at it"
IN = "only on the way in: tests/web/test_login_screens.py looks at it"
UNVISITED_OF_BORROWERS = {
    **dict.fromkeys(["portal:code", "portal:code_again", "portal:short_link"], IN),
    **dict.fromkeys(["portal:leave", "portal:no_call", "portal:revoke", "portal:take_back", "portal:start"], BACK),
    **dict.fromkeys(["portal:remove_proof", "portal:sign_consent"], BACK),
    **dict.fromkeys(["portal:decision", "portal:more", "portal:stop_code", "portal:stop_done"], STATE),
    "portal:resume": "leads on to the question that is open",
    "portal:person_photo": "a picture, shown only where the bank published one",
    "portal:sign_state": "an answer without a page, for a page that waits",
}
UNVISITED_OF_STAFF = {
    **{f"console:case_{act.name}": BACK for act in ACTS},
    **dict.fromkeys(["account_login", "mfa_authenticate", "mfa_login_webauthn"], IN),
    **dict.fromkeys(["mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_reauthenticate_webauthn"], KEYS),
    "console:case_call": "needs a call under way, and by night nobody gets one",
    "mfa_activate_totp": "everybody here has a code generator already: leads on to taking it off",
}
"""Pages that no walk looks at, with the reason. A new page is walked by itself; one that needs something of the story
(an id, a state) wants it in ``ids`` below, or stands here.
"""


@pytest.fixture
def bank(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> cast.Cast:
    """Everybody, today, at a bank that named its account and its channels for complaints."""
    there = settings.HEYI
    told = replace(there.complaints, mail="care@bank.example", address="示例市示例路 1 号，示例银行消费者权益保护部")
    account = RepaymentAccount("示例银行股份有限公司", "示例银行示例支行", "0000 0000 0000 0000 00", "{contract_tail}")
    monkeypatch.setattr(settings, "HEYI", replace(there, complaints=told, repayment=account))
    return cast.build(at=clock.now())


@pytest.fixture
def tab(chromium: Browser, live_server: LiveServer) -> Iterator[tuple[Page, Watch]]:
    """One tab for the whole walk; its faults are gathered page by page."""
    watch = Watch(home=live_server.url)
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    watch.follow(page)
    yield page, watch
    context.close()


def named(*prefixes: str) -> Any:
    def fits(route: Route) -> bool:
        return route.name.startswith(prefixes)

    return fits


def sent_file(case_id: UUID, actor: Actor) -> UUID:
    upload = negotiation.Upload(steps.photo("blue"), "通知单.jpg")
    negotiation.say(case_id=case_id, body="请看附件", files=[upload], actor=actor, at=clock.now())
    return MessageFile.objects.filter(message__case_id=case_id).latest("created_at").object_id


def signed(case_id: UUID, people: cast.Cast) -> None:
    at, actor = clock.now(), people.lin.actor
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    for clause in signing.ceremony(ceremony_id=ceremony_id).agreement.clauses:
        signing.read_clause(ceremony_id=ceremony_id, clause_id=clause.id, seconds=20, actor=actor, at=at)
    signing.acknowledge_cost_form(ceremony_id=ceremony_id, seconds=60, actor=actor, at=at)


def sealed(case_id: UUID, people: cast.Cast) -> None:
    at = clock.now()
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    signing.sign_as_borrower(ceremony_id=ceremony_id, code_verified_at=at, actor=people.lin.actor, at=at)
    signing.seal_due(at)
    jobs.drain(at=clock.now())


def test_public_pages(bank: cast.Cast, live_server: LiveServer, tab: tuple[Page, Watch]) -> None:
    page, watch = tab
    walk = Walk(page, watch, Client(), live_server.url, None, {}, elder=True)
    public = ("landing", "verify", "complain", "login", "genuine", "people", "report")
    walk.go(named("account_login", *(f"portal:{one}" for one in public)))
    assert walk.faults == []
    assert len([name for name, why in walk.told.items() if not why]) == 9


def test_the_borrowers_pages(bank: cast.Cast, live_server: LiveServer, tab: tuple[Page, Watch]) -> None:
    page, watch = tab
    at = clock.now()
    draft = negotiation.start_application(
        contract_id=bank.chen.contract_id, actor=bank.chen.actor, at=at, code_verified_at=at
    ).case_id
    negotiation.attach_proof(
        case_id=draft, kind="income", data=steps.photo("red"), file_name="工资.jpg", actor=bank.chen.actor, at=at
    )
    first = walk_as(page, watch, live_server, bank.chen, {"case_id": draft, "slug": "income"})
    first.go(named("portal:question", "portal:proofs", "portal:check"))

    case_id = steps.negotiating(bank, at)
    today = clock.today()
    due = today.replace(day=10, year=today.year + 1, month=1)
    offer_id = steps.publish(case_id, bank, at, first_due_on=due)
    file_id = sent_file(case_id, bank.lin.actor)
    negotiation.ask_call(case_id=case_id, on=today, window="evening", words="想打电话", actor=bank.lin.actor, at=at)
    journal.sequence(clock.now())
    ids: dict[str, Any] = {
        "case_id": case_id,
        "contract_id": bank.lin.contract_id,
        "offer_id": offer_id,
        "object_id": file_id,
        "entry_id": journal.entries(case_id=case_id, limit=1)[0].id,
        "portal:problem": {"?": "?about=balance.penalty"},
    }
    lin = walk_as(page, watch, live_server, bank.lin, ids)
    offer = ("room", "call_me", "offer", "accept", "counter", "decline", "take_back", "version", "withdraw")
    lin.go(named(*(f"portal:{one}" for one in (*offer, "home", "case", "record", "problem", "file", "preview"))))
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=bank.lin.actor, at=at)
    offstage(lambda: jobs.drain(at=clock.now()))
    ceremony_id = Case.objects.get(id=case_id).ceremony_id
    lin.go(lambda route: route.name == "portal:sign")
    signing.agree_to_esign(ceremony_id=ceremony_id, actor=bank.lin.actor, at=at - timedelta(minutes=5))
    lin.ids = {**ids, "clause_id": "repayment_transfer", "language": "zh", "ceremony_id": ceremony_id}
    lin.go(named("portal:sign_terms", "portal:sign_clause", "portal:sign_cost", "portal:sign_refuse"))
    signed(case_id, bank)
    lin.go(named("portal:sign_"))
    offstage(lambda: sealed(case_id, bank))
    lin.walked -= {"portal:sign", "portal:case", "portal:home", "portal:record"}
    lin.ids = {**lin.ids, "portal:record": {"?": "?part=papers"}}
    lin.go(named("portal:"))
    left = {name: why for name, why in left_over([first, lin]).items() if name.startswith("portal:")}
    faults = first.faults + lin.faults
    assert (faults, {name: why for name, why in left.items() if name not in UNVISITED_OF_BORROWERS}) == ([], {})


def walk_as(page: Page, watch: Watch, server: LiveServer, who: cast.Borrower, ids: dict[str, Any]) -> Walk:
    client = borrower_login(who.party_id)
    be(page, client, server.url)
    return Walk(page, watch, client, server.url, who.actor, ids, elder=True)


def test_the_consoles_pages(bank: cast.Cast, live_server: LiveServer, tab: tuple[Page, Watch]) -> None:
    page, watch = tab
    at = clock.now()
    case_id = steps.negotiating(bank, at)
    today = clock.today()
    due = today.replace(day=10, year=today.year + 1, month=1)
    offer_id = steps.publish(case_id, bank, at, first_due_on=due)
    steps.submitted(bank.works, at)
    sent_file(case_id, bank.lin.actor)
    ids = {"case_id": case_id, "offer_id": offer_id, **everything(bank, case_id)}
    walks = []
    for actor in (bank.zhou, bank.lead, bank.administrator, bank.auditor, bank.compliance, bank.reviewer):
        assert actor.id is not None
        staff.enrol_totp(staff_id=actor.id, secret=SECRET, actor=SYSTEM, at=clock.now())
        client = staff_login(member_id=actor.id)
        prove(client)
        page.context.clear_cookies()
        be(page, client, live_server.url)
        walk = Walk(page, watch, client, live_server.url, actor, ids | of_ones_own(bank, actor, case_id))
        walk.walked |= {name for earlier in walks for name in earlier.walked}
        walk.go(named("console:", "mfa_", "account_", "ui:components", "ui:guide"))
        walks.append(walk)
    faults = [fault for walk in walks for fault in walk.faults]
    left = {name: why for name, why in left_over(walks).items() if name.startswith(("console:", "mfa_", "account_"))}
    assert (faults, {name: why for name, why in left.items() if name not in UNVISITED_OF_STAFF}) == ([], {})
