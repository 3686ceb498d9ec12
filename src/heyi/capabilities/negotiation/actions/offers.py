"""Making and answering versions. Every act locks the case; the database holds that one version is open at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.negotiation.actions import asking, desk, eligibility, fit, notices, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.actions.talk import post
from heyi.capabilities.negotiation.domain.events import TermsAgreed
from heyi.capabilities.negotiation.domain.offers import Wish, check_replaces, counter_terms
from heyi.capabilities.negotiation.domain.problems import OfferNotOpen, TooManyCounters
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanTerms
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock


def draft_offer(
    *,
    case_id: UUID,
    terms: PlanTerms,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen_version: int | None = None,
) -> Done:
    """Keep the bank's next version as the case's one draft. Nobody outside the bank sees it.

    Raises TermsImpossible when the terms break a limit that nobody may lift.
    """
    fit.require(case_id, reason, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act="draft_offer", actor=actor, at=at, seen_version=seen_version)
        versions.check_limits(case, terms, at=at)
        draft = Offer.objects.filter(case=case, status="draft").first() or versions.blank(
            case, "bank", at=at, source="console"
        )
        draft.round = case.round
        level = versions.verdict_of(case, terms, at=at).level or ""
        versions.fill(draft, case, terms, actor=actor, at=at, reason=reason, level=level).save()
        desk.put(case, at=at, restart_clock=False)
        _tell(case, "draft_offer", draft, actor, at, reason=reason)
    return desk.done(case, draft.id)


def publish_offer(
    *,
    case_id: UUID,
    offer_id: UUID,
    actor: Actor,
    at: datetime,
    expires_at: datetime | None = None,
    seen_version: int | None = None,
) -> Done:
    """Open the draft to the borrower on the author's own authority, or on an approval of exactly these terms.

    Raises ApprovalNeeded without either, OfferBinding when a better open offer still binds the bank, NotEligible for
    a card without the three conditions of article 70.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="publish_offer", actor=actor, at=at, seen_version=seen_version)
        draft = _draft(case, offer_id)
        versions.check_authority(case, draft, actor, at=at)
        publish(case, draft, at=at, expires_at=expires_at)
        _tell(case, "publish_offer", draft, actor, at)
    return desk.done(case, draft.id)


def publish(case: Case, draft: Offer, *, at: datetime, expires_at: datetime | None = None) -> None:
    """Open a version of the bank, within the caller's lock: guards that hold whoever approved it, then the write."""
    terms = versions.terms_of(draft)
    until = expires_at or versions.default_expiry(at, policy().limits.offer_days)
    if until <= at:
        raise Invalid(fields={"expires_at": "not_in_future"})
    versions.check_limits(case, terms, at=at)
    versions.check_balance(case, terms)
    eligibility.check(case, at=at)
    standing = Offer.objects.filter(case=case, status="open", proposed_by="bank").first()
    if standing is not None and standing.expires_at is not None and standing.expires_at >= at:
        number = standing.number or 0
        check_replaces(versions.terms_of(standing), terms, number=number, until=standing.expires_at, expires_at=until)
    versions.open_up(draft, at=at, expires_at=until)
    case.first_offer_at = case.first_offer_at or at
    case.offers_made += 1
    desk.put(case, at=at, status="offer_open")
    notices.send(case, "offer_ready", at=at, version=draft.number or 0, expires_on=clock.bank_day(until))


def counter(
    *,
    case_id: UUID,
    wish: Wish,
    reason: str,
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Done:
    """The borrower proposes a version: other periods, amount or dates, with a reason.

    It builds on the version that both saw last; without one, on today's contract. The bank's version becomes
    superseded, and open again if the counter is declined or taken back in its time. Raises TermsImpossible,
    TooManyCounters, ReasonNeeded.
    """
    desk.needs_reason("counter", reason)
    with transaction.atomic():
        case = desk.take(case_id, act="counter", actor=actor, at=at, seen_version=seen_version)
        made = Offer.objects.filter(case=case, round=case.round, proposed_by="borrower").count()
        if made >= policy().limits.counters_per_round:
            raise TooManyCounters(limit=policy().limits.counters_per_round)
        terms = counter_of(case, wish, at=at)
        versions.check_limits(case, terms, at=at)
        offer = versions.blank(case, "borrower", at=at, source=actor.kind)
        versions.fill(offer, case, terms, actor=actor, at=at, reason=reason)
        versions.open_up(offer, at=at, expires_at=versions.default_expiry(at, policy().limits.offer_days))
        desk.put(case, at=at, status="countered")
        _tell(case, "counter", offer, actor, at, reason=reason)
    return desk.done(case, offer.id)


def counter_of(case: Case, wish: Wish, *, at: datetime) -> PlanTerms:
    """The terms that a wish makes: from the version seen last, else from the contract at its own rate."""
    limits = plans.policy(at=at).limits(case.product)
    seen = versions.latest_seen(case)
    base = versions.terms_of(seen) if seen else versions.contract_terms(case, at=at)
    return counter_terms(base, wish, term_limit=limits.max_months, today=clock.bank_day(at))


def accept_offer(*, case_id: UUID, offer_id: UUID, actor: Actor, at: datetime, seen_version: int | None = None) -> Done:
    """Say yes to the other side's open version: the borrower to the bank's, the bank to the borrower's.

    The bank's yes needs the authority for these terms (ApprovalNeeded otherwise: submit the version for approval).
    Raises OfferNotOpen, BalanceMoved.
    """
    ours = actor.kind == "staff"
    act = "accept_counter" if ours else "accept_offer"
    with transaction.atomic():
        case = desk.take(case_id, act=act, actor=actor, at=at, seen_version=seen_version)
        offer = versions.answered(case, offer_id, side="borrower" if ours else "bank", at=at)
        if ours:
            if offer.status == "awaiting_approval":
                raise OfferNotOpen(number=offer.number, status=offer.status, open=None)
            versions.check_authority(case, offer, actor, at=at)
        agree(case, offer, at=at)
        _tell(case, act, offer, actor, at)
    return desk.done(case, offer.id)


def agree(case: Case, offer: Offer, *, at: datetime) -> None:
    """Both said yes, within the caller's lock. Other versions in the making end."""
    versions.check_balance(case, versions.terms_of(offer))
    if offer.proposed_by == "borrower":
        eligibility.check(case, at=at)
    others = Offer.objects.filter(case=case, status__in=("draft", "awaiting_approval")).exclude(id=offer.id)
    versions.withdraw_all(others, at=at)
    offer.status, offer.answered_at = "accepted", at
    offer.save(update_fields=["status", "answered_at"])
    case.agreed_at = at
    desk.put(case, at=at, status="agreed")
    desk.emit(TermsAgreed(case_id=case.id, party_id=case.party_id, offer_id=offer.id, number=offer.number or 0), at=at)
    if offer.proposed_by == "borrower":
        notices.send(case, "counter_answered", at=at)


def decline_offer(
    *,
    case_id: UUID,
    offer_id: UUID,
    actor: Actor,
    at: datetime,
    reason: str = "other",
    words: str = "",
    seen_version: int | None = None,
) -> Done:
    """Say no to the other side's version. The borrower needs no reason; the bank gives one in words, which the borrower
    reads in the talk.

    A declined counter opens the bank's earlier version again while its date lasts.
    """
    ours = actor.kind == "staff"
    if reason not in policy().keys("decline_reasons"):
        raise Invalid(fields={"reason": "unknown"})
    act = "decline_counter" if ours else "decline_offer"
    if ours:
        desk.needs_reason(act, words)
        fit.require(case_id, words, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act=act, actor=actor, at=at, seen_version=seen_version)
        offer = versions.answered(case, offer_id, side="borrower" if ours else "bank", at=at)
        asking.drop([offer], at=at)
        offer.status, offer.answered_at, offer.answer_reason = "declined", at, reason
        offer.save(update_fields=["status", "answered_at", "answer_reason"])
        again = versions.reinstate(offer, at=at) if ours else None
        if ours:
            post(case, words.strip()[:2000], actor=actor, at=at)
        desk.put(case, at=at, status="offer_open" if again else "negotiating")
        _tell(case, act, offer, actor, at, reason=words, again=again)
        if ours:
            notices.send(case, "counter_answered", at=at)
    return desk.done(case, offer.id)


def withdraw_offer(
    *, case_id: UUID, offer_id: UUID, actor: Actor, at: datetime, seen_version: int | None = None
) -> Done:
    """The borrower takes a counter back before the bank answered; the bank's version is open again in its time.

    The bank cannot: its offers have a date and bind until then (Civil Code art. 476).
    """
    with transaction.atomic():
        case = desk.take(case_id, act="withdraw_offer", actor=actor, at=at, seen_version=seen_version)
        offer = versions.answered(case, offer_id, side="borrower", at=at)
        asking.drop([offer], at=at)
        offer.status, offer.answered_at = "withdrawn", at
        offer.save(update_fields=["status", "answered_at"])
        again = versions.reinstate(offer, at=at)
        desk.put(case, at=at, status="offer_open" if again else "negotiating")
        _tell(case, "withdraw_offer", offer, actor, at, again=again)
    return desk.done(case, offer.id)


def _draft(case: Case, offer_id: UUID) -> Offer:
    draft = Offer.objects.select_for_update().filter(id=offer_id, case=case).first()
    if draft is None or draft.status != "draft":
        raise OfferNotOpen(number=draft.number if draft else None, status=draft.status if draft else None, open=None)
    return draft


def _tell(
    case: Case,
    act: str,
    offer: Offer,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
    again: Offer | None = None,
) -> None:
    desk.write(
        case,
        act=act,
        actor=actor,
        at=at,
        subject=f"negotiation_offer:{offer.id}",
        facts={
            "number": offer.number,
            "periods": offer.periods,
            "total_minor": offer.total_minor,
            "offer_status": offer.status,
            "until": offer.expires_at.isoformat() if offer.expires_at else None,
            "reopened": again.number if again else None,
        },
        texts={"reason": reason},
        digests={"terms": offer.terms_digest},
    )
