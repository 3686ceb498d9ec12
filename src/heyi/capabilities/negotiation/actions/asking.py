"""What this room asks of the approvals room for a version above somebody's authority, and what it reads back.

The votes stand there and nowhere else: this room keeps the id of the request, and whether the version is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.plans.domain import AuthorityVerdict
from heyi.kit.actors import SYSTEM, Actor

KIND: Final = "waiver_above_authority"
SUBJECT: Final = "negotiation_offer"
NO_LONGER_WANTED: Final = "方案已经有了别的结果，不用再表决。"  # i18n:off kept on record, not shown text


def subject_of(offer: Offer) -> str:
    """The version as the approvals room names it."""
    return f"{SUBJECT}:{offer.id}"


def ask(
    case: Case,
    offer: Offer,
    verdict: AuthorityVerdict,
    *,
    over_cap: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    decide_by: datetime,
) -> Approval:
    """Put the version to the vote of those whom its authority level names. Raises what ``approvals.ask`` raises."""
    prepared = {one for one in (offer.author_id, actor.id) if one is not None}
    return approvals.ask(
        kind=KIND,
        subject=subject_of(offer),
        facts={
            "title": case.number,
            "by": offer.proposed_by,
            "periods": offer.periods,
            "level": verdict.level,
            "over_cap": over_cap,
            "terms": offer.terms_digest,
        },
        assessment={"why": reason},
        actor=actor,
        at=at,
        branch=case.branch,
        case_id=case.id,
        party_id=case.party_id,
        apart=prepared,
        each_role=second_persons(verdict.approvers),
        decide_by=decide_by,
    )


def second_persons(approvers: Iterable[str]) -> tuple[str, ...]:
    """The roles that must speak besides the author: what the level asks for, at least a lead."""
    return tuple(role for role in approvers if role != "manager") or ("lead",)


def stands(offer: Offer, verdict: AuthorityVerdict, *, at: datetime) -> bool:
    """True when an approval of exactly these terms stands, by every role that they need today."""
    needed = set(second_persons(verdict.approvers))
    return any(
        one.facts.get("terms") == offer.terms_digest
        and needed <= {vote.role for vote in one.votes if vote.word == "yes"}
        for one in approvals.standing(kind=KIND, subject=subject_of(offer), at=at)
    )


def drop(offers: Iterable[Offer], *, at: datetime) -> None:
    """Nobody needs to decide any more about those of these versions that wait for it; call it before they end."""
    for offer in offers:
        if offer.status == "awaiting_approval" and offer.approval_id is not None:
            _drop(offer.approval_id, at)


def _drop(approval_id: UUID, at: datetime) -> None:
    status = approvals.approval(approval_id=approval_id, at=at).status
    ending = {"waiting": approvals.withdraw, "conditional": approvals.revoke}.get(status)
    if ending is None:
        return
    try:
        ending(approval_id=approval_id, reason=NO_LONGER_WANTED, actor=SYSTEM, at=at)
    except (approvals.AlreadyDecided, approvals.NotInForce):
        return  # the last vote fell in this very moment; its event finds the version ended


def cases_waiting(*, actor: Actor, at: datetime) -> tuple[UUID, ...]:
    """The cases with a version that waits for this person's vote."""
    found = approvals.waiting(actor=actor, at=at)
    return tuple(one.case_id for one in found if one.kind == KIND and one.case_id is not None)
