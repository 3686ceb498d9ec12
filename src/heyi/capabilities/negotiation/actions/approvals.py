"""Four eyes on offers: who approves did not write, holds the level that the terms need, and sees the branch."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.negotiation.actions import desk, offers, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.problems import AuthorityTooLow, FourEyes, OfferNotOpen
from heyi.capabilities.negotiation.models import Approval, Case, Offer
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import Actor

REASON = "approval.reason"


def submit_for_approval(
    *,
    case_id: UUID,
    offer_id: UUID,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen_version: int | None = None,
) -> Done:
    """Ask a higher level: for the bank's own draft, or for a yes to the borrower's open version.

    Raises AuthorityTooLow when no level of the bank may give these terms, OfferNotOpen for any other version.
    """
    with transaction.atomic():
        case = desk.take(case_id, act="submit_for_approval", actor=actor, at=at, seen_version=seen_version)
        offer = Offer.objects.select_for_update().filter(id=offer_id, case=case).first()
        if offer is None or (offer.proposed_by, offer.status) not in (("bank", "draft"), ("borrower", "open")):
            raise OfferNotOpen(
                status=offer.status if offer else None, number=offer.number if offer else None, open=None
            )
        waiting = Offer.objects.filter(case=case, status="awaiting_approval").first()
        if waiting is not None:
            raise OfferNotOpen(status="awaiting_approval", number=waiting.number, open=None)
        terms = versions.terms_of(offer)
        versions.check_limits(case, terms, at=at)
        verdict = versions.verdict_of(case, terms, at=at)
        versions.check_some_level(verdict)
        offer.status, offer.level_needed = "awaiting_approval", verdict.level or ""
        offer.submitted_by_id = actor.id
        offer.save(update_fields=["status", "level_needed", "submitted_by"])
        desk.put(case, at=at)
        _tell(case, "submit_for_approval", offer, actor, at, reason)
    return desk.done(case, offer.id)


def approve_offer(
    *,
    case_id: UUID,
    offer_id: UUID,
    actor: Actor,
    at: datetime,
    reason: str = "",
    expires_at: datetime | None = None,
    seen_version: int | None = None,
) -> Done:
    """Approve a waiting version. Once every role of its level has spoken, the bank's version opens to the borrower,
    or the borrower's version is accepted.

    Raises FourEyes for the author and for the same approver twice, AuthorityTooLow for a level below.
    """
    with transaction.atomic():
        case, offer = _waiting(case_id, offer_id, "approve_offer", actor, at, seen_version)
        terms = versions.terms_of(offer)
        verdict = versions.verdict_of(case, terms, at=at)
        versions.check_some_level(verdict)
        if versions.over_cap(case, terms, at=at):
            desk.needs_reason("approve_offer", reason)
        needed = _second_persons(verdict.approvers)
        _word(case, offer, "approved", needed, actor, at, reason)
        complete = {role for word in _standing(offer) for role in word.roles}.issuperset(needed)
        if complete and offer.proposed_by == "bank":
            offers.publish(case, offer, actor=actor, at=at, expires_at=expires_at)
        elif complete:
            offers.agree(case, offer, at=at)
        else:
            desk.put(case, at=at, restart_clock=False)
        _tell(case, "approve_offer", offer, actor, at, reason, complete=complete)
    return desk.done(case, offer.id)


def reject_offer(
    *, case_id: UUID, offer_id: UUID, reason: str, actor: Actor, at: datetime, seen_version: int | None = None
) -> Done:
    """Say no to a waiting version: the bank's goes back to its author as a draft, the borrower's stays open."""
    desk.needs_reason("reject_offer", reason)
    with transaction.atomic():
        case, offer = _waiting(case_id, offer_id, "reject_offer", actor, at, seen_version)
        _word(case, offer, "rejected", (), actor, at, reason)
        offer.status = "draft" if offer.proposed_by == "bank" else "open"
        if offer.status == "draft":
            Offer.objects.filter(case=case, status="draft").update(status="withdrawn", answered_at=at)
        offer.save(update_fields=["status"])
        desk.put(case, at=at)
        _tell(case, "reject_offer", offer, actor, at, reason)
    return desk.done(case, offer.id)


def _waiting(
    case_id: UUID, offer_id: UUID, act: str, actor: Actor, at: datetime, seen_version: int | None
) -> tuple[Case, Offer]:
    case = desk.take(case_id, act=act, actor=actor, at=at, seen_version=seen_version)
    offer = Offer.objects.select_for_update().filter(id=offer_id, case=case).first()
    if offer is None or offer.status != "awaiting_approval":
        raise OfferNotOpen(number=offer.number if offer else None, status=offer.status if offer else None, open=None)
    if offer.proposed_by == "borrower" and offer.expires_at is not None and offer.expires_at < at:
        raise OfferNotOpen(number=offer.number, status="expired", open=None)
    if actor.id in (offer.author_id, offer.submitted_by_id):
        raise FourEyes(act=act)
    return case, offer


def _word(
    case: Case,
    offer: Offer,
    outcome: str,
    needed: tuple[str, ...],
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Keep this person's word. An approval must add a role that the level asks for and that has not spoken."""
    standing = _standing(offer)
    open_roles = set(needed) - {role for word in standing for role in word.roles}
    adds = sorted(open_roles & actor.roles)
    if any(word.approver_id == actor.id for word in standing):
        raise FourEyes(act="approve_offer")
    if outcome == "approved" and not adds:
        raise AuthorityTooLow(needed=sorted(open_roles), held=sorted(actor.roles))
    Approval.objects.create(
        created_at=at,
        offer=offer,
        approver_id=desk.person(actor, act=outcome),
        outcome=outcome,
        level_needed=offer.level_needed,
        roles=adds[:1],
        terms_digest=offer.terms_digest,
        reason_sealed=Envelope(case.party_id, at=at).close(reason.strip()[:2000], REASON),
    )


def _standing(offer: Offer) -> list[Approval]:
    """Approvals of exactly these terms since they were last rejected."""
    standing: list[Approval] = []
    for word in Approval.objects.filter(offer=offer, terms_digest=offer.terms_digest).order_by("created_at", "id"):
        standing = [*standing, word] if word.outcome == "approved" else []
    return standing


def _second_persons(approvers: tuple[str, ...]) -> tuple[str, ...]:
    """The roles that must speak besides the author: what the level asks for, at least a lead."""
    return tuple(role for role in approvers if role != "manager") or ("lead",)


def _tell(
    case: Case, act: str, offer: Offer, actor: Actor, at: datetime, reason: str, *, complete: bool | None = None
) -> None:
    desk.write(
        case,
        act=act,
        actor=actor,
        at=at,
        subject=f"negotiation_offer:{offer.id}",
        facts={"number": offer.number, "level": offer.level_needed, "offer_status": offer.status, "complete": complete},
        texts={"reason": reason},
        digests={"terms": offer.terms_digest},
    )
