"""After the signature: the bank sees each promise and what was paid, and can open a new round with a reason."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.plans import api as plans
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
        contract_no=loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).contract_no,
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


def test_a_case_is_not_complete_while_something_is_owed(people: cast.Cast, login: Login, sealed: UUID) -> None:
    answer = login(people.zhou).post(f"/console/cases/{sealed}/do/complete/", {"tab": "plan"})
    assert answer.status_code == 409
    assert "page-head" in answer.content.decode(), "refused on the page of the case, in words"
    assert Case.objects.get(id=sealed).status == "active"


def test_a_paid_plan_completes_the_case_and_says_so(people: cast.Cast, login: Login, sealed: UUID) -> None:
    plan = plans.plan_of_case(case_id=sealed)
    assert plan is not None
    loans.record_payment(
        source="core", reference="all", contract_no="GX-2024-3308", amount=plan.total, received_on=clock.today(),
        actor=SYSTEM, at=clock.now(),
    )  # fmt: skip
    jobs.drain(at=clock.now())
    assert Case.objects.get(id=sealed).status == "completed"
    page = login(people.zhou).get(f"/console/cases/{sealed}/plan/").content.decode()
    assert "已还清" in page
    assert "do/complete/" not in page


def test_other_terms_are_not_asked_for_without_a_reason(people: cast.Cast, login: Login, sealed: UUID) -> None:
    answer = login(people.zhou).post(f"/console/cases/{sealed}/do/request_change/", {"tab": "plan"})
    assert answer.status_code == 422
    assert Case.objects.get(id=sealed).status == "active"
