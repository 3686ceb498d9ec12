"""Vote: lock, load, decide, write. One outcome, however many vote at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from heyi.capabilities.approvals import queries, sealed
from heyi.capabilities.approvals.actions import desk
from heyi.capabilities.approvals.domain import (
    WORDS,
    Approval,
    ApprovalGranted,
    ApprovalNotFound,
    ApprovalRefused,
    Outcome,
    outcome,
    voting_role,
)
from heyi.capabilities.approvals.models import ConditionRecord, Ending, Request, VoteRecord, Waiting
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import outbox

CONDITIONS_MOST = 10


def vote(
    *,
    approval_id: UUID,
    vote: str,
    reason: str,
    actor: Actor,
    at: datetime,
    conditions: Sequence[str] = (),
) -> Approval:
    """Say ``yes``, ``no`` or (in a committee) ``abstain``, with the reason, and with conditions on a yes.

    Raises ApprovalNotFound, AlreadyDecided, OwnRequest, AlreadyVoted, MayNotVote, ReasonMissing, Invalid.
    """
    words = desk.reason(reason)
    with transaction.atomic():
        row, found = desk.take(approval_id, at=at)
        if not queries.sees(found, actor, at=at) and not queries.seen_by(found, actor, at=at):
            raise ApprovalNotFound(approval_id=str(approval_id))
        role = voting_role(found, actor, sees=queries.reaches(found, actor))
        wanted = _conditions(found, vote, conditions)
        key = desk.key_of(row, at=at)
        said = VoteRecord.objects.create(
            created_at=at,
            request=row,
            voter_id=str(actor.id),
            role=role,
            word=vote,
            reason_sealed=sealed.close(key, words, sealed.REASON),
        )
        for text in wanted:
            ConditionRecord.objects.create(
                created_at=at, request=row, vote=said, text_sealed=sealed.close(key, text, sealed.CONDITION)
            )
        desk.tell(
            "vote",
            row,
            actor=actor,
            at=at,
            result=vote,
            facts={"role": role, "conditions": len(wanted)},
            texts={"reason": words, **{f"condition_{number}": text for number, text in enumerate(wanted, 1)}},
            key=key,
        )
        now = queries.approval(approval_id=row.id, at=at)
        decided = outcome(now.rule, now.votes)
        if decided is not None:
            _end(row, decided, conditional=bool(now.conditions), actor=actor, at=at)
    return queries.approval(approval_id=approval_id, at=at)


def _conditions(found: Approval, vote: str, conditions: Sequence[str]) -> list[str]:
    """The conditions in words. Raises Invalid for an unknown vote, or for conditions on anything but a yes."""
    if vote not in WORDS or (vote == "abstain" and not found.rule.committee):
        raise Invalid(fields={"vote": "not_listed"}, listed=list(WORDS))
    wanted = [desk.reason(text, field="conditions") for text in conditions if text.strip()]
    if wanted and vote != "yes":
        raise Invalid(fields={"conditions": "only_with_yes"})
    if len(wanted) > CONDITIONS_MOST:
        raise Invalid(fields={"conditions": "too_many"}, most=CONDITIONS_MOST)
    return wanted


def _end(row: Request, decided: Outcome, *, conditional: bool, actor: Actor, at: datetime) -> None:
    valid_until = None
    if decided == "granted" and row.days_valid is not None:
        valid_until = at + timedelta(days=row.days_valid)
    Ending.objects.create(created_at=at, request=row, outcome=decided, ended_by=actor.label, valid_until=valid_until)
    Waiting.objects.filter(request=row).delete()
    desk.tell(
        "decide",
        row,
        actor=actor,
        at=at,
        result=decided,
        facts={"conditional": conditional, "valid_until": valid_until.isoformat() if valid_until else None},
    )
    if decided == "refused":
        outbox.emit(ApprovalRefused(approval_id=row.id, kind=row.kind, subject=row.subject), at=at)
    elif not conditional:
        outbox.emit(
            ApprovalGranted(approval_id=row.id, kind=row.kind, subject=row.subject, valid_until=valid_until), at=at
        )
