"""Offers as versions: publish, counter, accept, decline, withdraw, and what stands after each."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Wish
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.kit.dates import SHANGHAI
from tests.capabilities.negotiation import steps
from tests.cast import AT, HOME, Cast, money

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
        case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT, reason="beyond_limit", words="36 期可以谈。"
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
    steps.vote(counter_id, people.lead)
    assert steps.status(case_id) == "agreed"


@pytest.mark.req("B8")
def test_four_eyes_on_an_offer(people: Cast) -> None:
    case_id = steps.negotiating(people)
    terms = steps.terms(case_id, periods=48)
    draft = negotiation.draft_offer(case_id=case_id, terms=terms, actor=people.lead, at=AT)
    negotiation.submit_for_approval(case_id=case_id, offer_id=draft.subject_id, actor=people.lead, at=AT)
    for actor, refusal in (
        (people.lead, approvals.OwnRequest),
        (people.zhou, approvals.MayNotVote),
        (people.compliance, approvals.MayNotVote),
        (people.stranger, approvals.ApprovalNotFound),
    ):
        with pytest.raises(refusal):
            steps.vote(draft.subject_id, actor)
    staff.look_beyond_branch(actor=people.stranger, case_id=case_id, branch=HOME, reason="代班", at=AT)
    with pytest.raises(approvals.MayNotVote):
        steps.vote(draft.subject_id, people.stranger)
    steps.vote(draft.subject_id, people.second_lead)
    assert steps.status(case_id) == "offer_open"


@pytest.mark.req("B8")
def test_the_branch_level_takes_two_persons(people: Cast) -> None:
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    negotiation.submit_for_approval(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)
    steps.vote(draft.subject_id, people.lead)
    assert steps.status(case_id) == "negotiating"
    with pytest.raises(approvals.AlreadyVoted):
        steps.vote(draft.subject_id, people.lead)
    steps.vote(draft.subject_id, people.compliance)
    assert steps.status(case_id) == "offer_open"


def test_a_refused_draft_goes_back_and_loses_its_votes(people: Cast) -> None:
    case_id, offer_id = beyond(people)
    steps.vote(offer_id, people.lead)
    steps.vote(offer_id, people.compliance, "no")
    assert Offer.objects.get(id=offer_id).status == "draft"
    negotiation.submit_for_approval(case_id=case_id, offer_id=offer_id, actor=people.zhou, at=AT)
    steps.vote(offer_id, people.compliance)
    assert steps.status(case_id) == "negotiating"
    steps.vote(offer_id, people.lead)
    assert steps.status(case_id) == "offer_open"
    detail = negotiation.offer(case_id=case_id, offer_id=offer_id, actor=people.zhou, at=AT)
    assert [(one.status, len(one.votes)) for one in detail.approvals] == [("refused", 2), ("granted", 2)]


def beyond(people: Cast) -> tuple[UUID, UUID]:
    """(case, offer): 60 periods, which the branch decides, wait for their votes."""
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    assert draft.subject_id is not None
    negotiation.submit_for_approval(
        case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT, reason="按收支测算可持续。"
    )
    return case_id, draft.subject_id


@pytest.mark.req("B8", "C3")
def test_the_vote_stands_in_the_approvals_room_and_nowhere_else(people: Cast) -> None:
    case_id, offer_id = beyond(people)
    (asked,) = approvals.waiting(actor=people.lead, at=AT)
    assert (asked.kind, asked.subject, asked.case_id) == (
        "waiver_above_authority", f"negotiation_offer:{offer_id}", case_id
    )  # fmt: skip
    assert asked.rule.each_role == ("lead", "compliance")
    papers = approvals.papers(approval_id=asked.id, actor=people.lead, at=AT)
    assert papers.assessment == {"why": "按收支测算可持续。"}
    steps.vote(offer_id, people.lead)
    steps.vote(offer_id, people.compliance)
    told = [(entry.act, entry.actor) for entry in reversed(journal.entries(case_id=case_id, limit=500))]
    votes = [line for line in told if line[0].startswith("approvals.")]
    assert [act for act, _ in votes] == [
        "approvals.ask", "approvals.read_papers", "approvals.vote", "approvals.vote", "approvals.decide"
    ]  # fmt: skip
    assert told.index(("negotiation.release_offer", "system")) > told.index(votes[-1])
    shown = negotiation.timeline(case_id=case_id, actor=people.lin.actor, at=AT)
    assert not [item.act for item in shown if item.act.startswith("approvals.") or "submit_for" in item.act]


@pytest.mark.req("B8", "C3")
def test_a_condition_holds_the_offer_back_until_it_is_met(people: Cast) -> None:
    case_id, offer_id = beyond(people)
    steps.vote(offer_id, people.lead, conditions=["先核对收入证明"])
    waits = steps.vote(offer_id, people.compliance)
    assert (waits.status, Offer.objects.get(id=offer_id).status) == ("conditional", "awaiting_approval")
    approvals.confirm_condition(condition_id=waits.conditions[0].id, proof="核对过", actor=people.compliance, at=AT)
    steps.hear_votes()
    assert steps.status(case_id) == "offer_open"


@pytest.mark.req("B8")
def test_what_nobody_decides_in_time_or_the_author_takes_back_is_a_draft_again(people: Cast) -> None:
    case_id, offer_id = beyond(people)
    asked = Offer.objects.get(id=offer_id).approval_id
    approvals.withdraw(approval_id=asked, reason="先改一下", actor=people.zhou, at=AT)
    steps.hear_votes()
    assert Offer.objects.get(id=offer_id).status == "draft"
    negotiation.submit_for_approval(case_id=case_id, offer_id=offer_id, actor=people.zhou, at=AT)
    first_due = datetime(2026, 12, 10, tzinfo=SHANGHAI)
    asked = approvals.approval(approval_id=Offer.objects.get(id=offer_id).approval_id, at=AT)
    assert asked.decide_by == min(first_due, AT + timedelta(days=30))
    approvals.expire_due(asked.decide_by)
    steps.hear_votes(asked.decide_by)
    assert Offer.objects.get(id=offer_id).status == "draft"


@pytest.mark.req("B8")
def test_an_approved_version_that_cannot_open_goes_back_with_the_reason(people: Cast) -> None:
    case_id, offer_id = beyond(people)
    steps.vote(offer_id, people.lead)
    loans.record_payment(
        source="core", reference="P-2", contract_no="GX-2024-3308", amount=money("2000"), received_on=AT.date(),
        actor=SYSTEM, at=AT,
    )  # fmt: skip
    assert steps.vote(offer_id, people.compliance).status == "granted"
    row = Offer.objects.get(id=offer_id)
    assert (row.status, row.held_back) == ("draft", "negotiation.balance_moved")
    assert steps.status(case_id) == "negotiating"


@pytest.mark.req("B8")
def test_an_approval_counts_for_exactly_the_terms_that_it_saw(people: Cast) -> None:
    """A better offer still binds when the vote falls; after its date the author opens the approved version alone."""
    case_id, open_id = steps.offered(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    offer = {"case_id": case_id, "offer_id": draft.subject_id, "actor": people.zhou}
    negotiation.submit_for_approval(at=AT, **offer)
    steps.vote(draft.subject_id, people.lead)
    steps.vote(draft.subject_id, people.compliance)
    assert Offer.objects.get(id=draft.subject_id).held_back == "negotiation.offer_binding"
    later = AT + timedelta(days=12)
    negotiation.expire_offers(later)
    assert Offer.objects.get(id=open_id).status == "expired"
    terms, others = steps.terms(case_id, periods=60), steps.terms(case_id, periods=59)
    assert negotiation.sketch(case_id=case_id, terms=terms, actor=people.zhou, at=later).own_authority
    negotiation.draft_offer(case_id=case_id, terms=others, actor=people.zhou, at=later)
    with pytest.raises(negotiation.ApprovalNeeded):
        negotiation.publish_offer(at=later, **offer)
    negotiation.draft_offer(case_id=case_id, terms=terms, actor=people.zhou, at=later)
    negotiation.publish_offer(at=later, **offer)
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
    with pytest.raises(approvals.AlreadyDecided):
        steps.vote(counter_id, people.lead)
