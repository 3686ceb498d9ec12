"""Offers above an authority: the approvals room decides; this room asks, then opens the version or gives it back.

Who approves did not write, holds the roles that the terms need, and belongs to the branch: the vote sees to that.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.approvals.domain import (
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRevoked,
    ApprovalWithdrawn,
)
from heyi.capabilities.negotiation.actions import asking, desk, offers, versions
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.problems import (
    ApprovalNeeded,
    AuthorityTooLow,
    BalanceMoved,
    NotEligible,
    OfferBinding,
    OfferNotOpen,
    TermsImpossible,
)
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI

Ended = ApprovalRefused | ApprovalExpired | ApprovalRevoked | ApprovalWithdrawn
HINDRANCES: Final = (
    ApprovalNeeded, AuthorityTooLow, BalanceMoved, NotEligible, OfferBinding, OfferNotOpen, TermsImpossible
)  # fmt: skip
"""What can come between the vote and the opening of a version: it goes back to its author with the reason."""


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
        asked = asking.ask(
            case,
            offer,
            verdict,
            over_cap=versions.over_cap(case, terms, at=at),
            reason=reason,
            actor=actor,
            at=at,
            decide_by=_decide_by(offer, at),
        )
        offer.status, offer.level_needed, offer.held_back = "awaiting_approval", verdict.level or "", ""
        offer.approval_id = asked.id
        offer.save(update_fields=["status", "level_needed", "held_back", "approval_id"])
        desk.put(case, at=at)
        _tell(case, "submit_for_approval", offer, actor, at, reason=reason)
    return desk.done(case, offer.id)


def _decide_by(offer: Offer, at: datetime) -> datetime:
    """A borrower's version waits until its own date, the bank's until the day of its first payment."""
    if offer.proposed_by == "borrower" and offer.expires_at is not None:
        if offer.expires_at <= at:
            raise OfferNotOpen(number=offer.number, status="expired", open=None)
        return offer.expires_at
    return datetime.combine(versions.terms_of(offer).first_due_on, time(0), SHANGHAI)


def hear_approval_granted(event: ApprovalGranted, at: datetime) -> None:
    """Approved, and every condition met: the bank's version opens to the borrower, the borrower's is accepted.

    What changed since, such as a payment, may stand in the way: then the version goes back with that reason.
    """
    with transaction.atomic():
        found = _waiting(event)
        if found is None:
            return
        try:
            with transaction.atomic():
                _release(*found, at)
        except HINDRANCES as hindrance:
            again = _waiting(event)
            if again is not None:
                _give_back(*again, at, result=hindrance.code, held_back=hindrance.code)


def hear_approval_ended(event: Ended, at: datetime) -> None:
    """Refused, out of time, or no longer asked for: the version goes back to where it came from."""
    with transaction.atomic():
        found = _waiting(event)
        if found is not None:
            _give_back(*found, at, result=_RESULTS[type(event)])


_RESULTS: Final[dict[type, str]] = {
    ApprovalRefused: "refused",
    ApprovalExpired: "expired",
    ApprovalRevoked: "revoked",
    ApprovalWithdrawn: "withdrawn",
}


def _waiting(event: ApprovalGranted | Ended) -> tuple[Case, Offer] | None:
    """The version that waits for this very request, locked with its case; None when it ended in the meantime."""
    table, _, key = event.subject.partition(":")
    if event.kind != asking.KIND or table != asking.SUBJECT:
        return None
    case_id = Offer.objects.filter(id=UUID(key), approval_id=event.approval_id).values_list("case_id").first()
    if case_id is None:
        return None
    case = Case.objects.select_for_update().get(id=case_id[0])
    offer = Offer.objects.select_for_update().get(id=UUID(key))
    if offer.status != "awaiting_approval" or offer.approval_id != event.approval_id:
        return None
    return case, offer


def _release(case: Case, offer: Offer, at: datetime) -> None:
    verdict = versions.verdict_of(case, versions.terms_of(offer), at=at)
    versions.check_some_level(verdict)
    if not asking.stands(offer, verdict, at=at):
        raise ApprovalNeeded(needed=verdict.level, held=None)
    if offer.proposed_by == "bank":
        offers.publish(case, offer, at=at)
    elif offer.expires_at is not None and offer.expires_at < at:
        raise OfferNotOpen(number=offer.number, status="expired", open=None)
    else:
        offers.agree(case, offer, at=at)
    _tell(case, "release_offer", offer, SYSTEM, at)


def _give_back(case: Case, offer: Offer, at: datetime, *, result: str, held_back: str = "") -> None:
    """The bank's version becomes its author's draft again, in place of a newer one; the borrower's stays open."""
    offer.status, offer.held_back = ("draft" if offer.proposed_by == "bank" else "open"), held_back
    if offer.status == "draft":
        versions.withdraw_all(Offer.objects.filter(case=case, status="draft"), at=at)
    offer.save(update_fields=["status", "held_back"])
    desk.put(case, at=at)
    _tell(case, "return_offer", offer, SYSTEM, at, result=result)


def _tell(
    case: Case, act: str, offer: Offer, actor: Actor, at: datetime, *, reason: str = "", result: str = "done"
) -> None:
    desk.write(
        case,
        act=act,
        actor=actor,
        at=at,
        subject=asking.subject_of(offer),
        result=result,
        facts={
            "number": offer.number,
            "level": offer.level_needed,
            "offer_status": offer.status,
            "approval": str(offer.approval_id),
        },
        texts={"reason": reason},
        digests={"terms": offer.terms_digest},
    )
