"""Ways to an end besides the vote, and what makes a conditional grant stand."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.approvals import queries, sealed
from heyi.capabilities.approvals.actions import desk
from heyi.capabilities.approvals.domain import (
    AlreadyDecided,
    Approval,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalNotFound,
    ApprovalRevoked,
    ApprovalWithdrawn,
    NotInForce,
    UnknownCondition,
    check_voter,
)
from heyi.capabilities.approvals.models import ConditionRecord, Confirmation, Ending, Lapse, Request, Waiting
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing import outbox

BATCH = 200


def withdraw(*, approval_id: UUID, reason: str, actor: Actor, at: datetime) -> Approval:
    """Ask no longer: for who asked, and the system. Raises AlreadyDecided, NotAllowed, ReasonMissing."""
    words = desk.reason(reason)
    with transaction.atomic():
        row, found = desk.take(approval_id, at=at)
        if actor.label != found.asked_by and not actor.has("system"):
            if not queries.seen_by(found, actor, at=at):
                raise ApprovalNotFound(approval_id=str(approval_id))
            raise NotAllowed(act="approvals.withdraw")
        key = desk.key_of(row, at=at)
        Ending.objects.create(
            created_at=at,
            request=row,
            outcome="withdrawn",
            ended_by=actor.label,
            reason_sealed=sealed.close(key, words, sealed.ENDING),
        )
        Waiting.objects.filter(request=row).delete()
        desk.tell("withdraw", row, actor=actor, at=at, texts={"reason": words}, key=key)
        outbox.emit(ApprovalWithdrawn(approval_id=row.id, kind=row.kind, subject=row.subject), at=at)
    return queries.approval(approval_id=approval_id, at=at)


def revoke(*, approval_id: UUID, reason: str, actor: Actor, at: datetime) -> Approval:
    """Take a granted approval back: for those whom the kind names, who asked for it, and the system.

    Raises ApprovalNotFound, NotInForce, NotAllowed, ReasonMissing.
    """
    words = desk.reason(reason)
    with transaction.atomic():
        row, ending, found = desk.take_granted(approval_id, at=at)
        if not queries.seen_by(found, actor, at=at):
            raise ApprovalNotFound(approval_id=str(approval_id))
        if not queries.may_revoke(found, actor):
            raise NotAllowed(act="approvals.revoke", needs=list(queries.kind(row.kind).revoke))
        if found.status not in ("granted", "conditional"):
            raise NotInForce(status=found.status)
        key = desk.key_of(row, at=at)
        Lapse.objects.create(
            created_at=at,
            ending=ending,
            how="revoked",
            ended_by=actor.label,
            reason_sealed=sealed.close(key, words, sealed.LAPSE),
        )
        desk.tell("revoke", row, actor=actor, at=at, texts={"reason": words}, key=key)
        outbox.emit(ApprovalRevoked(approval_id=row.id, kind=row.kind, subject=row.subject), at=at)
    return queries.approval(approval_id=approval_id, at=at)


def confirm_condition(*, condition_id: UUID, proof: str, actor: Actor, at: datetime) -> Approval:
    """A condition is met, and ``proof`` says how that can be seen. With the last one the approval stands.

    For whoever may vote on it, set it or not; never for who asked. Raises UnknownCondition, NotInForce, OwnRequest,
    MayNotVote, ReasonMissing.
    """
    words = desk.reason(proof, field="proof")
    with transaction.atomic():
        condition = ConditionRecord.objects.select_related("vote").filter(id=condition_id).first()
        if condition is None:
            raise UnknownCondition(fields={"condition_id": "unknown"})
        row, ending, found = desk.take_granted(condition.request_id, at=at)
        if not queries.seen_by(found, actor, at=at):
            raise ApprovalNotFound(approval_id=str(row.id))
        check_voter(found, actor, sees=queries.reaches(found, actor))
        if found.status not in ("granted", "conditional"):
            raise NotInForce(status=found.status)
        if Confirmation.objects.filter(condition=condition).exists():
            raise UnknownCondition(fields={"condition_id": "confirmed"})
        key = desk.key_of(row, at=at)
        Confirmation.objects.create(
            created_at=at,
            condition=condition,
            confirmed_by=actor.label,
            proof_sealed=sealed.close(key, words, sealed.PROOF),
        )
        now = queries.approval(approval_id=row.id, at=at)
        desk.tell(
            "confirm_condition", row, actor=actor, at=at, facts={"stands": now.stands}, texts={"proof": words}, key=key
        )
        if now.stands:
            outbox.emit(
                ApprovalGranted(approval_id=row.id, kind=row.kind, subject=row.subject, valid_until=ending.valid_until),
                at=at,
            )
    return now


def expire_due(at: datetime) -> int:
    """The tick: requests that nobody decided in time, and grants that ran out. Returns how many ended."""
    late = Waiting.objects.filter(decide_by__lte=at).values_list("request_id", flat=True)[:BATCH]
    over = Ending.objects.filter(outcome="granted", valid_until__lte=at, lapse__isnull=True)
    ended = sum(expire(one, at) for one in list(late))
    return ended + sum(_lapse(one, at) for one in list(over.values_list("request_id", flat=True)[:BATCH]))


def expire(request_id: UUID, at: datetime) -> bool:
    """Write down that nobody decided in time; False when somebody was quicker."""
    with transaction.atomic():
        place = Waiting.objects.select_for_update().filter(request_id=request_id, decide_by__lte=at).first()
        if place is None:
            return False
        row = Request.objects.get(id=request_id)
        place.delete()
        Ending.objects.create(created_at=at, request=row, outcome="expired", ended_by=SYSTEM.label)
        _tell_expired(row, "waiting", at)
    return True


def _lapse(request_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        try:
            row, ending, _ = desk.take_granted(request_id, at=at)
        except AlreadyDecided:
            return False
        if Lapse.objects.filter(ending=ending).exists():
            return False
        Lapse.objects.create(created_at=at, ending=ending, how="lapsed", ended_by=SYSTEM.label)
        _tell_expired(row, "granted", at)
    return True


def _tell_expired(row: Request, was: str, at: datetime) -> None:
    desk.tell("expire", row, actor=SYSTEM, at=at, facts={"was": was})
    outbox.emit(ApprovalExpired(approval_id=row.id, kind=row.kind, subject=row.subject, was=was), at=at)
