"""Offers as versions: publish, counter, accept, decline, withdraw, and what stands after each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Wish
from heyi.capabilities.negotiation.models import Case, Offer
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.req("E5", "B6")
def test_a_counter_supersedes_and_tells_the_difference(people: Cast) -> None:
    case_id, _, _ = steps.countered(people)
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT)
    assert (view.status, view.progress.turn, view.progress.next_act) == ("countered", "bank", "answer_counter")
    first, second = view.offers
    assert (first.number, first.status, second.number, second.status) == (1, "superseded", 2, "open")
    assert second.previous_number == 1
    assert second.difference.months == 12
    assert second.difference.monthly_minor < 0
    assert {c.kind for c in second.difference.conceded_by("bank")} >= {"months", "first_due"}
    assert first.payment.amount_minor > second.payment.amount_minor


@pytest.mark.req("E5")
def test_the_borrower_accepts(people: Cast) -> None:
    case_id, offer_id = steps.offered(people)
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT)
    assert steps.status(case_id) == "agreed"
    with pytest.raises(negotiation.WrongState):
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT)


@pytest.mark.req("E5")
def test_a_declined_counter_gives_the_banks_version_back(people: Cast) -> None:
    case_id, offer_id, counter_id = steps.countered(people)
    negotiation.decline_offer(
        case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT, reason="beyond_limit", words="48 期做不到。"
    )
    assert steps.status(case_id) == "offer_open"
    assert Offer.objects.get(id=offer_id).status == "open"


def test_after_its_date_the_banks_version_does_not_come_back(people: Cast) -> None:
    case_id, offer_id, counter_id = steps.countered(people)
    later = AT + timedelta(days=9)
    Offer.objects.filter(id=counter_id).update(expires_at=AT + timedelta(days=20))
    Offer.objects.filter(id=offer_id).update(expires_at=AT + timedelta(days=8))
    negotiation.withdraw_offer(case_id=case_id, offer_id=counter_id, actor=people.lin.actor, at=later)
    assert steps.status(case_id) == "negotiating"


def test_an_expired_version_cannot_be_accepted(people: Cast) -> None:
    case_id, offer_id = steps.offered(people)
    with pytest.raises(negotiation.OfferNotOpen) as refused:
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT + timedelta(days=30))
    assert refused.value.facts["status"] == "expired"


@pytest.mark.req("B8")
def test_the_banks_yes_to_a_counter_needs_authority(people: Cast) -> None:
    case_id, _, counter_id = steps.countered(people)
    with pytest.raises(negotiation.ApprovalNeeded) as refused:
        negotiation.accept_offer(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)
    assert refused.value.facts == {"needed": "lead", "held": "manager"}
    negotiation.submit_for_approval(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)
    assert negotiation.case(case_id=case_id, actor=people.lead, at=AT).progress.next_act == "approve_offer"
    negotiation.approve_offer(case_id=case_id, offer_id=counter_id, actor=people.lead, at=AT)
    assert steps.status(case_id) == "agreed"


@pytest.mark.req("B8")
def test_four_eyes_on_an_offer(people: Cast) -> None:
    case_id = steps.negotiating(people)
    terms = steps.terms(case_id, periods=48)
    draft = negotiation.draft_offer(case_id=case_id, terms=terms, actor=people.lead, at=AT)
    negotiation.submit_for_approval(case_id=case_id, offer_id=draft.subject_id, actor=people.lead, at=AT)
    with pytest.raises(negotiation.FourEyes):
        negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.lead, at=AT)
    with pytest.raises(negotiation.NotYourAct):
        negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.stranger, at=AT)
    negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.second_lead, at=AT)
    assert steps.status(case_id) == "offer_open"


@pytest.mark.req("B8")
def test_the_branch_level_takes_two_persons(people: Cast) -> None:
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    negotiation.submit_for_approval(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)
    negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.lead, at=AT)
    assert steps.status(case_id) == "negotiating"
    with pytest.raises(negotiation.FourEyes):
        negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.lead, at=AT)
    with pytest.raises(negotiation.AuthorityTooLow):
        negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.second_lead, at=AT)
    negotiation.approve_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.compliance, at=AT)
    assert steps.status(case_id) == "offer_open"


def test_a_rejected_draft_goes_back_and_loses_its_approvals(people: Cast) -> None:
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    offer = {"case_id": case_id, "offer_id": draft.subject_id, "at": AT}
    negotiation.submit_for_approval(actor=people.zhou, **offer)
    negotiation.approve_offer(actor=people.lead, **offer)
    negotiation.reject_offer(actor=people.compliance, reason="期限太长", **offer)
    assert Offer.objects.get(id=draft.subject_id).status == "draft"
    negotiation.submit_for_approval(actor=people.zhou, **offer)
    negotiation.approve_offer(actor=people.compliance, **offer)
    assert steps.status(case_id) == "negotiating"
    negotiation.approve_offer(actor=people.lead, **offer)
    assert steps.status(case_id) == "offer_open"


def test_beyond_every_level_nobody_is_asked(people: Cast) -> None:
    case_id = steps.negotiating(people)
    from heyi.capabilities.plans.domain import Components

    terms = steps.terms(case_id, waivers=Components(principal_minor=2_000_000))
    draft = negotiation.draft_offer(case_id=case_id, terms=terms, actor=people.zhou, at=AT)
    with pytest.raises(negotiation.AuthorityTooLow):
        negotiation.submit_for_approval(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)


@pytest.mark.req("E5")
def test_an_open_offer_binds_the_bank(people: Cast) -> None:
    case_id, _ = steps.offered(people)
    worse = negotiation.draft_offer(
        case_id=case_id, terms=steps.terms(case_id, annual_rate=Decimal("0.06")), actor=people.zhou, at=AT
    )
    with pytest.raises(negotiation.OfferBinding):
        negotiation.publish_offer(case_id=case_id, offer_id=worse.subject_id, actor=people.zhou, at=AT)
    better = negotiation.draft_offer(
        case_id=case_id, terms=steps.terms(case_id, annual_rate=Decimal("0.045")), actor=people.zhou, at=AT
    )
    negotiation.publish_offer(case_id=case_id, offer_id=better.subject_id, actor=people.zhou, at=AT)
    assert [o.status for o in Offer.objects.filter(case_id=case_id).order_by("number")] == ["superseded", "open"]


def test_a_payment_after_the_offer_stops_it(people: Cast) -> None:
    from heyi.capabilities.loans import api as loans
    from heyi.kit.actors import SYSTEM
    from tests.cast import money

    case_id, offer_id = steps.offered(people)
    loans.record_payment(
        source="core", reference="P-1", contract_no="GX-2024-3308", amount=money("2000"), received_on=AT.date(),
        actor=SYSTEM, at=AT,
    )  # fmt: skip
    with pytest.raises(negotiation.BalanceMoved):
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT)


def test_somebody_else_was_faster(people: Cast) -> None:
    case_id, offer_id = steps.offered(people)
    seen = Case.objects.get(id=case_id).version
    negotiation.say(case_id=case_id, body="您好", actor=people.zhou, at=AT)
    with pytest.raises(negotiation.Moved):
        negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT, seen_version=seen)


def test_a_wish_by_amount_finds_its_term(people: Cast) -> None:
    case_id, _ = steps.offered(people)
    table = negotiation.side_by_side(case_id=case_id, actor=people.lin.actor, at=AT, wish=Wish(monthly_minor=120_000))
    mine = table.columns[-1]
    assert [column.key for column in table.columns] == ["contract", "bank", "mine"]
    assert mine.side.monthly_minor <= 120_000
    assert mine.difference is not None
    assert mine.difference.months > 0
    with pytest.raises(negotiation.TermsImpossible):
        negotiation.side_by_side(case_id=case_id, actor=people.lin.actor, at=AT, wish=Wish(monthly_minor=1_000))


def test_drafts_are_hidden_from_the_borrower(people: Cast) -> None:
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id), actor=people.zhou, at=AT)
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT)
    assert view.offers == ()
    assert view.draft_offer is None
    with pytest.raises(negotiation.OfferNotOpen):
        negotiation.offer(case_id=case_id, offer_id=draft.subject_id, actor=people.lin.actor, at=AT)


def test_a_new_version_ends_a_counter_that_waits_for_approval(people: Cast) -> None:
    case_id, _, counter_id = steps.countered(people)
    negotiation.submit_for_approval(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)
    steps.publish(case_id, people)
    assert Offer.objects.get(id=counter_id).status == "superseded"
    with pytest.raises(negotiation.OfferNotOpen):
        negotiation.approve_offer(case_id=case_id, offer_id=counter_id, actor=people.lead, at=AT)
