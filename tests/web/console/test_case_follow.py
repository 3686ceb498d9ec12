"""After the signature: the bank sees each promise and what was paid, and can open a new round with a reason."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.signing import api as signing
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, jobs
from tests import cast
from tests.capabilities.negotiation import steps
from tests.web.console.conftest import Login

pytestmark = [pytest.mark.django_db, pytest.mark.req("E7")]


@pytest.fixture
def sealed(people: cast.Cast) -> UUID:
    """Lin's case, signed by both a moment ago."""
    at = clock.now()
    case_id, offer_id = steps.offered(people, at - timedelta(hours=2), first_due_on=clock.today() + timedelta(days=20))
    early = at - timedelta(minutes=10)
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=early)
    jobs.drain(at=early)
    ceremony = Case.objects.get(id=case_id).ceremony_id
    who = {"ceremony_id": ceremony, "actor": people.lin.actor}
    view = signing.agree_to_esign(**who, at=early)
    for clause in view.agreement.clauses:
        signing.read_clause(**who, clause_id=clause.id, seconds=20, at=at)
    signing.acknowledge_cost_form(**who, seconds=60, at=at)
    signing.sign_as_borrower(**who, code_verified_at=at, at=at)
    signing.seal_due(at)
    jobs.drain(at=at)
    return case_id


def test_each_promise_and_payment_is_on_the_case_page(people: cast.Cast, login: Login, sealed: UUID) -> None:
    zhou = login(people.zhou)
    assert "还没还" in zhou.get(f"/console/cases/{sealed}/").content.decode()
    offer = next(
        offer
        for offer in negotiation.case(case_id=sealed, actor=people.zhou, at=clock.now()).offers
        if offer.status == "accepted"
    )
    loans.record_payment(
        source="core",
        reference="first",
        contract_no=loans.contract(contract_id=people.lin.contract_id).contract_no,
        amount=offer.payment,
        received_on=clock.today(),
        actor=SYSTEM,
        at=clock.now(),
    )
    jobs.drain(at=clock.now())
    page = zhou.get(f"/console/cases/{sealed}/").content.decode()
    assert "还款进度" in page
    assert str(offer.payment) in page


def test_a_new_round_needs_a_reason_and_keeps_the_plan(people: cast.Cast, login: Login, sealed: UUID) -> None:
    zhou = login(people.zhou)
    answer = zhou.post(f"/console/cases/{sealed}/do/request_change/", {"reason": "income_down", "words": "收入又降了"})
    assert answer.status_code == 302, answer.content.decode()[:800]
    case = Case.objects.get(id=sealed)
    assert (case.status, case.round) == ("negotiating", 2)
    assert case.plan_id is not None
