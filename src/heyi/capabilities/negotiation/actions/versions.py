"""What the verbs on offers share: making a version, finding the open one, authority, limits, balance, reinstating."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.actions import asking, desk
from heyi.capabilities.negotiation.domain.offers import Proposer, plain_side, side_from_plain, terms_digest
from heyi.capabilities.negotiation.domain.problems import (
    ApprovalNeeded,
    AuthorityTooLow,
    BalanceMoved,
    OfferNotOpen,
    TermsImpossible,
)
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import (
    AuthorityVerdict,
    BookShare,
    Method,
    PlanTerms,
    Side,
    authority,
    beyond_limits,
    may_decide,
    plain_terms,
    schedule,
    side_of,
    side_of_contract,
    terms_from_plain,
    usual_first_due,
)
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing import clock

REASON = "offer.reason"


def terms_of(offer: Offer) -> PlanTerms:
    """The version's terms."""
    return terms_from_plain(offer.terms)


def before_side(offer: Offer) -> Side:
    """What the version was compared with when it was made."""
    return side_from_plain(offer.before)


def fill(
    offer: Offer, case: Case, terms: PlanTerms, *, actor: Actor, at: datetime, reason: str, level: str = ""
) -> Offer:
    """Write terms, comparison and reason into a version that nobody outside has seen yet."""
    previous = latest_seen(case)
    plan = schedule(terms)
    before = (
        side_of(schedule(terms_of(previous)))
        if previous is not None
        else side_of_contract(
            plans.current_contract(contract_id=case.contract_id, day=clock.bank_day(at)),
            at=clock.bank_day(at),
            months=terms.periods,
        )
    )
    offer.previous = previous
    offer.terms, offer.terms_digest = plain_terms(terms), terms_digest(terms)
    offer.before = plain_side(before)
    offer.author_id = desk.member_id(actor)
    offer.currency = terms.currency
    offer.total_minor = plan.total_minor
    offer.first_payment_minor = plan.payment_minor[0]
    offer.periods = terms.periods
    offer.level_needed = level
    offer.reason_sealed = Envelope(case.party_id, at=at).close(reason.strip()[:2000], REASON)
    return offer


def contract_terms(case: Case, *, at: datetime) -> PlanTerms:
    """Today's balance in equal instalments at the contract's rate: what a first proposal starts from."""
    today = clock.bank_day(at)
    contract = loans.contract(contract_id=case.contract_id, day=today, actor=SYSTEM)
    current = plans.current_contract(contract_id=case.contract_id, day=today)
    return PlanTerms(
        method=Method.EQUAL_INSTALMENTS,
        start_on=today,
        first_due_on=usual_first_due(today, contract.due_day or min(today.day, 28)),
        periods=max(current.months_left, 12),
        balance=current.balance,
        annual_rate=current.annual_rate,
        currency=case.currency,
    )


def blank(case: Case, by: Proposer, *, at: datetime, source: str = "portal") -> Offer:
    """A version without content."""
    return Offer(created_at=at, case=case, round=case.round, proposed_by=by, source=source)


def latest_seen(case: Case) -> Offer | None:
    """The version that both sides saw last in this round."""
    return Offer.objects.filter(case=case, round=case.round, number__isnull=False).order_by("-number").first()


def open_up(offer: Offer, *, at: datetime, expires_at: datetime) -> None:
    """Make the version the open one: number it, supersede what was open or waited for the bank's yes."""
    case = offer.case
    waiting_counter = Q(status="awaiting_approval", proposed_by="borrower")
    before = Offer.objects.filter(Q(status="open") | waiting_counter, case=case).exclude(id=offer.id)
    asking.drop(before, at=at)
    before.update(status="superseded")
    if offer.number is None:
        last = Offer.objects.filter(case=case).aggregate(last=Max("number"))["last"]
        offer.number = (last or 0) + 1
    offer.status, offer.opened_at, offer.expires_at, offer.held_back = "open", at, expires_at, ""
    offer.save()


def answered(case: Case, offer_id: UUID, *, side: Proposer, at: datetime) -> Offer:
    """The version under answer: open, or a counter that waits for approval, proposed by ``side`` and not expired.

    Raises OfferNotOpen, naming the version that is open instead.
    """
    offer = Offer.objects.select_for_update().filter(id=offer_id, case=case).first()
    standing = offer is not None and (
        offer.status == "open" or (offer.status == "awaiting_approval" and offer.proposed_by == "borrower")
    )
    in_time = offer is not None and offer.expires_at is not None and offer.expires_at >= at
    if offer is None or not standing or not in_time or offer.proposed_by != side:
        now_open = Offer.objects.filter(case=case, status="open").values_list("number", flat=True).first()
        raise OfferNotOpen(
            number=offer.number if offer else None,
            status=("expired" if standing and not in_time else offer.status) if offer else None,
            open=now_open,
        )
    return offer


def withdraw_all(rows: QuerySet[Offer], *, at: datetime) -> None:
    """End versions that nobody wants any more, and what was asked for them."""
    asking.drop(rows, at=at)
    rows.update(status="withdrawn", answered_at=at)


def reinstate(offer: Offer, *, at: datetime) -> Offer | None:
    """Open again the bank's version that this counter answered, while its own date lasts."""
    earlier = offer.previous
    while earlier is not None and earlier.proposed_by == "borrower":
        earlier = earlier.previous
    if earlier is None or earlier.status != "superseded" or earlier.round != offer.round:
        return None
    if earlier.expires_at is None or earlier.expires_at < at:
        return None
    earlier.status, earlier.reinstated_at = "open", at
    earlier.save(update_fields=["status", "reinstated_at"])
    return earlier


def verdict_of(case: Case, terms: PlanTerms, *, at: datetime) -> AuthorityVerdict:
    """Which level these terms need against today's contract."""
    return authority(
        terms,
        plans.bands(product=case.product, at=at),
        contract=plans.current_contract(contract_id=case.contract_id, day=clock.bank_day(at)),
    )


def check_authority(case: Case, offer: Offer, actor: Actor, *, at: datetime) -> None:
    """Raises ApprovalNeeded when no approval of these terms stands, and they exceed what this actor may decide alone
    or lift the branch's book above its cap."""
    terms = terms_of(offer)
    verdict = verdict_of(case, terms, at=at)
    bands = plans.bands(product=case.product, at=at)
    check_some_level(verdict)
    if offer.approval_id is not None and asking.stands(offer, verdict, at=at):
        return
    held = bands.level_of(actor.roles)
    if not may_decide(verdict, bands, actor.roles):
        raise ApprovalNeeded(needed=verdict.level, held=held)
    if over_cap(case, terms, at=at):
        raise ApprovalNeeded(needed="cap", held=held)


def check_some_level(verdict: AuthorityVerdict) -> None:
    """Raises AuthorityTooLow when no level of the bank may give what the terms give."""
    if verdict.level is None:
        beyond = {one.kind: "beyond_every_level" for one in verdict.given if one.needed is None}
        raise AuthorityTooLow(needed=None, fields=beyond)


def book_share_of(case: Case, terms: PlanTerms, *, at: datetime) -> BookShare:
    """The restructured share of the branch's book with this plan in place of the one that runs, against its cap."""
    added = plans.added_to_book(contract_id=case.contract_id, plan_minor=terms.owed.total_minor)
    return plans.restructured_share(branch=case.branch, at=at, plan_minor=added, currency=case.currency)


def over_cap(case: Case, terms: PlanTerms, *, at: datetime) -> bool:
    """Would this plan lift the share above the cap?"""
    return book_share_of(case, terms, at=at).over_cap


def check_balance(case: Case, terms: PlanTerms) -> None:
    """Raises BalanceMoved when a payment came in since the terms were made: the borrower would pay it twice."""
    now = loans.contract(contract_id=case.contract_id, actor=SYSTEM).balance.total.amount_minor
    if now < terms.balance.total_minor:
        raise BalanceMoved(then_minor=terms.balance.total_minor, now_minor=now)


def check_limits(case: Case, terms: PlanTerms, *, at: datetime) -> None:
    """Raises TermsImpossible for what nobody may agree on: term, grace, method, price, currency, a date in the past."""
    limits = plans.policy(at=at).limits(case.product)
    wrong = beyond_limits(schedule(terms), limits)
    if terms.currency != case.currency:
        wrong["currency"] = "not_the_contracts"
    if terms.first_due_on <= clock.bank_day(at):
        wrong["first_due_on"] = "not_in_future"
    if wrong:
        raise TermsImpossible(fields=wrong, limit=limits.max_months)


def default_expiry(at: datetime, days: int) -> datetime:
    """The end of the bank's day ``days`` after ``at``."""
    local = (at + timedelta(days=days)).astimezone(SHANGHAI)
    return local.replace(hour=23, minute=59, second=59, microsecond=0)
